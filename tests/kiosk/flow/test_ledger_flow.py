"""The ledger of today: seen by case workers, set right by whoever looked, reprints for cause."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.case import CaseKind
from kiosk.domain.fault import Fault
from kiosk.domain.printed import (
    PRINTER,
    PaperKind,
    PrintOrder,
    PrintOutcome,
    ReprintReason,
)
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.staff import Role, StaffMember
from kiosk.flow.ledger_flow import LedgerFlow, LedgerView
from offline_store.arrivals import Arrivals
from offline_store.rows import BEIJING_TIME
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import NOON, draft
from tests.kiosk.flow.test_certificate_flow import Machine
from tests.offline_store.test_print_ledger import decided, printed

MEMBER = StaffMember("s-017", "测试代办员", frozenset({Role.CLERK}), "222401999001")


class Desk:
    def __init__(self, folder: Path) -> None:
        self.machine = Machine(folder)
        self.store: SqlCipherStore = self.machine.open()
        self.order = decided(self.store)
        self.refusal = ""
        self.items: dict[str, ServiceItem] = {}
        self.views: list[LedgerView] = []
        self.flow = LedgerFlow(
            self.store,
            MEMBER,
            equipment=self.machine,  # type: ignore[arg-type]
            check=lambda _pdf, _case: self.refusal,
            item=self.items.get,
            now=lambda: NOON.astimezone(BEIJING_TIME),
            on_change=self.views.append,
        )

    def begin(self) -> None:
        self.flow.begin()
        self.tell()

    def tell(self) -> None:
        while self.machine.events:
            self.flow.happened(self.machine.events.pop(0))

    def reprint(self, reason: ReprintReason = ReprintReason.LOST) -> None:
        work = self.flow.checking(reason)
        assert work is not None
        self.flow.checked(work())
        self.tell()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "store")
    yield made
    made.store.close()


def test_todays_prints_stand_there_the_newest_first_and_nobody_is_named(desk: Desk) -> None:
    printed(desk.store, desk.order, PrintOutcome.PRINTED)
    desk.store.begin_print(PrintOrder(PaperKind.TRIAL), now=NOON - timedelta(days=1))
    trial = desk.store.begin_print(PrintOrder(PaperKind.TRIAL), now=NOON)
    desk.store.end_print(trial, PrintOutcome.FAILED, told_by=PRINTER, now=NOON)
    desk.begin()
    kinds = [row.entry.order.kind for row in desk.flow.view.rows]
    assert kinds[:2] == [PaperKind.TRIAL, PaperKind.CERTIFICATE]
    [row] = [one for one in desk.flow.view.rows if one.item_title]
    assert row.who == "测**"


def test_what_is_open_from_before_is_asked_about_and_stands_there_until_somebody_looked(
    desk: Desk,
) -> None:
    print_id = desk.store.begin_print(desk.order, now=NOON - timedelta(days=2))
    desk.store.print_handed_in(print_id, "99 forgotten")
    desk.begin()
    desk.flow.look()
    [row] = desk.flow.view.rows
    desk.machine.settle_prints()
    desk.tell()
    [row] = desk.flow.view.rows
    assert row.may_settle
    desk.flow.settle(print_id, came_out=False)
    assert desk.flow.view.rows == ()
    [entry] = desk.store.prints_of(desk.order.case_id)
    assert (entry.outcome, entry.told_by) == (PrintOutcome.FAILED, MEMBER.staff_id)


def test_once_more_with_a_reason(desk: Desk) -> None:
    first = printed(desk.store, desk.order, PrintOutcome.PRINTED)
    desk.begin()
    assert desk.flow.checking(ReprintReason.LOST) is None  # nothing was chosen
    desk.flow.choose(first.print_id)
    desk.reprint()
    second, _ = desk.flow.view.rows
    assert (second.entry.order.by, second.entry.order.reason) == ("s-017", ReprintReason.LOST)
    assert (second.entry.outcome, second.entry.serial) == (PrintOutcome.PRINTED, 2)
    assert desk.flow.view.chosen is None
    assert [row.may_reprint for row in desk.flow.view.rows] == [True, False]


def test_what_the_check_refuses_is_not_printed_again(desk: Desk) -> None:
    first = printed(desk.store, desk.order, PrintOutcome.PRINTED)
    desk.begin()
    desk.flow.choose(first.print_id)
    desk.refusal = "revoked"
    desk.reprint()
    assert (desk.flow.view.refusal, desk.flow.view.job) == ("revoked", None)
    assert desk.machine.orders == []


def test_a_paper_that_is_gone_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_self: SqlCipherStore, sha256: str) -> bytes:
        raise KeyError(sha256)

    first = printed(desk.store, desk.order, PrintOutcome.PRINTED)
    desk.begin()
    desk.flow.choose(first.print_id)
    monkeypatch.setattr(SqlCipherStore, "document", gone)
    assert desk.flow.checking(ReprintReason.LOST) is None
    assert desk.flow.view.fault is Fault.PAPER_GONE


def test_a_result_that_only_its_holder_may_see_is_not_printed_from_the_desk(desk: Desk) -> None:
    case = desk.store.case(desk.order.case_id)
    item = next(iter(packaged_catalog()))
    desk.items[case.item_code] = replace(item, result_for_holder_only=True)
    printed(desk.store, desk.order, PrintOutcome.PRINTED)
    desk.begin()
    assert [row.may_reprint for row in desk.flow.view.rows] == [False]


def test_what_is_about_the_staff_is_not_shown_to_them(desk: Desk) -> None:
    letter = replace(draft(7), kind=CaseKind.EVALUATION)
    desk.store.save_draft(letter)
    desk.store.begin_print(PrintOrder(PaperKind.RECEIPT, letter.case_id, "R"), now=NOON)
    desk.begin()
    assert desk.flow.view.rows == ()


def test_nothing_stays(desk: Desk) -> None:
    printed(desk.store, desk.order, PrintOutcome.PRINTED)
    desk.begin()
    desk.flow.leave()
    assert desk.flow.view == LedgerView()


def test_what_was_taken_back_or_refused_stands_there_as_void(desk: Desk) -> None:
    printed(desk.store, desk.order, PrintOutcome.PRINTED)
    slip = PrintOrder(PaperKind.RECEIPT, desk.order.case_id, "220182-000137")
    printed(desk.store, slip, PrintOutcome.PRINTED)
    file = json.dumps({"revoked": [desk.order.paper]}).encode()
    desk.store.apply(Arrivals(configuration=("2", file)), cursor="2", now=NOON)
    desk.begin()
    assert [row.is_void for row in desk.flow.view.rows] == [False, True]
    void = desk.flow.view.rows[1]
    assert not void.may_reprint  # nobody prints one more of what no longer counts
    desk.flow.choose(void.entry.print_id)
    assert desk.flow.view.chosen is None
