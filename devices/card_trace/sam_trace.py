"""A serial port whose traffic is taken down, and one that plays such a traffic again."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from devices.card_trace.clean_frames import clean_frames
from devices.card_trace.trace_file import Entry, Note, What
from devices.id_card.sam_line import LINE_ERRORS, LISTEN, OpenPort, Port

KIND: Final = "sam"


def recording(open_port: OpenPort, note: Note, today: Callable[[], date]) -> OpenPort:
    """The same ports; what passes over them is noted, without the person."""

    def opened(path: str, baud: int) -> Port:
        port = open_port(path, baud)
        note(What.OPENED, f"{KIND} {baud}".encode(), time.monotonic())
        return _RecordingPort(port, note, today)

    return opened


class _RecordingPort:
    """Holds the pieces of an answer back until the next request, since a person is in the whole."""

    def __init__(self, port: Port, note: Note, today: Callable[[], date]) -> None:
        self._port = port
        self._note = note
        self._today = today
        self._asked = b""
        self._pieces: list[tuple[float, bytes]] = []

    @property
    def in_waiting(self) -> int:
        try:
            return self._port.in_waiting
        except LINE_ERRORS:
            self._gone()
            raise

    def read(self, size: int, /) -> bytes:
        try:
            piece = self._port.read(size)
        except LINE_ERRORS:
            self._gone()
            raise
        if piece:
            self._pieces.append((time.monotonic(), piece))
        return piece

    def write(self, what: bytes, /) -> object:
        self._let_out()
        self._asked = what
        self._note(What.SENT, what, time.monotonic())
        try:
            return self._port.write(what)
        except LINE_ERRORS:
            self._gone()
            raise

    def reset_input_buffer(self) -> None:
        self._port.reset_input_buffer()

    def close(self) -> None:
        self._let_out()
        self._port.close()

    def _gone(self) -> None:
        self._let_out()
        self._note(What.GONE, b"", time.monotonic())

    def _let_out(self) -> None:
        stream = b"".join(piece for _, piece in self._pieces)
        clean = clean_frames(stream, self._asked, self._today())
        at = 0
        for moment, piece in self._pieces:
            self._note(What.CAME, clean[at : at + len(piece)], moment)
            at += len(piece)
        self._pieces.clear()


class SamReplay:
    """The far side of a recorded line: answers what was asked then as it was answered then.

    Whoever asks more often than then hears the last answer to the same request again; whoever asks
    what never was asked hears nothing. `pace`: 1 as fast as it was, 0 at once.
    """

    def __init__(self, entries: Sequence[Entry], *, pace: float = 1.0) -> None:
        self._entries = entries
        self._pace = pace
        self._next = 0
        self._last: dict[bytes, Sequence[Entry]] = {}
        self.is_gone = False

    def open_port(self, path: str, baud: int) -> Port:
        """An `OpenPort`, whatever the path and the speed."""
        del path, baud
        self.is_gone = False
        return _ReplayedPort(self)

    def answer_to(self, asked: bytes) -> Sequence[tuple[float, bytes]]:
        """Pieces, each with the seconds after the request at which it comes; sets `is_gone`."""
        at = self._next
        while at < len(self._entries):
            entry = self._entries[at]
            if entry.what is What.GONE:
                break
            if entry.what is What.SENT and entry.content == asked:
                return self._from(at)
            at += 1
        known = self._last.get(asked)
        if known is not None and not self._goes_next():
            return self._pieces(known)
        if at < len(self._entries) and self._entries[at].what is What.GONE:
            self._next, self.is_gone = at + 1, True
        return ()

    def _from(self, start: int) -> Sequence[tuple[float, bytes]]:
        at = start + 1
        while at < len(self._entries) and self._entries[at].what is What.CAME:
            at += 1
        exchange = self._entries[start:at]
        self._next = at
        self._last[exchange[0].content] = exchange
        if at < len(self._entries) and self._entries[at].what is What.GONE:
            self._next, self.is_gone = at + 1, True
        return self._pieces(exchange)

    def _goes_next(self) -> bool:
        """Whether nothing but the reader's going is left before the next moment."""
        rest = self._entries[self._next : self._next + 1]
        return bool(rest) and rest[0].what is What.GONE

    def _pieces(self, exchange: Sequence[Entry]) -> Sequence[tuple[float, bytes]]:
        asked, *came = exchange
        return [((one.at - asked.at) * self._pace, one.content) for one in came]


class _ReplayedPort:
    """Behaves like a port with a timeout of LISTEN; gone means an OSError, as on a real one."""

    def __init__(self, far_side: SamReplay) -> None:
        self._far_side = far_side
        self._coming: list[tuple[float, bytes]] = []

    @property
    def in_waiting(self) -> int:
        self._need_there()
        now = time.monotonic()
        return sum(len(piece) for moment, piece in self._coming if moment <= now)

    def read(self, size: int, /) -> bytes:
        until = time.monotonic() + LISTEN
        if not self._coming:
            self._need_there()
        if not self._coming or self._coming[0][0] > until:
            time.sleep(LISTEN)
            return b""
        time.sleep(max(0.0, self._coming[0][0] - time.monotonic()))
        moment, piece = self._coming.pop(0)
        if len(piece) > size:
            self._coming.insert(0, (moment, piece[size:]))
        return piece[:size]

    def write(self, what: bytes, /) -> object:
        self._need_there()
        now = time.monotonic()
        pieces = self._far_side.answer_to(what)
        self._coming += [(now + after, piece) for after, piece in pieces]
        return len(what)

    def reset_input_buffer(self) -> None:
        now = time.monotonic()
        self._coming = [one for one in self._coming if one[0] > now]

    def close(self) -> None:
        self._coming.clear()

    def _need_there(self) -> None:
        if self._far_side.is_gone and not self._coming:
            raise OSError("the recorded reader went")
