"""What goes first, what waits on a line that costs, and pages that go side by side."""

import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kiosk.domain.fault import Fault
from kiosk.domain.sending import Sending
from offline_store.sqlcipher_store import SqlCipherStore
from sync.api import GatewayUnreachable
from sync.outbox_sender import OutboxSender, SendReport
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, case_id, draft
from tests.counterparts.scripted_gateway import ScriptedGateway
from tests.counterparts.village import Heard, case_ids, confirmed, picture

LATER = NOON + timedelta(hours=2)
SILENCE = GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)


def send(
    store: SqlCipherStore,
    gateway: ScriptedGateway,
    now: datetime = NOON,
    listener: Heard | None = None,
) -> SendReport:
    return OutboxSender(store, gateway, listener=listener or Heard()).send_due(now)


def test_urgent_cases_go_first_then_the_oldest(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    for serial in (1, 2, 3):
        confirmed(store, serial, pages=0)
    make_urgent(store, 3)
    OutboxSender(store, gateway, listener=Heard(), urgent={"urgent"}).send_due(NOON)
    texts = [asked for asked in gateway.asked if not asked.startswith("page")]
    assert texts == ["text 03", "text 01", "text 02", "ask 03", "ask 01", "ask 02"]


def make_urgent(store: SqlCipherStore, serial: int) -> None:
    store._database.execute(
        "UPDATE cases SET item_code = 'urgent' WHERE case_id = ?", (case_id(serial),)
    )


def test_on_a_line_that_costs_only_texts_and_urgent_cases_go(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    for serial in (1, 2):
        confirmed(store, serial, pages=1)
    make_urgent(store, 2)
    sender = OutboxSender(store, gateway, listener=Heard(), urgent={"urgent"})
    report = sender.send_due(NOON, Sending.SAVING)
    assert (report.acknowledged, report.held_back) == ((case_id(2),), (case_id(1),))
    assert "text 01" in gateway.asked
    assert sum(asked.startswith("page") for asked in gateway.asked) == 2
    assert store.due(NOON, 9) == []
    assert sender.send_due(LATER).acknowledged == (case_id(1),)


def test_a_paused_terminal_sends_nothing(store: SqlCipherStore, gateway: ScriptedGateway) -> None:
    confirmed(store)
    OutboxSender(store, gateway, listener=Heard()).send_due(NOON, Sending.PAUSED)
    assert gateway.asked == []


@pytest.mark.parametrize("lanes", [1, 3])
def test_a_page_that_several_cases_have_is_sent_once(
    store: SqlCipherStore, gateway: ScriptedGateway, lanes: int
) -> None:
    gateway.lanes = lanes
    shared = picture(7)
    for serial in (1, 2, 3):
        case = draft(serial)
        store.save_draft(case)
        store.add_page(case.case_id, shared)
        case = replace(case, pages=(shared.reference(),))
        store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    assert len(send(store, gateway).acknowledged) == 3
    assert sum(asked.startswith("page") for asked in gateway.asked) == 1


def test_on_a_good_line_pages_go_side_by_side_and_every_lane_is_closed(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    gateway.lanes = 3
    cases = [confirmed(store, serial, pages=2, side=300) for serial in (1, 2, 3, 4)]
    inside, most, lock = 0, 0, threading.Lock()

    def count(_sha256: str, _offset: int) -> None:
        nonlocal inside, most
        with lock:
            inside, most = inside + 1, max(most, inside + 1)
        time.sleep(0.02)
        with lock:
            inside -= 1

    gateway.on_page = count
    assert sorted(send(store, gateway).acknowledged) == case_ids(cases)
    assert most == 3
    assert gateway.closed >= 2  # the first is the one that is always open


def test_a_broken_page_on_one_lane_loses_nothing_of_the_others(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    gateway.lanes = 3
    cases = [confirmed(store, serial, pages=1) for serial in (1, 2, 3)]
    bad = cases[1].pages[0].sha256

    def torn(sha256: str, _offset: int) -> None:
        if sha256 == bad:
            raise SILENCE

    gateway.on_page = torn
    report = send(store, gateway)
    assert report.put_off == (cases[1].case_id,)
    assert sorted(report.acknowledged) == case_ids([cases[0], cases[2]])
