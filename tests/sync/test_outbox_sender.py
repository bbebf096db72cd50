"""In which order a round sends, and what it does with each kind of trouble."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.case import Case, CaseState
from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync.api import (
    GatewayUnreachable,
    NotNow,
    PagesWanted,
    Refused,
    SubmitAnswer,
)
from sync.outbox_sender import OutboxSender
from sync.sending_round import SendReport
from tests.counterparts.sample_cases import NOON, case_id
from tests.counterparts.scripted_gateway import SILENCE, ScriptedGateway, only_silence
from tests.counterparts.village import Heard, case_ids, confirmed

LATER = NOON + timedelta(hours=2)


def send(
    store: SqlCipherStore,
    gateway: ScriptedGateway,
    now: datetime = NOON,
    listener: Heard | None = None,
) -> SendReport:
    return OutboxSender(store, gateway, listener=listener or Heard()).send_due(now)


def only(wrong: Case, answer: SubmitAnswer | Exception) -> object:
    def on_submit(case: Case) -> SubmitAnswer | None:
        if case.case_id != wrong.case_id:
            return None
        if isinstance(answer, Exception):
            raise answer
        return answer

    return on_submit


def test_every_text_is_across_before_the_first_page(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    cases = [confirmed(store, serial, pages=1) for serial in (1, 2, 3)]
    gateway.most = 1000
    send(store, gateway)
    assert gateway.asked[:3] == ["text 01", "text 02", "text 03"]
    asks = [n for n, asked in enumerate(gateway.asked) if asked.startswith("ask")]
    assert [gateway.asked[n] for n in asks] == ["ask 01", "ask 02", "ask 03"]
    assert all(asked.startswith("page") for asked in gateway.asked[3 : asks[0]])
    pages = [asked.split()[1] for asked in gateway.asked if asked.startswith("page")]
    in_order = [p.sha256[:4] for one in cases for p in (*one.pages, one.signature) if p]
    assert list(dict.fromkeys(pages)) == in_order  # whole before the next one begins


def test_a_case_confirmed_while_pages_are_sent_does_not_wait_behind_them(
    store: SqlCipherStore, gateway: ScriptedGateway, tmp_path: Path
) -> None:
    for serial in (1, 2):
        confirmed(store, serial, pages=1)

    def another_resident(_sha256: str, _offset: int) -> None:
        own = open_store(tmp_path, FileKey(tmp_path / "store.key"))  # of another thread
        if "text 03" not in gateway.asked and len(own.due(NOON, 9)) == 2:
            confirmed(own, 3, pages=0)
        own.close()

    gateway.on_page, gateway.most = another_resident, 1000
    send(store, gateway)
    texts = [asked for asked in gateway.asked if not asked.startswith("page")]
    assert texts == ["text 01", "text 02", "text 03", "ask 01", "ask 02", "ask 03"]


def test_once_the_gateway_is_back_whoever_still_waits_goes_before_the_first_page(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    sender = OutboxSender(store, gateway, listener=Heard())
    waits, due = confirmed(store, 1, pages=1), confirmed(store, 2, pages=1)
    gateway.on_submit, gateway.fault = only_silence, Fault.GATEWAY_UNREACHABLE
    sender.send_due(NOON)
    store.wait_no_longer()
    store.try_again(waits.case_id, not_before=NOON + timedelta(minutes=5))
    gateway.on_submit, gateway.fault = lambda _: None, None
    gateway.asked.clear()
    gateway.most = 1000
    report = sender.send_due(NOON)
    assert gateway.asked[:2] == ["text 02", "text 01"]
    assert gateway.asked[2].startswith("page")
    assert set(report.acknowledged) == {waits.case_id, due.case_id}


def test_whom_the_answer_puts_off_waits_although_the_gateway_is_back(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    case = confirmed(store, pages=0)
    gateway.on_submit = only(case, NotNow())
    assert send(store, gateway).put_off == (case.case_id,)
    assert gateway.asked == ["text 01"]
    assert list(store.due(NOON - timedelta(seconds=1), 9)) == []


def test_the_acknowledgement_is_stored_and_the_listener_told(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    case, heard = confirmed(store, pages=1), Heard()
    report = send(store, gateway, listener=heard)
    assert report == SendReport(acknowledged=(case.case_id,))
    assert store.case(case.case_id).state is CaseState.RECEIVED
    assert heard.cases == [case.case_id]


def test_pages_go_on_from_where_the_gateway_says(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    case = confirmed(store, pages=1)
    gateway.has[case.pages[0].sha256] = 100
    send(store, gateway)
    assert f"page {case.pages[0].sha256[:4]} from 100" in gateway.asked


def test_a_refused_case_is_set_aside_with_its_reasons_and_the_rest_goes_on(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    bad, good = confirmed(store, 1), confirmed(store, 2)
    gateway.on_submit = only(bad, Refused(("answers.x: 有误", "pages: 缺")))  # type: ignore[assignment]
    report = send(store, gateway)
    assert (report.set_aside, report.acknowledged) == ((bad.case_id,), (good.case_id,))
    [aside] = store.aside()
    assert aside.reason == "answers.x: 有误; pages: 缺"
    assert store.case(bad.case_id).state is CaseState.QUEUED


def test_a_case_that_cannot_be_written_is_set_aside_without_quoting_it(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    bad, good = confirmed(store, 1), confirmed(store, 2)
    gateway.on_submit = only(bad, ValueError("张三"))  # type: ignore[assignment]
    assert send(store, gateway).acknowledged == (good.case_id,)
    assert "张三" not in store.aside()[0].reason


def test_a_page_damaged_on_the_disk_sets_only_its_case_aside(
    store: SqlCipherStore, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = confirmed(store, 1, pages=1), confirmed(store, 2, pages=1)
    whole = store.page
    damaged = bad.pages[0].sha256
    monkeypatch.setattr(store, "page", lambda sha: b"rot" if sha == damaged else whole(sha))
    report = send(store, gateway)
    assert (report.set_aside, report.acknowledged) == ((bad.case_id,), (good.case_id,))


@pytest.mark.parametrize("trouble", [KeyError("x"), StoreError(Fault.STORE_DAMAGED)])
def test_a_page_that_is_not_there_sets_only_its_case_aside(
    store: SqlCipherStore,
    gateway: ScriptedGateway,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Exception,
) -> None:
    bad, good = confirmed(store, 1, pages=1), confirmed(store, 2, pages=1)
    whole, lost = store.page, bad.pages[0].sha256

    def page(sha256: str) -> bytes:
        if sha256 == lost:
            raise trouble
        return whole(sha256)

    monkeypatch.setattr(store, "page", page)
    report = send(store, gateway)
    assert (report.set_aside, report.acknowledged) == ((bad.case_id,), (good.case_id,))


def test_a_page_that_the_disk_will_not_read_just_now_is_tried_again(
    store: SqlCipherStore, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, fine = confirmed(store, 1, pages=1), confirmed(store, 2, pages=1)
    read = store.page

    def page(sha256: str) -> bytes:
        if sha256 == refused.pages[0].sha256:
            raise StoreError(Fault.STORE_DAMAGED, of_the_disk=True)
        return read(sha256)

    monkeypatch.setattr(store, "page", page)
    report = send(store, gateway)
    assert report.acknowledged == (fine.case_id,)
    assert report.put_off == (refused.case_id,)
    monkeypatch.undo()
    assert send(store, gateway, LATER).acknowledged == (refused.case_id,)


def test_a_busy_store_ends_the_round_and_loses_nothing(
    store: SqlCipherStore, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed(store, 1, pages=1)

    def busy(_: str) -> bytes:
        raise StoreError(Fault.STORE_BUSY)

    with monkeypatch.context() as patched:
        patched.setattr(store, "page", busy)
        with pytest.raises(StoreError):
            send(store, gateway)
    assert send(store, gateway).acknowledged == (case_id(1),)


def test_when_the_gateway_is_silent_one_try_is_enough_for_all(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    cases = [confirmed(store, serial) for serial in (1, 2, 3)]
    gateway.fault = Fault.GATEWAY_UNREACHABLE
    gateway.on_submit = only(cases[0], SILENCE)  # type: ignore[assignment]
    report = send(store, gateway)
    assert gateway.asked == ["text 01"]
    assert report.fault is Fault.GATEWAY_UNREACHABLE
    assert sorted(report.put_off) == case_ids(cases)
    assert store.waiting() == 3
    assert {entry.attempts for entry in store.due(LATER, 9)} == {1}


def test_trouble_with_one_case_alone_does_not_stop_the_others(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    bad, good = confirmed(store, 1), confirmed(store, 2)
    gateway.on_submit = only(bad, SILENCE)  # type: ignore[assignment]
    report = send(store, gateway)
    assert report.fault is None
    assert (report.put_off, report.acknowledged) == ((bad.case_id,), (good.case_id,))


def test_a_gateway_that_rations_is_left_alone_as_long_as_it_says(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    cases = [confirmed(store, serial) for serial in (1, 2)]
    told = GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, retry_after=100)
    gateway.on_submit = only(cases[0], told)  # type: ignore[assignment]
    report = send(store, gateway)
    assert report.retry_after == 100
    assert gateway.asked == ["text 01"]
    assert store.due(NOON + timedelta(seconds=99), 9) == []
    assert len(store.due(NOON + timedelta(seconds=121), 9)) == 2


def test_a_refused_terminal_keeps_everything(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    case = confirmed(store)
    no = GatewayUnreachable(Fault.GATEWAY_REFUSED)
    gateway.on_submit = only(case, no)  # type: ignore[assignment]
    assert send(store, gateway).fault is Fault.GATEWAY_REFUSED
    assert store.waiting() == 1


def test_as_long_as_bytes_get_through_it_goes_on_at_once(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    case = confirmed(store, pages=1)
    sha256, size = case.pages[0].sha256, case.pages[0].size

    def torn(sent: str, offset: int) -> None:
        if sent == sha256 and offset + 1000 < size:
            gateway.has[sha256] = offset + 1000
            raise SILENCE

    gateway.on_page = torn
    assert send(store, gateway).acknowledged == (case.case_id,)
    assert len([asked for asked in gateway.asked if sha256[:4] in asked]) == -(-size // 1000)


def test_without_a_byte_of_progress_it_waits(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    case = confirmed(store, pages=1)

    def torn(_sha256: str, _offset: int) -> None:
        raise SILENCE

    gateway.on_page = torn
    assert send(store, gateway).put_off == (case.case_id,)
    assert [asked[:4] for asked in gateway.asked] == ["text", "page", "ask "]


def test_a_text_that_the_gateway_has_forgotten_is_offered_again_once(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    case = confirmed(store, pages=1)
    sender = OutboxSender(store, gateway, listener=Heard())

    def torn(_sha256: str, _offset: int) -> None:
        raise SILENCE

    gateway.on_page = torn
    assert sender.send_due(NOON).put_off == (case.case_id,)
    gateway.asked.clear()
    gateway.forgotten.add(case.case_id)  # somebody gave it back last week's disk
    gateway.on_submit = only(case, SILENCE)  # type: ignore[assignment]
    assert sender.send_due(LATER).put_off == (case.case_id,)
    assert gateway.asked == ["ask 01", "text 01"]


def test_a_gateway_that_never_has_enough_does_not_hold_the_round(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    case = confirmed(store, pages=1)
    always = PagesWanted(((case.pages[0].sha256, 0),))
    gateway.on_submit = only(case, always)  # type: ignore[assignment]
    assert send(store, gateway).put_off == (case.case_id,)


@pytest.mark.parametrize("wanted", [("f" * 64, 0), (None, 10**9), (None, -1)])
def test_a_gateway_that_asks_for_what_is_not_of_this_case_gets_nothing(
    store: SqlCipherStore, gateway: ScriptedGateway, wanted: tuple[str | None, int]
) -> None:
    case = confirmed(store, pages=1)
    asked = (wanted[0] or case.pages[0].sha256, wanted[1])
    gateway.on_submit = only(case, PagesWanted((asked,)))  # type: ignore[assignment]
    assert send(store, gateway).put_off == (case.case_id,)
    assert gateway.asked == ["text 01"]


def test_more_than_one_request_holds_goes_in_the_same_round_and_before_any_page(
    store: SqlCipherStore, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.sending_round.AT_ONCE", 5)
    cases = [confirmed(store, serial, pages=serial % 2) for serial in range(1, 14)]
    report = send(store, gateway)
    assert sorted(report.acknowledged) == case_ids(cases)
    kinds = [asked.partition(" ")[0] for asked in gateway.asked]
    assert kinds.index("page") == 13


def test_a_case_that_must_come_later_is_put_off_alone(
    store: SqlCipherStore, gateway: ScriptedGateway
) -> None:
    bad, good = confirmed(store, 1), confirmed(store, 2)
    gateway.on_submit = only(bad, NotNow())  # type: ignore[assignment]
    report = send(store, gateway)
    assert (report.put_off, report.acknowledged) == ((bad.case_id,), (good.case_id,))
