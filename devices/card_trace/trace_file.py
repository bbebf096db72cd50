"""The file of a trace: one JSON object a line, the first of which says what this is."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final, TextIO

FORMAT: Final = "doorstep card trace 1"
LONGEST: Final = 1e6  # seconds of a recording; NaN is not below it either


@unique
class What(StrEnum):
    """What happened."""

    OPENED = "opened"  # content: `sam BAUD` or `pcsc`
    SENT = "sent"  # to the reader or the card
    CAME = "came"  # a piece of an answer
    GONE = "gone"  # the reader
    CARD = "card"  # lies there from now on
    NO_CARD = "no_card"  # from now on
    READ = "read"  # a read of that card begins
    ATTEMPT = "attempt"  # and so does one walk through it
    FAILED = "failed"  # content: the code of the fault


class TraceError(ValueError):
    """This is no trace; the text says which line and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One moment; `at`: seconds since the recording began, `device`: as in the settings."""

    at: float
    device: str
    what: What
    content: bytes = field(default=b"", repr=False)


Note = Callable[[What, bytes, float], None]
"""Takes down what happened to one device, and when (monotonic). What it gets is already clean."""


class TraceWriter:
    """Writes entries as they come, so that a recording that breaks off is of use."""

    def __init__(self, file: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._began = clock()
        file.write(json.dumps({"format": FORMAT}) + "\n")

    def for_device(self, device: str) -> Note:
        """Where that device's moments go. May be called from one thread at a time."""

        def note(what: What, content: bytes, moment: float) -> None:
            row = {"at": round(moment - self._began, 4), "device": device, "what": what.value}
            if content:
                row["content"] = content.hex().upper()
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()

        return note


def read_trace(text: str) -> Sequence[Entry]:
    """The entries in their order. Raises TraceError."""
    lines = text.splitlines()
    if not lines or _object(lines[0], 1).get("format") != FORMAT:
        raise TraceError("line 1: no card trace of a form that this program knows")
    return [_entry(_object(line, number), number) for number, line in enumerate(lines[1:], 2)]


def _object(line: str, number: int) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise TraceError(f"line {number}: not JSON") from None
    if not isinstance(found, dict):
        raise TraceError(f"line {number}: not an object")
    return found


def _entry(row: dict[str, object], number: int) -> Entry:
    at, device, content = row.get("at"), row.get("device"), row.get("content", "")
    if not (isinstance(at, int | float) and 0 <= at < LONGEST and isinstance(device, str)):
        raise TraceError(f"line {number}: no time or no device")
    try:
        return Entry(float(at), device, What(str(row.get("what"))), bytes.fromhex(str(content)))
    except (ValueError, OverflowError) as error:
        raise TraceError(f"line {number}: {error}") from None
