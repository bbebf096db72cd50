"""What is new for one terminal since it last asked: steps of the office and the catalogue."""

import hashlib
from typing import Final

from sync import wire
from sync.gateway.ledger import Ledger

AT_ONCE: Final = 20  # changes of one answer; each may bring a document


class News:
    """Answers pulls. May be called from any thread."""

    def __init__(self, *, ledger: Ledger, catalog_version: str, catalog_file: bytes) -> None:
        """The catalogue is handed down as it is; an empty version means that there is none."""
        self._ledger = ledger
        self._catalog_version = catalog_version
        # Part of the cursor, so that a terminal hears of every new file exactly once.
        self._catalog_tag = (
            hashlib.sha256(catalog_version.encode() + b"\n" + catalog_file).hexdigest()[:16]
            if catalog_version
            else "-"
        )

    def since(self, terminal_id: str, cursor: str) -> wire.ChangesPage:
        """One page of news. A cursor of another gateway's database starts at the beginning."""
        epoch, _, rest = cursor.partition(".")
        seen, _, tag = rest.partition(".")
        known = epoch == self._ledger.epoch and seen.isascii() and seen.isdecimal()
        start = min(int(seen[:18]), 1 << 62) if known else 0
        found = self._ledger.changes(terminal_id, start, AT_ONCE + 1)
        page = found[:AT_ONCE]
        end = page[-1][0] if page else start
        new_catalog = bool(self._catalog_version) and not (known and tag == self._catalog_tag)
        return wire.ChangesPage(
            changes=tuple(entry for _, entry in page),
            catalog_version=self._catalog_version if new_catalog else "",
            cursor=f"{self._ledger.epoch}.{end}.{self._catalog_tag}",
            more=len(found) > AT_ONCE,
        )
