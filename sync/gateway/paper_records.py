"""Keeps what stands beside the papers that this gateway's office issued."""

from sync import wire
from sync.gateway.database import Database
from sync.paper_record import PaperRecord


class PaperRecords:
    """The records beside the papers, by the SHA-256 of the file. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, record: PaperRecord) -> None:
        """On the disk when it returns. The same paper twice is kept once."""
        self._database.write(
            lambda w: w.run(
                "INSERT INTO paper_record (sha256, record) VALUES (?, ?) ON CONFLICT DO NOTHING",
                record.sha256,
                wire.canonical(record),
            )
        )

    def of(self, sha256: str) -> PaperRecord | None:
        """The record of that paper; None when it was not issued here."""
        rows = self._database.read("SELECT record FROM paper_record WHERE sha256=?", sha256)
        return wire.decoded(rows[0][0], PaperRecord) if rows else None
