"""Items of social security cards of all generations become one kind of card."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.device import DeviceError
from devices.id_card.specimens import SOCIAL_SECURITY
from devices.smart_card.commands import CardAnswer
from devices.social_card.records import Tag, card_of, read_social_card, record_value
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard, Sex
from tests.counterparts.social_card import VirtualSocialCard

ITEMS = {
    Tag.NUMBER: b"11010519491231002X",
    Tag.NAME: "测试甲".encode("gb18030").ljust(30, b"\0"),
    Tag.SEX: b"2",
    Tag.NATION: b"\x01",
    Tag.BIRTH: bytes.fromhex("19491231"),
}


def fault_of(read: Callable[[], object]) -> Fault:
    with pytest.raises(DeviceError) as caught:
        read()
    return caught.value.fault


@pytest.mark.parametrize("generation", [1, 2])
@pytest.mark.parametrize("protocol", [0, 1])
@pytest.mark.parametrize("strict_lengths", [False, True])
def test_first_and_second_generation_are_read_without_keys(
    generation: int, protocol: int, strict_lengths: bool
) -> None:
    card = VirtualSocialCard(
        SOCIAL_SECURITY, generation, protocol=protocol, strict_lengths=strict_lengths
    )
    assert read_social_card(card.answer) == SOCIAL_SECURITY


def test_a_third_generation_card_asks_for_an_authorised_reader() -> None:
    card = VirtualSocialCard(SOCIAL_SECURITY, 3)
    assert fault_of(lambda: read_social_card(card.answer)) is Fault.CARD_NEEDS_AUTHORISED_READER


def test_a_third_generation_card_that_opens_its_items_is_read() -> None:
    assert read_social_card(VirtualSocialCard(SOCIAL_SECURITY, 3, open_third=True).answer) == (
        SOCIAL_SECURITY
    )


def test_a_card_of_another_kind_is_refused() -> None:
    card = VirtualSocialCard(SOCIAL_SECURITY, 0)
    assert fault_of(lambda: read_social_card(card.answer)) is Fault.CARD_KIND_UNKNOWN


def test_no_pin_is_ever_sent() -> None:
    card = VirtualSocialCard(SOCIAL_SECURITY, 3)
    asked: list[int] = []

    def transmit(command: bytes) -> bytes:
        asked.append(command[1])
        return card.answer(command)

    with pytest.raises(DeviceError):
        read_social_card(transmit)
    assert set(asked) == {0xA4, 0xB2, 0xC0}


def test_a_card_that_wants_files_chosen_in_the_other_mode_gets_it() -> None:
    card = VirtualSocialCard(SOCIAL_SECURITY)

    def transmit(command: bytes) -> bytes:
        return b"\x6a\x86" if command[1:3] == b"\xa4\x02" else card.answer(command)

    assert read_social_card(transmit) == SOCIAL_SECURITY


@pytest.mark.parametrize("status", ["6985", "6D00", "6E00", "6F00", ""])
def test_any_other_refusal_makes_the_card_unreadable(status: str) -> None:
    card = VirtualSocialCard(SOCIAL_SECURITY)

    def transmit(command: bytes) -> bytes:
        return bytes.fromhex(status) if command[1] == 0xB2 else card.answer(command)

    assert fault_of(lambda: read_social_card(transmit)) is Fault.CARD_UNREADABLE


def test_a_name_whose_character_is_cut_between_two_records_is_whole() -> None:
    name = "测试·阿卜杜拉·努尔买买提·𠅤本"  # byte 30 falls into a character
    raw = name.encode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        raw[:30].decode("gb18030")
    holder = replace(SOCIAL_SECURITY, name=name)
    assert read_social_card(VirtualSocialCard(holder).answer) == holder


@pytest.mark.parametrize("name", ["王䶮", "李㛃", "王𠅤"])
def test_rare_characters_are_read(name: str) -> None:
    card = card_of(ITEMS | {Tag.NAME: name.encode("gb18030").ljust(30, b"\0")})
    assert card.name == name
    assert card.needs_typing == frozenset()


@pytest.mark.parametrize(
    ("tag", "raw", "item"),
    [
        (Tag.NAME, b"\xcd\xf5\xfe".ljust(30, b"\0"), "name"),
        (Tag.NAME, b"\xcd\xf5\xaa\xa1".ljust(30, b"\0"), "name"),  # private use
        (Tag.SEX, b"5", "sex"),
        (Tag.NATION, b"\x1c", "nation"),
        (Tag.BIRTH, bytes.fromhex("19490230"), "birth"),
    ],
)
def test_what_cannot_be_read_must_be_typed(tag: Tag, raw: bytes, item: str) -> None:
    assert card_of(ITEMS | {tag: raw}).needs_typing == {item}


@pytest.mark.parametrize("blank", [bytes(4), b"\xff" * 4, b""])
def test_a_blank_day_stays_empty(blank: bytes) -> None:
    card = card_of(ITEMS | {Tag.BIRTH: blank, Tag.VALID_UNTIL: blank})
    assert (card.birth, card.valid_until, card.needs_typing) == (None, None, frozenset())


def test_items_that_the_card_lacks_stay_empty() -> None:
    card = card_of({Tag.NAME: ITEMS[Tag.NAME], Tag.NUMBER: ITEMS[Tag.NUMBER]})
    assert (card.sex, card.nation, card.card_number) == (Sex.UNKNOWN, "", "")
    assert card.needs_typing == frozenset()


@pytest.mark.parametrize("tag", [Tag.NAME, Tag.NUMBER])
def test_a_card_without_name_or_number_is_unreadable(tag: Tag) -> None:
    assert fault_of(lambda: card_of(ITEMS | {tag: bytes(18)})) is Fault.CARD_UNREADABLE


def test_only_the_first_nine_characters_of_the_card_number_count() -> None:
    assert card_of(ITEMS | {Tag.CARD_NUMBER: b"A12345678XY"}).card_number == "A12345678"


def test_a_record_is_taken_apart_into_tag_length_and_value() -> None:
    assert record_value(CardAnswer(0x9000, b"\x0a\x012"), Tag.SEX) == b"2"
    assert record_value(CardAnswer(0x6A83), Tag.SEX) is None


@pytest.mark.parametrize(
    "record", [b"\x0b\x012", b"\x0a\x022", b"\x0a\x01", b"\x0a", b"", b"\x0a\xff" + bytes(300)]
)
def test_a_record_must_carry_its_tag_and_length(record: bytes) -> None:
    answer = CardAnswer(0x9000, record)
    assert fault_of(lambda: record_value(answer, Tag.SEX)) is Fault.CARD_UNREADABLE


@given(st.integers(0, 0xFFFF), st.binary(max_size=300))
def test_no_record_makes_the_reading_fail(status: int, record: bytes) -> None:
    try:
        value = record_value(CardAnswer(status, record), Tag.NAME)
    except DeviceError:
        return
    assert value is None or value == record[2:]


@given(st.dictionaries(st.sampled_from(Tag), st.binary(max_size=40)))
def test_no_values_make_the_reading_fail(items: dict[Tag, bytes]) -> None:
    values = ITEMS | items
    try:
        card = card_of(values)
    except DeviceError as error:
        assert error.fault is Fault.CARD_UNREADABLE  # noqa: PT017
        return
    assert card.needs_typing <= set(IdentityCard.__dataclass_fields__)
    assert card.birth is None or isinstance(card.birth, date)
