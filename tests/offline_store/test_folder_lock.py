"""One program has the folder; the next one is told who, and a dead one holds nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.file_key import FileKey
from offline_store.folder_lock import LOCK_NAME, FolderLock
from offline_store.store_folder import StoreFolder
from tests.counterparts.sample_cases import NOON, draft

HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from offline_store.folder_lock import FolderLock
lock = FolderLock(Path(sys.argv[1]), program="the other", now=datetime(2026, 3, 5, tzinfo=UTC))
print("held", flush=True)
sys.stdin.read()
"""


def other_program(folder: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_second_process_is_told_who_has_the_store_and_a_killed_one_holds_nothing(
    folder: Path, key: FileKey
) -> None:
    with other_program(folder) as child:
        with pytest.raises(StoreError) as busy:
            StoreFolder(folder, key, program="this")
        assert busy.value.fault is Fault.STORE_BUSY
        assert f"process {child.pid} (the other) since 2026-03-05T00:00:00+00:00" in str(busy.value)
        child.send_signal(signal.SIGKILL)
        child.wait(10)
    held = StoreFolder(folder, key, program="this")
    held.open().close()
    held.close()
    held.close()


def test_the_threads_of_one_program_share_the_folder(folder: Path, key: FileKey) -> None:
    held = StoreFolder(folder, key, program="this", clock=lambda: NOON)
    store = held.open()
    store.save_draft(draft())
    seen: list[bool] = []

    def look() -> None:
        own = held.open()
        seen.append(own.case(draft().case_id) == draft())
        own.close()

    thread = Thread(target=look)
    thread.start()
    thread.join()
    store.close()
    held.close()
    assert seen == [True]


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"pid": 1}'])
def test_a_lock_that_says_nothing_still_holds(folder: Path, content: bytes) -> None:
    with FolderLock(folder, program="a", now=NOON):
        (folder / LOCK_NAME).write_bytes(content)
        with pytest.raises(StoreError, match="held by another process"):
            FolderLock(folder, program="b", now=NOON)
    FolderLock(folder, program="b", now=NOON).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_belongs_to_the_account_of_the_folder(folder: Path) -> None:
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    FolderLock(folder, program="kiosk doctor", now=NOON).close()
    assert (folder / LOCK_NAME).stat().st_uid == 12345
