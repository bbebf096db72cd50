"""One direction of a line, with the clock in the test's hand."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.counterparts.line_packets import FIN, SYN, OneWay, Weather


def tcp(content: bytes = b"", *, sequence: int = 0, port: int = 40000, flags: int = 0) -> bytes:
    """An IPv4 packet with a TCP segment."""
    segment = struct.pack("!HHIIBBHHH", port, 80, sequence, 0, 5 << 4, flags, 0, 0, 0) + content
    head = struct.pack("!BBHHHBBH8x", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0)
    return head + segment


def test_a_packet_takes_its_time_on_the_wire_and_then_the_way() -> None:
    line = OneWay(Weather(kbit=80.0, delay=0.5), seed=1)
    line.take(10.0, bytes(1000), dark=False)  # 0.1 s at 80 kbit/s
    line.take(10.0, bytes(1000), dark=False)
    assert line.next_at() == pytest.approx(10.6)
    assert line.arrived(10.59, dark=False) == []
    assert len(line.arrived(10.6001, dark=False)) == 1
    assert line.next_at() == pytest.approx(10.7)


def test_a_packet_that_would_wait_too_long_is_dropped() -> None:
    line = OneWay(Weather(kbit=80.0, queue=0.25), seed=1)
    for _ in range(10):
        line.take(0.0, bytes(1000), dark=False)
    assert line.counts.overflowed == 7
    assert len(line.arrived(9.0, dark=False)) == 3


def test_loss_is_the_share_that_was_asked_for_and_the_same_for_the_same_seed() -> None:
    def lost(seed: int) -> int:
        line = OneWay(Weather(loss=0.04), seed=seed)
        for _ in range(10_000):
            line.take(0.0, b"E" * 40, dark=False)
        return line.counts.lost

    assert lost(1) == lost(1)
    assert lost(1) == pytest.approx(400, rel=0.2)


def test_darkness_swallows_what_enters_and_what_is_under_way() -> None:
    line = OneWay(Weather(delay=1.0), seed=1)
    line.take(0.0, tcp(b"early"), dark=False)
    line.take(0.5, tcp(b"late", sequence=5), dark=True)
    assert line.arrived(1.5, dark=True) == []
    assert line.counts.swallowed == 2
    assert line.counts.bytes == 45  # what met darkness was never on the wire


def test_streams_are_counted_once_and_repetitions_apart() -> None:
    line = OneWay(Weather(), seed=1)
    line.take(0.0, tcp(flags=SYN, sequence=2**32 - 3), dark=False)
    line.take(0.0, tcp(flags=SYN, sequence=2**32 - 3), dark=False)
    line.take(0.0, tcp(b"abcd", sequence=2**32 - 2), dark=False)  # over the end of the numbers
    line.take(0.0, tcp(b"abcd", sequence=2**32 - 2), dark=False)
    line.take(0.0, tcp(b"cdef", sequence=0), dark=False)
    line.take(0.0, tcp(b"x", sequence=0, port=40001), dark=False)
    line.take(0.0, tcp(flags=FIN, sequence=4), dark=False)
    assert (line.counts.connections, line.counts.stream, line.counts.again) == (1, 7, 6)
    assert line.counts.speaking == 7


def test_a_gap_that_darkness_left_is_filled_for_the_first_time() -> None:
    line = OneWay(Weather(), seed=1)
    line.take(0.0, tcp(b"abcd", sequence=0), dark=False)
    line.take(0.0, tcp(b"efgh", sequence=4), dark=True)
    line.take(0.0, tcp(b"ijkl", sequence=8), dark=False)  # a probe of the tail
    line.take(0.0, tcp(b"efgh", sequence=4), dark=False)
    assert (line.counts.stream, line.counts.again) == (12, 0)


def test_a_request_is_counted_once_however_often_it_is_on_the_wire() -> None:
    line = OneWay(Weather(), seed=1)
    head = b"PUT /v1/cases/0195 HTTP/1.1\r\n"
    for sequence in (1, 1, 500):
        line.take(0.0, tcp(head, sequence=sequence), dark=False)
    line.take(0.0, tcp(b"GET /v1/changes?since=3 HTTP/1.1\r\n", sequence=900), dark=False)
    assert line.counts.requests == {"PUT /v1/cases": 2, "GET /v1/changes": 1}


def test_a_black_hole_begins_with_the_speaking_packet_that_was_named() -> None:
    line = OneWay(Weather(), seed=1)
    line.swallow_from = 2
    line.take(0.0, tcp(b"one"), dark=False)
    line.take(0.0, tcp(), dark=False)  # an acknowledgement says nothing
    assert not line.has_reached
    line.take(0.0, tcp(b"two", sequence=3), dark=False)
    assert line.has_reached
    assert (line.counts.packets, line.counts.swallowed) == (2, 1)


@given(st.lists(st.binary(max_size=80)))
def test_whatever_comes_is_carried(packets: list[bytes]) -> None:
    line = OneWay(Weather(), seed=1)
    for packet in packets:
        line.take(0.0, packet, dark=False)
    assert line.arrived(0.0, dark=False) == packets
