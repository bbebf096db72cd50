"""The lists of a desk: today's cases, drafts, what waits, what came back, what is handed out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from kiosk.domain.case import Case, CaseId
from offline_store.api_staff import DeskList, DeskRow
from offline_store.case_table import CaseTable
from offline_store.database import EncryptedDatabase
from offline_store.rows import moment_of

# Applications alone: an evaluation 好差评 and a complaint are never seen by staff here, and a
# correction stands with its case. Receipt numbers are digits and capitals; "~" comes after all of
# them. There is no index on the state: one more page to write at "confirm" (migrations.py).
_WHICH: Final[Mapping[DeskList, str]] = {
    DeskList.TODAY: "receipt_number BETWEEN ?1 AND ?1 || '~'",
    DeskList.DRAFTS: "receipt_number IS NULL AND saved_at IS NOT NULL AND ?1 IS NOT NULL",
    DeskList.WAITING: "case_id IN (SELECT case_id FROM outbox) AND ?1 IS NOT NULL",
    DeskList.CORRECTION: "state = 'correction' AND ?1 IS NOT NULL",
    DeskList.HAND_OUT: "state = 'decided' AND ?1 IS NOT NULL",
}
# 好差评 rates those who sit at the desk, 投诉 may be about them (GB/T 39734 4.1, recalled).
_VISIBLE: Final = "kind IS NULL"
_SINCE: Final = """(SELECT max(at) FROM changes WHERE changes.case_id = cases.case_id
    AND changes.state = cases.state)"""
_FIND: Final = f"""SELECT case_id FROM cases WHERE receipt_number IS NOT NULL AND {_VISIBLE} AND (
    instr(receipt_number, ?1) OR instr(official_number, ?1) OR instr(applicant_name, ?1)
    OR instr(item_title, ?1)) ORDER BY confirmed_order DESC LIMIT ?2"""  # noqa: S608 - ours


class StoredDeskCases:
    """The part DeskCases of api_staff.py. One instance belongs to one thread."""

    def __init__(self, *, database: EncryptedDatabase, table: CaseTable) -> None:
        self._database = database
        self._table = table

    def desk_counts(self, *, today: str) -> Mapping[DeskList, int]:
        """How many stand in each list."""
        with self._database.reading():
            return {
                which: int(
                    self._database.execute(
                        f"SELECT count(*) FROM cases WHERE {_VISIBLE} AND {condition}",  # noqa: S608 - ours
                        (today,),
                    )[0][0]
                )
                for which, condition in _WHICH.items()
            }

    def desk_list(self, which: DeskList, *, today: str, limit: int = 200) -> Sequence[DeskRow]:
        """The newest first; of what waits the oldest first."""
        order = "ASC" if which is DeskList.WAITING else "DESC"
        with self._database.reading():
            rows = self._database.execute(
                f"""SELECT case_id FROM cases WHERE {_VISIBLE} AND {_WHICH[which]}
                ORDER BY confirmed_order {order} LIMIT ?2""",  # noqa: S608 - ours
                (today, limit),
            )
            return [self._row(case_id) for (case_id,) in rows]

    def desk_find(self, words: str, *, limit: int = 50) -> Sequence[Case]:
        """Confirmed cases that have these words where people look for them."""
        with self._database.reading():
            rows = self._database.execute(_FIND, (words, limit))
            return [self._table.get(CaseId(case_id)) for (case_id,) in rows]

    def draft_row(self, case_id: CaseId) -> DeskRow:
        """That draft with its step. Raises KeyError."""
        with self._database.reading():
            row = self._row(case_id)
        if row.saved_at is None:
            raise KeyError(case_id)
        return row

    def _row(self, case_id: str) -> DeskRow:
        case = self._table.get(CaseId(case_id))
        [(saved_at, step, since, aside)] = self._database.execute(
            f"""SELECT saved_at, step, {_SINCE}, (SELECT count(*) FROM outbox
                WHERE outbox.case_id = cases.case_id AND aside_reason IS NOT NULL)
            FROM cases WHERE case_id = ?""",  # noqa: S608 - ours
            (case_id,),
        )
        is_draft = not case.receipt_number
        moment: datetime | None = moment_of(since)
        return DeskRow(
            case=case,
            saved_at=moment_of(saved_at) if is_draft else None,
            step=(step or "") if is_draft else "",
            is_aside=bool(aside),
            since=moment or case.confirmed_at,
        )
