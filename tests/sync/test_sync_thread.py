"""The thread that never dies, wakes at once and ends promptly."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.case import Case, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.domain.sending import SENDING_SWITCH, Sending
from offline_store.api import StoreError
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync.api import GatewayUnreachable, Pulled, SubmitAnswer
from sync.puller import MOST_TRIES
from sync.return_policy import FIRST_WINDOW, LINE_AGAIN
from sync.sync_round import SyncRound, SyncSettings
from sync.sync_thread import SyncThread
from tests.counterparts.sample_cases import NOON
from tests.counterparts.scripted_gateway import ScriptedGateway
from tests.counterparts.village import Heard, Village, confirmed
from tests.counterparts.waiting import wait_until


@contextmanager
def running(folder: Path, gateway: ScriptedGateway, **options: Any) -> Iterator[SyncThread]:
    def open_one() -> SqlCipherStore:
        return open_store(folder, FileKey(folder / "store.key"))

    options.setdefault("open_store", open_one)
    options.setdefault("listener", Heard())
    options.setdefault("period", 3600.0)
    opened = options.pop("open_store")
    thread = SyncThread(opened, gateway, now=lambda: NOON, **options)
    thread.start()
    try:
        yield thread
    finally:
        assert thread.stop()


def rounds(gateway: ScriptedGateway) -> int:
    return sum(asked.startswith("pull") for asked in gateway.asked)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlCipherStore]:
    opened = open_store(tmp_path, FileKey(tmp_path / "store.key"))
    yield opened
    opened.close()


def test_a_confirmed_case_goes_as_soon_as_it_is_told(store: SqlCipherStore, tmp_path: Path) -> None:
    gateway = ScriptedGateway()
    with running(tmp_path, gateway) as thread:
        wait_until(lambda: rounds(gateway) == 1)
        case = confirmed(store)
        thread.send_soon()
        wait_until(lambda: store.case(case.case_id).state is CaseState.RECEIVED)


def test_rounds_come_by_themselves(tmp_path: Path) -> None:
    gateway = ScriptedGateway()
    with running(tmp_path, gateway, period=0.01):
        wait_until(lambda: rounds(gateway) >= 3)


@pytest.mark.logs_expected
def test_it_survives_whatever_a_round_raises_and_quotes_nothing(
    store: SqlCipherStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = ScriptedGateway()

    def broken(_: str) -> Pulled:
        raise RuntimeError("张三")

    gateway.on_pull = broken
    with running(tmp_path, gateway) as thread:
        wait_until(lambda: "RuntimeError" in caplog.text)
        assert "张三" not in caplog.text
        gateway.on_pull = lambda cursor: Pulled(cursor, False)
        case = confirmed(store)
        thread.send_soon()
        wait_until(lambda: store.case(case.case_id).state is CaseState.RECEIVED)


@pytest.mark.logs_expected
def test_a_store_that_cannot_be_opened_yet_is_opened_later(tmp_path: Path) -> None:
    gateway, tries = ScriptedGateway(), []

    def opens_at_the_third() -> SqlCipherStore:
        tries.append(1)
        if len(tries) < 3:
            raise StoreError(Fault.STORE_BUSY)
        return open_store(tmp_path, FileKey(tmp_path / "store.key"))

    with running(tmp_path, gateway, open_store=opens_at_the_third, period=0.01):
        wait_until(lambda: rounds(gateway) >= 1)
    assert len(tries) == 3


@pytest.mark.logs_expected
def test_it_survives_a_listener_that_raises(store: SqlCipherStore, tmp_path: Path) -> None:
    class Deaf(Heard):
        def cases_changed(self, case_ids: object) -> None:
            raise RuntimeError

    gateway, case = ScriptedGateway(), confirmed(store)
    with running(tmp_path, gateway, listener=Deaf(), period=0.01):
        wait_until(lambda: store.case(case.case_id).state is CaseState.RECEIVED)
        wait_until(lambda: rounds(gateway) >= 1)


def test_it_stops_promptly_while_it_waits_for_an_answer(village: Village) -> None:
    village.line.darken()
    client = village.new_client(answer_timeout=60.0)
    thread = SyncThread(
        village.open_store, client, listener=village.heard, interrupt=client.interrupt
    )
    thread.start()
    wait_until(lambda: village.line.counts.connections > 0)
    begun = time.monotonic()
    assert thread.stop()
    assert time.monotonic() - begun < 2
    assert thread.stop()  # again is fine


def test_a_thread_that_was_never_started_can_be_stopped(tmp_path: Path) -> None:
    thread = SyncThread(
        lambda: open_store(tmp_path, FileKey(tmp_path / "store.key")),
        ScriptedGateway(),
        listener=Heard(),
    )
    assert thread.stop()


def test_more_news_are_fetched_at_once(tmp_path: Path) -> None:
    gateway = ScriptedGateway()
    pages = iter(range(1, 50))
    done = threading.Event()

    def on_pull(_: str) -> Pulled:
        page = next(pages)
        if page == 45:  # two rounds and a bit
            done.set()
        return Pulled(f"e.{page}", page < 45)

    gateway.on_pull = on_pull
    with running(tmp_path, gateway):
        assert done.wait(10)


def test_the_listener_hears_of_the_line_only_when_it_changes(store: SqlCipherStore) -> None:
    gateway, heard = ScriptedGateway(), Heard()
    one = SyncRound(store, gateway, listener=heard)
    one.run(NOON)
    one.run(NOON)
    assert heard.network == [None]

    def silent(_: str) -> Pulled:
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)

    works = gateway.on_pull
    gateway.on_pull, gateway.fault = silent, Fault.GATEWAY_FOREIGN
    one.run(NOON)
    one.run(NOON)
    gateway.on_pull, gateway.fault = works, None
    one.run(NOON)
    assert heard.network == [None, Fault.GATEWAY_FOREIGN, None]


def test_a_pull_that_fails_on_a_sound_line_does_not_call_the_line_broken(
    store: SqlCipherStore,
) -> None:
    gateway, heard = ScriptedGateway(), Heard()

    def bad_document(_: str) -> Pulled:
        raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "document has another hash")

    gateway.on_pull = bad_document
    assert SyncRound(store, gateway, listener=heard).run(NOON).fault is None
    assert heard.network == [None]


def test_what_waits_is_due_at_once_when_the_line_is_back(store: SqlCipherStore) -> None:
    gateway, case = ScriptedGateway(), confirmed(store)
    one = SyncRound(store, gateway, listener=Heard())

    def silent(_: Case) -> SubmitAnswer:
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)

    works = gateway.on_submit
    gateway.on_submit, gateway.fault = silent, Fault.GATEWAY_UNREACHABLE
    one.run(NOON)
    store.try_again(case.case_id, not_before=NOON + timedelta(seconds=300))
    gateway.on_submit, gateway.fault = works, None
    assert one.run(NOON + timedelta(seconds=30)).again
    one.run(NOON + timedelta(seconds=30))
    assert store.case(case.case_id).state is CaseState.RECEIVED


def test_the_rest_that_a_gateway_asked_for_is_kept_after_trouble(store: SqlCipherStore) -> None:
    gateway, case = ScriptedGateway(), confirmed(store)
    one = SyncRound(store, gateway, listener=Heard())

    def busy(_: Case) -> SubmitAnswer:
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, retry_after=200)

    works = gateway.on_submit
    gateway.on_submit = busy
    one.run(NOON)
    gateway.on_submit = works
    assert not one.run(NOON + timedelta(seconds=199)).again
    assert gateway.asked == ["text 01"]
    while one.run(NOON + timedelta(seconds=201)).again:
        pass
    assert store.case(case.case_id).state is CaseState.RECEIVED


def test_a_start_does_not_wait_out_what_an_earlier_one_had_to(store: SqlCipherStore) -> None:
    gateway = ScriptedGateway()
    case = confirmed(store)
    store.try_again(case.case_id, not_before=NOON + timedelta(minutes=5))
    one = SyncRound(store, gateway, listener=Heard())
    assert one.run(NOON).again  # it hears that the gateway is there
    one.run(NOON)
    assert store.case(case.case_id).state is CaseState.RECEIVED


@pytest.mark.logs_expected  # staff may want to know
def test_a_paper_that_the_gateway_cannot_give_does_not_hold_the_rest_up(
    store: SqlCipherStore,
) -> None:
    gateway, heard = ScriptedGateway(), Heard()
    case = confirmed(store)
    one = SyncRound(store, gateway, listener=heard)
    one.run(NOON)
    paper = IssuedDocument("0" * 64, case.case_id, "证", 10)
    step = StateChange(case.case_id, CaseState.DECIDED, "办结", NOON, documents=(paper,))
    gateway.on_pull = lambda cursor: Pulled("1", False, () if cursor else (step,))
    for _ in range(MOST_TRIES - 1):
        assert one.run(NOON).fault is None
        assert store.case(case.case_id).state is CaseState.RECEIVED
    one.run(NOON + timedelta(minutes=11))
    assert store.case(case.case_id).state is CaseState.DECIDED
    assert store.cursor() == "1"
    one.run(NOON + timedelta(minutes=22))
    assert "1 份批件" in gateway.heartbeats[-1].problems[-1]


def test_a_case_with_trouble_of_its_own_keeps_its_wait(store: SqlCipherStore) -> None:
    gateway = ScriptedGateway()
    confirmed(store)
    one = SyncRound(store, gateway, listener=Heard())

    def broken(_: Case) -> SubmitAnswer:
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)

    gateway.on_submit = broken
    one.run(NOON)  # the line is sound all the time
    [entry] = store.due(NOON + timedelta(seconds=300), 9)
    assert entry.not_before is not None
    assert not one.run(entry.not_before - timedelta(microseconds=1)).again
    assert gateway.asked.count("text 01") == 1


def test_a_gateway_that_rations_is_not_asked_before_its_time(store: SqlCipherStore) -> None:
    gateway = ScriptedGateway()

    def told(_: str) -> Pulled:
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, retry_after=60)

    gateway.on_pull = told
    one = SyncRound(store, gateway, listener=Heard())
    one.run(NOON)
    confirmed(store)
    one.run(NOON + timedelta(seconds=59))
    assert gateway.asked == ["pull "]
    gateway.on_pull = lambda cursor: Pulled(cursor, False)
    one.run(NOON + timedelta(seconds=60))
    assert "text 01" in gateway.asked


def test_the_next_round_comes_when_the_fault_lets_it(store: SqlCipherStore) -> None:
    gateway = ScriptedGateway()
    settings = SyncSettings(terminal_id="a")

    def wait(fault: Fault, retry_after: float | None = None) -> float:
        def told(_: str) -> Pulled:
            raise GatewayUnreachable(fault, retry_after=retry_after)

        gateway.on_pull, gateway.fault = told, fault
        return SyncRound(store, gateway, listener=Heard(), settings=settings).run(NOON).wait

    assert wait(Fault.NETWORK_DOWN) <= LINE_AGAIN[1]
    assert LINE_AGAIN[1] < wait(Fault.GATEWAY_DOWN) <= FIRST_WINDOW + LINE_AGAIN[0]
    assert 700 <= wait(Fault.GATEWAY_BUSY, 700) <= 701


def test_who_asks_for_a_round_too_early_is_told_the_rest_of_the_wait(store: SqlCipherStore) -> None:
    gateway = ScriptedGateway()

    def told(_: str) -> Pulled:
        raise GatewayUnreachable(Fault.GATEWAY_BUSY, retry_after=700)

    gateway.on_pull = told
    one = SyncRound(store, gateway, listener=Heard())
    one.run(NOON)
    assert one.run(NOON + timedelta(seconds=300)).wait == 400
    assert gateway.asked == ["pull "]


def test_a_clock_that_is_set_back_does_not_silence_the_terminal(store: SqlCipherStore) -> None:
    gateway = ScriptedGateway()

    def told(_: str) -> Pulled:
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, retry_after=60)

    gateway.on_pull = told
    one = SyncRound(store, gateway, listener=Heard())
    one.run(NOON)
    one.run(NOON - timedelta(days=3))
    assert gateway.asked == ["pull ", "pull "]


def test_pages_that_were_held_back_go_as_soon_as_the_line_costs_nothing(
    store: SqlCipherStore,
) -> None:
    gateway, case = ScriptedGateway(), confirmed(store, pages=1)
    one = SyncRound(store, gateway, listener=Heard(), settings=SyncSettings(sending=Sending.PAUSED))
    one.run(NOON)
    assert gateway.asked == []
    store.set_switch(SENDING_SWITCH, Sending.SAVING.value)
    one.run(NOON)
    assert "text 01" in gateway.asked
    assert store.waiting() == 1
    store.set_switch(SENDING_SWITCH, Sending.EVERYTHING.value)
    one.run(NOON + timedelta(seconds=30))
    assert store.case(case.case_id).state is CaseState.RECEIVED


def test_the_province_sets_the_pace(store: SqlCipherStore) -> None:
    gateway = ScriptedGateway()
    one = SyncRound(store, gateway, listener=Heard())
    assert one.run(NOON).wait == 30
    gateway.on_pull = lambda _: Pulled("e.1", False, configuration=b'{"poll_seconds":7}')
    assert one.run(NOON).wait == 7
    assert SyncRound(store, gateway, listener=Heard()).run(NOON).wait == 7
