"""Takes over the files of gateways from before there were packs: each becomes a pack of its own."""

import os
from pathlib import Path
from typing import Final

from sync.gateway import page_image
from sync.gateway.database import Database
from sync.gateway.packs import Packed, Span
from sync.gateway.signing import sync_folder

PLACE: Final = "before"  # folder below pack/


def take_over(folder: Path, database: Database) -> int:
    """How many files there were. May be broken off anywhere; the next start goes on."""
    old = folder / "blob"
    if not old.is_dir():
        return 0
    new = folder / "pack" / PLACE
    new.mkdir(mode=0o700, parents=True, exist_ok=True)
    sync_folder(new.parent)
    count = 0
    for path in list(old.glob("*/*")):
        if not (new / path.name).exists():
            os.link(path, new / path.name)
        size = path.stat().st_size
        flaw = page_image.complaint_about(path.read_bytes())
        span = Span(path.name, 0, size, flaw)
        database.write(Packed(f"{PLACE}/{path.name}", size, (span,), new).note)
        path.unlink()
        count += 1
    for inner in old.iterdir():
        inner.rmdir()
    old.rmdir()
    return count
