"""Whatever a disk does to the file: the program starts, and what is readable is there."""

import os
import random
import shutil
from collections.abc import Set
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.case import Case, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.notice import Audience
from kiosk.domain.standing import Heard
from offline_store.api import StoreError
from offline_store.database import FILE_NAME, open_database
from offline_store.file_key import FileKey
from offline_store.found_rows import table_of
from offline_store.loose_rows import rows_on
from offline_store.mending import MENDED, SALT_NAME, look_over
from offline_store.sealed_pages import PAGE_SIZE, SealedPages
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import (
    NOON,
    NOTICE,
    NUMBER,
    SITE,
    TERMINAL,
    VISIT,
    case_id,
    document,
    draft_in,
    put_up,
    take_in,
)
from tests.counterparts.started_store import held, killed_store, started

CASES = 20
LOG_NAME = f"{FILE_NAME}-wal"


def fill_with_cases(store: SqlCipherStore) -> None:
    """Twenty confirmed cases, the first of them acknowledged with a document, and a draft."""
    for serial in range(1, CASES + 1):
        case = draft_in(store, serial, pages=2, size=9000)
        store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    first = store.cases_of(NUMBER)[-1]
    store.acknowledged(first.case_id, acknowledgement=b"signed", official_number="2201", now=NOON)
    take_in(store, [], [document(first.case_id)], catalog=("v", b"{}"), cursor="e1.7")
    put_up(store, cursor="e1.7")
    draft_in(store, 99, pages=1, size=3000)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was closed properly: everything is in the file."""
    folder = tmp_path_factory.mktemp("closed") / "store"
    with started(folder) as store:
        fill_with_cases(store)
    with started(folder):  # an ordinary start keeps the salt
        assert (folder / SALT_NAME).read_bytes() == (folder / FILE_NAME).read_bytes()[:16]
    return folder


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose program was killed: nearly everything is in the log."""
    copy = killed_store(tmp_path_factory, fill_with_cases)
    assert (copy / LOG_NAME).stat().st_size > 500_000
    return copy


def spoil(path: Path, begin: int, length: int = 8) -> None:
    with path.open("r+b") as file:
        file.seek(begin)
        old = file.read(length)
        file.seek(begin)
        file.write(bytes(byte ^ 0xFF for byte in old))


def is_whole(store: SqlCipherStore, case: Case) -> bool:
    """Nothing of it is missing: two pages and the signature, with the right bytes."""
    pages = [*case.pages, *([case.signature] if case.signature else [])]
    try:
        return (
            len(case.pages) == 2
            and len(pages) == 3
            and all(len(store.page(p.sha256)) == p.size for p in pages)
        )
    except StoreError:
        return False


def whole_cases(store: SqlCipherStore) -> list[Case]:
    """The confirmed cases that are as they were; none else waits to be sent."""
    found = [case for case in store.cases_of(NUMBER) if is_whole(store, case)]
    assert {e.case_id for e in store.due(NOON, 100)} <= {case.case_id for case in found}
    return found


def touched_by(folder: Path, number: int) -> set[str]:
    """The confirmed cases of which something lies on that page."""
    pages = SealedPages(folder / FILE_NAME, FileKey(folder / "store.key").key())

    def rows(missing: int) -> set[tuple[str, tuple[object, ...]]]:
        def read(n: int) -> bytes | None:
            return None if n == missing else pages.read(n)

        return {
            known
            for n, page in pages.newest_first()
            if n != missing
            for row in rows_on(n, page, read)
            if (known := table_of(row)) is not None
        }

    every = rows(0)
    lost = every - rows(number)
    owners: dict[object, set[str]] = {}
    for name, row in every:
        if name == "case_pages":
            owners.setdefault(row[3], set()).add(str(row[0]))
    touched = {str(row[0]) for name, row in lost if name in ("cases", "case_pages")}
    for name, row in lost:
        if name in ("contents", "pieces"):
            touched |= owners.get(row[0], set())
    return touched


def check(store: SqlCipherStore, *, touched: Set[str] = frozenset()) -> None:
    """All but those cases are whole and wait to be sent, and the loss is told."""
    assert store.integrity_problems() == []
    whole = whole_cases(store)
    every = {case_id(serial) for serial in range(1, CASES + 1)}
    assert every - {case.case_id for case in whole} <= touched
    sent = {case.case_id for case in whole if case.state is CaseState.RECEIVED}
    due = {entry.case_id for entry in store.due(NOON, 100)}
    assert {case.case_id for case in whole} - sent == due
    told = store.problems()
    assert len(told) == 1
    lost = CASES - len(store.cases_of(NUMBER))
    assert (f"；{lost} 件无法恢复" in told[0]) == bool(lost)
    new = store.confirm(
        draft_in(store, 500, pages=1, size=100), site=SITE, terminal=TERMINAL, now=NOON
    )
    assert CASES < int(new.receipt_number[20:24]) <= CASES + 1 + 1000


def test_every_single_damaged_page_costs_at_most_what_lies_on_it(
    closed: Path, tmp_path: Path
) -> None:
    pages = (closed / FILE_NAME).stat().st_size // PAGE_SIZE
    chosen = sorted({1, 2, 3, *random.Random(7).sample(range(1, pages + 1), 20)})
    touched_at_all = 0
    for number in chosen:
        folder = Path(shutil.copytree(closed, tmp_path / str(number)))
        spoil(folder / FILE_NAME, (number - 1) * PAGE_SIZE + 100)
        before = (folder / FILE_NAME).read_bytes()
        touched = touched_by(closed, number)
        with started(folder) as store:
            check(store, touched=touched)
        [aside] = folder.glob("*.damaged-*")
        assert aside.read_bytes() == before
        touched_at_all += len(touched)
        shutil.rmtree(folder)
    assert 0 < touched_at_all < 4 * len(chosen)


def test_every_damaged_frame_of_the_log_costs_at_most_what_lies_on_it(
    killed: Path, tmp_path: Path
) -> None:
    frames = ((killed / LOG_NAME).stat().st_size - 32) // (PAGE_SIZE + 24)
    for number in random.Random(7).sample(range(frames - 60), 12):
        folder = Path(shutil.copytree(killed, tmp_path / str(number)))
        begin = 32 + number * (PAGE_SIZE + 24)
        with (folder / LOG_NAME).open("rb") as log:
            log.seek(begin)
            touched = touched_by(killed, int.from_bytes(log.read(4), "big"))
        spoil(folder / LOG_NAME, begin + 500)
        with started(folder) as store:
            assert CASES - len(whole_cases(store)) <= len(touched)
            assert store.integrity_problems() == []
        shutil.rmtree(folder)


def test_a_killed_program_leaves_nothing_to_mend(killed: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(killed, tmp_path / "s"))
    with started(folder) as store:
        assert store.problems() == []
        assert len(whole_cases(store)) == CASES
    assert not list(folder.glob("*.damaged-*"))


def test_a_damaged_header_costs_no_case(closed: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(closed, tmp_path / "s"))
    spoil(folder / FILE_NAME, 0, PAGE_SIZE)
    with started(folder) as store:
        check(store)
        assert store.cursor() == "e1.7"
        assert store.catalog() == ("v", b"{}")
        assert (store.notices(Audience.STAFF, NOON), store.visits()) == ([NOTICE], [VISIT])
        assert (store.configuration(), store.switch("sending")) == (("7", b"{}"), "saving")
        assert store.heard() == Heard(NOON, NOON, NOON, NOON)
        assert store.documents_of(store.cases_of(NUMBER)[-1].case_id) != []


@pytest.mark.logs_expected
@pytest.mark.parametrize("length", [1, 16])
def test_a_damaged_salt_is_put_back(closed: Path, tmp_path: Path, length: int) -> None:
    folder = Path(shutil.copytree(closed, tmp_path / "s"))
    before = (folder / FILE_NAME).read_bytes()
    spoil(folder / FILE_NAME, 0, length)
    with started(folder) as store:
        assert store.problems() == []
        assert len(whole_cases(store)) == CASES
    assert (folder / FILE_NAME).read_bytes()[:16] == before[:16]


@pytest.mark.parametrize("share", [0.9, 0.5, 0.2])
def test_of_a_cut_off_file_the_rest_is_kept(closed: Path, tmp_path: Path, share: float) -> None:
    folder = Path(shutil.copytree(closed, tmp_path / "s"))
    size = (folder / FILE_NAME).stat().st_size
    os.truncate(folder / FILE_NAME, int(size * share))
    with started(folder) as store:
        assert store.integrity_problems() == []
        assert len(store.problems()) == 1
        assert len(whole_cases(store)) >= CASES * share - 5


def test_a_file_of_which_nothing_can_be_read_is_kept_and_told(closed: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(closed, tmp_path / "s"))
    nothing = bytes((folder / FILE_NAME).stat().st_size)
    (folder / FILE_NAME).write_bytes(nothing)
    for _ in range(2):
        with pytest.raises(StoreError) as damaged:
            held(folder)
        assert damaged.value.fault is Fault.STORE_DAMAGED
    assert (folder / FILE_NAME).read_bytes() == nothing


def test_a_problem_is_over_when_the_file_was_taken_away(closed: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(closed, tmp_path / "s"))
    spoil(folder / FILE_NAME, 5 * PAGE_SIZE)
    with started(folder) as store:
        [told] = store.problems()
    with started(folder) as store:
        assert store.problems() == [told]
    next(folder.glob("*.damaged-*")).unlink()
    with started(folder) as store:
        assert store.problems() == []
    database = open_database(folder, FileKey(folder / "store.key").key())
    assert database.execute("SELECT count(*) FROM audit WHERE what = 'store mended'") == [(1,)]
    database.close()


@pytest.mark.parametrize("done", ["complete", "linked", "log removed", "replaced"])
def test_a_power_cut_while_mending_ends_in_the_mended_store(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: str
) -> None:
    folder = Path(shutil.copytree(closed, tmp_path / "s"))
    (folder / LOG_NAME).touch()
    spoil(folder / FILE_NAME, 5 * PAGE_SIZE)
    key = FileKey(folder / "store.key").key()
    steps = {"complete": 0, "linked": 1, "log removed": 2, "replaced": 3}
    left = [steps[done]]

    def cut(_: Path) -> None:
        if (folder / MENDED).exists():
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1

    with monkeypatch.context() as patched:
        patched.setattr("offline_store.mending.sync_folder", cut)
        with pytest.raises(KeyboardInterrupt):
            look_over(folder, key, now=NOON)
    with started(folder) as store:
        check(store, touched=touched_by(closed, 6))
    assert not (folder / MENDED).exists()
    assert len(list(folder.glob("*.damaged-*"))) >= 1


def test_a_birth_that_was_interrupted_is_left_to_the_library(closed: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(closed, tmp_path / "s"))
    spoil(folder / FILE_NAME, 5 * PAGE_SIZE)
    (folder / f"{FILE_NAME}-journal").write_bytes(b"what was there before")
    before = (folder / FILE_NAME).read_bytes()
    look_over(folder, FileKey(folder / "store.key").key(), now=NOON)
    assert (folder / FILE_NAME).read_bytes() == before
    assert not list(folder.glob("*.damaged-*"))


@given(content=st.binary(max_size=3 * PAGE_SIZE), log=st.binary(max_size=PAGE_SIZE + 100))
def test_whatever_lies_there_is_refused_or_replaced_by_nothing(content: bytes, log: bytes) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        FileKey(folder / "store.key").key()
        (folder / FILE_NAME).write_bytes(content)
        (folder / LOG_NAME).write_bytes(log)
        look_over(folder, FileKey(folder / "store.key").key(), now=NOON)
        assert (folder / FILE_NAME).read_bytes() == content


def test_no_room_for_the_mended_file_changes_nothing(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(closed, tmp_path / "s"))
    spoil(folder / FILE_NAME, 5 * PAGE_SIZE)
    before = (folder / FILE_NAME).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("offline_store.mending.open_database", full)
        with pytest.raises(StoreError) as refused:
            held(folder)
    assert refused.value.fault is Fault.STORE_FULL
    assert (folder / FILE_NAME).read_bytes() == before
    with started(folder) as store:
        assert len(store.problems()) == 1
