"""At most one paper for an approval, whatever ends in between; and everything is written down."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.printed import (
    NO_CASE,
    PRINTER,
    PaperKind,
    PrintEntry,
    PrintId,
    PrintOrder,
    PrintOutcome,
    ReprintReason,
)
from kiosk.domain.progress import StateChange
from offline_store.api import Limits
from offline_store.api_prints import PaperSpent
from offline_store.database import FILE_NAME
from offline_store.file_key import FileKey
from offline_store.found_rows import table_of
from offline_store.loose_rows import rows_on
from offline_store.mending import look_over
from offline_store.sealed_pages import PAGE_SIZE, SealedPages
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.machine import Machine, lived
from tests.counterparts.sample_cases import NOON, confirmed_in, document, take_in

DAY = timedelta(days=1)


def decided(store: SqlCipherStore, *, copies: int = 1, serial: int = 1) -> PrintOrder:
    """A decided case with one document of which so many papers may exist."""
    case = confirmed_in(store, serial, pages=0)
    store.acknowledged(case.case_id, acknowledgement=b"s", official_number="N", now=NOON)
    paper, content = document(case.case_id)
    change = StateChange(case.case_id, CaseState.DECIDED, "办结", NOON)
    take_in(store, [change], [(replace(paper, copies=copies), content)])
    return PrintOrder(PaperKind.CERTIFICATE, case.case_id, paper.sha256)


def printed(store: SqlCipherStore, order: PrintOrder, outcome: PrintOutcome) -> PrintEntry:
    print_id = store.begin_print(order, now=NOON)
    store.print_handed_in(print_id, "7 a name")
    return store.end_print(print_id, outcome, told_by=PRINTER, now=NOON)


def test_how_many_papers_the_office_allows_comes_down_with_the_document(
    store: SqlCipherStore,
) -> None:
    order = decided(store, copies=2)
    assert [one.copies for one in store.documents_of(order.case_id)] == [2]


def test_a_print_is_written_down_before_during_and_after(store: SqlCipherStore) -> None:
    order = decided(store)
    print_id = store.begin_print(order, now=NOON)
    [entry] = store.open_prints()
    assert (entry.order, entry.serial, entry.at, entry.job) == (order, 1, NOON, "")
    store.print_handed_in(print_id, "7 a name")
    [entry] = store.open_prints()
    assert (entry.outcome, entry.job) == (PrintOutcome.STARTED, "7 a name")
    later = NOON + timedelta(seconds=4)
    ended = store.end_print(print_id, PrintOutcome.PRINTED, told_by=PRINTER, now=later)
    assert (ended.outcome, ended.told_by, ended.ended_at) == (PrintOutcome.PRINTED, PRINTER, later)
    assert store.open_prints() == []
    assert store.prints_of(order.case_id) == [ended] == store.prints_since(NOON)
    assert store.prints_since(later) == []


def test_the_printers_word_hands_the_case_over_together_with_the_ledger(
    store: SqlCipherStore,
) -> None:
    order = decided(store)
    printed(store, order, PrintOutcome.UNCERTAIN)
    assert store.case(order.case_id).state is CaseState.DECIDED
    [entry] = store.open_prints()
    store.end_print(entry.print_id, PrintOutcome.PRINTED, told_by="s-017", now=NOON)
    assert store.case(order.case_id).state is CaseState.DELIVERED


@pytest.mark.parametrize("outcome", [None, PrintOutcome.PRINTED, PrintOutcome.UNCERTAIN])
def test_a_counted_paper_that_is_or_may_be_out_is_not_printed_again(
    store: SqlCipherStore, outcome: PrintOutcome | None
) -> None:
    order = decided(store)
    print_id = store.begin_print(order, now=NOON)
    if outcome is not None:
        store.end_print(print_id, outcome, told_by=PRINTER, now=NOON)
    with pytest.raises(PaperSpent):
        store.begin_print(order, now=NOON)
    assert len(store.prints_of(order.case_id)) == 1


@pytest.mark.parametrize("outcome", [PrintOutcome.FAILED, PrintOutcome.CANCELLED])
def test_an_approval_whose_paper_did_not_come_out_is_not_lost(
    store: SqlCipherStore, outcome: PrintOutcome
) -> None:
    order = decided(store)
    printed(store, order, outcome)
    assert printed(store, order, PrintOutcome.PRINTED).serial == 2


def test_as_many_papers_as_the_office_allows_and_no_more(store: SqlCipherStore) -> None:
    order = decided(store, copies=3)
    printed(store, replace(order, copies=2), PrintOutcome.PRINTED)
    assert store.case(order.case_id).state is CaseState.DECIDED  # the third is kept for them
    with pytest.raises(PaperSpent):
        store.begin_print(replace(order, copies=2), now=NOON)
    printed(store, order, PrintOutcome.PRINTED)
    assert store.case(order.case_id).state is CaseState.DELIVERED
    with pytest.raises(PaperSpent):
        store.begin_print(order, now=NOON)


def test_what_the_office_does_not_count_is_printed_as_often_as_people_want(
    store: SqlCipherStore,
) -> None:
    order = decided(store, copies=0)
    assert [printed(store, order, PrintOutcome.PRINTED).serial for _ in range(3)] == [1, 2, 3]


def test_staff_print_once_more_with_a_reason_and_never_beside_an_open_print(
    store: SqlCipherStore,
) -> None:
    order = decided(store)
    again = replace(order, by="s-017", reason=ReprintReason.DAMAGED)
    with pytest.raises(ValueError, match="staff"):
        store.begin_print(replace(again, by=""), now=NOON)
    first = store.begin_print(order, now=NOON)
    with pytest.raises(PaperSpent):
        store.begin_print(again, now=NOON)
    store.end_print(first, PrintOutcome.PRINTED, told_by=PRINTER, now=NOON)
    ended = printed(store, again, PrintOutcome.PRINTED)
    assert (ended.order.by, ended.order.reason, ended.serial) == (
        "s-017",
        ReprintReason.DAMAGED,
        2,
    )


def test_a_final_outcome_stays_whoever_says_more(store: SqlCipherStore) -> None:
    order = decided(store)
    ended = printed(store, order, PrintOutcome.PRINTED)
    later = store.end_print(ended.print_id, PrintOutcome.FAILED, told_by="s-017", now=NOON)
    assert later == ended == store.prints_of(order.case_id)[0]
    with pytest.raises(KeyError):
        store.end_print(PrintId(10**9), PrintOutcome.PRINTED, told_by=PRINTER, now=NOON)


def test_a_document_that_is_not_here_is_not_claimed(store: SqlCipherStore) -> None:
    order = decided(store)
    with pytest.raises(KeyError):
        store.begin_print(replace(order, paper="0" * 64), now=NOON)


def test_papers_of_no_case_are_written_down_too(store: SqlCipherStore) -> None:
    trial = PrintOrder(PaperKind.TRIAL, by="s-018")
    print_id = store.begin_print(trial, now=NOON)
    ended = store.end_print(
        print_id, PrintOutcome.FAILED, told_by=PRINTER, now=NOON, fault=Fault.PAGE_JAM
    )
    assert (ended.order.case_id, ended.fault, ended.serial) == (NO_CASE, Fault.PAGE_JAM, 1)
    assert store.begin_print(trial, now=NOON) > print_id


def test_lines_go_with_the_other_numbers_but_not_before_their_document(tmp_path: Path) -> None:
    machine = Machine()
    folder = tmp_path / "store"
    key = FileKey(folder / "store.key")
    store = open_store(folder, key, clock=lambda: machine.clock, look=machine.look)
    order = decided(store)
    printed(store, order, PrintOutcome.UNCERTAIN)
    print_id = store.begin_print(PrintOrder(PaperKind.TRIAL), now=NOON)
    store.end_print(print_id, PrintOutcome.PRINTED, told_by=PRINTER, now=NOON)
    store.tidy(machine.clock, Limits())
    limits = Limits(persons=timedelta(days=400), ledger=timedelta(days=190))
    lived(store, machine, timedelta(days=191), limits, every=DAY)
    assert [one.order for one in store.prints_since(NOON)] == [order]
    lived(store, machine, timedelta(days=400), limits, every=DAY)
    assert store.prints_since(NOON) == []
    store.close()


def test_a_mended_store_knows_every_paper_that_may_be_out(
    folder: Path, key: FileKey, store: SqlCipherStore
) -> None:
    order = decided(store)
    ended = printed(store, order, PrintOutcome.PRINTED)
    store.close()
    look_over(folder, key.key(), now=NOON, mend_anyway=True)
    again = open_store(folder, key)
    assert again.prints_of(order.case_id) == [ended]
    assert [one.copies for one in again.documents_of(order.case_id)] == [1]
    assert again.begin_print(PrintOrder(), now=NOON) > ended.print_id
    again.close()


def test_a_claim_whose_line_is_lost_is_uncertain_and_not_free(
    folder: Path, key: FileKey, store: SqlCipherStore
) -> None:
    """The index still tells that there was one."""
    order = decided(store)
    printed(store, order, PrintOutcome.PRINTED)
    store.close()
    pages = SealedPages(folder / FILE_NAME, key.key())
    [(number, _)] = [
        (number, row)
        for number, page in pages.newest_first()
        for row in rows_on(number, page, pages.read)
        if (known := table_of(row)) is not None and known[0] == "prints"
    ]
    with (folder / FILE_NAME).open("r+b") as file:
        file.seek((number - 1) * PAGE_SIZE + 64)
        file.write(bytes(64))
    look_over(folder, key.key(), now=NOON)
    again = open_store(folder, key)
    [entry] = again.open_prints()
    assert (entry.order.case_id, entry.order.paper) == (order.case_id, order.paper)
    assert (entry.outcome, entry.serial) == (PrintOutcome.UNCERTAIN, 1)
    with pytest.raises(PaperSpent):
        again.begin_print(order, now=NOON)
    again.close()
