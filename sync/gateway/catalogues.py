"""The catalogue in force, every one before it, and what takes a terminal from one to the other."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync import wire
from sync.gateway.database import Database
from sync.gateway.packs import Packs
from sync.gateway.signing import SigningKey
from sync.patching import patch_from


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One catalogue. `tag`: SHA-256 of its file."""

    version: str
    tag: str
    signature: bytes


NONE: Final = Catalogue("", "", b"")


class Catalogues:
    """Any thread. A transfer is made once, when the first terminal with that base asks."""

    def __init__(self, database: Database, packs: Packs, key: SigningKey) -> None:
        self._database = database
        self._packs = packs
        self._key = key
        self._making = threading.Lock()  # two requests for the same base must not both work
        self._current = NONE

    def put_in_force(self, version: str, file: bytes, *, now: datetime) -> None:
        """From now on this is the one. Those before stay, as bases."""
        tag = wire.hash_of(file)
        self._database.write(
            lambda w: w.run(
                "INSERT INTO catalogue (tag, version, file, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (tag) DO NOTHING",
                tag,
                version,
                file,
                now.isoformat(),
            )
        )
        self._current = Catalogue(version, tag, self._key.catalog(version, file))

    def offer(self, held: str) -> wire.CatalogOffer | None:
        """What a terminal with that file should fetch; None when it has the right one.

        `held`: SHA-256 of its file, or "". The first time for a base it takes some seconds for a
        large catalogue.
        """
        current = self._current
        if not current.tag or held == current.tag:
            return None
        base = held if self._file(held) is not None else ""
        with self._making:
            sha256, size = self._transfer(base, current.tag) or self._made(base, current.tag)
        return wire.CatalogOffer(
            version=current.version,
            signature=current.signature,
            base=base,
            transfer=sha256,
            size=size,
        )

    def is_transfer(self, sha256: str) -> bool:
        """Whether that content may go to every terminal."""
        return bool(self._database.read("SELECT 1 FROM transfer WHERE sha256=?", sha256))

    def _transfer(self, base: str, tag: str) -> tuple[str, int] | None:
        rows = self._database.read(
            "SELECT sha256, size FROM transfer WHERE base=? AND tag=?", base, tag
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def _made(self, base: str, tag: str) -> tuple[str, int]:
        file = self._file(tag)
        assert file is not None
        content = patch_from(self._file(base) or b"", file)
        sha256 = self._packs.put(content)
        self._database.write(
            lambda w: w.run(
                "INSERT INTO transfer (base, tag, sha256, size) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                base,
                tag,
                sha256,
                len(content),
            )
        )
        return sha256, len(content)

    def _file(self, tag: str) -> bytes | None:
        rows = self._database.read("SELECT file FROM catalogue WHERE tag=?", tag) if tag else []
        return rows[0][0] if rows else None
