"""Keeps room for what must not fail: a file that is thrown out when the disk is full."""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

BALLAST_NAME: Final = "doorstep.ballast"
# Confirming, receipts of the office and the system's journal go on when the pages are in: the log
# of a whole case, 14 MB, must be foldable into the file, and some is eaten by others meanwhile.
RESERVE: Final = 20_000_000  # bytes
_BLOCK: Final = 1 << 20
_NOT_KNOWN: Final = frozenset({errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})


class Ballast:
    """Lies beside the database, holds nothing. Its methods never raise.

    What somebody else writes until the disk is full cannot take this room, and a case that was
    begun while there was room can be confirmed.
    """

    def __init__(self, folder: Path, size: int = RESERVE) -> None:
        self._folder = folder
        self._path = folder / BALLAST_NAME
        self._size = size

    @property
    def held(self) -> int:
        """Bytes that are kept now, 0 when it was thrown out or could never be taken."""
        try:
            return self._path.stat().st_blocks * 512  # what is really allocated
        except OSError:
            return 0

    def take(self) -> bool:
        """Take it on board where it is missing and the disk has room for it twice; is it there?"""
        if self.held >= self._size:
            return True
        try:
            if shutil.disk_usage(self._folder).free < 2 * self._size:
                return False
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                self._fill(descriptor)
                os.fsync(descriptor)  # a promise of room that a power cut takes back is none
            finally:
                os.close(descriptor)
        except OSError:
            self.throw_out()
            return False
        return True

    def throw_out(self) -> bool:
        """Give the room back to the disk; True when there was any."""
        held = self.held > 0
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
            return held
        return False

    def _fill(self, descriptor: int) -> None:
        try:
            os.posix_fallocate(descriptor, 0, self._size)
        except OSError as error:
            if error.errno not in _NOT_KNOWN:
                raise
            left = self._size
            while left > 0:  # what no file system can squeeze together
                left -= os.write(descriptor, os.urandom(min(_BLOCK, left)))
