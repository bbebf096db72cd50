"""What a terminal does with its store at a start, up to the draft that somebody had begun."""

import sys
from contextlib import suppress
from pathlib import Path

from offline_store.file_key import FileKey
from offline_store.store_folder import StoreFolder
from tests.counterparts.sample_cases import case_id


def main(folder: str) -> None:
    """Says OPEN once the store is looked over and the case can be read, draft or not."""
    path = Path(folder)
    opened = StoreFolder(path, FileKey(path / "store.key"), program="matrix")
    store = opened.open()
    with suppress(KeyError):  # nothing was typed yet
        store.case(case_id(2))
    sys.stdout.write("OPEN\n")
    sys.stdout.flush()
    store.close()
    opened.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
