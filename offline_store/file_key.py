"""Keeps the database key in a file that only the terminal's own account can read."""

import errno
import logging
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.database import FILE_NAME, sync_folder
from offline_store.sealed_pages import KEY_LENGTH
from offline_store.store_errors import store_errors

log = logging.getLogger(__name__)

# This account may not write there; EROFS is what a service meets that may see but not touch.
_MAY_NOT: Final = {errno.EACCES, errno.EPERM, errno.EROFS}


class FileKey:
    """StoreKey in a file of 64 hex digits, mode 0600. For development and machines without TPM.

    `folder` is where the database lies; the key's own folder when not given. While a database is
    there, a missing key is an error and never replaced: a fresh key in its place would hide that
    the old one must be found again. `before` is where an earlier version kept it; from there it
    moves, whatever ends the program on the way. Two that differ are refused. Where this account may
    not write at `path`, the key stays at `before`, or is made there.
    """

    def __init__(
        self, path: Path, folder: Path | None = None, *, before: Path | None = None
    ) -> None:
        self._path = path
        self._folder = path.parent if folder is None else folder
        self._before = before

    def key(self) -> bytes:
        """32 bytes, made and put on the disk at first use.

        Raises StoreError: STORE_KEY_WRONG, STORE_READ_ONLY when this account may not write there.
        """
        with store_errors(self._path.parent):
            path = self._moved()
            if not path.exists():
                path = self._make()
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                raise StoreError(Fault.STORE_KEY_WRONG, f"key file is open to others: {mode:o}")
            try:
                return key_in(path.read_bytes())
            except PermissionError as error:
                words = f"the key file is not for this account: {path}"
                raise StoreError(Fault.STORE_KEY_WRONG, words, of_the_disk=True) from error

    def destroy(self) -> bool:
        """Overwrite and remove the key: every byte of the database is unreadable for ever.

        May be repeated; True when there was one. Flash storage may keep the old block for a while;
        a key in the service manager's credentials, bound to the TPM, has no such trace. Raises
        StoreError.
        """
        with store_errors(self._path.parent):
            places = [self._path]
            if self._before is not None:
                places += [self._before, _going(self._before)]
            return any([shred(place) for place in places])

    def _moved(self) -> Path:
        """Where the key is, after it was moved to its new place if it can be."""
        before = self._before
        if before is None:
            return self._path
        going = _going(before)
        shred(going)
        if not before.exists():
            return self._path
        if not self._path.exists():
            try:
                _put(self._path, before.read_bytes())
            except OSError as error:
                if error.errno not in _MAY_NOT:
                    raise
                self._warn()
                return before
        if key_in(before.read_bytes()) != key_in(self._path.read_bytes()):
            raise StoreError(Fault.STORE_KEY_WRONG, "two keys that differ")
        before.replace(going)
        sync_folder(before.parent)
        shred(going)
        return self._path

    def _make(self) -> Path:
        """A new key, and where it is."""
        if (self._folder / FILE_NAME).exists():
            raise StoreError(Fault.STORE_KEY_WRONG, "the key of an existing database is missing")
        content = secrets.token_bytes(KEY_LENGTH).hex().encode()
        try:
            _put(self._path, content)
        except OSError as error:
            if self._before is None or error.errno not in _MAY_NOT:
                raise
            self._warn()
            _put(self._before, content)
            return self._before
        return self._path

    def _warn(self) -> None:
        """Better a key beside its lock than a terminal that stands."""
        log.warning("no place for the key but the folder of the store: %s", self._path.parent)


def _put(path: Path, content: bytes) -> None:
    """That content under that name, on the disk, unless there is one. Raises OSError."""
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(path.parent.parent)
    half = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: whoever came first keeps the name, and its key counts.
        with suppress(FileExistsError):
            os.link(half, path)
    finally:
        half.unlink()
    sync_folder(path.parent)


def _going(path: Path) -> Path:
    """What an old key is called while it is overwritten: half of that is never taken for a key."""
    return path.with_name(f"{path.name}.going")


def key_in(content: bytes) -> bytes:
    """The key in a file's content: 32 raw bytes or 64 hex digits, space around them ignored.

    Raises StoreError(STORE_KEY_WRONG).
    """
    if len(content) == KEY_LENGTH:
        return content
    try:
        key = bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_LENGTH:
        raise StoreError(Fault.STORE_KEY_WRONG, "not a key of 32 bytes")
    return key


def shred(path: Path) -> bool:
    """Overwrite a small file, then remove it, both on the disk. False when there is none.

    Raises OSError.
    """
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(max(KEY_LENGTH, path.stat().st_size)))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return False
    path.unlink()
    sync_folder(path.parent)
    return True
