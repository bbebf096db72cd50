"""The four chip layouts, from whole sample frames and from damaged ones."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.device import DeviceError
from devices.id_card.card_text import read_card_text
from devices.id_card.sam_frame import Answer, AnswerParser, text_and_photo
from devices.id_card.specimens import (
    FOREIGNER_2017,
    FOREIGNER_2023,
    FOUR_LAYOUTS,
    HMT_PERMIT,
    RARE_NAME,
    RESIDENT,
)
from kiosk.domain.fault import Fault
from kiosk.domain.identity import CardKind, IdentityCard, Sex
from tests.counterparts.card_blocks import block_of, field

SAMPLES = Path(__file__).parents[2] / "samples" / "cards"


def sample(name: str) -> IdentityCard:
    [answer] = AnswerParser().feed(bytes.fromhex((SAMPLES / f"{name}.hex").read_text()))
    assert isinstance(answer, Answer)
    parts = text_and_photo(answer.content)
    assert parts is not None
    assert parts[1] == bytes(1024)
    return read_card_text(parts[0])


def changed(block: bytes, offset: int, text: str | bytes) -> bytes:
    raw = text if isinstance(text, bytes) else text.encode("utf-16-le", "surrogatepass")
    return block[:offset] + raw + block[offset + len(raw) :]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("resident", replace(RESIDENT, address="北京市朝阳区示范路1号")),
        ("hmt_J", HMT_PERMIT),
        ("foreign_2017_I", FOREIGNER_2017),
        ("foreign_2023_Y", FOREIGNER_2023),
    ],
)
def test_a_sample_frame_of_each_layout_gives_its_card(name: str, expected: IdentityCard) -> None:
    assert sample(name) == expected


@pytest.mark.parametrize("card", [*FOUR_LAYOUTS, RARE_NAME], ids=lambda card: card.kind.value)
def test_what_is_written_on_a_chip_is_read_from_it(card: IdentityCard) -> None:
    assert read_card_text(block_of(card)) == card


def test_an_unknown_letter_is_refused_and_not_guessed() -> None:
    with pytest.raises(DeviceError) as caught:
        read_card_text(changed(block_of(RESIDENT), 248, "Z"))
    assert caught.value.fault is Fault.CARD_KIND_UNKNOWN
    assert "U+005A" in str(caught.value)


def test_a_text_of_another_size_is_unreadable() -> None:
    with pytest.raises(DeviceError) as caught:
        read_card_text(bytes(255))
    assert caught.value.fault is Fault.CARD_UNREADABLE


def test_padding_with_zeros_is_cut_off_like_spaces() -> None:
    block = changed(block_of(RESIDENT), 0, "测试甲".ljust(15, "\0"))
    assert read_card_text(changed(block, 248, "\0")) == RESIDENT


def test_the_former_number_follows_from_the_new_one() -> None:
    block = changed(block_of(FOREIGNER_2023), 122, "911398199012310021")
    card = read_card_text(changed(changed(block, 242, "KAZ"), 250, "000"))
    assert card.former_number == "KAZ110090123105"


def test_a_blank_link_means_that_there_never_was_an_old_number() -> None:
    card = read_card_text(changed(block_of(FOREIGNER_2023), 250, "   "))
    assert card == replace(FOREIGNER_2023, former_number="")


@pytest.mark.parametrize(
    ("offset", "text"), [(250, "0x1"), (250, "01 "), (242, "U1A"), (242, "us "), (122, "91184X")]
)
def test_an_old_number_that_cannot_be_worked_out_must_be_typed(offset: int, text: str) -> None:
    card = read_card_text(changed(block_of(FOREIGNER_2023), offset, text))
    assert card.former_number == ""
    assert "former_number" in card.needs_typing


def test_an_english_name_of_46_characters_is_put_together() -> None:
    name = "SPECIMEN, MAXIMILIAN ALEXANDER THE " + "THIRD JUNIO"
    assert len(name) == 46
    card = replace(FOREIGNER_2023, english_name=name)
    assert read_card_text(block_of(card)) == card


def test_a_newest_address_takes_the_place_of_the_printed_one() -> None:
    moved = read_card_text(block_of(RESIDENT), newest_address=field("吉林省延吉市示范路9号", 70))
    assert moved == replace(RESIDENT, address="吉林省延吉市示范路9号")


@pytest.mark.parametrize("blank", [b"", field("", 70), bytes(70)])
def test_a_blank_newest_address_leaves_the_printed_one(blank: bytes) -> None:
    assert read_card_text(block_of(RESIDENT), newest_address=blank) == RESIDENT


def test_an_unreadable_newest_address_must_be_typed() -> None:
    card = read_card_text(block_of(RESIDENT), newest_address=field("示范路\ue000号", 70))
    assert card.needs_typing == {"address"}


@pytest.mark.parametrize(
    ("offset", "text", "item"),
    [
        (0, "王\ue863", "name"),  # private use
        (0, "王\ud840", "name"),  # half a character
        (52, "示范\x07村", "address"),
        (30, "5", "sex"),
        (32, "1x", "nation"),
        (36, "19490230", "birth"),
        (188, "2020    ", "valid_from"),
        (204, "长久", "valid_until"),
    ],
)
def test_what_cannot_be_read_must_be_typed(offset: int, text: str, item: str) -> None:
    assert read_card_text(changed(block_of(RESIDENT), offset, text)).needs_typing == {item}


def test_a_rare_character_outside_the_basic_plane_is_kept() -> None:
    card = read_card_text(block_of(replace(RESIDENT, name="王𠅤")))
    assert card.name == "王𠅤"
    assert card.needs_typing == frozenset()


def test_an_odd_sex_code_is_never_taken_for_female() -> None:
    assert read_card_text(changed(block_of(RESIDENT), 30, "6")).sex is Sex.UNKNOWN


def test_blank_items_stay_empty_without_a_request_to_type_them() -> None:
    card = read_card_text(field("", 256))
    assert card == IdentityCard(kind=CardKind.RESIDENT, name="", number="")


def test_a_number_with_a_wrong_check_character_is_left_as_the_card_states_it() -> None:
    card = read_card_text(changed(block_of(RESIDENT), 122, "110105194912310021"))
    assert card.number == "110105194912310021"
    assert card.needs_typing == frozenset()


@given(
    st.binary(min_size=256, max_size=256),
    st.sampled_from([" ", "J", "I", "Y", "\0"]),
    st.binary(max_size=70),
)
def test_no_bytes_make_the_reading_fail(block: bytes, letter: str, address: bytes) -> None:
    card = read_card_text(changed(block, 248, letter), newest_address=address)
    assert card.needs_typing <= set(IdentityCard.__dataclass_fields__)
    for day in (card.birth, card.valid_from, card.valid_until):
        assert day is None or isinstance(day, date)
