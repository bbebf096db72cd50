"""What the office does with cases that arrived: accept, ask once for what is missing, decide."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from kiosk.domain.case import FOLLOWING, MOVES, Case, CaseKind, CaseState, IllegalMove
from kiosk.domain.correction import CorrectionRow, Flaw, Part, unknown_rows
from kiosk.domain.service_item import ServiceItem
from sync import told, wire
from sync.evaluation_seal import EvaluationOpener, Unopenable
from sync.gateway import follow_ups
from sync.gateway.case_book import CaseBook, CaseRow
from sync.gateway.checks import agent_of
from sync.gateway.database import Database, Writing
from sync.gateway.follow_ups import Round, corrected, rounds
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


FLAW_WORDS: Final = {
    Flaw.MISSING: "缺少",
    Flaw.UNCLEAR: "看不清",
    Flaw.WRONG: "不对",
    Flaw.EXPIRED: "已过有效期",
    Flaw.INCOMPLETE: "不完整",
}


class CorrectionsAlreadyAsked(Exception):
    """The office must ask once for everything that is missing 一次性告知; it has done so.

    A second list may only be about what the applicant handed in anew (T-20, reference/domain.md).
    """


class NotInTheGuide(Exception):
    """The office may only ask for what the guide of the item has (T-12)."""


class Review:
    """Each operation moves the case and tells its terminal, together. Any thread.

    All raise KeyError for an unknown case and IllegalMove where the case cannot go there (also
    when a colleague was faster).
    """

    def __init__(
        self,
        *,
        database: Database,
        book: CaseBook,
        packs: Packs,
        now: Callable[[], datetime],
        opener: EvaluationOpener,
        item: Callable[[str], ServiceItem | None] = lambda _code: None,
    ) -> None:
        """`item`: of the catalogue in force, by its code; None where it is not known.

        `opener`: of evaluations.
        """
        self._opener = opener
        self._item = item
        self._database = database
        self._book = book
        self._packs = packs
        self._now = now

    def waiting(self) -> Sequence[Case]:
        """Every case that is not finished, the one that waits longest first."""
        return [_case(row) for row in self._book.cases_in(OPEN) if row.text.sort not in FOLLOWING]

    def every(self) -> Sequence[Case]:
        """Every case that this gateway ever took in, finished or not; no evaluations."""
        rows = self._book.cases_in(tuple(CaseState))
        return [_case(row) for row in rows if row.text.sort not in FOLLOWING]

    def evaluations(self) -> Sequence[Case]:
        """Every 好差评 that came, for those who supervise the office and nobody at its desk.

        Opened; one that this gateway's key does not open keeps its answer SEALED.
        """
        rows = self._book.cases_in((CaseState.DECIDED,))
        return [self._opened(_case(row)) for row in rows if row.text.sort == CaseKind.EVALUATION]

    def _opened(self, case: Case) -> Case:
        try:
            return replace(case, answers=self._opener(case.case_id, case.answers))
        except Unopenable:
            return case

    def case(self, case_id: str) -> Case:
        """One case as the office knows it, with what was corrected in the place of what was not."""
        return corrected(_case(self._row(case_id)), self.rounds(case_id))

    def rounds(self, case_id: str) -> Sequence[Round]:
        """The lists that the office made, each with the correction that came for it."""
        return rounds(self._database, case_id)

    def page(self, sha256: str) -> bytes:
        """A page of a case. Raises KeyError, OSError when it is damaged."""
        return self._packs.read(sha256)

    def accept(self, case_id: str) -> Case:
        """受理."""
        return self._move(self._row(case_id), CaseState.ACCEPTED)

    def ask_corrections(
        self, case_id: str, reasons: Sequence[str], rows: Sequence[CorrectionRow] = ()
    ) -> Case:
        """补正: everything that is missing, in one list; in words, and by the rows of the guide.

        Raises CorrectionsAlreadyAsked, NotInTheGuide.
        """
        row = self._row(case_id)
        item = self._item(row.text.item_code)
        by_agent = agent_of(row.text) is not None
        if item is not None and unknown_rows(item, rows, by_agent=by_agent):
            raise NotInTheGuide(case_id)
        known = self.rounds(case_id)
        if known and not (rows and {(one.part, one.key) for one in rows} <= known[-1].redone()):
            raise CorrectionsAlreadyAsked(case_id)
        words = _given([*reasons, *(self._words(item, one) for one in rows)])
        return self._move(
            row, CaseState.CORRECTION, reasons=words, asked=tuple(rows), round=len(known) + 1
        )

    def answer(self, case_id: str, words: str) -> Case:
        """A letter 咨询, 投诉, 建议, 预约 is answered in words; its terminal shows them."""
        row = self._row(case_id)
        if row.text.sort != CaseKind.LETTER:
            raise IllegalMove(f"{case_id} is no letter")
        return self._move(row, CaseState.DECIDED, reasons=_given([words]))

    @staticmethod
    def _words(item: ServiceItem | None, row: CorrectionRow) -> str:
        """What older terminals show of that row, and what is printed."""
        names = {} if item is None else {f.key: f.label for f in item.fields}
        names |= {} if item is None else {m.key: m.name for m in item.materials}
        name = "申请人签名" if row.part is Part.SIGNATURE else names.get(row.key, row.key)
        return f"{name}：{FLAW_WORDS[row.flaw]}{f'（{row.note}）' if row.note else ''}"

    def decide(self, case_id: str, document: bytes | None, title: str, *, copies: int = 0) -> Case:
        """办结, with the paper that was issued, if any. It is on the disk before the case moves.

        `copies`: how many papers of it terminals may print; 0: as many as people want.
        """
        row = self._row(case_id)
        _check_move(row, CaseState.DECIDED)
        documents: tuple[wire.DocumentEntry, ...] = ()
        if document is not None:
            sha256 = self._packs.put(document)
            documents = (wire.DocumentEntry(sha256, title, len(document), copies),)
        return self._move(row, CaseState.DECIDED, documents=documents)

    def check_decidable(self, case_id: str) -> None:
        """Raises IllegalMove where `decide` would, before anybody composes a paper for it."""
        _check_move(self._row(case_id), CaseState.DECIDED)

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
        asked: tuple[CorrectionRow, ...] = (),
        round: int = 0,
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
            asked=told.entries_of(asked),
            round=round,
        )

        def work(w: Writing) -> None:
            # Two clerks may decide at once: only the first finds the case where both saw it.
            if not self._book.move(w, row, state, asks_corrections=bool(round)):
                raise IllegalMove(f"{row.case_id} is no longer {row.state}")
            if round:
                follow_ups.ask(w, row.case_id, round, asked)
            self._book.add_documents(w, row.case_id, documents)
            NewsBook.add(w, row.terminal_id, Kind.STEP, wire.canonical(entry))

        self._database.write(work)
        return self.case(row.case_id)


def _case(row: CaseRow) -> Case:
    return wire.case_of(row.text, state=row.state, official_number=row.official_number)


def _check_move(row: CaseRow, state: CaseState) -> None:
    again = state is row.state is CaseState.CORRECTION  # a later round; ask_corrections judges
    if state not in MOVES[row.state] and not again:
        raise IllegalMove(f"{row.case_id}: {row.state} -> {state}")


def _given(reasons: Sequence[str]) -> tuple[str, ...]:
    given = tuple(reason.strip() for reason in reasons if reason.strip())
    if not given:
        raise ValueError("at least one reason has to be given")
    return given
