"""The bytes of PIV commands, and that no card's answer makes them fail in another way."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from devices.device import DeviceError
from devices.staff_card.api import Pin, PinWrong, Proof
from devices.staff_card.piv import look_at, prove_with
from devices.staff_card.proof import is_proven


def test_the_commands_are_those_of_the_standard() -> None:
    asked: list[str] = []

    def card(command: bytes) -> bytes:
        asked.append(command.hex().upper())
        return b"\x90\x00"

    with contextlib.suppress(DeviceError):
        look_at(card)
    prove_with(card, b"", Pin("12345678"))
    digest = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"  # SHA-256 of ""
    assert asked == [
        "00A4040005A00000030800",
        "00CB3FFF055C035FC10500",
        "00A4040005A00000030800",
        "00200080083132333435363738",
        f"0087119A267C2482008120{digest}00",
    ]


def test_a_short_pin_is_padded_as_the_standard_says() -> None:
    asked: list[bytes] = []

    def card(command: bytes) -> bytes:
        asked.append(command)
        return b"\x63\xc2" if command[1] == 0x20 else b"\x90\x00"

    assert prove_with(card, b"", Pin("123456")) == PinWrong(2)
    assert asked[-1].hex() == "0020008008313233343536ffff"


def test_a_pin_of_another_form_is_never_sent() -> None:
    asked: list[bytes] = []

    def card(command: bytes) -> bytes:
        asked.append(command)
        return b"\x63\xc3" if command[1] == 0x20 else b"\x90\x00"

    for typed in ("", "12345", "123456789", "12345a", "１２３４５６"):
        assert prove_with(card, b"", Pin(typed)) == PinWrong(3)
    assert all(len(command) == 4 for command in asked if command[1] == 0x20)


@given(st.lists(st.binary(max_size=300), min_size=40, max_size=40))
def test_no_answers_of_a_card_fail_in_another_way(answers: list[bytes]) -> None:
    remaining = iter(answers)
    for work in (look_at, lambda card: prove_with(card, b"c", Pin("123456"))):
        with contextlib.suppress(DeviceError, StopIteration):
            work(lambda _: next(remaining) + b"\x90\x00")


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_no_bytes_are_a_proof(key: bytes, signature: bytes) -> None:
    assert not is_proven(key, b"challenge", Proof(signature))
