"""A start of the program tells a disk that refuses from a store that is damaged."""

from pathlib import Path

import pytest

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.file_key import FileKey
from offline_store.store_folder import StoreFolder
from tests.counterparts.sample_cases import draft


def start(folder: Path) -> StoreFolder:
    return StoreFolder(folder, FileKey(folder / "store.key"), program="test")


def test_a_call_that_failed_is_no_reason_to_build_the_store_anew(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    held = start(folder)
    store = held.open()
    store.save_draft(draft(1))
    store.close()
    held.close()
    in_the_way = folder / "doorstep.db-shm"
    # The database cannot be opened, and yet nothing of it is wrong.
    in_the_way.symlink_to(tmp_path / "nowhere" / "file")
    with pytest.raises(StoreError) as refused:
        start(folder)
    assert refused.value.fault is Fault.STORE_DAMAGED
    assert not [path.name for path in folder.iterdir() if "damaged" in path.name]
    in_the_way.unlink()
    held = start(folder)
    store = held.open()
    assert store.problems() == []
    assert store.case(draft(1).case_id) == draft(1)
    store.close()
    held.close()
