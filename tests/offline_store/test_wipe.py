"""Without the key nothing can be read; destroying it is the wipe, and quick."""

import shutil
from pathlib import Path
from time import perf_counter

import pytest

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from tests.counterparts.sample_cases import NOON, confirmed_in


def test_a_wipe_takes_two_seconds_at_most_however_full_the_store(
    folder: Path, key: FileKey
) -> None:
    store = open_store(folder, key, clock=lambda: NOON)
    for serial in range(1, 21):
        confirmed_in(store, serial)
    store.close()
    begin = perf_counter()
    key.destroy()
    assert perf_counter() - begin <= 2
    with pytest.raises(StoreError) as refused:
        open_store(folder, key)
    assert refused.value.fault is Fault.STORE_KEY_WRONG


def test_a_copied_folder_without_its_key_does_not_open(
    folder: Path, key: FileKey, tmp_path: Path
) -> None:
    store = open_store(folder, key, clock=lambda: NOON)
    confirmed_in(store)
    copy = tmp_path / "copy"  # while the log is still there
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.key"))
    store.close()
    with pytest.raises(StoreError) as missing:
        open_store(copy, FileKey(copy / "store.key"))
    assert missing.value.fault is Fault.STORE_KEY_WRONG
    with pytest.raises(StoreError) as foreign:
        open_store(copy, FileKey(tmp_path / "elsewhere" / "store.key"))
    assert foreign.value.fault is Fault.STORE_KEY_WRONG
