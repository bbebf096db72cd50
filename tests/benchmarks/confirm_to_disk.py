"""How long "confirm" takes until the case is on the disk, against SQLite without encryption."""

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

from kiosk.domain.case import Case
from kiosk.domain.page import ScannedPage
from offline_store.case_table import CaseTable
from offline_store.database import EncryptedDatabase, open_database
from offline_store.migrations import VERSIONS, upgrade
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft, page

NAME = "confirm_to_disk"
ROUNDS = 60
PAGES = 3
PAGE_SIZE = 200_000
KEY = bytes(range(32))


class Plain:
    """The peer: the same bytes by the standard library, WAL and FULL, no key, no checks."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE cases (case_id TEXT PRIMARY KEY, form TEXT)")
        self._connection.execute("CREATE TABLE pages (sha256 TEXT PRIMARY KEY, jpeg BLOB)")
        self._connection.execute("CREATE TABLE outbox (case_id TEXT PRIMARY KEY)")

    def form(self, case: Case) -> None:
        """One commit: the case with its page list, and that it is to be sent."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._write_form(case)
        self._connection.execute("COMMIT")

    def page(self, one: ScannedPage) -> None:
        """One commit: a page."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._write_page(one)
        self._connection.execute("COMMIT")

    def all_in_one(self, case: Case, pages: list[ScannedPage]) -> None:
        """One commit: form and pages."""
        self._connection.execute("BEGIN IMMEDIATE")
        for one in pages:
            self._write_page(one)
        self._write_form(case)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Nothing is kept."""
        self._connection.close()

    def _write_form(self, case: Case) -> None:
        form = {**case.answers, "number": case.applicant_number}
        text = json.dumps([form, [one.sha256 for one in case.pages]], ensure_ascii=False)
        self._connection.execute("INSERT OR REPLACE INTO cases VALUES (?, ?)", (case.case_id, text))
        self._connection.execute("INSERT OR IGNORE INTO outbox VALUES (?)", (case.case_id,))

    def _write_page(self, one: ScannedPage) -> None:
        name = hashlib.sha256(one.jpeg).hexdigest()
        self._connection.execute("INSERT INTO pages VALUES (?, ?)", (name, one.jpeg))


def without_key(folder: Path) -> SqlCipherStore:
    """Our own store on the standard library's SQLite: what encryption alone costs."""
    connection = sqlite3.connect(folder / "without_key.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    database = EncryptedDatabase(connection, folder)
    with database.writing():
        upgrade(database.tables, VERSIONS)
    return SqlCipherStore(database=database, clock=lambda: NOON)


def run() -> dict[str, float]:
    """Medians in milliseconds; `*_rate` is the other's time divided by ours, 1: no slower.

    `plain` is the least a program would do without encryption; `without_key` our store without it.
    """
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # a disk, not memory
        database = open_database(Path(folder), KEY)
        ours = SqlCipherStore(database=database, clock=lambda: NOON)
        bare = without_key(Path(folder))
        plain = Plain(Path(folder) / "plain.db")
        times: dict[str, list[float]] = {}
        for number in range(ROUNDS):
            _round(number, ours, database, bare, plain, times)
        ours.close()
        bare.close()
        plain.close()
    medians = {name: median(values) for name, values in times.items()}
    figures = {f"{name}_ms": round(value, 3) for name, value in medians.items()}
    for kind in ("confirm", "in_steps", "all_in_one"):
        figures[f"{kind}_rate"] = round(medians[f"plain_{kind}"] / medians[kind], 3)
    figures["without_key_confirm_rate"] = round(
        medians["without_key_confirm"] / medians["confirm"], 3
    )
    _show(figures)
    return figures


def _round(
    number: int,
    ours: SqlCipherStore,
    database: EncryptedDatabase,
    bare: SqlCipherStore,
    plain: Plain,
    times: dict[str, list[float]],
) -> None:
    pages = [page(number * 10 + n, material=f"m{n}", size=PAGE_SIZE) for n in range(PAGES)]
    others = [page(number * 10 + n + 5, size=PAGE_SIZE) for n in range(PAGES)]
    begun = draft(number * 2, fields=40)
    case = replace(begun, pages=tuple(one.reference() for one in pages))
    whole = draft(number * 2 + 1, fields=40)
    table = CaseTable(database)

    def measure(name: str, work: Callable[[], object]) -> None:
        start = perf_counter()
        work()
        times.setdefault(name, []).append((perf_counter() - start) * 1000)

    def steps_of(store: SqlCipherStore, name: str) -> None:
        store.save_draft(begun)
        for one in pages:
            store.add_page(begun.case_id, one)
        measure(name, lambda: store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON))

    def our_whole() -> None:
        with database.writing():
            table.write(whole, known=None)
            for one in others:
                table.append_page(whole.case_id, table.contents.keep(one.jpeg), one.material)
            table.audit("confirmed", whole.case_id, NOON)

    def plain_steps() -> None:
        plain.form(begun)
        for one in pages:
            plain.page(one)
        measure("plain_confirm", lambda: plain.form(case))

    groups: list[list[tuple[str, Callable[[], object]]]] = [
        [
            ("in_steps", lambda: steps_of(ours, "confirm")),
            ("without_key_in_steps", lambda: steps_of(bare, "without_key_confirm")),
            ("plain_in_steps", plain_steps),
        ],
        [
            ("all_in_one", our_whole),
            ("plain_all_in_one", lambda: plain.all_in_one(whole, others)),
        ],
    ]
    for group in groups:
        for name, work in group if number % 2 else reversed(group):  # none is always first
            measure(name, work)


def _show(figures: dict[str, float]) -> None:
    print(f"{'':36}{'ours ms':>9}{'plain ms':>10}{'rate':>7}")
    for kind, words in (
        ("confirm", "confirm, pages already there"),
        ("in_steps", f"draft, {PAGES} pages, confirm: 5 commits"),
        ("all_in_one", "form and pages in one commit"),
    ):
        ours, plain = figures[f"{kind}_ms"], figures[f"plain_{kind}_ms"]
        print(f"{words:36}{ours:9.2f}{plain:10.2f}{figures[f'{kind}_rate']:7.2f}")
    bare, rate = figures["without_key_confirm_ms"], figures["without_key_confirm_rate"]
    print(f"confirm by our own store without encryption: {bare:.2f} ms, rate {rate:.2f}")
