"""What there is to tell the terminals, in one order that every engine keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

import msgspec

from sync import wire
from sync.gateway.database import Database, Writing

EVERYBODY: Final = "*"  # the scope of what all terminals hear


@unique
class Kind(StrEnum):
    """What an entry is."""

    STEP = "step"  # wire.ChangeEntry
    NOTICE = "notice"  # wire.NoticeEntry
    WITHDRAWN = "withdrawn"  # id of a notice, as JSON
    VISIT = "visit"  # wire.VisitEntry
    VISIT_ENDED = "visit-ended"  # its id, as JSON
    CONFIGURATION = "configuration"  # wire.Signed
    VOUCHED = "vouched"  # proof_code.Vouched
    STAFF = "staff"  # wire.Signed of a wire.StaffWord


@dataclass(frozen=True, slots=True)
class NewsRow:
    """One entry; its number is part of a terminal's cursor."""

    seq: int
    kind: str
    entry: bytes


class NewsBook:
    """Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @staticmethod
    def add(w: Writing, scope: str, kind: Kind, entry: bytes) -> None:
        """Tell it to the terminal of that id, or to EVERYBODY.

        The number comes from a row that stays locked until the commit: a sequence of the engine
        may become visible out of order, and a terminal that asked in between would miss one.
        """
        [(seq,)] = w.run(
            "INSERT INTO counter (name, value) VALUES ('news', 1)"
            " ON CONFLICT (name) DO UPDATE SET value=counter.value+1 RETURNING value"
        )
        w.run(
            "INSERT INTO news (seq, scope, kind, entry) VALUES (?, ?, ?, ?)",
            seq,
            scope,
            kind.value,
            entry,
        )

    def tell(self, scope: str, kind: Kind, *messages: msgspec.Struct | str) -> None:
        """These in a transaction of their own: all of them or none."""
        entries = [
            msgspec.json.encode(message) if isinstance(message, str) else wire.canonical(message)
            for message in messages
        ]

        def work(w: Writing) -> None:
            for entry in entries:
                self.add(w, scope, kind, entry)

        self._database.write(work)

    def told(self, scope: str, kinds: Sequence[Kind]) -> list[NewsRow]:
        """All that was ever told of these kinds, to that terminal or to EVERYBODY, oldest first."""
        marks = ", ".join("?" * len(kinds))
        rows = self._database.read(
            f"SELECT seq, kind, entry FROM news WHERE scope=? AND kind IN ({marks})"  # noqa: S608 - ? only
            " ORDER BY seq",
            scope,
            *(kind.value for kind in kinds),
        )
        return [NewsRow(*row) for row in rows]

    def since(self, terminal_id: str, seq: int, limit: int) -> list[NewsRow]:
        """What is new for this terminal, oldest first."""
        rows = self._database.read(
            "SELECT seq, kind, entry FROM news WHERE scope IN (?, ?) AND seq>?"
            " ORDER BY seq LIMIT ?",
            terminal_id,
            EVERYBODY,
            seq,
            limit,
        )
        return [NewsRow(*row) for row in rows]
