"""Writing a stick is broken off at every single call; writing again completes it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.case import CaseId
from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync import wire
from sync.stick_export import ExportReport, Sender, StickExport
from sync.stick_folder import Disk, StickFolder
from sync.stick_format import Manifest
from sync.stick_seal import Torn, examined
from tests.counterparts.sample_cases import NOON, case_id
from tests.counterparts.stick import CountedDisk, Pulled
from tests.counterparts.village import case_ids, confirmed

SENDER = Sender(terminal_id="t-1", token="invented", sealing_key=bytes(31) + b"\x09")
CALLS = 25  # of writing two small cases; `test_the_calls_are_counted` holds this true


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlCipherStore]:
    opened = open_store(tmp_path / "store", FileKey(tmp_path / "store.key"))
    yield opened
    opened.close()


def export(store: SqlCipherStore, folder: Path, disk: Disk | None = None) -> ExportReport:
    return StickExport(store, StickFolder(folder, disk=disk), SENDER).run(NOON)


def assert_whole(folder: Path, cases: list[CaseId]) -> None:
    stick = StickFolder(folder)
    listed = wire.decoded(stick.manifest("t-1"), Manifest).bundles
    assert [entry.case_id for entry in listed] == sorted(cases) == stick.bundles()
    for entry in listed:
        with stick.bundle(entry.case_id) as (file, size):
            closed = examined(file, size)
        assert (closed.sha256, closed.size) == (entry.sha256, entry.size)
    assert not list(folder.rglob("*.unfinished"))


def test_the_calls_are_counted(store: SqlCipherStore, folder: Path) -> None:
    for serial in (1, 2):
        confirmed(store, serial, pages=1)
    disk = CountedDisk()
    export(store, folder, disk)
    assert disk.calls == CALLS


@pytest.mark.parametrize("full", [False, True], ids=["pulled", "full"])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_broken_off_at_any_call_writing_again_completes_and_repeats_nothing(
    store: SqlCipherStore, folder: Path, call: int, *, full: bool
) -> None:
    cases = [confirmed(store, serial, pages=1).case_id for serial in (1, 2)]
    with contextlib.suppress(Pulled, OSError):
        broken_off = export(store, folder, CountedDisk(fails_at=call, full=full))
        assert full
        assert broken_off.left + len(broken_off.written) == 2
    stick = StickFolder(folder)
    there = stick.bundles()
    for found in there:  # a name that is there is whole
        with stick.bundle(found) as (file, size):
            examined(file, size)
    assert store.waiting() == 2
    disk = CountedDisk()
    report = export(store, folder, disk)
    assert set(report.there_already) == set(there)
    assert sorted((*report.written, *report.there_already)) == sorted(cases)
    assert not {f"{found}.sealed.unfinished" for found in there} & set(disk.written)
    assert_whole(folder, cases)


@pytest.mark.parametrize("keep", [0, 10, 60, 1000, -1])
def test_a_bundle_torn_by_the_disk_itself_is_written_again(
    store: SqlCipherStore, folder: Path, keep: int
) -> None:
    cases = [confirmed(store, serial, pages=1).case_id for serial in (1, 2)]
    export(store, folder)
    path = folder / "cases" / f"{cases[0]}.sealed"
    path.write_bytes(path.read_bytes()[:keep])
    report = export(store, folder)
    assert (report.written, report.there_already) == ((cases[0],), (cases[1],))
    assert_whole(folder, cases)


def test_a_stick_that_gives_back_other_bytes_is_not_believed(
    store: SqlCipherStore, folder: Path
) -> None:
    confirmed(store, pages=1)

    class Lying(Disk):
        def write(self, descriptor: int, content: bytes) -> int:
            return super().write(descriptor, content[:-1] + bytes([content[-1] ^ 1]))

    with pytest.raises(OSError, match="other bytes"):
        export(store, folder, Lying())
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_full_stick_takes_what_fits_and_says_what_is_left(
    store: SqlCipherStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, small = confirmed(store, 1, pages=1, side=600), confirmed(store, 2, pages=0)
    monkeypatch.setattr(StickFolder, "free_bytes", lambda _self: 100_000)
    report = export(store, folder)
    assert (report.is_full, report.left, report.written) == (True, 1, (small.case_id,))
    monkeypatch.undo()
    assert export(store, folder).written == (large.case_id,)


def test_progress_counts_the_cases_and_the_bytes(store: SqlCipherStore, folder: Path) -> None:
    for serial in (1, 2, 3):
        confirmed(store, serial, pages=1)
    told: list[tuple[int, int, int]] = []
    StickExport(store, StickFolder(folder), SENDER).run(NOON, progress=lambda *n: told.append(n))
    assert told[0] == (0, 3, 0)
    assert (told[-1][0], told[-1][1]) == (3, 3)
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_cancelling_leaves_whole_cases_and_nothing_half(
    store: SqlCipherStore, folder: Path
) -> None:
    cases = [confirmed(store, serial, pages=1, side=400).case_id for serial in (1, 2, 3)]
    done = 0

    def progress(now: int, _every: int, _size: int) -> None:
        nonlocal done
        done = now

    report = StickExport(store, StickFolder(folder), SENDER).run(
        NOON, progress=progress, is_cancelled=lambda: done == 1
    )
    assert (report.is_cancelled, report.left) == (True, 2)
    assert_whole(folder, [cases[0]])
    assert export(store, folder).written == tuple(cases[1:])


def test_a_case_that_this_disk_has_damaged_does_not_stop_the_others(
    store: SqlCipherStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = confirmed(store, 1, pages=1), confirmed(store, 2, pages=0)
    read = store.page

    def page(sha256: str) -> bytes:
        if sha256 == bad.pages[0].sha256:
            raise StoreError(Fault.STORE_DAMAGED)
        return read(sha256)

    monkeypatch.setattr(store, "page", page)
    report = export(store, folder)
    assert (report.damaged_here, report.written) == ((bad.case_id,), (good.case_id,))


def test_a_case_set_aside_does_not_go_on_the_stick(store: SqlCipherStore, folder: Path) -> None:
    case = confirmed(store)
    store.set_aside(case.case_id, "refused", now=NOON)
    assert export(store, folder) == ExportReport()


def test_bundles_of_another_gateway_are_written_anew(store: SqlCipherStore, folder: Path) -> None:
    cases = case_ids([confirmed(store, pages=0)])
    export(store, folder)
    other = Sender(terminal_id="t-1", token="invented", sealing_key=bytes(31) + b"\x0a")
    report = StickExport(store, StickFolder(folder), other).run(NOON)
    assert report.written == tuple(cases)


def test_a_folder_that_is_a_link_elsewhere_is_not_followed(
    store: SqlCipherStore, folder: Path, tmp_path: Path
) -> None:
    confirmed(store, pages=0)
    (tmp_path / "elsewhere").mkdir()
    (folder / "cases").mkdir()
    (folder / "cases" / f"{case_id(1)}.sealed").symlink_to(tmp_path / "elsewhere" / "x")
    export(store, folder)
    assert not list((tmp_path / "elsewhere").iterdir())
    with pytest.raises(ValueError, match="case id"), StickFolder(folder).bundle("../../x"):
        pytest.fail("opened")


def test_what_is_no_bundle_is_torn(folder: Path) -> None:
    (folder / "cases").mkdir()
    (folder / "cases" / f"{case_id(1)}.sealed").write_bytes(b"hello")
    with StickFolder(folder).bundle(case_id(1)) as (file, size), pytest.raises(Torn):
        examined(file, size)
