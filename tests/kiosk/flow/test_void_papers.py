"""What no longer counts of what was printed: by the case's state, or by the office's own word."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.printed import PaperKind, PrintOrder, PrintOutcome
from kiosk.domain.progress import StateChange
from kiosk.flow.void_papers import VoidPapers
from offline_store.arrivals import Arrivals
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import NOON, take_in
from tests.offline_store.test_print_ledger import decided, printed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlCipherStore]:
    made = open_store(tmp_path / "store", FileKey(tmp_path / "store.key"), clock=lambda: NOON)
    yield made
    made.close()


def revoke(store: SqlCipherStore, *names: str) -> None:
    """As the province's configuration comes down."""
    file = json.dumps({"revoked": names}).encode()
    store.apply(Arrivals(configuration=("2", file)), cursor="2", now=NOON)


def test_only_the_paper_that_was_taken_back_is_void(store: SqlCipherStore) -> None:
    order = decided(store)
    slip = PrintOrder(PaperKind.RECEIPT, order.case_id, "220182-000137")
    for one in (order, slip):
        printed(store, one, PrintOutcome.PRINTED)
    void, case = VoidPapers(store), store.case(order.case_id)
    assert void.of(case) == ()
    revoke(store, order.paper, "0" * 64)
    assert [entry.order for entry in void.of(case)] == [order]
    assert void.among([case]) == {case.case_id}
    revoke(store)
    assert void.among([case]) == frozenset()


def test_of_a_refused_case_everything_that_may_be_out_is_void(store: SqlCipherStore) -> None:
    order = decided(store)
    case = store.case(order.case_id)
    refused = replace(case, state=CaseState.REFUSED)
    slip = PrintOrder(PaperKind.RECEIPT, order.case_id, "220182-000137")
    printed(store, slip, PrintOutcome.UNCERTAIN)
    printed(store, replace(slip, kind=PaperKind.FORM), PrintOutcome.FAILED)
    printed(store, replace(slip, kind=PaperKind.GUIDE), PrintOutcome.PRINTED)
    void = VoidPapers(store)
    assert [entry.order.kind for entry in void.of(refused)] == [PaperKind.RECEIPT]
    assert void.of(case) == ()


def test_a_case_without_papers_is_in_no_list(store: SqlCipherStore) -> None:
    order = decided(store)
    change = StateChange(CaseId(order.case_id), CaseState.DELIVERED, "送达", NOON)
    take_in(store, [change])
    revoke(store, order.paper)
    assert VoidPapers(store).among([store.case(order.case_id)]) == frozenset()
