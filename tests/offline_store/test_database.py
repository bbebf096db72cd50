"""One encrypted file: durable, readable with the key only, honest about every trouble."""

import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.case_table import CaseTable
from offline_store.database import FILE_NAME, open_database
from offline_store.file_key import FileKey
from offline_store.sealed_pages import PAGE_SIZE
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import (
    NAME,
    NOON,
    NUMBER,
    SITE,
    TERMINAL,
    confirmed_in,
    draft,
    draft_in,
    page,
)

KEY = bytes(range(32))


def fault_of_opening(folder: Path, key: bytes = KEY) -> Fault:
    with pytest.raises(StoreError) as refused:
        open_database(folder, key)
    return refused.value.fault


def filled(folder: Path) -> Path:
    """A closed database with a few pages' worth of rows."""
    database = open_database(folder, KEY)
    with database.writing():
        CaseTable(database).write(draft(), before=None)
    database.close()
    return folder / FILE_NAME


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("temp_store", 2),  # memory
    ],
)
def test_the_open_connection_is_durable_and_leaves_no_traces(
    folder: Path, pragma: str, value: object
) -> None:
    for _ in range(2):  # a new file and one that exists
        database = open_database(folder, KEY)
        assert database.execute(f"PRAGMA {pragma}") == [(value,)]
        database.close()


def test_file_and_folder_belong_to_this_account_alone(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    (folder / FILE_NAME).touch(mode=0o644)
    database = open_database(folder, KEY)
    with database.writing():
        database.execute("INSERT INTO switches VALUES ('x', '1')")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    database.close()
    assert modes == {FILE_NAME: 0o600, f"{FILE_NAME}-wal": 0o600, f"{FILE_NAME}-shm": 0o600}


def test_nothing_of_the_resident_is_readable_in_any_file(folder: Path, key: FileKey) -> None:
    secrets = [NAME.encode(), NUMBER.encode(), NAME.encode("utf-16-le"), page(100).jpeg[:16]]

    def readable() -> list[str]:
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert any(path.stat().st_size > 100_000 for path in files)
        return [path.name for path in files for secret in secrets if secret in path.read_bytes()]

    store = open_store(folder, key)
    confirmed_in(store)
    assert readable() == []
    store.close()
    assert readable() == []


def test_a_wrong_key_is_told(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    filled(folder)
    before = (folder / FILE_NAME).read_bytes()
    assert fault_of_opening(folder, KEY[::-1]) is Fault.STORE_KEY_WRONG
    assert fault_of_opening(folder, KEY[:31]) is Fault.STORE_KEY_WRONG
    assert (folder / FILE_NAME).read_bytes() == before
    assert capfd.readouterr() == ("", "")


def test_a_wrong_key_is_told_while_everything_is_still_in_the_log(folder: Path) -> None:
    database = open_database(folder, KEY)
    assert fault_of_opening(folder, KEY[::-1]) is Fault.STORE_KEY_WRONG
    database.close()


@pytest.mark.parametrize(
    "content",
    [
        b"not a database",
        b"SQLite format 3\0" + bytes(PAGE_SIZE * 2 - 16),
        bytes(PAGE_SIZE * 2),
        os.urandom(PAGE_SIZE * 2 + 100),
    ],
    ids=["text", "not encrypted", "zeros after a power cut", "cut off"],
)
def test_a_file_that_is_no_encrypted_database_is_damaged(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(content)
    assert fault_of_opening(folder) is Fault.STORE_DAMAGED
    assert (folder / FILE_NAME).read_bytes() == content


@pytest.mark.parametrize("left", [0, 1, 100, PAGE_SIZE - 1])
def test_a_file_that_was_cut_off_does_not_become_a_new_store(folder: Path, left: int) -> None:
    database = open_database(folder, KEY)  # left open, so that the log stays
    path = folder / FILE_NAME
    with path.open("r+b") as file:
        file.truncate(left)
    log = (folder / f"{FILE_NAME}-wal").read_bytes()
    assert len(log) > 0
    assert fault_of_opening(folder) is Fault.STORE_DAMAGED
    assert path.stat().st_size == left
    assert (folder / f"{FILE_NAME}-wal").read_bytes() == log
    database.close()


@given(content=st.binary(min_size=1, max_size=3 * PAGE_SIZE))
def test_whatever_lies_there_is_refused_and_left_alone(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE_NAME
        path.write_bytes(content)
        assert fault_of_opening(Path(folder)) in {Fault.STORE_DAMAGED, Fault.STORE_KEY_WRONG}
        assert path.read_bytes() == content


def test_a_damaged_first_page_is_not_mistaken_for_a_wrong_key(folder: Path) -> None:
    path = filled(folder)
    with path.open("r+b") as file:
        file.seek(500)
        file.write(b"\0" * 100)
    assert fault_of_opening(folder) is Fault.STORE_DAMAGED
    assert fault_of_opening(folder, KEY[::-1]) is Fault.STORE_KEY_WRONG


def test_damage_in_the_middle_is_found_by_the_check(folder: Path, key: FileKey) -> None:
    store = open_store(folder, key)
    case = draft_in(store)
    assert store.integrity_problems() == []
    store.close()
    path = folder / FILE_NAME
    pages = path.stat().st_size // PAGE_SIZE
    with path.open("r+b") as file:
        file.seek((pages - 5) * PAGE_SIZE + 100)
        file.write(os.urandom(50))
    store = open_store(folder, key)
    assert store.integrity_problems() != []
    with pytest.raises(StoreError) as damaged:
        [store.page(one.sha256) for one in case.pages]
    assert damaged.value.fault is Fault.STORE_DAMAGED
    store.close()


def test_rows_without_counterpart_are_found_by_the_check(folder: Path) -> None:
    database = open_database(folder, KEY)
    database.execute("PRAGMA foreign_keys = OFF")
    with database.writing():
        database.execute("INSERT INTO outbox (case_id, sequence, attempts) VALUES ('x', 1, 0)")
    assert database.integrity_problems() == ["row without its counterpart in outbox"]
    database.close()


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert fault_of_opening(tmp_path / "file" / "store") is Fault.STORE_DAMAGED


def test_an_error_in_the_middle_leaves_nothing(folder: Path) -> None:
    database = open_database(folder, KEY)
    table = CaseTable(database)

    def half() -> None:
        with database.writing():
            table.write(draft(), before=None)
            table.contents.keep(page().jpeg)
            table.audit("confirmed", draft().case_id, NOON)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    with database.reading():
        for name in ("cases", "contents", "pieces", "audit"):
            assert database.tables.table(name).count == 0
    database.close()


def test_a_full_disk_changes_nothing_and_says_so(folder: Path, key: FileKey) -> None:
    database = open_database(folder, key.key())
    store = SqlCipherStore(database=database, clock=lambda: NOON)
    case = draft_in(store)
    [(used,)] = database.execute("PRAGMA page_count")
    database.execute(f"PRAGMA max_page_count = {used}")
    with pytest.raises(StoreError) as full:
        store.add_page(case.case_id, page(7, size=400_000))
    assert full.value.fault is Fault.STORE_FULL
    assert store.case(case.case_id) == case
    assert store.integrity_problems() == []
    database.execute(f"PRAGMA max_page_count = {used + 1000}")
    assert store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON).receipt_number
    store.close()


def test_a_second_writer_waits_and_then_says_busy(folder: Path, key: FileKey) -> None:
    first = open_database(folder, key.key())
    second = open_store(folder, key, busy_seconds=0.05)
    with first.writing():
        with pytest.raises(StoreError) as busy:
            second.save_draft(draft())
        assert busy.value.fault is Fault.STORE_BUSY
        assert second.waiting() == 0  # reading goes on
    second.save_draft(draft())
    assert second.case(draft().case_id) == draft()
    second.close()
    first.close()


def test_two_threads_write_without_losing_anything(folder: Path, key: FileKey) -> None:
    open_store(folder, key).close()
    begin, problems = Event(), []

    def work(first_serial: int) -> None:
        store = open_store(folder, key, clock=lambda: NOON)
        begin.wait()
        try:
            for serial in range(first_serial, first_serial + 10):
                case = draft_in(store, serial, pages=1, size=5000)
                store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
        except BaseException as error:
            problems.append(error)
            raise
        finally:
            store.close()

    threads = [Thread(target=work, args=(first,)) for first in (100, 200)]
    for thread in threads:
        thread.start()
    begin.set()
    for thread in threads:
        thread.join()
    assert problems == []
    store = open_store(folder, key)
    cases = store.cases_of(NUMBER)
    assert len(cases) == 20
    assert sorted(int(case.receipt_number[20:24]) for case in cases) == list(range(1, 21))
    assert len(store.due(NOON, 100)) == 20
    store.close()


def test_two_threads_may_open_a_new_store_at_once(folder: Path, key: FileKey) -> None:
    opened: list[int] = []

    def work() -> None:
        store = open_store(folder, key)
        opened.append(store.waiting())
        store.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [0, 0, 0, 0]


def test_the_wrong_thread_and_a_closed_store_are_our_own_mistakes(store: SqlCipherStore) -> None:
    raised: list[AssertionError] = []

    def work() -> None:
        try:
            store.waiting()
        except AssertionError as error:
            raised.append(error)
        store.close()  # never raises, not even here

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert len(raised) == 1
    store.close()
    store.close()
    with pytest.raises(AssertionError):
        store.waiting()
