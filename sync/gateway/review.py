"""What the office does with cases that arrived: accept, ask once for what is missing, decide."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from kiosk.domain.case import MOVES, Case, CaseState, IllegalMove
from sync import wire
from sync.gateway.case_book import CaseBook, CaseRow
from sync.gateway.database import Database, Writing
from sync.gateway.news_book import Kind, NewsBook
from sync.gateway.packs import Packs

OPEN: Final = (CaseState.RECEIVED, CaseState.ACCEPTED, CaseState.CORRECTION)
# The province's own words, which differ from place to place.
OFFICE_WORDS: Final = {
    CaseState.ACCEPTED: "受理",
    CaseState.CORRECTION: "补正",
    CaseState.DECIDED: "办结",
    CaseState.REFUSED: "不予受理",
}


class CorrectionsAlreadyAsked(Exception):
    """The office must ask once for everything that is missing 一次性告知; it has done so."""


class Review:
    """Each operation moves the case and tells its terminal, together. Any thread.

    All raise KeyError for an unknown case and IllegalMove where the case cannot go there (also
    when a colleague was faster).
    """

    def __init__(
        self, *, database: Database, book: CaseBook, packs: Packs, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._book = book
        self._packs = packs
        self._now = now

    def waiting(self) -> Sequence[Case]:
        """Every case that is not finished, the one that waits longest first."""
        return [_case(row) for row in self._book.cases_in(OPEN)]

    def every(self) -> Sequence[Case]:
        """Every case that this gateway ever took in, finished or not."""
        return [_case(row) for row in self._book.cases_in(tuple(CaseState))]

    def case(self, case_id: str) -> Case:
        """One case as the office knows it."""
        return _case(self._row(case_id))

    def page(self, sha256: str) -> bytes:
        """A page of a case. Raises KeyError, OSError when it is damaged."""
        return self._packs.read(sha256)

    def accept(self, case_id: str) -> Case:
        """受理."""
        return self._move(self._row(case_id), CaseState.ACCEPTED)

    def ask_corrections(self, case_id: str, reasons: list[str]) -> Case:
        """补正: everything that is missing, in one list. Raises CorrectionsAlreadyAsked."""
        row = self._row(case_id)
        if row.corrections_asked:
            raise CorrectionsAlreadyAsked(case_id)
        return self._move(row, CaseState.CORRECTION, reasons=_given(reasons))

    def decide(self, case_id: str, document: bytes | None, title: str) -> Case:
        """办结, with the paper that was issued, if any. It is on the disk before the case moves."""
        row = self._row(case_id)
        _check_move(row, CaseState.DECIDED)
        documents: tuple[wire.DocumentEntry, ...] = ()
        if document is not None:
            documents = (wire.DocumentEntry(self._packs.put(document), title, len(document)),)
        return self._move(row, CaseState.DECIDED, documents=documents)

    def refuse(self, case_id: str, reasons: list[str]) -> Case:
        """不予受理, with all reasons."""
        return self._move(self._row(case_id), CaseState.REFUSED, reasons=_given(reasons))

    def _row(self, case_id: str) -> CaseRow:
        row = self._book.case(case_id)
        if row is None:
            raise KeyError(case_id)
        return row

    def _move(
        self,
        row: CaseRow,
        state: CaseState,
        *,
        reasons: tuple[str, ...] = (),
        documents: tuple[wire.DocumentEntry, ...] = (),
    ) -> Case:
        _check_move(row, state)
        entry = wire.ChangeEntry(
            case_id=row.case_id,
            state=state.value,
            office_state=OFFICE_WORDS[state],
            at=self._now(),
            official_number=row.official_number,
            remarks=reasons,
            documents=documents,
        )
        asked = state is CaseState.CORRECTION

        def work(w: Writing) -> None:
            # Two clerks may decide at once: only the first finds the case where both saw it.
            if not self._book.move(w, row, state, asks_corrections=asked):
                raise IllegalMove(f"{row.case_id} is no longer {row.state}")
            self._book.add_documents(w, row.case_id, documents)
            NewsBook.add(w, row.terminal_id, Kind.STEP, wire.canonical(entry))

        self._database.write(work)
        return self.case(row.case_id)


def _case(row: CaseRow) -> Case:
    return wire.case_of(row.text, state=row.state, official_number=row.official_number)


def _check_move(row: CaseRow, state: CaseState) -> None:
    if state not in MOVES[row.state]:
        raise IllegalMove(f"{row.case_id}: {row.state} -> {state}")


def _given(reasons: list[str]) -> tuple[str, ...]:
    given = tuple(reason.strip() for reason in reasons if reason.strip())
    if not given:
        raise ValueError("at least one reason has to be given")
    return given
