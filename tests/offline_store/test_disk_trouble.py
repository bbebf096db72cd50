"""A disk that is full at any write, or takes none: what was said stays true and goes on."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.progress import StateChange
from offline_store.api import Limits, StoreError
from offline_store.arrivals import Arrivals
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.machine import Machine
from tests.counterparts.sample_cases import (
    NOON,
    NOTICE,
    NUMBER,
    SITE,
    TERMINAL,
    VISIT,
    document,
    draft,
    page,
)

DiskOf = Callable[[int], Path]
ID = draft(1).case_id
PAGES = [page(n, material=f"m{n}", size=30_000) for n in range(3)]
PAPER, PAPER_BYTES = document(ID, b"%PDF" + bytes(40_000))
PLENTY = 100_000_000


class Session:
    """From the first field to the clean-up; every step may be tried again until it is done."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.folder, self._machine = folder, machine
        self._store: SqlCipherStore | None = None
        self.case = draft(1)
        self.steps: list[tuple[str, Callable[[], object]]] = [
            ("opened", self.open),
            ("draft", lambda: self.store.save_draft(draft(1), step="form")),
            *((f"page {n}", lambda one=one: self._take(one)) for n, one in enumerate(PAGES)),
            ("reviewed", lambda: self.store.save_draft(self.case, step="review")),
            ("confirmed", self._confirm),
            ("put off", lambda: self.store.try_again(ID, not_before=NOON)),
            ("acknowledged", self._acknowledge),
            ("staged", lambda: self.store.stage(PAPER.sha256, 0, PAPER_BYTES)),
            ("decided", self._decide),
            ("delivered", lambda: self.store.delivered(ID, now=NOON)),
            ("switched", lambda: self.store.set_switch("sending", "saving")),
            ("tidied", self._tidy),
        ]

    @property
    def store(self) -> SqlCipherStore:
        assert self._store is not None
        return self._store

    def check(self, done: set[str]) -> None:
        """What was done is there, with every byte."""
        if "draft" not in done:
            return
        case = self.store.case(ID)
        for n, one in enumerate(PAGES):
            if f"page {n}" in done:
                assert self.store.page(one.sha256) == one.jpeg
                assert one.reference() in case.pages
        if "confirmed" in done:
            assert self.store.case_by_receipt(case.receipt_number) == case
        if "acknowledged" in done:
            assert (case.official_number, self.store.waiting()) == ("22", 0)
        elif "confirmed" in done:
            assert self.store.waiting() == 1
        if "decided" in done:
            assert self.store.document(PAPER.sha256) == PAPER_BYTES
            assert (self.store.visits(), self.store.cursor()) == ([VISIT], "9")
        if "delivered" in done:
            assert case.state is CaseState.DELIVERED

    @property
    def is_open(self) -> bool:
        return self._store is not None

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def open(self) -> None:
        self._store = open_store(
            self.folder,
            FileKey(self.folder / "store.key"),
            clock=lambda: NOON,
            look=self._machine.look,
        )

    def _take(self, one: object) -> None:
        taken = self.store.add_page(ID, one)  # type: ignore[arg-type]
        if taken not in self.case.pages:
            self.case = replace(self.case, pages=(*self.case.pages, taken))

    def _confirm(self) -> None:
        self.store.confirm(self.case, site=SITE, terminal=TERMINAL, now=NOON)

    def _acknowledge(self) -> None:
        self.store.acknowledged(ID, acknowledgement=bytes(300), official_number="22", now=NOON)

    def _decide(self) -> None:
        decided = StateChange(ID, CaseState.DECIDED, "办结", NOON)
        arrivals = Arrivals(
            changes=(decided,), documents=(PAPER,), notices=(NOTICE,), visits=(VISIT,)
        )
        self.store.apply(arrivals, cursor="9", now=NOON)

    def _tidy(self) -> None:
        self._machine.run(timedelta(hours=1))
        self.store.tidy(NOON, Limits())


def fault_of(step: Callable[[], object]) -> Fault | None:
    try:
        step()
    except StoreError as error:
        return error.fault
    return None


def resize(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def test_a_disk_that_is_full_at_any_write_loses_nothing_and_goes_on_with_more_room(
    disk_of: DiskOf,
) -> None:
    """One page of room more each time, until all of it fits."""
    disk, stopped_at = disk_of(PLENTY), set()
    for pages in range(400):
        resize(disk, PLENTY)
        session, done = Session(disk / f"s{pages}", Machine()), set[str]()
        used = subprocess.run(
            ["du", "-sB1", str(disk)], capture_output=True, check=True
        ).stdout.split()[0]
        resize(disk, int(used) + 4096 * (pages + 1))
        fault = None
        for name, step in session.steps:
            if (refused := fault_of(step)) is not None:
                assert refused is Fault.STORE_FULL, (pages, name)
                fault = refused
                stopped_at.add(name)
                if session.is_open:
                    with suppress(StoreError):  # to read may need room for the log's index
                        session.check(done)
                resize(disk, PLENTY)
                step()  # the same again, without a new start
            done.add(name)
            session.check(done)
        resize(disk, PLENTY)
        assert session.store.integrity_problems() == []
        session.close()
        subprocess.run(["rm", "-r", str(session.folder)], check=True)
        if fault is None:
            break
    assert fault is None
    assert {"opened", "draft", "page 0", "page 2", "confirmed", "staged", "decided"} <= stopped_at


class ErringDisk:
    """An ext4 file system in a file, which the kernel can be told to take for damaged."""

    def __init__(self, folder: Path) -> None:
        self._image, self.place = folder / "image", folder / "disk"
        self._image.touch()
        os.truncate(self._image, 64_000_000)
        self.place.mkdir()
        self._run("mkfs.ext4", "-q", str(self._image))
        self.mount()

    def mount(self) -> None:
        self._run("mount", "-o", "loop", str(self._image), str(self.place))

    def err(self) -> None:
        """As after a bad sector: no writes from now on, whoever has files open (ext4(5), abort)."""
        self._run("mount", "-o", "remount,abort", str(self.place))

    def repair(self) -> None:
        """What a start of the machine does."""
        self.unmount()
        subprocess.run(["e2fsck", "-fy", str(self._image)], capture_output=True, check=False)
        self.mount()

    def unmount(self) -> None:
        self._run("umount", str(self.place))

    @staticmethod
    def _run(*words: str) -> None:
        if subprocess.run(words, capture_output=True, check=False).returncode:
            pytest.skip(f"this account may not: {' '.join(words[:3])}")


@pytest.fixture
def erring_disk(tmp_path: Path) -> Iterator[ErringDisk]:
    disk = ErringDisk(tmp_path)
    yield disk
    # Whatever a failed test left open.
    subprocess.run(["umount", "-l", str(disk.place)], capture_output=True, check=False)


@pytest.mark.parametrize("at", ["draft", "page 1", "confirmed", "acknowledged", "decided"])
def test_a_disk_that_turns_read_only_is_told_and_everything_is_there_after_a_start(
    erring_disk: ErringDisk, at: str
) -> None:
    machine = Machine()
    session, done = Session(erring_disk.place / "s", machine), set[str]()
    for name, step in session.steps:
        if name == at:
            erring_disk.err()
            assert fault_of(step) is Fault.STORE_READ_ONLY
            session.check(done)  # what is there can be looked at
            case = session.case
            session.close()
            erring_disk.repair()
            session.open()
            session.check(done)
            assert session.case == case
        step()
        done.add(name)
        session.check(done)
    assert session.store.integrity_problems() == []
    session.close()


@pytest.mark.parametrize("exists", [True, False])
def test_a_start_on_a_read_only_disk_says_that(disk_of: DiskOf, exists: bool) -> None:
    disk = disk_of(PLENTY)
    folder = disk / "s"
    if exists:
        open_store(folder, FileKey(folder / "store.key")).close()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(StoreError) as refused:
        open_store(folder, FileKey(folder / "store.key"))
    assert refused.value.fault is Fault.STORE_READ_ONLY
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    store = open_store(folder, FileKey(folder / "store.key"))
    assert store.cases_of(NUMBER) == []
    store.close()
