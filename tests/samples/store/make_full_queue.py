"""Makes full_queue_v5.db; run once, with the code of version 5 of the tables before this one's.

git archive c18b53f | tar -x -C OLD
cd OLD; PYTHONPATH=OLD python -P .../make_full_queue.py TARGET KEY
"""

import hashlib
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.domain.page import ScannedPage
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft
from tests.counterparts.village import picture

CASES = 100
EVERY = 10  # case with pages: one of its own, one that all of them show, and a signature


def main(target: Path, key_file: Path) -> None:
    """A hundred cases that wait, two of them tried before under a clock that ran ahead."""
    small = picture(1, side=32).jpeg
    shared = _page(small, "shared", "m2")
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(key_file, folder / "store.key")
        (folder / "store.key").chmod(0o600)
        store = open_store(folder, FileKey(folder / "store.key"), clock=lambda: NOON)
        for serial in range(1, CASES + 1):
            case = draft(serial, fields=4)
            store.save_draft(case)
            if serial % EVERY == 0:
                own, signed = _page(small, str(serial), "m1"), _page(small, f"s{serial}", "sign")
                taken = [store.add_page(case.case_id, one) for one in (own, shared, signed)]
                case = replace(case, pages=tuple(taken[:2]), signature=taken[2])
            store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
        for serial in (3, 4):
            store.try_again(draft(serial).case_id, not_before=NOON.replace(year=2027))
        store.close()
        shutil.copy(folder / "doorstep.db", target)


def _page(small: bytes, words: str, material: str) -> ScannedPage:
    """A real picture that differs from every other in a comment of its own."""
    comment = hashlib.sha256(words.encode()).digest()
    jpeg = small[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + small[2:]
    return ScannedPage(material=material, jpeg=jpeg, width=32, height=32)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
