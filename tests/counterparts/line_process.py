"""Carries packets between two network namespaces of its own; the process behind VillageLine.

Two TUN devices and this program between them, since a kernel without netem has neither delay nor
loss. The namespaces have no names: each lives as long as a process that only waits for this one to
end, so nothing can be left behind. Needs root and /dev/net/tun.
"""

import contextlib
import fcntl
import os
import selectors
import socket
import struct
import subprocess
import sys
import time
from typing import Final

import msgspec

from tests.counterparts.line_packets import OneWay, WayCounts, Weather

TERMINAL: Final = "10.78.0.1"
GATEWAY: Final = "10.78.0.2"
UP, DOWN = 0, 1
MOST: Final = 1 << 16  # bytes of a message and of a packet
AT_ONCE: Final = 64  # packets taken from one device before the other gets its turn
# linux/if_tun.h (recalled): TUNSETIFF, IFF_TUN, IFF_NO_PI
SET_INTERFACE: Final = 0x400454CA
PLAIN_IP_PACKETS: Final = 0x0001 | 0x1000


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the line shall do; everything left out stays. The answer is always a State."""

    weather: Weather | None = None
    cut: bool | None = None  # True: nothing passes until it is mended; False: mended
    swallow_from: tuple[int, int] | None = None  # way, number of the speaking packet
    fresh: bool = False  # all counts begin at nothing


class State(msgspec.Struct, frozen=True):
    """What was seen so far. `cuts`: how often the line went from light to dark, last at `fell`."""

    up: WayCounts
    down: WayCounts
    cuts: int
    dark: bool
    fell: float  # time.monotonic(); 0: never
    places: tuple[int, int]  # pids that hold the terminal's and the gateway's namespace


class Namespace:
    """A network of its own with one device, whose packets this process reads and writes."""

    def __init__(self, address: str, congestion: str) -> None:
        """Raises OSError, subprocess.CalledProcessError when it may not."""
        self._holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        self._holder.stdout.read(1)  # it is in its namespace now
        self.pid = self._holder.pid
        self.device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        asked = struct.pack("16sH22x", b"village%d", PLAIN_IP_PACKETS)
        given = fcntl.ioctl(self.device, SET_INTERFACE, asked)
        name = given[:16].rstrip(b"\0").decode()
        _ip([], f"link set {name} netns {self.pid}")
        network = f"{address.rpartition('.')[0]}.0/24"
        _ip(
            ["nsenter", f"--net=/proc/{self.pid}/ns/net"],
            "link set lo up",
            f"link set {name} addrgenmode none",
            f"link set {name} up mtu 1500",
            f"addr add {address}/24 dev {name} noprefixroute",
            f"route add {network} dev {name} src {address} congctl {congestion}",
        )

    def close(self) -> None:
        """The device is gone with its descriptor, the namespace with its last process."""
        os.close(self.device)
        assert self._holder.stdin is not None
        self._holder.stdin.close()
        self._holder.wait(5)


class LineProcess:
    """The loop: packets from either device, orders from the socket."""

    def __init__(
        self, control: socket.socket, ends: tuple[Namespace, Namespace], *, seed: int
    ) -> None:
        self._control = control
        self._ends = ends
        self._ways = (OneWay(Weather(), seed=2 * seed), OneWay(Weather(), seed=2 * seed + 1))
        self._is_cut = False
        self._cuts = 0
        self._was_dark = False
        self._fell = 0.0
        self._since = 0.0  # the first packet after the weather was set; 0: none yet

    def run(self) -> None:
        """Until the other end of the socket is closed."""
        watched = selectors.DefaultSelector()
        watched.register(self._control, selectors.EVENT_READ)
        for end in self._ends:
            watched.register(end.device, selectors.EVENT_READ)
        self._say()
        while True:
            ready = watched.select(self._wait(time.monotonic()))
            now = time.monotonic()
            dark = self._look(now)
            for key, _ in ready:
                if key.fileobj is not self._control:
                    self._take(UP if key.fd == self._ends[UP].device else DOWN, now, dark=dark)
                elif not self._obey():
                    return
            self._deliver(time.monotonic())

    def _wait(self, now: float) -> float | None:
        moments = [at for way in self._ways if (at := way.next_at()) is not None]
        return max(0.0, min(moments) - now) if moments else None

    def _look(self, now: float) -> bool:
        """Is the line dark?"""
        weather, dark = self._ways[UP].weather, self._is_cut
        if weather.down and self._since:
            dark = dark or (now - self._since) % (weather.up + weather.down) >= weather.up
        dark = dark or any(way.has_reached for way in self._ways)
        if dark and not self._was_dark:
            self._cuts += 1
            self._fell = now
        self._was_dark = dark
        return dark

    def _take(self, way: int, now: float, *, dark: bool) -> None:
        with contextlib.suppress(BlockingIOError):
            for _ in range(AT_ONCE):
                packet = os.read(self._ends[way].device, MOST)
                self._since = self._since or now
                self._ways[way].take(now, packet, dark=dark)
                dark = dark or self._look(now)

    def _deliver(self, now: float) -> None:
        dark = self._look(now)
        for way, end in ((UP, self._ends[DOWN]), (DOWN, self._ends[UP])):
            for packet in self._ways[way].arrived(now, dark=dark):
                with contextlib.suppress(OSError):  # its queue is full: lost, as on any line
                    os.write(end.device, packet)

    def _obey(self) -> bool:
        """False when nobody gives orders any more."""
        written = self._control.recv(MOST)
        if not written:
            return False
        order = msgspec.json.decode(written, type=Order)
        if order.cut is not None:
            self._is_cut = order.cut
        if order.weather is not None:
            self._since = 0.0
            for way in self._ways:
                way.weather = order.weather
        if order.swallow_from is not None:
            which, number = order.swallow_from
            self._ways[which].swallow_from = number
        if order.fresh:
            self._cuts = 0
            for way in self._ways:
                way.counts = WayCounts()
        self._look(time.monotonic())
        self._say()
        return True

    def _say(self) -> None:
        up, down = (way.counts for way in self._ways)
        places = (self._ends[UP].pid, self._ends[DOWN].pid)
        state = State(up, down, self._cuts, self._was_dark, self._fell, places)
        self._control.send(msgspec.json.encode(state))


def _ip(before: list[str], *commands: str) -> None:
    subprocess.run(
        [*before, "ip", "-batch", "-"],
        input="".join(f"{command}\n" for command in commands),
        text=True,
        check=True,
        capture_output=True,
    )


def main() -> int:
    """Arguments: descriptor of the control socket, congestion control, seed."""
    descriptor, congestion, seed = sys.argv[1:4]
    with socket.socket(fileno=int(descriptor)) as control:
        control.set_inheritable(False)
        terminal = Namespace(TERMINAL, congestion)
        gateway = Namespace(GATEWAY, congestion)
        try:
            LineProcess(control, (terminal, gateway), seed=int(seed)).run()
        finally:
            terminal.close()
            gateway.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
