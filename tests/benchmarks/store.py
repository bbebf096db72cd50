"""What the store's daily work costs: against a plain commit, and with 100 and 100,000 cases."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from offline_store.api import Limits
from offline_store.database import open_database
from offline_store.mending import look_over
from offline_store.sqlcipher_store import SqlCipherStore
from tests.benchmarks.confirm_to_disk import confirm_figures
from tests.benchmarks.many_cases import (
    KEY,
    below_the_api,
    by_the_api,
    filled,
    opened,
    person,
    receipt,
    rows_in,
)
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft, page

NAME: Final = "store"
FEW, MANY = 100, 100_000
ROUNDS: Final = 60
PAGES, PAGE_SIZE = 3, 200_000  # of a case that is submitted
MOST: Final = 1.2  # of the time with few cases; what the store promises
COUNTED: Final = ("submit", "confirm", "list", "search", "send")
FIRST: Final = ("list at first", "search at first")
TRIED: Final = 150  # cases with which the two ways of filling are compared


def run() -> dict[str, float]:
    """Medians in milliseconds; `*_ratio`: by the peer's, or with many by with few (1: no slower).

    List and search are asked twice: what nobody has asked before must be read and opened, about
    0.02 ms a page, while a store of 100 cases is always in memory; asked again both are.
    """
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:  # a disk, not memory
        folder = Path(name)
        figures = confirm_figures(folder / "confirm")
        _check_filling(folder)
        figures |= _few_and_many(folder)
        figures |= _upkeep(folder / str(FEW), folder / str(MANY))
    return figures


def _check_filling(folder: Path) -> None:
    """The two ways of filling leave the same rows."""
    one, other = open_database(folder / "api", KEY), open_database(folder / "below", KEY)
    by_the_api(SqlCipherStore(database=one, clock=lambda: NOON), TRIED)
    below_the_api(other, TRIED)
    assert rows_in(one) == rows_in(other)
    one.close()
    other.close()


def _few_and_many(folder: Path) -> dict[str, float]:
    stores = {count: filled(folder / str(count), count) for count in (FEW, MANY)}
    times: dict[tuple[str, int], list[float]] = {}
    for number in range(ROUNDS):
        for count in (FEW, MANY) if number % 2 else (MANY, FEW):  # none is always first
            for name, spent in _measured(stores[count], count, number).items():
                times.setdefault((name, count), []).append(spent)
    for store in stores.values():
        store.close()
    figures = {}
    print(f"\n{'':18}{f'{FEW} cases ms':>14}{f'{MANY} cases ms':>18}{f'ratio (<= {MOST})':>18}")
    for name in (*COUNTED, *FIRST):
        few, many = (median(times[name, count]) for count in (FEW, MANY))
        key = name.replace(" ", "_")
        figures[f"{key}_few_ms"], figures[f"{key}_many_ms"] = round(few, 3), round(many, 3)
        figures[f"{key}_of_many_ratio"] = round(many / few, 3)
        print(f"{name:18}{few:14.3f}{many:18.3f}{many / few:18.2f}")
    return figures


def _measured(store: SqlCipherStore, count: int, number: int) -> dict[str, float]:
    """One of each, with a person and a slip that were not asked for before."""
    holder = person(number * 7919, count)
    slip = receipt(number * 104_729 % count)
    case = replace(draft(1_000_000 + number), applicant_number="1")
    taken = [page(number * 10 + n, material=f"m{n}", size=PAGE_SIZE) for n in range(PAGES)]
    later = NOON + timedelta(days=30)
    spent: dict[str, float] = {}

    def submit() -> None:
        store.save_draft(case)
        for one in taken:
            store.add_page(case.case_id, one)
        whole = replace(case, pages=tuple(one.reference() for one in taken))
        confirm = _time(lambda: store.confirm(whole, site=SITE, terminal=TERMINAL, now=later))
        spent["confirm"] = confirm

    def send() -> None:
        entry = store.due(NOON, 20)[0]
        store.acknowledged(entry.case_id, acknowledgement=bytes(200), official_number="1", now=NOON)

    spent["list at first"] = _time(lambda: store.cases_of(holder))
    spent["list"] = _time(lambda: store.cases_of(holder))
    spent["search at first"] = _time(lambda: store.case_by_receipt(slip))
    spent["search"] = _time(lambda: store.case_by_receipt(slip))
    spent["submit"] = _time(submit)
    spent["send"] = _time(send)
    return spent


def _time(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return (perf_counter() - begin) * 1000


def _upkeep(few: Path, many: Path) -> dict[str, float]:
    """What starting and tidying cost with many cases; milliseconds."""
    figures = {"file_mb": (many / "doorstep.db").stat().st_size / 1e6}
    for name, folder in (("few", few), ("many", many)):
        figures[f"look_over_{name}_ms"] = _time(lambda f=folder: look_over(f, KEY, now=NOON))
        store = opened(folder)
        figures[f"tidy_nothing_{name}_ms"] = _time(lambda s=store: s.tidy(NOON, Limits()))
        store.close()
    print()
    for name, value in figures.items():
        print(f"{name:24}{value:10.1f}")
    return {name: round(value, 3) for name, value in figures.items()}
