"""The quick form of every fault matrix; `./run matrix` does the same in greater numbers."""

import os
from pathlib import Path

import pytest

from sync.api import GatewayUnreachable
from sync.http_gateway import HttpGateway
from tests.counterparts.meddler import Meddler, Meddling, Trick
from tests.counterparts.village_line import is_possible
from tests.matrix import blackhole, certificate, crash, network, power
from tests.matrix.careless_child import KINDS
from tests.matrix.forked import be_ready, built
from tests.matrix.network_kinds import kinds

CRASHES, CUTS, DARK_POINTS, PAPERS = 28, 45, 6, 6


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


@pytest.mark.skipif(not is_possible(), reason="needs root and /dev/net/tun")
def test_every_case_arrives_once_through_every_bad_line_and_after_every_bad_answer() -> None:
    every = len(list(kinds(network.SHARE)))
    tally = network.sweep(every, group=1, bad_rounds=1)
    assert tally.broken == [], tally.text()
    assert tally.faults >= every * 3 // 4


@pytest.mark.skipif(not is_possible(), reason="needs root and /dev/net/tun")
def test_nobody_hangs_on_a_line_that_went_dark_and_all_arrives_once_it_is_back() -> None:
    patience = blackhole.Patience(block=0.4, answer=0.4, bound=10.0)
    tally = blackhole.sweep(DARK_POINTS, patience=patience, at_once=4)
    assert tally.broken == [], tally.text()
    assert tally.faults >= DARK_POINTS * 3 // 4


@pytest.mark.skipif(os.geteuid() != 0, reason="a private cupsd needs root")
def test_whatever_kills_a_print_there_is_one_paper_of_an_approval() -> None:
    tally = certificate.sweep(PAPERS)
    assert tally.broken == [], tally.text()
    assert tally.faults == PAPERS


@pytest.mark.parametrize("trick", [Trick.DRIP_HEAD, Trick.DRIP_BODY])
def test_an_answer_that_comes_a_byte_at_a_time_is_given_up(trick: Trick) -> None:
    meddler = Meddler(target=9)
    meddler.set(Meddling(trick))
    meddler.start()
    client = HttpGateway(
        meddler.base_url,
        terminal_id="t",
        token="t",
        gateway_key=bytes(32),
        block_timeout=network.PATIENCE,
        answer_timeout=network.PATIENCE,
    )
    with pytest.raises(GatewayUnreachable):
        client.pull("", catalog="")
    client.interrupt()
    meddler.stop()
