"""The worked example of ICAO Doc 9303-11 appendix D byte for byte, and chips that misbehave."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.device import DeviceError
from devices.travel_document.api import AccessKey
from devices.travel_document.chip import (
    APPLICATION,
    EF_COM,
    Secrets,
    file_of,
    opened,
    seed_of,
    zone_of,
)
from devices.travel_document.secure_messaging import SecureChannel
from devices.travel_document.specimens import PASSPORT
from devices.travel_document.triple_des import FOR_CONTENT, FOR_MAC, derived_key, mac_of
from kiosk.domain.fault import Fault
from tests.counterparts.passport import VirtualPassport

KEY = AccessKey("L898902C", "690806", "940623")
CHALLENGE = "4608F91988702212"
SECRETS = Secrets(
    bytes.fromhex("781723860C06C226"), bytes.fromhex("0B795240CB7049B01C19B33E32804F0B")
)
PROOF = (
    "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2"  # E_IFD
    "5F1448EEA8AD90A7"  # M_IFD
)
ANSWER = (
    "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F"  # E_IC
    "2F2D235D074D7449"  # M_IC
)
EXAMPLE = (
    ("0084000008", CHALLENGE + "9000"),
    (f"0082000028{PROOF}28", ANSWER + "9000"),
    (
        "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
        "990290008E08FA855A5D4C50A8ED9000",
    ),
    (
        "0CB000000D9701048E08ED6705417E96BA5500",
        "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
    ),
    (
        "0CB000040D9701128E082EA28A70F3C7B53500",
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
    ),
)
COMMON = "60145F0104303130365F36063034303030305C026175"


class Script:
    """Gives the answers of the example as long as the commands are those of the example."""

    def __init__(self) -> None:
        self._left = list(EXAMPLE)

    def __call__(self, command: bytes) -> bytes:
        expected, answer = self._left.pop(0)
        assert command.hex().upper() == expected
        return bytes.fromhex(answer)

    @property
    def done(self) -> bool:
        return not self._left


def passport(**how: object) -> VirtualPassport:
    chip = VirtualPassport(PASSPORT.replace("\n", ""), KEY.number, KEY.birth, KEY.valid_until)
    for name, value in how.items():
        setattr(chip, name, value)
    return chip


def fault_of(ask: Callable[[], object]) -> Fault:
    with pytest.raises(DeviceError) as caught:
        ask()
    return caught.value.fault


def ones(size: int) -> bytes:
    return b"\x01" * size


def test_the_keys_of_the_worked_example_come_out() -> None:
    seed = seed_of(KEY)
    assert seed.hex().upper() == "239AB9CB282DAF66231DC5A4DF6BFBAE"
    assert derived_key(seed, FOR_CONTENT).hex().upper() == "AB94FDECF2674FDFB9B391F85D7F76F2"
    assert derived_key(seed, FOR_MAC).hex().upper() == "7962D9ECE03D1ACD4C76089DCE131543"
    session = bytes.fromhex("0036D272F5C350ACAC50C3F572D23600")
    assert derived_key(session, FOR_CONTENT).hex().upper() == "979EC13B1CBFE9DCD01AB0FED307EAE5"
    assert derived_key(session, FOR_MAC).hex().upper() == "F1CB1F1FB5ADF208806B89DC579DC1F8"


def test_the_second_seed_vector_comes_out() -> None:
    seed = seed_of(AccessKey("D23145890734", "340712", "950712"))
    assert seed.hex().upper() == "B366AD857DDCA2B08C0E299811714730"


def test_the_worked_example_is_spoken_byte_for_byte() -> None:
    script = Script()
    channel = opened(script, KEY, SECRETS)
    assert file_of(channel, EF_COM).hex().upper() == COMMON
    assert script.done


def test_the_virtual_passport_speaks_the_example_too() -> None:
    chip = passport(
        common=bytes.fromhex(COMMON),
        challenge=bytes.fromhex(CHALLENGE),
        own_key=bytes.fromhex("0B4F80323EB3191CB04970CB4052790B"),
    )
    assert chip.answer(bytes.fromhex("00A4040C07") + APPLICATION) == b"\x90\x00"
    for command, answer in EXAMPLE:
        assert chip.answer(bytes.fromhex(command)).hex().upper() == answer


def test_the_zone_inside_is_read() -> None:
    assert zone_of(passport().answer, KEY, ones) == PASSPORT.replace("\n", "")


def test_a_wrong_key_is_tried_once_and_told() -> None:
    chip = passport()
    wrong = AccessKey("L898902D", KEY.birth, KEY.valid_until)
    assert fault_of(lambda: zone_of(chip.answer, wrong, ones)) is Fault.CARD_UNREADABLE
    assert chip.tries == 1


def test_a_chip_that_does_not_know_the_key_is_not_believed() -> None:
    chip = passport(forged=True)
    assert fault_of(lambda: zone_of(chip.answer, KEY, ones)) is Fault.CARD_UNREADABLE


def test_a_chip_that_opens_by_pace_only_is_told() -> None:
    chip = passport(without_bac=True)
    assert fault_of(lambda: zone_of(chip.answer, KEY, ones)) is Fault.CARD_UNREADABLE


def test_another_card_is_told_as_of_unknown_kind() -> None:
    assert fault_of(lambda: zone_of(lambda _: b"\x6a\x82", KEY, ones)) is Fault.CARD_KIND_UNKNOWN


def test_letters_that_no_zone_has_are_told() -> None:
    key = AccessKey("l898902c", "690806", "940623")
    assert fault_of(lambda: zone_of(passport().answer, key, ones)) is Fault.CARD_UNREADABLE


@pytest.mark.parametrize("spoilt", [1, 2, 3])
def test_a_bit_changed_on_the_way_is_noticed(spoilt: int) -> None:
    chip = passport(spoilt=spoilt)
    assert fault_of(lambda: zone_of(chip.answer, KEY, ones)) is Fault.CARD_UNREADABLE


def test_an_answer_given_twice_is_not_taken() -> None:
    old: list[bytes] = []
    chip = passport()

    def replaying(command: bytes) -> bytes:
        answer = chip.answer(command)
        if command[0] == 0x0C:
            old.append(answer)
            return old[0]
        return answer

    assert fault_of(lambda: zone_of(replaying, KEY, ones)) is Fault.CARD_UNREADABLE


@pytest.mark.parametrize("zone", ["", "<" * 200, "é" * 44])
def test_a_zone_that_is_none_still_ends(zone: str) -> None:
    chip = passport(zone=zone[:120])
    try:
        assert zone_of(chip.answer, KEY, ones) == zone[:120]
    except DeviceError as error:
        assert error.fault is Fault.CARD_UNREADABLE  # noqa: PT017


@given(st.lists(st.binary(max_size=60), max_size=30))
def test_no_answers_make_the_opening_fail_in_another_way(answers: list[bytes]) -> None:
    left = list(answers)
    with pytest.raises(DeviceError):
        zone_of(lambda _: left.pop(0) if left else b"", KEY, ones)


@given(st.binary(max_size=300), st.binary(max_size=60), st.booleans())
def test_no_protected_answer_makes_the_channel_fail(
    content: bytes, hidden: bytes, whole: bool
) -> None:
    """Also with a right checksum: a broken or hostile chip may know the key."""
    key = bytes(range(16))
    inner = b"\x87" + bytes([len(hidden) + 1]) + b"\x01" + hidden if whole else content
    answer = inner + b"\x99\x02\x90\x00"
    answer += b"\x8e\x08" + mac_of(key, (9).to_bytes(8) + answer) + b"\x90\x00"
    channel = SecureChannel(lambda _: answer, key, key, 7)
    try:
        channel.exchange(b"\x00\xb0\x00\x00", expected=4)
    except DeviceError as error:
        assert error.fault is Fault.CARD_UNREADABLE  # noqa: PT017
