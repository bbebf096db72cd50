"""Keeps what came down before the line broke, so that it need not come down again."""

from collections.abc import Iterable

from offline_store.contents import PIECE_LENGTH
from offline_store.database import EncryptedDatabase


class StoredStaging:
    """The part of Inbox that downloads use. One instance belongs to one thread."""

    def __init__(self, *, database: EncryptedDatabase) -> None:
        self._database = database

    def staged(self, sha256: str) -> int:
        """How many bytes of that download are here, from its beginning."""
        with self._database.reading():
            return self._staged(sha256)

    def stage(self, sha256: str, offset: int, piece: bytes) -> int:
        """Keep the next bytes of a download; see arrivals.py."""
        with self._database.writing():
            held = self._staged(sha256)
            if not 0 <= offset <= held:
                raise ValueError(f"{held} bytes are here, {offset} would leave a gap")
            new = memoryview(piece)[held - offset :]
            self._database.execute_many(
                """INSERT INTO staged (sha256, begin, bytes, noted)
                VALUES (?, ?, ?, (SELECT ifnull(max(entry), 0) FROM audit))""",
                [
                    (sha256, held + start, new[start : start + PIECE_LENGTH])
                    for start in range(0, len(new), PIECE_LENGTH)
                ],
            )
        return held + len(new)

    def staged_content(self, sha256: str) -> bytes:
        """What is here of that download, its hash not checked."""
        with self._database.reading():
            return self._staged_content(sha256)

    def drop_staged(self, sha256: str) -> None:
        """Forget it, so that the next try fetches it anew."""
        with self._database.writing():
            self._drop_staged([sha256])

    # -- for the transactions of the whole inbox

    def _staged(self, sha256: str) -> int:
        rows = self._database.execute(
            """SELECT begin + length(bytes) FROM staged WHERE sha256 = ?
            ORDER BY begin DESC LIMIT 1""",
            (sha256,),
        )
        return int(rows[0][0]) if rows else 0

    def _staged_content(self, sha256: str) -> bytes:
        rows = self._database.execute(
            "SELECT bytes FROM staged WHERE sha256 = ? ORDER BY begin", (sha256,)
        )
        return b"".join(row[0] for row in rows)

    def _drop_staged(self, names: Iterable[str]) -> None:
        self._database.execute_many(
            "DELETE FROM staged WHERE sha256 = ?", [(name,) for name in sorted(names)]
        )
