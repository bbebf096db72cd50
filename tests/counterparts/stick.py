"""What the tests of a stick share: a disk that fails where it is told, and the three steps."""

import errno
from pathlib import Path
from typing import Protocol

from offline_store.api import Store
from offline_store.sqlcipher_store import SqlCipherStore
from sync.gateway.serve import EmbeddedGateway
from sync.gateway.stick_import import ImportReport, import_stick
from sync.gateway_key import GatewayKey
from sync.stick_answers import AnswersReport, StickAnswers
from sync.stick_export import ExportReport, Sender, StickExport
from sync.stick_folder import Disk, StickFolder
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import TERMINAL_ID


class Place(Protocol):
    """A Village or a FarVillage."""

    gateway: EmbeddedGateway
    token: str
    store: SqlCipherStore


class Pulled(BaseException):
    """The power is gone, or the process: nothing after it runs, not even tidying."""


class CountedDisk(Disk):
    """Counts every call that changes the disk; the chosen one fails, and all after a pull."""

    def __init__(self, *, fails_at: int = 0, full: bool = False) -> None:
        self.calls = 0
        self.written: list[str] = []
        self._fails_at, self._full = fails_at, full
        self._is_gone = False

    def create(self, path: Path) -> int:
        self._next()
        self.written.append(path.name)
        return super().create(path)

    def write(self, descriptor: int, content: bytes) -> int:
        if self._is_next():
            super().write(descriptor, content[: len(content) // 2])  # torn in the middle
        self._next()
        return super().write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        self._next()
        super().sync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        self._next()
        super().rename(old, new)

    def make_folder(self, path: Path) -> None:
        self._next()
        super().make_folder(path)

    def remove(self, path: Path) -> None:
        self._next()
        super().remove(path)

    def sync_folder(self, path: Path) -> None:
        self._next()
        super().sync_folder(path)

    def _is_next(self) -> bool:
        return self.calls + 1 == self._fails_at

    def _next(self) -> None:
        if self._is_gone:
            raise Pulled
        self.calls += 1
        if self.calls != self._fails_at:
            return
        if self._full:
            raise OSError(errno.ENOSPC, "no space left")
        self._is_gone = True
        raise Pulled


def sender(village: Place) -> Sender:
    return Sender(
        terminal_id=TERMINAL_ID, token=village.token, sealing_key=village.gateway.sealing_key
    )


def export(
    village: Place, folder: Path, *, disk: Disk | None = None, store: Store | None = None
) -> ExportReport:
    """What `kiosk stick export` does."""
    stick = StickFolder(folder, disk=disk)
    return StickExport(store or village.store, stick, sender(village)).run(NOON)


def at_the_gateway(village: Place, folder: Path) -> ImportReport:
    """What `kiosk gateway stick import` does."""
    return import_stick(StickFolder(folder), village.gateway.stick_desk)


def answers(village: Place, folder: Path) -> AnswersReport:
    """What `kiosk stick import` does."""
    key = GatewayKey(village.gateway.public_key)
    stick = StickFolder(folder)
    return StickAnswers(village.store, stick, gateway_key=key, terminal_id=TERMINAL_ID).take_in(
        NOON
    )
