"""Asks gpsd on this machine for a position: its JSON protocol, one object a line.

gpsd_json(5), as at gpsd.gitlab.io: after `?WATCH={"enable":true,"json":true};` the daemon sends
reports; a TPV ("time-position-velocity") with `mode` 2 or 3 has `lat` and `lon`, and `eph`, its
estimate of the horizontal error in metres. The clients on the package index were last released
years ago or wrap a whole session where one question is asked (docs/decisions/0002-libraries.md).
"""

import contextlib
import json
import math
import socket
import time
from collections.abc import Callable, Iterator
from typing import Final

from devices.location.api import Position

HOST: Final = "127.0.0.1"
PORT: Final = 2947  # registered for gpsd
WATCH: Final = b'?WATCH={"enable":true,"json":true};\n'
WITHIN: Final = 4.0  # seconds: a receiver reports once a second
LONGEST_LINE: Final = 65_536  # bytes; reports of satellites have some thousand
HAS_PLACE: Final = 2  # `mode`: 0 unknown, 1 no fix, 2 latitude and longitude, 3 altitude too
HIGHEST_LATITUDE: Final = 90
HIGHEST_LONGITUDE: Final = 180


class GpsdReceiver:
    """A PositionReceiver. Each question is a connection of its own."""

    def __init__(
        self,
        host: str = HOST,
        port: int = PORT,
        *,
        within: float = WITHIN,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = (host, port)
        self._within = within
        self._monotonic = monotonic

    def position(self) -> Position | None:
        """The first position that comes within some seconds."""
        with contextlib.suppress(OSError):  # no daemon, or it went away
            end = self._monotonic() + self._within
            with socket.create_connection(self._address, timeout=self._within) as line:
                line.sendall(WATCH)
                for report in self._lines(line, end):
                    found = position_in(report)
                    if found is not None:
                        return found
        return None

    def _lines(self, line: socket.socket, end: float) -> Iterator[bytes]:
        kept = b""
        while (left := end - self._monotonic()) > 0:
            line.settimeout(left)
            came = line.recv(4096)
            if not came:
                return
            *whole, kept = (kept + came).split(b"\n")
            yield from whole
            if len(kept) > LONGEST_LINE:
                return


def position_in(report: bytes) -> Position | None:
    """The position in one line of the daemon, None when there is none in it. Never raises."""
    try:
        told = json.loads(report)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("class") != "TPV":
        return None
    mode, latitude, longitude = told.get("mode"), _number(told, "lat"), _number(told, "lon")
    if not isinstance(mode, int) or mode < HAS_PLACE or latitude is None or longitude is None:
        return None
    if abs(latitude) > HIGHEST_LATITUDE or abs(longitude) > HIGHEST_LONGITUDE:
        return None
    metres = _number(told, "eph")
    return Position(latitude, longitude, metres if metres is not None and metres >= 0 else None)


def _number(told: dict[str, object], name: str) -> float | None:
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
