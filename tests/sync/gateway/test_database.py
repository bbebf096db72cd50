"""Both engines keep the same promises: all or nothing, and many wishes in one commit."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from sync.gateway.database import Connection, Database, DatabaseTrouble, Kind, Writing
from sync.gateway.group_commit import GroupCommit
from sync.gateway.not_ours import NotOurs, Why
from sync.gateway.postgres_database import PostgresDatabase
from sync.gateway.schema import HEAD
from sync.gateway.sqlite_database import SqliteDatabase
from tests.counterparts.postgres_server import PostgresServer

PUT = "INSERT INTO setting (name, value) VALUES (?, ?)"


def put(database: Database, name: str) -> None:
    database.write(lambda w: w.run(PUT, name, "1"))


def names(database: Database) -> list[str]:
    return [row[0] for row in database.read("SELECT name FROM setting ORDER BY name")]


def test_what_was_written_is_read_by_everybody(open_database: Callable[[], Database]) -> None:
    first, second = open_database(), open_database()
    put(first, "a")
    put(second, "b")
    assert names(first) == names(second) == ["a", "b"]
    assert first.problems() == []


def test_a_wish_that_fails_leaves_nothing_and_its_error_comes_out(database: Database) -> None:
    def fails(w: Writing) -> None:
        w.run(PUT, "a", "1")
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        database.write(fails)
    assert names(database) == []
    put(database, "a")
    with pytest.raises(DatabaseTrouble):
        put(database, "a")
    put(database, "b")
    assert names(database) == ["a", "b"]


def test_of_many_at_once_only_the_bad_ones_fail(database: Database) -> None:
    put(database, "7")

    def one(number: int) -> bool:
        try:
            put(database, str(number % 50))
        except DatabaseTrouble:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(one, range(100)))
    assert sum(done) == 49
    assert len(names(database)) == 50


def test_results_belong_to_their_wishes(database: Database) -> None:
    with ThreadPoolExecutor(16) as pool:
        told = pool.map(
            lambda n: database.write(lambda w: w.run("SELECT ?", str(n))[0][0]), range(99)
        )
    assert list(told) == [str(n) for n in range(99)]


def test_bytes_and_nothing_come_back_as_they_were(database: Database) -> None:
    insert = (
        "INSERT INTO terminal (terminal_id, token_hash, expires_at, revoked) VALUES (?, ?, ?, ?)"
    )
    database.write(lambda w: w.run(insert, "t", b"\x00\xff", None, 1 << 40))
    rows = database.read("SELECT terminal_id, token_hash, expires_at, revoked FROM terminal")
    assert rows == [("t", b"\x00\xff", None, 1 << 40)]


def test_a_folder_is_brought_to_the_disk_once_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = SqliteDatabase(tmp_path / "ledger.db")
    synced: list[Path] = []
    monkeypatch.setattr("sync.gateway.group_commit.sync_folder", synced.append)
    hold, begun = threading.Event(), threading.Event()

    def waits(w: Writing) -> None:
        begun.set()
        hold.wait(5)

    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(database.write, waits)
        begun.wait(5)
        rest = [pool.submit(database.write, lambda w: w.sync_first(tmp_path)) for _ in range(8)]
        while database._commits._wishes.qsize() < 8:
            pass
        hold.set()
        for one in (first, *rest):
            one.result(5)
    assert synced == [tmp_path]
    database.close()


def test_a_folder_that_will_not_be_synced_keeps_nothing(database: Database, tmp_path: Path) -> None:
    def work(w: Writing) -> None:
        w.run(PUT, "a", "1")
        w.sync_first(tmp_path / "nowhere")

    with pytest.raises(FileNotFoundError):
        database.write(work)
    assert names(database) == []


def test_whoever_asks_after_the_end_hears_so_and_does_not_wait_for_ever(database: Database) -> None:
    put(database, "a")
    database.close()
    asked = database.ask(Kind(lambda _w, items: items), "b")
    with pytest.raises(DatabaseTrouble, match="closed"):
        asked.result(5)
    with ThreadPoolExecutor(1) as pool, pytest.raises(DatabaseTrouble, match="closed"):
        pool.submit(put, database, "b").result(5)


def test_of_those_who_ask_while_it_ends_everyone_hears(tmp_path: Path) -> None:
    kind: Kind[int, int] = Kind(lambda _w, items: items)
    for _ in range(20):
        database = SqliteDatabase(tmp_path / "ledger.db")
        with ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(database.ask, kind, number) for number in range(40)]
            database.close()
        for number, one in enumerate(asked):
            error = one.result(5).exception(5)
            assert isinstance(error, DatabaseTrouble) if error else one.result().result() == number


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_when_its_thread_breaks_off_those_who_wait_hear(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "ledger.db")
    hold, begun = threading.Event(), threading.Event()

    def breaks(_items: Sequence[int]) -> Sequence[int]:
        begun.set()
        hold.wait(5)
        raise SystemExit

    same: Kind[int, int] = Kind(lambda _w, items: items)
    database.ask(Kind(lambda _w, items: items, first=breaks), 1)
    begun.wait(5)
    behind = database.ask(same, 2)
    hold.set()
    assert isinstance(behind.exception(5), DatabaseTrouble)
    assert isinstance(database.ask(same, 3).exception(5), DatabaseTrouble)
    database.close()


def test_the_version_is_the_newest_file() -> None:
    config = Config()
    config.set_main_option("script_location", "sync.gateway:schema")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_tables_of_a_newer_program_are_left_alone(open_database: Callable[[], Database]) -> None:
    database = open_database()
    database.write(lambda w: w.run("UPDATE alembic_version SET version_num='9999'"))
    with pytest.raises(NotOurs) as raised:
        open_database()
    assert (raised.value.why, raised.value.name) == (Why.NEWER_TABLES, "9999")
    assert database.read("SELECT version_num FROM alembic_version") == [("9999",)]


def test_opening_while_another_writes_for_long_is_trouble_of_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.gateway.sqlite_database.BUSY_SECONDS", 0.05)
    SqliteDatabase(tmp_path / "ledger.db").close()
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseTrouble, match="SQLITE_BUSY"):
        SqliteDatabase(tmp_path / "ledger.db")
    other.close()
    SqliteDatabase(tmp_path / "ledger.db").close()


def test_tables_of_before_versions_were_noted_are_taken_over(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "ledger.db")
    old.executescript(Path("tests/samples/gateway/v1.sql").read_text())
    old.close()
    database = SqliteDatabase(tmp_path / "ledger.db")
    assert database.read("SELECT case_id, official_number FROM office_case") == [("c1", "7")]
    assert database.read("SELECT seq, scope, kind, entry FROM news") == [(5, "t1", "step", b"{}")]
    assert database.read("SELECT value FROM counter WHERE name='news'") == [(5,)]
    assert database.read("SELECT value FROM setting WHERE name='epoch'") == [("abcd",)]
    database.close()


def test_what_is_fetched_by_hash_has_an_index_in_either_engine(database: Database) -> None:
    table = (
        "pg_indexes WHERE indexname"
        if isinstance(database, PostgresDatabase)
        else ("sqlite_master WHERE type='index' AND name")
    )
    [(count,)] = database.read(
        f"SELECT count(*) FROM {table} IN ('document_sha256', 'transfer_sha256')"  # noqa: S608
    )
    assert count == 2


def test_many_programs_that_start_at_once_make_the_tables_once(postgres: PostgresServer) -> None:
    address = postgres.new_database()
    with ThreadPoolExecutor(4) as pool:
        databases = list(pool.map(lambda _: PostgresDatabase(address), range(4)))
    assert databases[0].read("SELECT count(*) FROM alembic_version") == [(1,)]
    for database in databases:
        database.close()


def test_many_gateways_that_start_at_once_in_one_process_make_each_its_own(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def start(number: int) -> SqliteDatabase:
        together.wait()
        return SqliteDatabase(tmp_path / f"{number}.db")

    with ThreadPoolExecutor(8) as pool:
        databases = list(pool.map(start, range(8)))
    for database in databases:
        assert database.read("SELECT version_num FROM alembic_version") == [(HEAD,)]
        database.close()


def test_after_the_server_was_away_it_goes_on_by_itself() -> None:
    with PostgresServer() as server:
        database = PostgresDatabase(server.new_database())
        put(database, "a")
        server.restart()
        done = False
        for _ in range(5):
            try:
                put(database, "b")
            except DatabaseTrouble:
                continue
            done = True
            break
        assert done
        assert names(database) == ["a", "b"]
        database.close()


def test_sqlite_is_written_through_to_the_disk_and_for_this_account_alone(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "ledger.db")
    put(database, "a")  # so that the write-ahead log is there too
    assert database.read("PRAGMA synchronous") == [(2,)]  # FULL
    assert database.read("PRAGMA journal_mode") == [("wal",)]
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {name: 0o600 for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm")}
    database.close()


def test_postgres_waits_for_the_disk_whatever_the_server_says(postgres: PostgresServer) -> None:
    database = PostgresDatabase(postgres.new_database())
    told = database.write(lambda w: w.run("SHOW synchronous_commit"))
    assert told == [("on",)]
    database.close()


def test_who_cannot_connect_says_so() -> None:
    def refuse() -> Connection:
        raise DatabaseTrouble("no")

    with pytest.raises(DatabaseTrouble):
        GroupCommit(refuse)
    with pytest.raises(DatabaseTrouble):
        PostgresDatabase("postgresql://nobody@127.0.0.1:9/nothing?connect_timeout=2")
