"""How long "confirm" takes until the case is on the disk, against SQLite without encryption."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

from kiosk.domain.case import Case, CaseState
from kiosk.domain.page import ScannedPage
from kiosk.domain.receipt_number import receipt_number
from offline_store.database import EncryptedDatabase, open_database
from offline_store.migrations import VERSIONS, upgrade
from offline_store.rows import row_of
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft, page

ROUNDS = 300
PAGES = 3
PAGE_SIZE = 200_000
FIELDS = 40
KEY = bytes(range(32))
MOST = 1.6  # of the plain commit's time; what the store promises


class Plain:
    """The peer: the same rows by the standard library in the fewest statements, WAL and FULL.

    It has the same indexes, since it must find a case by slip and by person too, and the same
    audit row. No key, no look at what is stored, no receipt number of its own to find, no step that
    is checked; the words of the case are one JSON text.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE cases (case_id TEXT PRIMARY KEY, receipt TEXT UNIQUE, person TEXT, form)",
            "CREATE INDEX by_person ON cases (person)",
            "CREATE TABLE pages (sha256 TEXT PRIMARY KEY, jpeg BLOB)",
            "CREATE TABLE case_pages (case_id, n, sha256, PRIMARY KEY (case_id, n)) WITHOUT ROWID",
            "CREATE TABLE outbox (case_id PRIMARY KEY, sequence, attempts) WITHOUT ROWID",
            "CREATE TABLE audit (entry INTEGER PRIMARY KEY, at TEXT, what TEXT, case_id TEXT)",
        ):
            self._connection.execute(statement)

    def save(self, case: Case) -> None:
        """One commit: a draft, without pages."""
        self._run(lambda: self._insert(case))

    def page(self, case: Case, number: int, one: ScannedPage) -> None:
        """One commit: a page."""
        self._run(lambda: self._add_page(case, number, one))

    def confirm(self, case: Case, sequence: int) -> None:
        """One commit: the case as it is sent, that it is to be sent, and the audit's row."""
        self._run(lambda: self._send(case, sequence))

    def close(self) -> None:
        """Nothing is kept."""
        self._connection.close()

    def _run(self, work: Callable[[], None]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        work()
        self._connection.execute("COMMIT")

    def _insert(self, case: Case) -> None:
        form = json.dumps(row_of(case), ensure_ascii=False)
        row = (case.case_id, case.applicant_number, form)
        self._connection.execute("INSERT INTO cases (case_id, person, form) VALUES (?, ?, ?)", row)

    def _add_page(self, case: Case, number: int, one: ScannedPage) -> None:
        name = hashlib.sha256(one.jpeg).hexdigest()
        self._connection.execute("INSERT INTO pages VALUES (?, ?)", (name, one.jpeg))
        row = (case.case_id, number, name)
        self._connection.execute("INSERT INTO case_pages VALUES (?, ?, ?)", row)

    def _send(self, case: Case, sequence: int) -> None:
        form = json.dumps(row_of(case), ensure_ascii=False)
        run = self._connection.execute
        run(
            "UPDATE cases SET receipt = ?, form = ? WHERE case_id = ?",
            (case.receipt_number, form, case.case_id),
        )
        run("INSERT INTO outbox VALUES (?, ?, 0)", (case.case_id, sequence))
        run(
            "INSERT INTO audit (at, what, case_id) VALUES (?, 'confirmed', ?)",
            (NOON.isoformat(), case.case_id),
        )


def without_key(folder: Path) -> SqlCipherStore:
    """Our own store on the standard library's SQLite: what encryption alone costs."""
    connection = sqlite3.connect(folder / "without_key.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA secure_delete = ON")
    database = EncryptedDatabase(connection, folder)
    with database.writing():
        upgrade(database.tables, VERSIONS)
    return SqlCipherStore(database=database, clock=lambda: NOON)


def confirm_figures(folder: Path) -> dict[str, float]:
    """Medians in milliseconds; `*_ratio` is our time divided by the peer's.

    `plain` is the least a program would do without encryption; `without_key` our store without it.
    """
    folder.mkdir()
    database = open_database(folder, KEY)
    ours = SqlCipherStore(database=database, clock=lambda: NOON)
    bare = without_key(folder)
    plain = Plain(folder / "plain.db")
    times: dict[str, list[float]] = {}
    for number in range(ROUNDS):
        _round(number, ours, bare, plain, times)
    for opened in (ours, bare, plain):
        opened.close()
    medians = {name: median(values) for name, values in times.items()}
    figures = {f"{name}_ms": round(value, 3) for name, value in medians.items()}
    for kind in ("confirm", "in_steps"):
        figures[f"{kind}_ratio"] = round(medians[kind] / medians[f"plain_{kind}"], 3)
    bare_ratio = medians["without_key_confirm"] / medians["plain_confirm"]
    figures["without_key_confirm_ratio"] = round(bare_ratio, 3)
    _show(figures)
    return figures


def _round(
    number: int,
    ours: SqlCipherStore,
    bare: SqlCipherStore,
    plain: Plain,
    times: dict[str, list[float]],
) -> None:
    pages = [page(number * 10 + n, material=f"m{n}", size=PAGE_SIZE) for n in range(PAGES)]
    begun = draft(number, fields=FIELDS)
    case = replace(begun, pages=tuple(one.reference() for one in pages))
    receipt = receipt_number(site=SITE, terminal=TERMINAL, day=NOON.date(), serial=number + 1)
    queued = case.moved_to(CaseState.QUEUED, receipt_number=receipt, confirmed_at=NOON)

    def measure(name: str, work: Callable[[], object]) -> None:
        start = perf_counter()
        work()
        times.setdefault(name, []).append((perf_counter() - start) * 1000)

    def steps_of(store: SqlCipherStore, name: str) -> None:
        store.save_draft(begun)
        for one in pages:
            store.add_page(begun.case_id, one)
        measure(name, lambda: store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON))

    def plain_steps() -> None:
        plain.save(begun)
        for n, one in enumerate(pages):
            plain.page(begun, n, one)
        measure("plain_confirm", lambda: plain.confirm(queued, number + 1))

    works: list[tuple[str, Callable[[], object]]] = [
        ("in_steps", lambda: steps_of(ours, "confirm")),
        ("without_key_in_steps", lambda: steps_of(bare, "without_key_confirm")),
        ("plain_in_steps", plain_steps),
    ]
    for turn in range(len(works)):  # none is always first
        measure(*works[(number + turn) % len(works)])


def _show(figures: dict[str, float]) -> None:
    print(f"{'':38}{'ours ms':>9}{'plain ms':>10}{'ratio':>7}")
    for kind, words in (
        ("confirm", f"confirm, pages already there (<= {MOST})"),
        ("in_steps", f"draft, {PAGES} pages, confirm: {PAGES + 2} commits"),
    ):
        ours, plain = figures[f"{kind}_ms"], figures[f"plain_{kind}_ms"]
        print(f"{words:38}{ours:9.2f}{plain:10.2f}{figures[f'{kind}_ratio']:7.2f}")
    bare, ratio = figures["without_key_confirm_ms"], figures["without_key_confirm_ratio"]
    print(f"confirm by our own store without encryption: {bare:.2f} ms, ratio {ratio:.2f}")
