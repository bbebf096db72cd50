"""What the libraries and the system raise, told apart: the disk now, or what is stored."""

import errno
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
import sqlcipher3

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.database import FILE_NAME, EncryptedDatabase
from offline_store.file_key import FileKey
from offline_store.sealed_pages import PAGE_SIZE
from offline_store.sqlcipher_store import open_store
from offline_store.store_errors import store_errors
from tests.counterparts.sample_cases import NOON, confirmed_in


@contextmanager
def all_files_taken() -> Iterator[None]:
    """No further file can be opened (EMFILE)."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    descriptor = os.dup(0)
    os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptor, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_an_input_output_error_on_a_full_disk_is_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = sqlcipher3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    faults = []
    for free in (0, 10**9):
        monkeypatch.setattr(
            "shutil.disk_usage", lambda _, free=free: type("Usage", (), {"free": free})
        )
        with pytest.raises(StoreError) as refused, store_errors(tmp_path):
            raise error
        faults.append(refused.value.fault)
    assert faults == [Fault.STORE_FULL, Fault.STORE_DAMAGED]


@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE, errno.EACCES, errno.ENOSPC])
def test_a_refused_call_of_the_system_is_of_the_disk(tmp_path: Path, number: int) -> None:
    with pytest.raises(StoreError) as refused, store_errors(tmp_path):
        raise OSError(number, os.strerror(number))
    assert refused.value.of_the_disk


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_what_this_account_may_not_do_is_no_damage_and_says_where(
    tmp_path: Path, number: int
) -> None:
    with pytest.raises(StoreError, match=r"/var/lib/some\.key") as refused, store_errors(tmp_path):
        raise OSError(number, os.strerror(number), "/var/lib/some.key")
    assert refused.value.fault is Fault.STORE_READ_ONLY


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_database_that_this_account_may_not_open_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def forbidden(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    error = sqlcipher3.OperationalError("unable to open database file")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    with monkeypatch.context() as patched:
        patched.setattr(os, "utime", forbidden)
        with pytest.raises(StoreError) as refused, store_errors(tmp_path):
            raise error
    assert refused.value.fault is Fault.STORE_READ_ONLY


@pytest.mark.parametrize("family", [sqlite3, sqlcipher3])
@pytest.mark.parametrize(
    ("code", "of_the_disk"),
    [
        (sqlite3.SQLITE_IOERR, True),
        (sqlite3.SQLITE_IOERR_READ, True),
        (sqlite3.SQLITE_CANTOPEN, True),
        (sqlite3.SQLITE_READONLY, True),
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_IOERR_CORRUPTFS, False),
        (sqlite3.SQLITE_IOERR_DATA, False),
        (sqlite3.SQLITE_CORRUPT, False),
        (sqlite3.SQLITE_NOTADB, False),
        (sqlite3.SQLITE_BUSY, False),
    ],
)
def test_an_error_tells_a_disk_that_refuses_from_bytes_that_are_wrong(
    tmp_path: Path, family: ModuleType, code: int, of_the_disk: bool
) -> None:
    error = family.DatabaseError("something")
    error.sqlite_errorcode = code
    with pytest.raises(StoreError) as refused, store_errors(tmp_path):
        raise error
    assert refused.value.of_the_disk is of_the_disk


def test_a_refused_opening_is_of_the_disk_and_the_next_one_has_everything(
    tmp_path: Path, key: FileKey
) -> None:
    store = open_store(tmp_path, key, clock=lambda: NOON)
    case = confirmed_in(store, 1)
    store.close()
    store = open_store(tmp_path, key, clock=lambda: NOON)
    with all_files_taken(), pytest.raises(StoreError) as refused:
        open_store(tmp_path, key)
    assert refused.value.of_the_disk
    assert store.case(case.case_id) == case
    store.close()


def test_a_damaged_page_is_not_of_the_disk(tmp_path: Path, key: FileKey) -> None:
    store = open_store(tmp_path, key, clock=lambda: NOON)
    case = confirmed_in(store, 1)
    store.close()
    content = (tmp_path / FILE_NAME).read_bytes()
    first = content[:PAGE_SIZE]  # it opens
    (tmp_path / FILE_NAME).write_bytes(first + bytes(len(content) - PAGE_SIZE))
    with pytest.raises(StoreError) as damaged:
        open_store(tmp_path, key).case(case.case_id)
    assert damaged.value.fault is Fault.STORE_DAMAGED
    assert not damaged.value.of_the_disk


def test_both_families_of_errors_become_ours(tmp_path: Path) -> None:
    for family in (sqlite3, sqlcipher3):
        with pytest.raises(StoreError), store_errors(tmp_path):
            raise family.OperationalError("no such table")
        with pytest.raises(AssertionError, match="closed"), store_errors(tmp_path):
            raise family.ProgrammingError("closed")


def test_no_room_for_the_file_is_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused, store_errors(tmp_path):
        raise OSError(28, "No space left on device")
    assert refused.value.fault is Fault.STORE_FULL


def test_a_check_that_the_disk_refused_is_no_complaint_about_the_store(
    tmp_path: Path, key: FileKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        error = sqlcipher3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
        raise error

    store = open_store(tmp_path, key)
    with monkeypatch.context() as patched:
        patched.setattr(EncryptedDatabase, "execute", refused)
        with pytest.raises(StoreError) as could_not_look:
            store.integrity_problems()
    assert could_not_look.value.of_the_disk
    assert store.integrity_problems() == []
    store.close()
