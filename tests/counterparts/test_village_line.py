"""The village line measured from inside: it is as it was set, and nothing of it is left behind."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.counterparts.village_line import (
    GATEWAY,
    OUR_NETWORK,
    UP,
    VillageLine,
    Weather,
    is_possible,
    started,
)
from tests.counterparts.waiting import wait_until

pytestmark = pytest.mark.skipif(not is_possible(), reason="needs root and /dev/net/tun")
PROBE = [sys.executable, "-m", "tests.counterparts.line_probe"]


@contextmanager
def taking(line: VillageLine) -> Iterator[None]:
    """Something listens at the far end."""
    with started(line.at_gateway([*PROBE, "take"])) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield
        finally:
            process.kill()


def sent(line: VillageLine, size: int) -> dict[str, float]:
    """Seconds of connecting and of everything."""
    command = line.at_terminal([*PROBE, "send", str(size)])
    with started(command) as process:
        answer: dict[str, float] = json.loads(process.communicate(timeout=60)[0])
    return answer


def test_rate_and_delay_are_what_was_set() -> None:
    with VillageLine(Weather(kbit=1600, delay=0.05)) as line, taking(line):
        measured = sent(line, 200_000)
        up = line.state().up
    assert 0.1 <= measured["connect"] < 0.3
    assert 1.0 < measured["seconds"] < 2.5  # 1.0 s on the wire, then the way there and back
    assert up.stream == 200_000
    assert 200_000 * 1.02 < up.bytes < 200_000 * 1.2
    assert (up.connections, up.lost, up.swallowed) == (1, 0, 0)


def test_packets_are_lost_and_tcp_sends_them_again() -> None:
    with VillageLine(Weather(kbit=8000, delay=0.002, loss=0.03)) as line, taking(line):
        sent(line, 400_000)
        up = line.state().up
    assert 0.01 < up.lost / up.packets < 0.06
    assert up.stream == 400_000
    assert up.again >= 1448  # about what was lost


@pytest.mark.parametrize("congestion", ["cubic", "bbr"])
def test_the_way_is_taken_with_the_congestion_control_that_was_asked_for(congestion: str) -> None:
    with VillageLine(congestion=congestion) as line:
        for inside in (line.at_terminal, line.at_gateway):
            routes = subprocess.run(inside(["ip", "route"]), capture_output=True, check=True)
            assert f"congctl {congestion}".encode() in routes.stdout


def test_turns_of_light_and_dark_begin_with_the_first_packet() -> None:
    with VillageLine(Weather(kbit=1600, up=0.4, down=0.2)) as line, taking(line):
        seconds = sent(line, 200_000)["seconds"]
        state = line.state()
    assert seconds > 1.3  # 1.0 s on the wire needs three lights
    assert state.cuts >= 2
    assert state.up.swallowed > 0


def test_a_line_that_was_cut_carries_again_once_it_is_mended() -> None:
    with VillageLine(Weather(kbit=800, delay=0.01)) as line, taking(line):
        command = line.at_terminal([*PROBE, "send", "100000"])
        with started(command) as process:
            wait_until(lambda: line.state().up.stream > 20_000)
            line.cut()
            dark = line.state()
            assert dark.dark
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
            assert line.state().up.stream == dark.up.stream
            line.mend()
            assert process.wait(30) == 0
        assert line.state().up.stream == 100_000
        assert line.state().cuts == 1


def test_a_black_hole_begins_where_it_was_told() -> None:
    with VillageLine(Weather(delay=0.01)) as line, taking(line):
        line.swallow_from(UP, 3)
        with started(line.at_terminal([*PROBE, "send", "100000"])) as process:
            wait_until(lambda: line.state().dark)
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.3)
            up = line.state().up
            assert up.speaking - up.swallowed <= 2
            line.mend()
            assert process.wait(30) == 0


def test_a_thread_can_be_at_either_end() -> None:
    before = OUR_NETWORK.readlink()
    with VillageLine(Weather(delay=0.001)) as line:
        with line.as_gateway():
            opened = socket.create_server((GATEWAY, 0))
        with opened, line.as_terminal():
            peer = socket.create_connection(opened.getsockname(), timeout=5)
            with peer, opened.accept()[0] as theirs:
                theirs.sendall(b"x")
                assert peer.recv(1) == b"x"
    assert OUR_NETWORK.readlink() == before


def test_counts_begin_anew_when_asked() -> None:
    with VillageLine() as line, taking(line):
        sent(line, 1000)
        assert line.fresh().up.packets == 0
        assert line.state().down.requests == {}


def test_nothing_is_left_when_whoever_made_it_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "places"
    code = (
        "import subprocess, time; from pathlib import Path;"
        "from tests.counterparts.village_line import VillageLine\n"
        "with VillageLine() as line:\n"
        "    inside = subprocess.Popen(line.at_gateway(['sleep', '60']))\n"
        "    places = [*line.state().places, inside.pid, line._process.pid]\n"
        f"    part = Path({str(told)!r} + '.part'); part.write_text(' '.join(map(str, places)))\n"
        f"    part.rename({str(told)!r})\n"
        "    time.sleep(60)\n"
    )
    with started([sys.executable, "-c", code]) as maker:
        wait_until(told.exists)
        maker.send_signal(signal.SIGKILL)
    pids = [int(pid) for pid in told.read_text().split()]
    assert len(pids) == 4
    wait_until(lambda: not any(_lives(pid) for pid in pids), what="line and namespaces are gone")


def _lives(pid: int) -> bool:
    """A process that ends between two looks at it is gone too."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return "\nState:\tZ" not in status
