"""The quick form of every fault matrix; `./run matrix` does the same in greater numbers."""

from pathlib import Path

import pytest

from sync.api import GatewayUnreachable
from sync.http_gateway import HttpGateway
from tests.matrix import crash, network, power
from tests.matrix.careless_child import KINDS
from tests.matrix.forked import be_ready, built

CRASHES, CUTS = 28, 45
EACH_WEATHER = 1
KINDS_OF_WEATHER = 29


def test_whatever_kills_or_refuses_nothing_that_was_safe_is_lost_or_doubled() -> None:
    tally = crash.sweep(CRASHES, postgres=False, timed=False)
    assert tally.broken == [], tally.text()
    assert tally.faults >= CRASHES * 3 // 4


def test_a_power_cut_at_any_step_takes_nothing_that_was_promised() -> None:
    tally = power.sweep(CUTS, controls=False)
    assert tally.broken == [], tally.text()
    assert tally.faults == CUTS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_power_cut_finds_out_every_program_that_does_not_sync(
    kind: str, tmp_path: Path
) -> None:
    be_ready(built(tmp_path))
    found = power.control(tmp_path, kind, points=60)
    assert bool(found.broken) is power.must_lose(kind), found.text()


def test_every_case_arrives_once_through_every_bad_line_and_after_every_bad_answer() -> None:
    tally = network.sweep(EACH_WEATHER * KINDS_OF_WEATHER, group=EACH_WEATHER)
    assert tally.broken == [], tally.text()
    assert tally.faults >= EACH_WEATHER * KINDS_OF_WEATHER * 3 // 4


@pytest.mark.parametrize(
    "begin",
    [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nDoorstep-Gateway: 1\r\n\r\n"],
    ids=["head", "body"],
)
def test_an_answer_that_comes_a_byte_at_a_time_is_given_up(begin: bytes) -> None:
    with network.dripping(begin) as address:
        client = HttpGateway(
            address,
            terminal_id="t",
            token="t",
            gateway_key=bytes(32),
            block_timeout=network.PATIENCE,
            answer_timeout=network.PATIENCE,
        )
        with pytest.raises(GatewayUnreachable):
            client.pull("")
        client.interrupt()
