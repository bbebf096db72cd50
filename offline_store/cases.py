"""Keeps drafts, pages and confirmed cases; confirming is one transaction, on the disk or not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from kiosk.domain.case import Case, CaseId, CaseState, IllegalMove
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageRef, ScannedPage
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.domain.receipt_number import HIGHEST_SERIAL, receipt_number
from offline_store.api import StoreError
from offline_store.case_table import CaseTable
from offline_store.database import EncryptedDatabase
from offline_store.rows import BEIJING_TIME, text_of

# What must be free before a resident begins. No item of the catalogue asks for more than a few
# dozen pages; 40 of a third of a megabyte each lie in the write-ahead log and in the file at once.
PAGES_OF_A_CASE: Final = 40 * 350_000
# The log grows beyond SQLite's 4 MB (1000 pages, sqlite.org/wal.html) while a reader holds it.
LOG_GROWTH: Final = 16_000_000
# Confirming, receipts of the office and the system's journal go on when the pages are in.
RESERVE: Final = 20_000_000
ROOM_FOR_A_CASE: Final = 2 * PAGES_OF_A_CASE + LOG_GROWTH + RESERVE  # bytes: 64 MB


class StoredCases:
    """The part CaseStore of api.py. One instance belongs to one thread."""

    def __init__(
        self, *, database: EncryptedDatabase, table: CaseTable, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._table = table
        self._clock = clock  # for what has no moment of its own; nothing is ordered by it

    def save_draft(self, case: Case) -> None:
        """Insert or replace a case in state DRAFT. Raises StoreError, IllegalMove.

        A page that came by `add_page` and is not in `case.pages` yet stays: an autosave may be
        older than the page. Pages leave by `drop_page`, or at `confirm` when unlisted there.
        """
        if case.state is not CaseState.DRAFT:
            raise IllegalMove(f"{case.case_id}: {case.state} is no draft")
        with self._database.writing():
            known = self._table.find(case.case_id)
            if known is not None:
                self._must_be_draft(known)
            self._table.write(case, known=known)
            self._table.write_pages(case, keep_others=True)

    def add_page(self, case_id: CaseId, page: ScannedPage) -> PageRef:
        """Keep a page of a draft; the same bytes twice are kept once.

        Raises StoreError; KeyError when the draft was never saved, IllegalMove when it is none.
        """
        with self._database.writing():
            self._must_be_draft(self._table.get(case_id))
            content_id = self._table.contents.keep(page.jpeg)
            self._table.append_page(case_id, content_id, page.material)
        return PageRef(sha256=page.sha256, material=page.material, size=len(page.jpeg))

    def drop_page(self, case_id: CaseId, sha256: str) -> None:
        """Forget a page of a draft, for every material it stands for; unknown ones are ignored."""
        with self._database.writing():
            case = self._table.find(case_id)
            content_id = self._table.contents.id_of(sha256)
            if case is None or content_id is None:
                return
            self._must_be_draft(case)
            self._database.execute(
                "DELETE FROM case_pages WHERE case_id = ? AND content_id = ?", (case_id, content_id)
            )
            self._table.contents.drop_unused([content_id])

    def confirm(self, case: Case, *, site: str, terminal: str, now: datetime) -> Case:
        """Case, page list, outbox entry and audit row together, or nothing; see api.py.

        The day in the receipt number is that of Beijing time. Raises StoreError (STORE_DAMAGED
        also when a listed page is not here, STORE_FULL also when the day has no serial left),
        IllegalMove.
        """
        with self._database.writing():
            known = self._table.find(case.case_id)
            if known is not None and known.receipt_number:
                return known
            queued = replace(
                case.moved_to(CaseState.QUEUED),
                receipt_number=self._allot(site=site, terminal=terminal, now=now),
                confirmed_at=now.astimezone(UTC),
            )
            order = self._table.next_order()
            self._table.write(queued, known=known)
            self._database.execute(
                "UPDATE cases SET confirmed_order = ? WHERE case_id = ?", (order, case.case_id)
            )
            self._table.write_pages(queued, keep_others=False)
            self._database.execute(
                "INSERT INTO outbox (case_id, sequence, attempts) VALUES (?, ?, 0)",
                (case.case_id, order),
            )
            self._table.audit("confirmed", case.case_id, now)
        return queued

    def abandon(self, case_id: CaseId) -> None:
        """Remove the draft with its pages; unknown ones are ignored. Raises IllegalMove."""
        with self._database.writing():
            case = self._table.find(case_id)
            if case is not None:
                self._remove_draft(case.moved_to(CaseState.ABANDONED), "abandoned")

    def drop_drafts_before(self, moment: datetime) -> int:
        """Remove drafts begun before that moment; how many they were."""
        with self._database.writing():
            drafts = self._database.execute(
                # Only drafts have no number, and the numbers have an index.
                "SELECT case_id FROM cases WHERE receipt_number IS NULL AND started_at < ?",
                (text_of(moment),),
            )
            for (case_id,) in drafts:
                self._remove_draft(self._table.get(case_id), "draft expired")
        return len(drafts)

    def room_for_a_case(self) -> bool:
        """True while a whole case surely fits on the disk; see ROOM_FOR_A_CASE."""
        return self._database.free_bytes() >= ROOM_FOR_A_CASE

    def case(self, case_id: CaseId) -> Case:
        """The case, a draft too. Raises KeyError when there is none."""
        with self._database.reading():
            return self._table.get(case_id)

    def cases_of(self, applicant_number: str) -> Sequence[Case]:
        """Every confirmed case of that person, newest first."""
        with self._database.reading():
            return self._table.where(
                "applicant_number = ? AND receipt_number IS NOT NULL", applicant_number
            )

    def case_by_receipt(self, receipt_number: str) -> Case | None:
        """The case with that slip."""
        with self._database.reading():
            return next(iter(self._table.where("receipt_number = ?", receipt_number)), None)

    def page(self, sha256: str) -> bytes:
        """The page's JPEG, its hash checked. Raises KeyError, StoreError."""
        with self._database.reading():
            return self._table.contents.read(sha256)

    def documents_of(self, case_id: CaseId) -> Sequence[IssuedDocument]:
        """What the office issued and this terminal has, oldest first."""
        with self._database.reading():
            rows = self._database.execute(
                """SELECT sha256, title, size FROM documents JOIN contents USING (content_id)
                WHERE case_id = ? ORDER BY arrival""",
                (case_id,),
            )
        return [
            IssuedDocument(sha256=sha256, case_id=case_id, title=title, size=size)
            for sha256, title, size in rows
        ]

    def changes_of(self, case_id: CaseId) -> Sequence[StateChange]:
        """Every step since the case was confirmed, in order, without documents; see api.py."""
        with self._database.reading():
            return self._table.changes(case_id)

    def document(self, sha256: str) -> bytes:
        """The document's bytes, their hash checked. Raises KeyError, StoreError."""
        with self._database.reading():
            return self._table.contents.read(sha256)

    def delivered(self, case_id: CaseId, *, now: datetime) -> Case:
        """DECIDED to DELIVERED; repeated calls are fine. Raises KeyError, IllegalMove."""
        with self._database.writing():
            case = self._table.get(case_id)
            if case.state is CaseState.DELIVERED:
                return case
            delivered = case.moved_to(CaseState.DELIVERED)
            self._table.write(delivered, known=case)
            self._table.note_change(
                StateChange(case_id=case_id, state=delivered.state, office_state="", at=now)
            )
        return delivered

    def next_day_serial(self, day: date) -> int:
        """The serial that the next receipt of that day would get."""
        with self._database.reading():
            rows = self._database.execute(
                "SELECT ifnull(max(serial), 0) + 1 FROM day_serials WHERE day = ?",
                (day.isoformat(),),
            )
        return int(rows[0][0])

    def _allot(self, *, site: str, terminal: str, now: datetime) -> str:
        day = now.astimezone(BEIJING_TIME).date()
        [(serial,)] = self._database.execute(
            """INSERT INTO day_serials (site, terminal, day, serial) VALUES (?, ?, ?, 1)
            ON CONFLICT (site, terminal, day) DO UPDATE SET serial = serial + 1 RETURNING serial""",
            (site, terminal, day.isoformat()),
        )
        if serial > HIGHEST_SERIAL:  # a clock that begins at the same day after every power cut
            raise StoreError(Fault.STORE_FULL, f"no receipt number left for {day}")
        return receipt_number(site=site, terminal=terminal, day=day, serial=serial)

    def _remove_draft(self, case: Case, what: str) -> None:
        self._table.delete(case.case_id)
        self._table.audit(what, case.case_id, self._clock())

    @staticmethod
    def _must_be_draft(case: Case) -> None:
        if case.state is not CaseState.DRAFT:
            raise IllegalMove(f"{case.case_id}: {case.state} is no draft any more")
