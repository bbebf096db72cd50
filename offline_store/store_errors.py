"""The edge of the store: what the libraries and the system raise becomes StoreError."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

import sqlcipher3

from kiosk.domain.fault import Fault
from offline_store.api import StoreError

LEAST_FREE: Final = 256 * 1024  # bytes; below it a failed write means "no room", not "defect"

# sqlite-utils raises the standard library's errors, the encrypted library its own; the two families
# have no common parent below Exception.
FAMILIES: Final = (sqlite3.Error, sqlcipher3.Error)
_OF_THE_SYSTEM: Final = MappingProxyType(
    {
        errno.ENOSPC: Fault.STORE_FULL,
        errno.EDQUOT: Fault.STORE_FULL,
        errno.EROFS: Fault.STORE_READ_ONLY,
        errno.EACCES: Fault.STORE_READ_ONLY,  # not for this account
        errno.EPERM: Fault.STORE_READ_ONLY,
    }
)
_NOT_REACHED: Final = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
_OF_THE_DISK: Final = _NOT_REACHED | {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
}
# "I/O errors" that are said of bytes which were read (sqlite.org/rescode.html).
_OF_THE_BYTES: Final = {sqlite3.SQLITE_IOERR_DATA, sqlite3.SQLITE_IOERR_CORRUPTFS}
_OWN_MISTAKES: Final = (
    sqlite3.ProgrammingError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlcipher3.ProgrammingError,
    sqlcipher3.IntegrityError,
    sqlcipher3.InterfaceError,
)


@contextmanager
def store_errors(folder: Path) -> Iterator[None]:
    """The edge: everything that the libraries raise becomes StoreError or, our fault, assertion."""
    try:
        yield
    except (*FAMILIES, OSError) as error:
        raise_ours(error, folder)


def raise_ours(error: BaseException, folder: Path) -> None:
    """Raise what `store_errors` promises; return when the error is none of the libraries'."""
    if isinstance(error, _OWN_MISTAKES):
        raise AssertionError(str(error)) from error
    if isinstance(error, FAMILIES):
        fault = _fault_of(error, folder)
        raise StoreError(fault, str(error), of_the_disk=_is_of_the_disk(error)) from error
    if isinstance(error, OSError):
        fault = _OF_THE_SYSTEM.get(error.errno or 0, Fault.STORE_DAMAGED)
        words = error.strerror or type(error).__name__
        if error.filename:
            words += f": {error.filename}"
        raise StoreError(fault, words, of_the_disk=True) from error


def _code_of(error: BaseException) -> int:
    """SQLite's primary code, which is the low byte; 0 for other errors."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _fault_of(error: BaseException, folder: Path) -> Fault:
    code = _code_of(error)
    if code == sqlite3.SQLITE_FULL:
        return Fault.STORE_FULL
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Fault.STORE_BUSY
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}:
        return Fault.STORE_READ_ONLY
    # When the index of the write-ahead log cannot grow, SQLite says "I/O error".
    if code in _NOT_REACHED and folder.exists():
        if _is_read_only(folder):
            return Fault.STORE_READ_ONLY
        if shutil.disk_usage(folder).free < LEAST_FREE:
            return Fault.STORE_FULL
    return Fault.STORE_DAMAGED


def _is_of_the_disk(error: BaseException) -> bool:
    """SQLite reports damage itself as CORRUPT or NOTADB."""
    whole_code = int(getattr(error, "sqlite_errorcode", 0))
    return _code_of(error) in _OF_THE_DISK and whole_code not in _OF_THE_BYTES


def _is_read_only(folder: Path) -> bool:
    """Also of a disk that the kernel let no more writes to, whose mount flags do not tell it.

    And of a folder that is not for this account to write.
    """
    try:
        os.utime(folder)
    except OSError as error:
        return _OF_THE_SYSTEM.get(error.errno or 0) is Fault.STORE_READ_ONLY
    return False
