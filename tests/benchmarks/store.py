"""What the store's daily work costs when it has kept 100 cases, and when it has kept 20,000."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from kiosk.domain.case import Case
from offline_store.api import Limits
from offline_store.database import open_database
from offline_store.file_key import FileKey
from offline_store.mending import look_over
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, case_id, draft, page

NAME = "store"
FEW, MANY = 100, 20_000
WAITING = 50  # of the kept ones, not sent yet
ROUNDS = 60
PEOPLE = 5  # cases of each person
OPERATIONS = ("confirm", "of_person", "by_receipt", "due", "progress")
SERIALS_OF_A_DAY = 9000


def run() -> dict[str, float]:
    """Medians in milliseconds with few and with many cases; `*_ratio` many by few, 1: no slower."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # a disk, not memory
        stores = {count: _filled(Path(folder) / str(count), count) for count in (FEW, MANY)}
        times: dict[tuple[str, int], list[float]] = {}
        for number in range(ROUNDS):
            for count in (FEW, MANY) if number % 2 else (MANY, FEW):  # none is always first
                for name, spent in _measured(stores[count], count, number):
                    times.setdefault((name, count), []).append(spent)
        for name in OPERATIONS:
            few, many = (median(times[name, count]) for count in (FEW, MANY))
            figures[f"{name}_few_ms"], figures[f"{name}_many_ms"] = round(few, 3), round(many, 3)
            figures[f"{name}_ratio"] = round(many / few, 3)
        for store in stores.values():
            store.close()
        figures |= _upkeep(Path(folder) / str(MANY))
    _show(figures)
    return figures


def _filled(folder: Path, count: int) -> SqlCipherStore:
    """So many cases with a small page each, most of them sent and none tidied away yet."""
    database = open_database(folder, FileKey(folder / "store.key").key())
    store = SqlCipherStore(database=database, clock=lambda: NOON)
    database.execute("PRAGMA synchronous = OFF")  # a fill that is lost is made again
    for serial in range(count):
        case = _confirmed(store, serial, number=f"{serial // PEOPLE:018d}", size=2000)
        if serial < count - WAITING:
            store.acknowledged(
                case.case_id, acknowledgement=bytes(200), official_number=f"{serial}", now=NOON
            )
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("PRAGMA synchronous = FULL")
    return store


def _begun(store: SqlCipherStore, serial: int, *, number: str, size: int) -> Case:
    one = page(serial, size=size)
    case = replace(draft(serial), applicant_number=number)
    store.save_draft(case)
    return replace(case, pages=(store.add_page(case.case_id, one),))


def _confirmed(store: SqlCipherStore, serial: int, *, number: str, size: int) -> Case:
    case = _begun(store, serial, number=number, size=size)
    day = NOON + timedelta(days=serial // SERIALS_OF_A_DAY)
    return store.confirm(case, site=SITE, terminal=TERMINAL, now=day)


def _measured(store: SqlCipherStore, count: int, number: int) -> list[tuple[str, float]]:
    person = number * 7919 % (count // PEOPLE)
    known = store.case(case_id(person * PEOPLE))
    new = _begun(store, 1_000_000 + number, number=known.applicant_number, size=100_000)
    later = NOON + timedelta(days=30)
    works: dict[str, Callable[[], object]] = {
        "of_person": lambda: store.cases_of(known.applicant_number),
        "by_receipt": lambda: store.case_by_receipt(known.receipt_number),
        "due": lambda: store.due(NOON, 20),
        "progress": lambda: (store.changes_of(known.case_id), store.documents_of(known.case_id)),
        "confirm": lambda: store.confirm(new, site=SITE, terminal=TERMINAL, now=later),
    }
    return [(name, _time(work)) for name, work in works.items()]


def _time(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return (perf_counter() - begin) * 1000


def _upkeep(folder: Path) -> dict[str, float]:
    """What starting, tidying and wiping cost with many cases."""
    key = FileKey(folder / "store.key")
    size = (folder / "doorstep.db").stat().st_size
    figures = {"file_mb": size / 1e6, "look_over_ms": _time(_looking(folder, key))}
    store = open_store(folder, key, clock=lambda: NOON)
    figures["tidy_everything_ms"] = _time(lambda: store.tidy(NOON + timedelta(days=2), Limits()))
    figures["tidy_nothing_ms"] = _time(lambda: store.tidy(NOON + timedelta(days=2), Limits()))
    store.close()
    figures["file_mb_tidied"] = (folder / "doorstep.db").stat().st_size / 1e6
    figures["look_over_tidied_ms"] = _time(_looking(folder, key))
    figures["wipe_ms"] = _time(key.destroy)
    return {name: round(value, 3) for name, value in figures.items()}


def _looking(folder: Path, key: FileKey) -> Callable[[], object]:
    return lambda: look_over(folder, key.key(), now=NOON)


def _show(figures: dict[str, float]) -> None:
    print(f"{'':12}{f'{FEW} cases ms':>14}{f'{MANY} cases ms':>16}{'ratio':>7}")
    for name in OPERATIONS:
        few, many = figures[f"{name}_few_ms"], figures[f"{name}_many_ms"]
        print(f"{name:12}{few:14.3f}{many:16.3f}{figures[f'{name}_ratio']:7.2f}")
    for name in list(figures)[3 * len(OPERATIONS) :]:
        print(f"{name:24}{figures[name]:10.1f}")
