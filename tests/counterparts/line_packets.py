"""One direction of a village line: what becomes of each packet, and what was seen. No I/O."""

import random
import struct
from collections import deque
from itertools import takewhile
from typing import Final

import msgspec

TCP: Final = 6
IPV4: Final = 4
FIN, SYN = 0x01, 0x02
SEQUENCES: Final = 1 << 32
HALF: Final = SEQUENCES // 2
METHODS: Final = (b"GET ", b"PUT ", b"POST ", b"HEAD ", b"PATCH ", b"DELETE ", b"OPTIONS ")
PATH_PARTS: Final = 2  # of a request's path that tell one kind from another ...
LONGEST_PART: Final = 12  # ... up to the first that is an id


class Weather(msgspec.Struct, frozen=True, kw_only=True):
    """How the line is; the same both ways."""

    kbit: float = 0.0  # kbit/s of IP packets; 0: as fast as it goes
    delay: float = 0.0  # seconds one way
    loss: float = 0.0  # share of the packets that vanish, each by itself
    queue: float = 1.0  # seconds that a packet may wait for its turn before it is dropped
    up: float = 0.0  # seconds of light ...
    down: float = 0.0  # ... and of darkness in turn, from the first packet on; 0: always light


class WayCounts(msgspec.Struct, kw_only=True):
    """What went one way. Only what entered the line while it carried anything is on the wire."""

    packets: int = 0
    bytes: int = 0  # of IP packets: with every header, acknowledgement and repetition
    lost: int = 0
    overflowed: int = 0  # packets dropped since the queue was full
    swallowed: int = 0  # packets that met darkness
    speaking: int = 0  # packets that carry something: SYN, FIN or bytes
    connections: int = 0
    stream: int = 0  # bytes of TCP streams, each once
    again: int = 0  # bytes that TCP put on the wire once more
    requests: dict[str, int] = msgspec.field(default_factory=dict)  # "PUT /v1/cases" -> how many
    knock: float = 0.0  # time.monotonic() of the first new connection in darkness; 0: none
    first: float = 0.0  # the same of the first packet
    last: float = 0.0


class OneWay:
    """Packets in at one end, out at the other when their time has come. Times: seconds."""

    def __init__(self, weather: Weather, *, seed: int) -> None:
        self.weather = weather
        self.counts = WayCounts()
        self.swallow_from = 0  # the speaking packet with which darkness begins; 0: none
        self._random = random.Random(seed)
        self._free_at = 0.0
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._streams: dict[int, _Stream] = {}  # by source port

    @property
    def has_reached(self) -> bool:
        """The speaking packet has come with which darkness was to begin."""
        return 0 < self.swallow_from <= self.counts.speaking

    def take(self, now: float, packet: bytes, *, dark: bool) -> None:
        """A packet enters."""
        counts = self.counts
        segment = _segment_of(packet)
        if segment is not None and segment.speaks:
            counts.speaking += 1
        counts.first = counts.first or now
        if dark or self.has_reached:
            counts.swallowed += 1
            if segment is not None and segment.flags & SYN and self._is_new(segment):
                counts.knock = counts.knock or now
            return
        counts.packets += 1
        counts.bytes += len(packet)
        counts.last = now
        if segment is not None:
            self._look(segment)
        weather = self.weather
        begun = max(now, self._free_at)
        if begun - now > weather.queue:
            counts.overflowed += 1
            return
        self._free_at = begun + (len(packet) * 8 / (weather.kbit * 1000) if weather.kbit else 0.0)
        if self._random.random() < weather.loss:
            counts.lost += 1
            return
        self._under_way.append((self._free_at + weather.delay, packet))

    def next_at(self) -> float | None:
        """When the next packet comes out."""
        return self._under_way[0][0] if self._under_way else None

    def arrived(self, now: float, *, dark: bool) -> list[bytes]:
        """The packets that come out by now; what is on the line in darkness is gone."""
        out = []
        while self._under_way and self._under_way[0][0] <= now:
            out.append(self._under_way.popleft()[1])
        if dark:
            self.counts.swallowed += len(out)
            return []
        return out

    def _look(self, segment: "_Segment") -> None:
        counts, content = self.counts, segment.content
        stream = self._streams.get(segment.port)
        if stream is None or (segment.flags & SYN and self._is_new(segment)):
            counts.connections += bool(segment.flags & SYN)
            stream = self._streams[segment.port] = _Stream(segment.sequence)
        if not content:
            return
        at = stream.place_of(segment.sequence)
        name = _request_of(content)
        if name and at not in stream.requests:
            stream.requests.add(at)
            counts.requests[name] = counts.requests.get(name, 0) + 1
        fresh = stream.cover(at, at + len(content))
        counts.stream += fresh
        counts.again += len(content) - fresh

    def _is_new(self, opening: "_Segment") -> bool:
        stream = self._streams.get(opening.port)
        return stream is None or stream.begin != opening.sequence


class _Stream:
    """Which bytes of one TCP stream have been on the wire."""

    def __init__(self, begin: int) -> None:
        self.begin = begin  # sequence number of its first byte
        self.requests: set[int] = set()  # where they began
        self._furthest = 0
        self._seen: list[tuple[int, int]] = []  # in order, none touches the next

    def place_of(self, sequence: int) -> int:
        """Bytes from the begin; the numbers come round again after 4 GB."""
        ahead = (sequence - self.begin - self._furthest + HALF) % SEQUENCES - HALF
        return self._furthest + ahead

    def cover(self, begin: int, end: int) -> int:
        """These bytes were on the wire; how many of them for the first time."""
        self._furthest = max(self._furthest, end)
        size = sum(b - a for a, b in self._seen)
        apart = [(a, b) for a, b in self._seen if b < begin or a > end]
        touched = [(a, b) for a, b in self._seen if b >= begin and a <= end]
        begin = min([begin, *(a for a, _ in touched)])
        end = max([end, *(b for _, b in touched)])
        self._seen = sorted([*apart, (begin, end)])
        return sum(b - a for a, b in self._seen) - size


class _Segment(msgspec.Struct, frozen=True):
    port: int  # source
    sequence: int  # of the first byte of `content`
    flags: int
    content: bytes

    @property
    def speaks(self) -> bool:
        return bool(self.flags & (SYN | FIN) or self.content)


def _segment_of(packet: bytes) -> _Segment | None:
    """The TCP segment in an IPv4 packet (RFC 791 and 9293, recalled); None for all else."""
    if len(packet) < 20 or packet[0] >> 4 != IPV4 or packet[9] != TCP:
        return None
    head = (packet[0] & 0xF) * 4
    total = int.from_bytes(packet[2:4], "big")
    if len(packet) < head + 20:
        return None
    port, _, sequence, _, offset, flags = struct.unpack_from("!HHIIBB", packet, head)
    syn = 1 if flags & SYN else 0  # takes a sequence number for itself
    content = packet[head + (offset >> 4) * 4 : total]
    return _Segment(port, (sequence + syn) % SEQUENCES, flags, content)


def _request_of(content: bytes) -> str:
    """Method and first parts of the path when an HTTP request begins here, else ""."""
    if not content.startswith(METHODS):
        return ""
    method, path, *_ = content[:200].split(b" ", 2)
    parts = path.partition(b"?")[0].split(b"/")[1 : 1 + PATH_PARTS]
    names = takewhile(lambda part: len(part) <= LONGEST_PART, parts)
    return f"{method.decode()} /{b'/'.join(names).decode('ascii', 'replace')}"
