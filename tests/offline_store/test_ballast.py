"""A case that was begun while there was room is confirmed, whoever fills the disk meanwhile."""

import errno
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from offline_store.api import Limits, StoreError
from offline_store.ballast import BALLAST_NAME, RESERVE, Ballast
from offline_store.cases import ROOM_FOR_A_CASE
from offline_store.database import FILE_NAME
from offline_store.file_key import FileKey
from offline_store.sealed_pages import PAGE_SIZE
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from offline_store.store_folder import StoreFolder
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, confirmed_in, draft_in, page
from tests.offline_store.conftest import fill_up

DiskOf = Callable[[int], Path]
SMALL = 300_000


def free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def test_it_takes_room_once_and_gives_it_back(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path, SMALL)
    assert ballast.held == 0
    assert ballast.take()
    assert ballast.take()
    assert ballast.held >= SMALL
    assert stat.S_IMODE((tmp_path / BALLAST_NAME).stat().st_mode) == 0o600
    assert ballast.throw_out()
    assert not ballast.throw_out()
    assert (ballast.held, list(tmp_path.iterdir())) == (0, [])


def test_half_a_ballast_of_a_broken_off_start_is_made_whole(tmp_path: Path) -> None:
    (tmp_path / BALLAST_NAME).write_bytes(b"x")
    assert Ballast(tmp_path, SMALL).take()
    assert (tmp_path / BALLAST_NAME).stat().st_size == SMALL


@pytest.mark.parametrize("known", [True, False])
def test_the_room_is_really_taken_on_any_file_system(
    disk_of: DiskOf, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    if not known:
        monkeypatch.setattr(os, "posix_fallocate", unknown)
    disk = disk_of(2_000_000)
    before = free(disk)
    assert Ballast(disk, SMALL).take()
    assert free(disk) <= before - SMALL


def test_the_last_room_is_left_to_whoever_needs_it(disk_of: DiskOf) -> None:
    disk = disk_of(1_000_000)
    fill_up(disk, leave=2 * SMALL - 8192)
    assert not Ballast(disk, SMALL).take()
    assert not (disk / BALLAST_NAME).exists()


def test_a_disk_that_fills_up_meanwhile_leaves_no_half_ballast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, _offset: int, size: int) -> None:
        os.write(descriptor, bytes(size // 2))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    assert not Ballast(tmp_path, SMALL).take()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "nowhere")
    assert (ballast.held, ballast.take(), ballast.throw_out()) == (0, False, False)


@pytest.fixture
def disk(disk_of: DiskOf) -> Path:
    """Just large enough for one case."""
    return disk_of(ROOM_FOR_A_CASE + 4_000_000)


@pytest.fixture
def begun(disk: Path) -> SqlCipherStore:
    """A store on that disk, tidied as at every start."""
    folder = disk / "store"
    store = open_store(folder, FileKey(folder / "store.key"), clock=lambda: NOON)
    assert store.room_for_a_case()
    store.tidy(NOON, Limits())
    assert (folder / BALLAST_NAME).exists()
    assert store.room_for_a_case()  # what is kept counts: it is kept for just that
    return store


def test_a_case_begun_with_room_is_confirmed_on_a_disk_that_others_filled(
    begun: SqlCipherStore, disk: Path
) -> None:
    case = draft_in(begun, 1, pages=3)
    filler = fill_up(disk)
    with pytest.raises(StoreError) as full:
        begun.add_page(case.case_id, page(9, material="m9"))
    assert full.value.fault is Fault.STORE_FULL
    assert (disk / "store" / BALLAST_NAME).exists()  # a page is not what it is for
    confirmed = begun.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    assert begun.case(case.case_id) == confirmed
    assert [len(begun.page(one.sha256)) for one in confirmed.pages] == [100_000] * 3
    assert not (disk / "store" / BALLAST_NAME).exists()
    assert not begun.room_for_a_case()
    filler.unlink()
    begun.tidy(NOON, Limits())
    assert (disk / "store" / BALLAST_NAME).exists()
    assert begun.integrity_problems() == []
    begun.close()


def test_an_acknowledgement_is_kept_on_a_full_disk_too(begun: SqlCipherStore, disk: Path) -> None:
    case = confirmed_in(begun, 1)
    fill_up(disk)
    received = begun.acknowledged(
        case.case_id, acknowledgement=bytes(5000), official_number="1", now=NOON
    )
    assert begun.case(case.case_id) == received
    assert received.state is CaseState.RECEIVED
    assert begun.waiting() == 0
    begun.close()


def test_without_ballast_a_full_disk_is_told_and_the_draft_stays(
    begun: SqlCipherStore, disk: Path
) -> None:
    case = draft_in(begun, 1, pages=3)
    (disk / "store" / BALLAST_NAME).unlink()
    filler = fill_up(disk)
    with pytest.raises(StoreError) as full:
        begun.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    assert full.value.fault is Fault.STORE_FULL
    assert begun.case(case.case_id) == case
    filler.unlink()
    assert begun.confirm(case, site=SITE, terminal=TERMINAL, now=NOON).receipt_number
    begun.close()


@pytest.mark.parametrize("was", ["closed", "killed", "damaged"])
def test_a_terminal_starts_on_a_full_disk(disk: Path, begun: SqlCipherStore, was: str) -> None:
    folder = disk / "store"
    confirmed = confirmed_in(begun, 1, pages=3)
    if was == "killed":
        shutil.copytree(folder, disk / "copy")
        begun.close()
        shutil.rmtree(folder)
        (disk / "copy").rename(folder)
    else:
        begun.close()
    if was == "damaged":
        with (folder / FILE_NAME).open("r+b") as file:
            file.seek(5 * PAGE_SIZE + 100)
            file.write(b"\xff" * 50)
    fill_up(disk)
    held = StoreFolder(folder, FileKey(folder / "store.key"), program="test", clock=lambda: NOON)
    store = held.open()
    if was != "damaged":
        assert store.case(confirmed.case_id) == confirmed
    assert len(store.problems()) == (was == "damaged")
    assert confirmed_in(store, 2, pages=0).receipt_number
    store.close()
    held.close()


def test_what_is_full_for_another_reason_costs_no_ballast(store: SqlCipherStore) -> None:
    store.tidy(NOON, Limits())
    database = store._database
    with database.writing():
        database.execute(
            "INSERT INTO day_serials VALUES (?, ?, '2026-03-05', 9999)", (SITE, TERMINAL)
        )
    with pytest.raises(StoreError) as refused:
        confirmed_in(store)
    assert refused.value.fault is Fault.STORE_FULL
    assert database.ballast.held >= RESERVE
