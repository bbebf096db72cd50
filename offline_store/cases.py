"""Keeps drafts, pages and confirmed cases; confirming is one transaction, on the disk or not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from kiosk.domain.case import Case, CaseId, CaseState, IllegalMove
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageRef, ScannedPage
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.domain.receipt_number import HIGHEST_SERIAL, day_prefix, numbered
from offline_store.api import OpenDraft, StoreError
from offline_store.ballast import RESERVE
from offline_store.case_table import CaseTable, Stored
from offline_store.database import EncryptedDatabase
from offline_store.last_draft import LastDraft
from offline_store.rows import BEIJING_TIME, text_of

# What must be free before a resident begins. No item of the catalogue asks for more than a few
# dozen pages; 40 of a third of a megabyte each lie in the write-ahead log and in the file at once.
PAGES_OF_A_CASE: Final = 40 * 350_000
# The log grows beyond SQLite's 4 MB (1000 pages, sqlite.org/wal.html) while a reader holds it.
LOG_GROWTH: Final = 16_000_000
ROOM_FOR_A_CASE: Final = 2 * PAGES_OF_A_CASE + LOG_GROWTH + RESERVE  # bytes: 64 MB

# The serial follows the last one that is stored, and those that were removed or, at whatever site,
# damaged: a counter would be one more page to seal and to write.
_NEXT_SERIAL: Final = """SELECT 1 + max(
    ifnull((SELECT CAST(substr(receipt_number, 21, 4) AS INTEGER) FROM cases
        WHERE receipt_number > ?1 AND receipt_number < ?1 || 'Z'
        ORDER BY receipt_number DESC LIMIT 1), 0),
    ifnull((SELECT max(serial) FROM day_serials WHERE site IN (?2, '') AND terminal IN (?3, '')
        AND day IN (?4, ?5)), 0))"""
_CONFIRM: Final = """UPDATE cases SET state = ?, receipt_number = ?, confirmed_at = ?,
    confirmed_order = ?, step = NULL, saved_at = NULL WHERE case_id = ?"""


class StoredCases:
    """The part CaseStore of api.py. One instance belongs to one thread."""

    def __init__(
        self, *, database: EncryptedDatabase, table: CaseTable, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._table = table
        self._last = LastDraft(database)
        self._clock = clock  # for what has no moment of its own; nothing is ordered by it

    def save_draft(self, case: Case, *, step: str = "") -> None:
        """Insert or replace a case in state DRAFT, and where the visit is; see api.py.

        Raises StoreError, IllegalMove.

        A page that came by `add_page` and is not in `case.pages` yet stays: an autosave may be
        older than the page. Pages leave by `drop_page`, or at `confirm` when unlisted there.
        """
        if case.state is not CaseState.DRAFT:
            raise IllegalMove(f"{case.case_id}: {case.state} is no draft")
        with self._database.writing():
            before = self._table.stored(case.case_id)
            if before is not None:
                self._must_be_draft(before)
            self._table.write(case, before=before)
            self._table.note_draft(
                case.case_id, step=step, now=self._clock(), is_new=before is None
            )
            named_only = self._table.write_pages(case, keep_others=True)
            version = self._database.version()
        self._last.keep(case if named_only else None, version)

    def open_draft(self) -> OpenDraft | None:
        """The draft that was begun last."""
        with self._database.reading():
            rows = self._database.execute(
                """SELECT case_id, step, saved_at FROM cases
                WHERE receipt_number IS NULL AND saved_at IS NOT NULL
                ORDER BY confirmed_order DESC LIMIT 1"""
            )
            if not rows:
                return None
            [(case_id, step, saved_at)] = rows
            case = self._table.get(case_id)
        return OpenDraft(case, step or "", datetime.fromisoformat(saved_at))

    def add_page(self, case_id: CaseId, page: ScannedPage) -> PageRef:
        """Keep a page of a draft; the same bytes twice are kept once.

        Raises StoreError; KeyError when the draft was never saved, IllegalMove when it is none.
        """
        with self._database.writing():
            before = self._table.stored(case_id)
            if before is None:
                raise KeyError(case_id)
            self._must_be_draft(before)
            known = self._last.known()
            content_id, sha256 = self._table.contents.keep(page.content)
            self._table.append_page(case_id, content_id, page.material, page.level)
            version = self._database.version()
        reference = PageRef(sha256, page.material, len(page.content), page.level)
        self._last.keep(_with_page(known, case_id, reference), version)
        return reference

    def drop_page(self, case_id: CaseId, sha256: str) -> None:
        """Forget a page of a draft, for every material it stands for; unknown ones are ignored."""
        with self._database.writing():
            before = self._table.stored(case_id)
            content_id = self._table.contents.id_of(sha256)
            if before is None or content_id is None:
                return
            self._must_be_draft(before)
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
        confirmed = self._database.surely(
            lambda: self._confirm(case, site=site, terminal=terminal, now=now)
        )
        self._last.forget()
        return confirmed

    def _confirm(self, case: Case, *, site: str, terminal: str, now: datetime) -> Case:
        day = now.astimezone(BEIJING_TIME).date()
        prefix = day_prefix(site=site, terminal=terminal, day=day)
        with self._database.writing():
            saved = self._last.known() == case
            before = None if saved else self._table.stored(case.case_id)
            if before is not None and before.receipt_number:
                return self._table.get(case.case_id)
            [(serial,)] = self._database.execute(
                _NEXT_SERIAL, (prefix, site, terminal, (iso := day.isoformat()), f"20{iso[2:]}")
            )
            if serial > HIGHEST_SERIAL:  # a clock that begins at the same day after every start
                raise StoreError(Fault.STORE_FULL, f"no receipt number left for {day}")
            if not saved:
                self._table.write(case, before=before)
                self._table.write_pages(case, keep_others=False)
            queued = case.moved_to(
                CaseState.QUEUED,
                receipt_number=numbered(prefix, serial),
                confirmed_at=now.astimezone(UTC),
            )
            order = self._table.audit("confirmed", case.case_id, now)
            self._database.execute(
                _CONFIRM,
                (queued.state, queued.receipt_number, text_of(now), order, case.case_id),
            )
            self._database.execute(
                "INSERT INTO outbox (case_id, sequence, attempts, held) VALUES (?, ?, 0, ?)",
                (case.case_id, order, case.handling.held),
            )
        return queued

    def held(self) -> Sequence[Case]:
        """Confirmed cases that wait for a second person, the last confirmed first."""
        with self._database.reading():
            return self._table.where("case_id IN (SELECT case_id FROM outbox WHERE held = ?)", True)

    def release(self, case_id: CaseId, *, by: str, now: datetime) -> Case:
        """Approved by that second person: it may be sent now. Repeating it changes nothing.

        Raises KeyError, StoreError; IllegalMove when whoever had it in hand approves it too.
        """
        return self._database.surely(lambda: self._release(case_id, by, now))

    def _release(self, case_id: CaseId, by: str, now: datetime) -> Case:
        with self._database.writing():
            case = self._table.get(case_id)
            if not case.handling.held:
                return case
            if not case.handling.may_be_approved_by(by):
                raise IllegalMove(f"{case_id}: nobody approves a case of their own")
            released = replace(case, handling=replace(case.handling, held=False, approved_by=by))
            self._table.write(released, before=Stored.of(case))
            self._database.execute("UPDATE outbox SET held = 0 WHERE case_id = ?", (case_id,))
            self._table.audit("approved", case_id, now)
        return released

    def abandon(self, case_id: CaseId) -> None:
        """Remove the draft with its pages; unknown ones are ignored. Raises IllegalMove."""
        self._last.forget()
        with self._database.writing():
            case = self._table.find(case_id)
            if case is not None:
                case.moved_to(CaseState.ABANDONED)  # raises where that may not be
                self._table.delete(case_id)
                self._table.audit("abandoned", case_id, self._clock())

    def cases_that_fit(self) -> int:
        """As many as `room_for_a_case` would let begin if nothing were sent; see ROOM_FOR_A_CASE.

        The log grows once, whatever their number.
        """
        left = self._database.free_bytes() - LOG_GROWTH - RESERVE
        return max(0, left // (2 * PAGES_OF_A_CASE))

    def room_for_a_case(self) -> bool:
        """True while a whole case surely fits on the disk; see ROOM_FOR_A_CASE."""
        return self._database.free_bytes() >= ROOM_FOR_A_CASE

    def case(self, case_id: CaseId) -> Case:
        """The case, a draft too. Raises KeyError when there is none."""
        with self._database.reading():
            return self._table.get(case_id)

    def cases_of(self, applicant_number: str) -> Sequence[Case]:
        """Every confirmed case of that person, newest first."""
        if not applicant_number:
            return []  # letters without a name, and persons who were forgotten
        with self._database.reading():
            return self._table.where(
                "applicant_number = ? AND receipt_number IS NOT NULL AND about IS NULL",
                applicant_number,
            )

    def following(self, case_id: CaseId) -> Sequence[Case]:
        """What was handed in about that case later, newest first."""
        with self._database.reading():
            return self._table.where("receipt_number IS NOT NULL AND about = ?", case_id)

    def case_by_receipt(self, receipt_number: str) -> Case | None:
        """The case with that slip; of a correction's slip the case that it belongs to."""
        with self._database.reading():
            found = next(iter(self._table.where("receipt_number = ?", receipt_number)), None)
            if found is None or found.about is None:
                return found
            return self._table.find(found.about)

    def page(self, sha256: str) -> bytes:
        """The page's JPEG, its hash checked. Raises KeyError, StoreError."""
        with self._database.reading():
            return self._table.contents.read(sha256)

    def documents_of(self, case_id: CaseId) -> Sequence[IssuedDocument]:
        """What the office issued and this terminal has, oldest first."""
        with self._database.reading():
            rows = self._database.execute(
                """SELECT sha256, title, size, copies FROM documents
                JOIN contents USING (content_id) WHERE case_id = ? ORDER BY arrival""",
                (case_id,),
            )
        return [
            IssuedDocument(sha256=sha256, case_id=case_id, title=title, size=size, copies=copies)
            for sha256, title, size, copies in rows
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
        return self._database.surely(lambda: self._delivered(case_id, now))

    def _delivered(self, case_id: CaseId, now: datetime) -> Case:
        with self._database.writing():
            return self._table.hand_over(self._table.get(case_id), now)

    def next_day_serial(self, day: date) -> int:
        """The serial that the next receipt of that day would get. Looks at every receipt."""
        with self._database.reading():
            [(serial,)] = self._database.execute(
                """SELECT 1 + max(
                    ifnull((SELECT max(substr(receipt_number, 21, 4)) FROM cases
                        WHERE substr(receipt_number, 15, 6) = ?), 0),
                    ifnull((SELECT max(serial) FROM day_serials WHERE day = ?), 0))""",
                (f"{day:%y%m%d}", day.isoformat()),
            )
        return int(serial)

    @staticmethod
    def _must_be_draft(stored: Stored) -> None:
        if stored.state != CaseState.DRAFT:
            raise IllegalMove(f"{stored.case_id}: {stored.state} is no draft any more")


def _with_page(known: Case | None, case_id: CaseId, page: PageRef) -> Case | None:
    """The draft with a page at the end of its stored list; None when that cannot be told."""
    if known is None or known.case_id != case_id:
        return None
    if page in (*known.pages, known.signature):
        return known  # there already
    # Behind a signature it stands where no list has it; "confirm" puts that in order.
    return None if known.signature else replace(known, pages=(*known.pages, page))
