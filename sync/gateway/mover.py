"""Carries finished packs from this disk to the place for objects, and only then removes them here.

A case is signed for when its pack is on this disk; no answer waits for the other place (reference/
sync.md section 5, scaling path). While that place is away, packs gather here and nothing is lost.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

from sync.gateway.database import Database, DatabaseTrouble, Writing
from sync.gateway.packs import Objects, Packs

RESTS: Final = 600.0  # seconds that a pack stays here: what just came is looked at soonest
PAUSE: Final = 30.0  # seconds between rounds, and after trouble
LANES: Final = 8  # packs at once: a store answers in tens of ms, and 50 packs come in a second
TOGETHER: Final = 64  # packs noted in one commit
COMPARED_AT_ONCE: Final = 4 * 1024 * 1024  # bytes

_log = logging.getLogger(__name__)


class Mover:
    """Beside a serving gateway, in a thread of its own. Several over one folder do no harm."""

    def __init__(
        self,
        database: Database,
        packs: Packs,
        objects: Objects,
        *,
        now: Callable[[], datetime],
        rests: float = RESTS,
        pause: float = PAUSE,
    ) -> None:
        """`rests`, `pause`: seconds."""
        self._database = database
        self._packs = packs
        self._objects = objects
        self._now = now
        self._rests = rests
        self._pause = pause
        self._trouble = ""
        self.left = 0  # packs, as of the last `count`
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mover", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the packs that are under way; may be repeated, and without `start`."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def notes(self) -> tuple[str, ...]:
        """What is wrong with the place, for those who look after the gateway. Never waits."""
        return (self._trouble,) if self._trouble else ()

    def count(self) -> int:
        """Packs that are on some gateway's disk only. Raises DatabaseTrouble."""
        [(count,)] = self._database.read("SELECT count(*) FROM pack WHERE moved_at IS NULL")
        self.left = int(count)
        return self.left

    def move_all(self) -> int:
        """One round: every pack that is due; how many were moved. Any trouble ends it.

        Raises OSError of either place, DatabaseTrouble. What was moved before stays moved.
        """
        moved, last = 0, ""
        with ThreadPoolExecutor(LANES, "mover") as lanes:
            while not self._stopping.is_set():
                some = self._next(last)
                if not some:
                    break
                last = some[-1]
                due = [pack for pack in some if self._is_due(pack)]
                results = [lanes.submit(self._carry, pack) for pack in due]
                carried = []
                trouble: Exception | None = None
                for pack, result in zip(due, results, strict=True):
                    try:
                        if result.result():
                            carried.append(pack)
                    except OSError as error:
                        trouble = error
                self._settle(carried)
                moved += len(carried)
                if trouble is not None:
                    raise trouble
        return moved

    def drop_moved(self) -> int:
        """Remove what a crash left here after it was noted as moved; how many files."""
        dropped = 0
        for pack in self._packs.here():
            if self._database.read(
                "SELECT 1 FROM pack WHERE pack=? AND moved_at IS NOT NULL", pack
            ):
                self._packs.path(pack).unlink(missing_ok=True)
                dropped += 1
        return dropped

    def _next(self, last: str) -> list[str]:
        """Not the packs of catalogues: 12,000 terminals fetch those."""
        rows = self._database.read(
            "SELECT pack FROM pack WHERE moved_at IS NULL AND pack>? AND pack NOT IN"
            " (SELECT pack FROM content WHERE sha256 IN (SELECT sha256 FROM transfer))"
            " ORDER BY pack LIMIT ?",
            last,
            TOGETHER,
        )
        return [pack for (pack,) in rows]

    def _is_due(self, pack: str) -> bool:
        try:
            written = self._packs.path(pack).stat().st_mtime
        except FileNotFoundError:
            return False  # on the disk of another gateway, which moves it
        return time.time() - written >= self._rests

    def _carry(self, pack: str) -> bool:
        """True when every byte is there, read back and compared. Raises OSError."""
        if self._stopping.is_set():
            return False
        path = self._packs.path(pack)
        try:
            self._objects.put(pack, path)
            with path.open("rb") as file:
                size = place = 0
                while ours := file.read(COMPARED_AT_ONCE):
                    size += len(ours)
                    if self._objects.get(pack, place, len(ours)) != ours:
                        self._objects.delete(pack)
                        raise OSError("objects: kept other bytes")
                    place = size
        except KeyError:
            raise OSError("objects: did not keep it") from None
        except FileNotFoundError:
            return False  # another process over this folder was quicker
        if self._objects.size(pack) != size:
            self._objects.delete(pack)
            raise OSError("objects: kept another length")
        return True

    def _settle(self, carried: Sequence[str]) -> None:
        if not carried:
            return
        at = self._now().isoformat()

        def work(w: Writing) -> None:
            for pack in carried:
                w.run("UPDATE pack SET moved_at=? WHERE pack=?", at, pack)

        self._database.write(work)
        for pack in carried:
            self._packs.path(pack).unlink(missing_ok=True)

    def _run(self) -> None:
        tidied = False
        while not self._stopping.is_set():
            try:
                if not tidied:
                    self.drop_moved()
                    tidied = True
                self.count()
                self.move_all()
                self.count()
                self._told("")
            except OSError as error:
                self._told(str(error) if str(error).startswith("objects: ") else "objects: disk")
            except DatabaseTrouble as error:
                _log.error("packs stay here: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - the top of this thread: log and go on
                _log.error("packs stay here: %s", type(error).__name__)
                self._trouble = "objects: our own mistake"
            self._stopping.wait(self._pause)

    def _told(self, trouble: str) -> None:
        if trouble != self._trouble:
            _log.log(
                logging.WARNING if trouble else logging.INFO, "moving packs: %s", trouble or "well"
            )
        self._trouble = trouble
