"""Keeps sealed bundles that another terminal sends until they are opened, and the answers to them.

An answer that took a case is kept for good, so that a lost answer costs a relay no second upload.
"""

import os
import re
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from sync.gateway.parts import Parts
from sync.gateway.signing import sync_folder
from sync.gateway.stick_desk import Answered, Later, StickDesk, Unusable
from sync.stick_format import Taken

HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class StickArrivals:
    """May be called from any thread. Raises OSError, DatabaseTrouble when the disk will not."""

    def __init__(self, folder: Path, *, desk: StickDesk) -> None:
        """Makes the folder when it is missing."""
        self._desk = desk
        self._answers = folder / "answer"
        self._answers.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.parts = Parts(folder)

    def known(self, sha256: str) -> bytes | Unusable | None:
        """The answer that was given before; None when the bundle is to be sent."""
        if not HASH.fullmatch(sha256):
            return Unusable("名称不是 SHA-256")
        try:
            # An empty one is what a crash of the disk left: the bundle is to be sent again.
            return (self._answers / sha256).read_bytes() or None
        except FileNotFoundError:
            return None

    def take(self, terminal_id: str, sha256: str, size: int) -> bytes | Unusable | Later | int:
        """Open the bundle if it has arrived whole, else from where on it is still to come.

        It goes unless it has to come to this again.
        """
        path = self.parts.whole(terminal_id, sha256, size)
        if path is None:
            return self.known(sha256) or self.parts.length(terminal_id, sha256)
        try:
            with path.open("rb") as file:
                outcome = self._desk.take(file, os.fstat(file.fileno()).st_size)
        except FileNotFoundError:  # another request of the same was faster
            return self.known(sha256) or Later("刚刚处理过")
        if isinstance(outcome, Later):
            return outcome
        if isinstance(outcome, Answered) and isinstance(outcome.answer.outcome, Taken):
            self._keep(sha256, outcome.signed)
        self.parts.drop(terminal_id, sha256)
        return outcome.signed if isinstance(outcome, Answered) else outcome

    def _keep(self, sha256: str, signed: bytes) -> None:
        # A name of its own: another request of the same bundle may be at this point too.
        with NamedTemporaryFile(
            dir=self._answers, prefix=f"{sha256}.", suffix=".new", delete=False
        ) as file:
            unfinished = Path(file.name)
            try:
                file.write(signed)
                file.flush()
                os.fsync(file.fileno())
                unfinished.rename(self._answers / sha256)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
        sync_folder(self._answers)
