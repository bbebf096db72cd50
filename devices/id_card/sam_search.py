"""Looks for a SAM reader on the serial ports of this machine, at every speed it may have."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devices.id_card.sam_frame import Answer, Command
from devices.id_card.sam_line import BAUDS, LINE_ERRORS, OpenPort, SamLine, open_serial_port

DEVICES: Final = Path("/dev")
# Below DEVICES. First the names that survive replugging (udev), then USB, then built in.
PATTERNS: Final = ("serial/by-id/*", "ttyUSB*", "ttyACM*", "ttyS*")
PROBE_LIMIT: Final = 0.25  # seconds for one answer; at 9600 baud question and answer take 22 ms


@dataclass(frozen=True, slots=True)
class SamPlace:
    """Where a reader answered."""

    path: str
    baud: int


def serial_ports(taken: Collection[str] = (), *, devices: Path = DEVICES) -> list[str]:
    """Every serial port once, under its best name; not those that belong to another device.

    `taken`: paths of which nobody may be asked, since a printer would print the question.
    """
    seen = {Path(path).resolve() for path in taken}
    found = []
    for pattern in PATTERNS:
        for path in sorted(devices.glob(pattern)):
            if (real := path.resolve()) not in seen:
                seen.add(real)
                found.append(str(path))
    return found


class SamSearch:
    """Asks port after port for the SAM's self-check, the usual speed on all of them first.

    The place where it was found last comes before all others. Goes on where it stopped, so that no
    call takes long; begins anew when it is through or when other ports are there. So every reader
    is found in at most ports times speeds times PROBE_LIMIT seconds of searching.
    """

    def __init__(
        self, ports: Callable[[], Sequence[str]], *, open_port: OpenPort = open_serial_port
    ) -> None:
        self._ports = ports
        self._open_port = open_port
        self._looked_at: Sequence[str] = ()
        self._left: list[SamPlace] = []
        self._all = 0
        self._last: SamPlace | None = None  # where one was found

    def look(self, seconds: float) -> SamPlace | None:
        """The first place where a SAM answers, or None when the time is up or none did.

        Takes at most PROBE_LIMIT longer than it may, and at least one question. Never raises.
        """
        end = time.monotonic() + seconds
        self._see_ports()
        if self._last is not None and self._last.path in self._looked_at:
            self._left.insert(0, self._last)
        while self._left:
            place = self._left.pop(0)
            if self._answers(place):
                self._last, self._looked_at = place, ()
                return place
            if time.monotonic() >= end:
                break
        if not self._left:
            self._looked_at = ()
        return None

    def told(self) -> str:
        """How far it is, for the staff."""
        if not self._all:
            return "no serial port here"
        ports = self._all // len(BAUDS)
        tried = max(0, self._all - len(self._left))
        return f"no SAM answered: {tried} of {self._all} tried ({ports} ports, {len(BAUDS)} speeds)"

    def _see_ports(self) -> None:
        ports = self._ports()
        if ports != self._looked_at:
            self._looked_at = ports
            self._left = [SamPlace(path, baud) for baud in BAUDS for path in ports]
            self._all = len(self._left)

    def _answers(self, place: SamPlace) -> bool:
        """Any whole answer will do, a defect too: what else has this preamble and checksum?"""
        try:
            line = SamLine(self._open_port(place.path, place.baud))
        except (*LINE_ERRORS, ValueError):  # gone, in use, or no hardware behind it
            return False
        try:
            answer = line.ask(Command.SELF_CHECK, time.monotonic() + PROBE_LIMIT)
        except LINE_ERRORS:
            return False
        finally:
            line.close()
        return isinstance(answer, Answer)
