"""A byte that is lost on the serial line shifts all that follows; nobody is written even then."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from devices.card_trace.clean_frames import OTHER_NOISE, clean_frames
from devices.card_trace.invented import invented_block
from devices.card_trace.sam_trace import recording
from devices.card_trace.trace_file import TraceWriter, What, read_trace
from devices.id_card.sam_frame import PREAMBLE, AnswerParser, Command, Damage, request
from tests.counterparts.card_blocks import block_of, field
from tests.counterparts.sam_reader_pty import frame
from tests.devices.card_trace.test_replay import (
    ENCODINGS,
    MOVED,
    PHOTO,
    PLANTED,
    TODAY,
    planted_values,
)

# The second number has only digits that look like signs when they are read one byte aside.
NUMBERS = (PLANTED.number, "220301201203121033")
RUN = 6  # digits in a row by which somebody could be found
HEAD = b"\0\0\x90"
SIZES = b"\x01\x00" + len(PHOTO).to_bytes(2)
NEXT = frame(HEAD + b"\xaa" * 8)


class Line:
    """A port over which one answer has come."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    @property
    def in_waiting(self) -> int:
        return len(self._answer)

    def read(self, size: int, /) -> bytes:
        piece, self._answer = self._answer[:size], self._answer[size:]
        return piece

    def write(self, what: bytes, /) -> object:
        return len(what)

    def reset_input_buffer(self) -> None:
        self._answer = b""

    def close(self) -> None:
        self._answer = b""


def file_of(asked: Command, answer: bytes) -> str:
    """What is written of one answer that came in two pieces."""
    file = io.StringIO()
    note = TraceWriter(file).for_device("id_card")
    port = recording(lambda _path, _baud: Line(answer), note, lambda: TODAY)("", 115200)
    port.write(request(asked))
    port.read(len(answer) // 2)
    port.read(len(answer))
    port.close()
    return file.getvalue()


def runs_of(value: str) -> Iterator[str]:
    """All that may not be found of a value: itself, and each row of its digits."""
    yield value
    for at in range(len(value) - RUN + 1):
        run = value[at : at + RUN]
        if run.isascii() and run.isdigit():
            yield run


def needles_of(number: str) -> tuple[bytes, ...]:
    """In each encoding. A search in bytes finds them at each place, so in each alignment."""
    values = (*planted_values(replace(PLANTED, number=number)), MOVED, MOVED[3:7])
    found = set()
    for run in {run for value in values for run in runs_of(value)}:
        found |= {run.encode(coding) for coding in ENCODINGS}
        if run.isdigit() and len(run) == RUN:
            found |= {bytes.fromhex(run)}
    return tuple(found)


NEEDLES = {number: needles_of(number) for number in NUMBERS}


def found_in(text: str, number: str) -> list[bytes]:
    """Also in the halves that a wrong alignment of hexadecimal digits would give."""
    came = b"".join(entry.content for entry in read_trace(text) if entry.what is What.CAME)
    aside = bytes.fromhex("0" + came.hex() + "0")
    hays = (came, aside, text.encode())
    return [needle for needle in NEEDLES[number] if any(needle in hay for hay in hays)]


def answer_of(number: str) -> bytes:
    return HEAD + SIZES + block_of(replace(PLANTED, number=number)) + PHOTO


def shapes(stream: bytes) -> list[object]:
    return [
        one if isinstance(one, Damage) else (one.status, len(one.content))
        for one in AnswerParser().feed(stream)
    ]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("after", [b"", b"\0", NEXT], ids=["alone", "noise", "answer"])
def test_a_byte_lost_anywhere_writes_nobody(number: str, after: bytes) -> None:
    """`after`: makes up for the lost byte, now and then with the right checksum."""
    for whole, asked in (
        (frame(answer_of(number)), Command.READ_TEXT_AND_PHOTO),
        (frame(HEAD + field(MOVED, 70)), Command.READ_NEWEST_ADDRESS),
    ):
        # Of the photo, which is all alike, a few places are enough.
        for at in (*range(min(len(whole), 290)), *range(290, len(whole), 97), len(whole) - 1):
            stream = whole[:at] + whole[at + 1 :] + after
            text = file_of(asked, stream)
            assert not found_in(text, number), at
            came = b"".join(e.content for e in read_trace(text) if e.what is What.CAME)
            assert shapes(came) == shapes(stream), at


@pytest.mark.parametrize("number", NUMBERS)
def test_a_shifted_text_with_a_right_checksum_writes_nobody(number: str) -> None:
    """Lost between the chip and the reader, which then frames what it has."""
    whole = answer_of(number)
    for at in range(len(HEAD), len(HEAD) + 4 + 256):
        lost = whole[:at] + whole[at + 1 :]
        for stream in (frame(lost), frame(lost + b"\0")):
            text = file_of(Command.READ_TEXT_AND_PHOTO, stream)
            assert not found_in(text, number), at
            came = b"".join(e.content for e in read_trace(text) if e.what is What.CAME)
            assert shapes(came) == shapes(stream)


def test_a_damaged_answer_is_the_same_whoever_it_is_of() -> None:
    for number in NUMBERS:
        whole = frame(answer_of(number))
        for damaged in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[:300] + whole[301:]):
            told = clean_frames(damaged, b"", TODAY)
            assert set(told[len(PREAMBLE) + 2 : -1]) == {OTHER_NOISE}


def test_of_a_shifted_number_no_sign_is_left() -> None:
    shifted = b"\0" + block_of(replace(PLANTED, number=NUMBERS[1]))[:-1]
    told = invented_block(shifted, TODAY).decode("utf-16-le", "replace")
    assert not set(told) & {chr(digit << 8) for digit in b"0123"}
