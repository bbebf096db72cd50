"""Which papers that were printed here no longer count 作废: their case was refused, or they were
taken back by the office that issued them.
"""

from collections.abc import Iterable
from typing import Protocol

from kiosk.domain.case import Case, CaseId
from kiosk.domain.configuration import ConfigurationShelf
from kiosk.domain.printed import VOIDS, PrintEntry
from kiosk.flow.void_slip import voided
from offline_store.api_prints import PrintLedger
from offline_store.arrivals import Noticeboard


class LedgerAndNews(PrintLedger, Noticeboard, Protocol):
    """What is asked about."""


class VoidPapers:
    """As of the last sync. Belongs to the thread of its store; all raise StoreError.

    A paper is known to be taken back by its own SHA-256 in the province's list. That a whole seal
    was withdrawn only its signature tells: kiosk.papers.signed_paper, when the paper is opened.
    """

    def __init__(self, store: LedgerAndNews) -> None:
        self._store = store
        self._shelf = ConfigurationShelf()

    def revoked(self) -> frozenset[str]:
        """SHA-256 in hex of papers, and of other things that no paper is called by."""
        return self._shelf.current(self._store.configuration()).revoked

    def of(self, case: Case) -> tuple[PrintEntry, ...]:
        """Those of the case that are out or may be out, oldest first."""
        revoked = self.revoked()
        refused = case.state in VOIDS
        if not (refused or revoked):
            return ()
        papers = voided(self._store.prints_of(case.case_id))
        return tuple(one for one in papers if refused or one.order.paper in revoked)

    def among(self, cases: Iterable[Case]) -> frozenset[CaseId]:
        """Those of the cases that have any."""
        return frozenset(case.case_id for case in cases if self.of(case))
