"""The cases that are sent: the same bytes in a terminal's store and as files for everybody else."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Final

from kiosk.domain.case import Case
from kiosk.domain.page import ScannedPage
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync import wire
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL
from tests.counterparts.sample_forms import sample_forms
from tests.counterparts.village import picture

BYTES_OF_A_PIXEL: Final = 0.86  # of tests/counterparts/village.picture
# Free text: the common characters of GB 2312, each as often as Zipf's law has it, which comes to
# 9.5 bits a character, as in written Chinese.
COMMON: Final = [
    bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)
]
OFTEN: Final = [1 / rank for rank in range(1, len(COMMON) + 1)]
RELATIONS: Final = ("配偶", "儿子", "女儿", "父亲", "母亲", "孙子", "孙女", "兄弟")
TRADES: Final = ("务农", "务工", "学生", "无业", "个体经营", "退休")
HEALTH: Final = ("健康", "慢性病", "重病", "残疾")


@dataclass(frozen=True, slots=True)
class Work:
    """Cases in a folder: `cases/NAME/form.json`, `1.jpg` and so on, and a store that holds them."""

    folder: Path
    cases: int
    payload: int  # bytes of all files
    texts: int  # bytes of the forms among them
    hashes: frozenset[str] = field(repr=False)

    @property
    def files(self) -> Path:
        """What everybody else sends."""
        return self.folder / "cases"

    @property
    def store(self) -> Path:
        """What the terminal sends; to be copied before it is used."""
        return self.folder / "store"


def work(
    folder: Path, *, cases: int, text: int, pages: int = 0, page: int = 0, seed: int = 1
) -> Work:
    """So many cases with a form of `text` bytes and so many pages of `page` bytes, about."""
    store = open_store(folder / "store", FileKey(folder / "store" / "store.key"))
    hashes, size, texts = set(), 0, 0
    serial = count(seed * 10_000)
    for number, case in enumerate(forms(cases, text=text, seed=seed), 1):
        scans = [_scan(next(serial), page, n) for n in range(1, pages + 1)]
        confirmed = _confirmed(store, case, scans)
        written = wire.canonical(wire.text_of(confirmed))
        texts += len(written)
        place = folder / "cases" / f"{number:04}"
        place.mkdir(parents=True)
        contents = {"form.json": written} | {f"{n}.jpg": p.jpeg for n, p in enumerate(scans, 1)}
        for name, content in contents.items():
            (place / name).write_bytes(content)
            hashes.add(hashlib.sha256(content).hexdigest())
            size += len(content)
    store.close()
    return Work(folder, cases, size, texts, frozenset(hashes))


def forms(count: int, *, text: int, seed: int) -> Iterator[Case]:
    """Forms of about that many bytes: an item's own, the household, and some words of one's own.

    Gzip takes one of 3.5 KB to about 0.5, as the forms of sync.md section 1 (1,800 of 3,484).
    """
    chance = random.Random(seed)
    for case in sample_forms(count, seed=seed):
        answers = dict(case.answers)
        answers["situation"] = _words(chance, 120, 240)
        for member in range(1, 100):
            # Another version than the gateway's own: it asks for nothing that is in no catalogue.
            longer = replace(case, catalog_version="2026-02-01", answers=answers)
            if len(wire.canonical(wire.text_of(longer))) >= text:
                break
            answers = answers | _member(member, chance)
        yield longer


def _member(number: int, chance: random.Random) -> dict[str, str]:
    born = f"{chance.randint(1940, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    told = {
        "name": _words(chance, 2, 3),
        "relation": chance.choice(RELATIONS),
        "id_number": f"222401{born.replace('-', '')}{chance.randrange(10_000):04}",
        "birthday": born,
        "occupation": chance.choice(TRADES),
        "health": chance.choice(HEALTH),
        "monthly_income": str(chance.randrange(0, 4000, 50)),
        "workplace": _words(chance, 6, 14),
        "remark": _words(chance, 10, 30),
    }
    return {f"member{number}_{name}": value for name, value in told.items()}


def _words(chance: random.Random, least: int, most: int) -> str:
    return "".join(chance.choices(COMMON, OFTEN, k=chance.randint(least, most)))


def _scan(serial: int, size: int, number: int) -> ScannedPage:
    side = round((size / BYTES_OF_A_PIXEL) ** 0.5)
    return picture(serial, material=f"m{number}", side=side)


def _confirmed(store: SqlCipherStore, case: Case, scans: list[ScannedPage]) -> Case:
    store.save_draft(case)
    for one in scans:
        store.add_page(case.case_id, one)
    whole = replace(case, pages=tuple(one.reference() for one in scans))
    return store.confirm(whole, site=SITE, terminal=TERMINAL, now=NOON)
