"""The gateway hears how a terminal is: now and then, and at once when something was set aside."""

from datetime import timedelta

import pytest

from kiosk.domain.fault import Fault
from offline_store.sqlcipher_store import SqlCipherStore
from sync import wire
from sync.api import GatewayUnreachable
from sync.heartbeat import EVERY, FIRST_AFTER, MOST_ASIDE, Heartbeat
from tests.counterparts.sample_cases import NOON, case_id
from tests.counterparts.scripted_gateway import ScriptedGateway
from tests.counterparts.village import Village, confirmed


@pytest.fixture
def heartbeat(store: SqlCipherStore, gateway: ScriptedGateway) -> Heartbeat:
    return Heartbeat(store, gateway, program="doorstep 1", clock=lambda: NOON)


def test_it_says_what_waits_and_what_was_set_aside_and_why(
    heartbeat: Heartbeat, store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    for serial in (1, 2, 3):
        confirmed(store, serial, pages=0)
    store.set_aside(case_id(2), "answers.x: 有误", now=NOON)
    heartbeat.beat(NOON)
    [word] = gateway.heartbeats  # something was set aside, so it does not wait
    assert (word.program, word.now, word.waiting) == ("doorstep 1", NOON, 2)
    assert word.aside == (wire.AsideEntry(case_id(2), "answers.x: 有误"),)
    assert word.free_bytes > 0
    assert wire.decoded(wire.canonical(word), wire.Heartbeat) == word


def test_it_beats_now_and_then_and_at_once_when_something_was_set_aside(
    heartbeat: Heartbeat, store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    confirmed(store, 1, pages=0)
    heartbeat.beat(NOON)
    assert gateway.heartbeats == []  # what waits goes first
    begun = NOON + FIRST_AFTER
    for moment in (begun, begun + EVERY - timedelta(seconds=1)):
        heartbeat.beat(moment)
    assert len(gateway.heartbeats) == 1
    heartbeat.beat(begun + EVERY)
    assert len(gateway.heartbeats) == 2
    store.set_aside(case_id(1), "x", now=NOON)
    heartbeat.beat(begun + EVERY)
    assert len(gateway.heartbeats) == 3
    heartbeat.beat(NOON - timedelta(days=9))  # the clock was set back
    assert len(gateway.heartbeats) == 4


def test_a_long_problem_of_the_store_is_cut_to_what_the_wire_takes(
    heartbeat: Heartbeat,
    store: SqlCipherStore,
    gateway: ScriptedGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "problems", lambda: ("坏" * 1000,))
    heartbeat.beat(NOON)
    heartbeat.beat(NOON + FIRST_AFTER)
    [word] = gateway.heartbeats
    assert wire.decoded(wire.canonical(word), wire.Heartbeat) == word


def test_what_was_not_heard_is_told_the_next_time(
    heartbeat: Heartbeat, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: wire.Heartbeat) -> None:
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "heartbeat", silent)
        for moment in (NOON, NOON + FIRST_AFTER):
            heartbeat.beat(moment)
    heartbeat.beat(NOON + FIRST_AFTER)
    assert len(gateway.heartbeats) == 1


def test_however_much_was_set_aside_the_gateway_takes_it(village: Village) -> None:
    for serial in range(1, MOST_ASIDE + 6):
        village.confirm(serial, pages=0)
        village.store.set_aside(case_id(serial), "错" * 3000, now=NOON)
    Heartbeat(village.store, village.client, program="d", clock=lambda: NOON).beat(NOON)
    [terminal] = village.gateway._office.terminals.every()
    assert terminal.word is not None
    assert len(terminal.word.aside) == MOST_ASIDE
    assert terminal.terminal_id
