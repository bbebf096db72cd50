"""Tells the service manager that the terminal has begun and that its screen still moves.

The protocol of sd_notify(3): datagrams to the socket that NOTIFY_SOCKET names. Forty lines here,
since the package of that purpose (sdnotify) has had no release since 2017.
"""

import logging
import socket
from collections.abc import Mapping
from typing import Final

log = logging.getLogger(__name__)

BEGUN: Final = "READY=1"
ALIVE: Final = "WATCHDOG=1"
ENDING: Final = "STOPPING=1"
PARTS: Final = 3  # said three times within the limit, so that one that is late does not end us


class ServiceWord:
    """Never raises and never waits; says nothing where no service manager listens."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """`environment`: NOTIFY_SOCKET, a path or, after "@", an abstract name; WATCHDOG_USEC."""
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        limit = environment.get("WATCHDOG_USEC", "")
        self.every_ms: Final = int(limit) // 1000 // PARTS if limit.isdecimal() else 0
        """How often ALIVE should be said, 0: nobody asks."""

    def tell(self, state: str) -> None:
        """One of the words above."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.setblocking(False)
                line.sendto(state.encode("ascii"), self._address)
        except OSError as error:
            log.warning("the service manager did not hear %s: %s", state, error)
