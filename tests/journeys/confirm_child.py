"""Confirms one case and says SAFE. A program of its own, so that it can be killed on the way."""

import os
import sys
from pathlib import Path

from kiosk.domain.case import CaseId
from offline_store.api import StoreError
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL

MARKER = "/confirm-begins-here"  # seen in the list of system calls, otherwise without effect


def main() -> None:
    """Arguments: folder of the store, case id. Prints SAFE, or the fault's code."""
    folder, case_id = Path(sys.argv[1]), CaseId(sys.argv[2])
    store = open_store(folder, FileKey(folder / "store.key"))
    case = store.case(case_id)
    os.access(MARKER, os.F_OK)
    try:
        store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    except StoreError as error:
        os.write(1, error.fault.value.encode())
    else:
        os.write(1, b"SAFE")
    store.close()


if __name__ == "__main__":
    main()
