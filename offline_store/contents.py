"""Keeps the bytes of pages and documents, each once, inside the database and nowhere else."""

import hashlib
from collections.abc import Iterable
from typing import Final

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.database import EncryptedDatabase

# Small enough that a sender never needs a whole scan in memory, large enough to cost few rows.
PIECE_LENGTH: Final = 65536


class Contents:
    """Bytes under their SHA-256. Every method belongs inside a transaction of the caller."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def keep(self, content: bytes) -> tuple[int, str]:
        """Store the bytes, or find them where they already are; their id and name."""
        sha256 = hashlib.sha256(content).hexdigest()
        known = self.id_of(sha256)
        if known is not None:
            return known, sha256
        [(content_id,)] = self._database.execute(
            "INSERT INTO contents (sha256, size) VALUES (?, ?) RETURNING content_id",
            (sha256, len(content)),
        )
        whole = memoryview(content)
        self._database.execute_many(
            "INSERT INTO pieces (content_id, piece, bytes) VALUES (?, ?, ?)",
            [
                (content_id, number, whole[start : start + PIECE_LENGTH])
                for number, start in enumerate(range(0, len(whole), PIECE_LENGTH))
            ],
        )
        return int(content_id), sha256

    def id_of(self, sha256: str) -> int | None:
        """The id of those bytes, or None when they are not here."""
        rows = self._database.execute("SELECT content_id FROM contents WHERE sha256 = ?", (sha256,))
        return int(rows[0][0]) if rows else None

    def read(self, sha256: str) -> bytes:
        """The bytes, their hash checked. Raises KeyError, StoreError(STORE_DAMAGED)."""
        content_id = self.id_of(sha256)
        if content_id is None:
            raise KeyError(sha256)
        rows = self._database.execute(
            "SELECT bytes FROM pieces WHERE content_id = ? ORDER BY piece", (content_id,)
        )
        content = b"".join(row[0] for row in rows)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoreError(Fault.STORE_DAMAGED, f"bytes of {sha256} are others")
        return content

    def drop_unused(self, content_ids: Iterable[int]) -> None:
        """Delete those that no case and no document shows any more."""
        for content_id in content_ids:
            self._database.execute(
                """DELETE FROM contents WHERE content_id = ?1
                AND NOT EXISTS (SELECT 1 FROM case_pages WHERE content_id = ?1)
                AND NOT EXISTS (SELECT 1 FROM documents WHERE content_id = ?1)""",
                (content_id,),
            )
