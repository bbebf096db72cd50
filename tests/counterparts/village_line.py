"""A village line with real packets: slow, far, lossy, cut, between two networks made for it.

Unlike BadLine it loses single packets, so what loss does to TCP is seen, and its counts are bytes
on the wire. A process of its own carries the packets (line_process.py). Needs root, /dev/net/tun.
"""

import ctypes
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from tests.counterparts.line_packets import Weather
from tests.counterparts.line_process import DOWN, GATEWAY, MOST, UP, Order, State

__all__ = ["DOWN", "GATEWAY", "OUR_NETWORK", "UP", "State", "VillageLine", "Weather", "is_possible"]

CHECKOUT: Final = Path(__file__).parents[2]
READY_WITHIN: Final = 20.0  # seconds
ENDS_WITHIN: Final = 10.0
OUR_NETWORK: Final = Path("/proc/thread-self/ns/net")
NETWORK: Final = 0x40000000  # CLONE_NEWNET, linux/sched.h (recalled)


def is_possible() -> bool:
    """May this process make such a line?"""
    return os.geteuid() == 0 and Path("/dev/net/tun").exists()


class VillageLine:
    """One line; gone with everything on it when its `with` block ends, however it ends.

    The gateway's address on it is `GATEWAY`. Belongs to one thread.
    """

    def __init__(
        self, weather: Weather | None = None, *, congestion: str = "cubic", seed: int = 1
    ) -> None:
        """`congestion`: "cubic" or "bbr", at both ends."""
        self._arguments = (congestion, str(seed))
        self._weather = weather or Weather()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._places = (0, 0)

    def __enter__(self) -> Self:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(READY_WITHIN)
        with theirs:
            program = [sys.executable, "-m", "tests.counterparts.line_process"]
            self._process = subprocess.Popen(
                [*program, str(theirs.fileno()), *self._arguments],
                pass_fds=(theirs.fileno(),),
                cwd=CHECKOUT,
                start_new_session=True,  # it ends by itself, after whoever uses it
            )
        self._control = ours
        try:
            self._places = self._heard().places
            self._say(Order(weather=self._weather))
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def set(self, weather: Weather) -> State:
        """Change the line. Turns of light and dark begin anew."""
        return self._say(Order(weather=weather))

    def cut(self) -> State:
        """From now on nothing passes, and nobody is told; what is under way is lost too."""
        return self._say(Order(cut=True))

    def mend(self) -> State:
        """It carries again; no black hole waits any more."""
        self._say(Order(swallow_from=(UP, 0)))
        self._say(Order(swallow_from=(DOWN, 0)))
        return self._say(Order(cut=False))

    def swallow_from(self, way: int, number: int) -> State:
        """A black hole: this speaking packet of that way, and whatever follows, is swallowed.

        Speaking are SYN, FIN and what carries bytes; counted from the last `fresh`, from 1 on.
        """
        return self._say(Order(swallow_from=(way, number)))

    def state(self) -> State:
        """What was seen so far."""
        return self._say(Order())

    def fresh(self) -> State:
        """Begin all counts anew."""
        return self._say(Order(fresh=True))

    def at_terminal(self, command: Sequence[str]) -> list[str]:
        """The command, run in the terminal's network. See `_inside`."""
        return _inside(self._places[UP], command)

    def at_gateway(self, command: Sequence[str]) -> list[str]:
        """The command, run in the gateway's network. See `_inside`."""
        return _inside(self._places[DOWN], command)

    def as_terminal(self) -> AbstractContextManager[None]:
        """This thread, and every thread it starts meanwhile, is in the terminal's network."""
        return _entered(self._places[UP])

    def as_gateway(self) -> AbstractContextManager[None]:
        """The same for the gateway's network."""
        return _entered(self._places[DOWN])

    def _say(self, order: Order) -> State:
        assert self._control is not None, "only inside its with block"
        self._control.send(msgspec.json.encode(order))
        return self._heard()

    def _heard(self) -> State:
        assert self._control is not None
        written = self._control.recv(MOST)
        if not written:
            raise RuntimeError("the line did not start: root, /dev/net/tun and iproute2 are needed")
        return msgspec.json.decode(written, type=State)

    def _end(self) -> None:
        assert self._control is not None
        assert self._process is not None
        self._control.close()
        try:
            self._process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def started(command: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """A process in this checkout that speaks lines on its standard output."""
    return subprocess.Popen(
        list(command), stdout=subprocess.PIPE, text=True, cwd=CHECKOUT, **options
    )


@contextmanager
def _entered(place: int) -> Iterator[None]:
    """By setns(2), for which Python has no call before 3.12."""
    with OUR_NETWORK.open() as before, Path(f"/proc/{place}/ns/net").open() as network:
        _set_network(network.fileno())
        try:
            yield
        finally:
            _set_network(before.fileno())


def _set_network(descriptor: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, NETWORK):
        raise OSError(ctypes.get_errno(), "setns")


def _inside(place: int, command: Sequence[str]) -> list[str]:
    """Its pid is that of the command itself; it dies with the thread that started it."""
    enter = ["setpriv", "--pdeathsig", "KILL", "nsenter", f"--net=/proc/{place}/ns/net"]
    return [*enter, "--", *command]
