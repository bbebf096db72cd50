"""Writes every waiting case onto a stick, sealed to the gateway; again only what is missing."""

import contextlib
import errno
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kiosk.domain.case import CaseId
from kiosk.domain.fault import Fault
from offline_store.api import Store, StoreError
from sync import wire
from sync.stick_folder import Cancelled, Progress, StickFolder
from sync.stick_format import (
    CASE_ID,
    Letter,
    Manifest,
    ManifestEntry,
    proof_of,
    sealed_size,
    vouched_bytes,
)
from sync.stick_seal import Torn, cover_bytes, examined, letter_bytes, sealed

# Due or put off: no back-off is longer than an hour, and none that ends later is believed.
ANY_WAIT: Final = timedelta(hours=24)
EVERY: Final = 1_000_000
NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes, and for whom."""

    terminal_id: str
    token: str = field(repr=False)
    sealing_key: bytes = field(repr=False)  # 32 bytes, X25519, the gateway's public one


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What is on the stick now, and why the rest is not."""

    written: tuple[CaseId, ...] = ()
    there_already: tuple[CaseId, ...] = ()
    damaged_here: tuple[CaseId, ...] = ()  # cannot be read on this terminal's own disk
    left: int = 0  # not written: cancelled, or the stick is full
    is_full: bool = False
    is_cancelled: bool = False
    bytes_written: int = 0


class StickExport:
    """Belongs to the thread of its store. The store is only read."""

    def __init__(self, store: Store, stick: StickFolder, sender: Sender) -> None:
        self._store = store
        self._stick = stick
        self._sender = sender

    def run(
        self,
        now: datetime,
        *,
        progress: Progress = lambda _done, _all, _bytes: None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> ExportReport:
        """Bring every waiting case onto the stick; the packing list comes last.

        Calling it again completes what was interrupted and writes nothing twice. Raises OSError
        when the stick will not, StoreError when the store as a whole will not.
        """
        waiting = waiting_cases(self._store, now)
        self._stick.prepare()
        whole = {c: entry for c in waiting if (entry := self._whole(c)) is not None}
        there, written, damaged = tuple(whole), [], []
        progress(len(whole), len(waiting), 0)
        is_full, stopped, size = False, False, 0
        for case_id in waiting:
            if case_id in whole:
                continue
            try:
                plain, pieces = self._content(case_id)
                if self._stick.free_bytes() < plain:
                    is_full = True
                    continue  # a smaller one may still fit
                told = _told(pieces, lambda n: progress(len(whole), len(waiting), n), is_cancelled)
                sha256, length = self._stick.write_bundle(case_id, told)
            except Cancelled:
                stopped = True
                break
            except _Damaged:
                damaged.append(case_id)
                continue
            except OSError as error:
                if error.errno not in NO_SPACE:
                    raise
                is_full = True
                continue
            whole[case_id] = ManifestEntry(case_id, sha256, length)
            written.append(case_id)
            size += length
            progress(len(whole), len(waiting), length)
        self._write_manifest(whole)
        return ExportReport(
            written=tuple(written),
            there_already=there,
            damaged_here=tuple(damaged),
            left=len(waiting) - len(whole) - len(damaged),
            is_full=is_full,
            is_cancelled=stopped,
            bytes_written=size,
        )

    def _whole(self, case_id: CaseId) -> ManifestEntry | None:
        """What is on the stick of that case already, when it is whole and for this gateway."""
        with contextlib.suppress(OSError, Torn), self._stick.bundle(case_id) as (file, size):
            closed = examined(file, size)
            if closed.cover_bytes == cover_bytes(case_id, self._sender.sealing_key):
                return ManifestEntry(case_id, closed.sha256, size)
        return None

    def _content(self, case_id: CaseId) -> tuple[int, Iterator[bytes]]:
        """(size of the bundle, its pieces); one page at a time is in memory."""
        try:
            text = wire.text_of(self._store.case(case_id))
            written = wire.canonical(text)
        except (KeyError, ValueError):
            raise _Damaged from None
        except StoreError as error:
            raise _damaged_or(error) from None
        cover = cover_bytes(case_id, self._sender.sealing_key)
        token_hash = hashlib.sha256(self._sender.token.encode()).digest()
        letter = letter_bytes(
            Letter(
                terminal_id=self._sender.terminal_id,
                proof=proof_of(token_hash, vouched_bytes(cover, written)),
                text=written,
            )
        )
        pages = text.every_page()
        plain = len(letter) + sum(page.size for page in pages)
        content = self._plain(letter, pages)
        return sealed_size(plain, len(cover)), sealed(cover, self._sender.sealing_key, content)

    def _plain(self, letter: bytes, pages: Sequence[wire.PageEntry]) -> Iterator[bytes]:
        yield letter
        for page in pages:
            try:
                content = self._store.page(page.sha256)
            except KeyError:
                raise _Damaged from None
            except StoreError as error:
                raise _damaged_or(error) from None
            if len(content) != page.size:
                raise _Damaged
            yield content

    def _write_manifest(self, whole: dict[CaseId, ManifestEntry]) -> None:
        """Cases that waited earlier and are still on the stick stay listed."""
        entries: dict[str, ManifestEntry] = {}
        on_stick = set(self._stick.bundles())
        with contextlib.suppress(OSError, wire.Unreadable):
            before = wire.decoded(self._stick.manifest(self._sender.terminal_id), Manifest)
            entries = {e.case_id: e for e in before.bundles if e.case_id in on_stick}
        entries |= {str(case_id): entry for case_id, entry in whole.items()}
        bundles = tuple(entries[name] for name in sorted(entries))
        written = Manifest(terminal_id=self._sender.terminal_id, bundles=bundles)
        self._stick.write_manifest(self._sender.terminal_id, wire.canonical(written))


def waiting_cases(store: Store, now: datetime) -> list[CaseId]:
    """Every confirmed case that is not at the gateway yet, oldest first; without those set aside.

    Ids that could not be a file name are left out. Raises StoreError.
    """
    entries = store.due(now + ANY_WAIT, EVERY)
    return [entry.case_id for entry in entries if CASE_ID.fullmatch(entry.case_id)]


class _Damaged(Exception):
    """This one case cannot be read here."""


def _damaged_or(error: StoreError) -> Exception:

    return _Damaged() if error.fault is Fault.STORE_DAMAGED else error


def _told(
    pieces: Iterator[bytes], progress: Callable[[int], None], is_cancelled: Callable[[], bool]
) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        if is_cancelled():
            raise Cancelled
        yield piece
        size += len(piece)
        progress(size)
