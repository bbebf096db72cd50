"""Keeps sealed bundles that another terminal sends until they are opened, and the answers to them.

An answer that took a case is kept for good, so that a lost answer costs a relay no second upload.
"""

import os
import re
from pathlib import Path
from typing import Final

from sync.gateway.blobs import Blobs
from sync.gateway.signing import sync_folder
from sync.gateway.stick_desk import Answered, Later, StickDesk, Unusable
from sync.stick_format import Taken

HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class StickArrivals:
    """May be called from any thread. Raises OSError and sqlite3.Error when the disk will not."""

    def __init__(self, folder: Path, *, desk: StickDesk) -> None:
        """Makes the folder when it is missing."""
        self._desk = desk
        self._answers = folder / "answer"
        self._answers.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.blobs = Blobs(folder)

    def known(self, sha256: str) -> bytes | Unusable | None:
        """The answer that was given before; None when the bundle is to be sent."""
        if not HASH.fullmatch(sha256):
            return Unusable("名称不是 SHA-256")
        try:
            return (self._answers / sha256).read_bytes()
        except FileNotFoundError:
            return None

    def take(self, sha256: str) -> bytes | Unusable | Later:
        """Open the bundle that has arrived whole. It goes unless it has to come to this again."""
        try:
            path = self.blobs.path(sha256)
            with path.open("rb") as file:
                outcome = self._desk.take(file, os.fstat(file.fileno()).st_size)
        except (KeyError, FileNotFoundError):  # another request of the same was faster
            return self.known(sha256) or Later("刚刚处理过")
        if isinstance(outcome, Later):
            return outcome
        if isinstance(outcome, Answered) and isinstance(outcome.answer.outcome, Taken):
            self._keep(sha256, outcome.signed)
        path.unlink(missing_ok=True)
        return outcome.signed if isinstance(outcome, Answered) else outcome

    def _keep(self, sha256: str, signed: bytes) -> None:
        unfinished = self._answers / f"{sha256}.{os.getpid()}.new"
        with unfinished.open("wb") as file:
            file.write(signed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._answers / sha256)
        sync_folder(self._answers)
