"""Answers of a printer that would hold the library for ever are refused before it sees them."""

import pyipp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.page_printer.ipp_answer import NotWhole, need_whole
from devices.page_printer.ipp_witness import DeviceWord, IppWitness

HEAD = bytes.fromhex("0101000000000001")
OPERATION = bytes.fromhex("01470012") + b"attributes-charset" + b"\x00\x05utf-8"


def attribute(tag: int, name: str, value: bytes) -> bytes:
    """One attribute, or one more value of the last with an empty name."""
    named = len(name).to_bytes(2) + name.encode()
    return bytes([tag]) + named + len(value).to_bytes(2) + value


PRINTER = (
    HEAD
    + OPERATION
    + b"\x04"
    + attribute(0x44, "printer-state-reasons", b"media-empty")
    + attribute(0x44, "", b"none")
    + attribute(0x45, "printer-uuid", b"urn:uuid:1")
    + b"\x03"
)
ENDLESS = HEAD + b"\x04" + attribute(0x44, "a", b"b") + bytes.fromhex("440000FFFB") + b"\x03"


def word_of(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> DeviceWord | None:
    async def said(*_: object, **__: object) -> bytes:
        return answer

    monkeypatch.setattr(pyipp.IPP, "_request", said)
    return IppWitness("ipp://printer.invalid/ipp", user="kiosk").ask()


def test_a_whole_answer_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    need_whole(PRINTER)
    assert word_of(PRINTER, monkeypatch) == DeviceWord(("media-empty",), printer="urn:uuid:1")


@pytest.mark.timeout(20)
def test_a_length_below_zero_counts_as_no_answer_and_holds_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(NotWhole):
        need_whole(ENDLESS)
    assert word_of(ENDLESS, monkeypatch) is None


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        HEAD,
        HEAD + b"\x04\x03",
        HEAD + b"\x01\x04" + attribute(0x44, "a", b"b") + b"\x03",
        PRINTER[:-1],
        PRINTER[:-20],
        HEAD + b"\x04" + attribute(0x21, "a", b"abc") + b"\x03",
        HEAD + b"\x04" + attribute(0x36, "a", b"\xff\xfbabcdefg") + b"\x03",
        HEAD + b"\x04" + attribute(0x36, "a", b"\x00\x02zh\x00\x09abc") + b"\x03",
    ],
)
def test_what_is_not_whole_is_refused(answer: bytes) -> None:
    with pytest.raises(NotWhole):
        need_whole(answer)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_look_fail_in_another_way(content: bytes) -> None:
    try:
        need_whole(HEAD + content)
    except NotWhole:
        return
    assert content.count(b"\x03") >= 1
