"""Forms as residents fill them in, one item after the other; everybody in them is invented."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Final

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.case import Case
from kiosk.domain.service_item import FieldType, FormField, ServiceItem
from tests.counterparts.sample_cases import draft

# Any characters of the common range: names and free text that no dictionary has seen.
FIRST, LAST = 0x4E00, 0x9FA5
FREE_TEXT: Final = (8, 40)  # characters


def sample_forms(count: int, *, seed: int) -> list[Case]:
    """So many drafts without pages, item after item, other answers for every seed."""
    chance = random.Random(seed)
    catalog = packaged_catalog()
    items = [item for item in catalog if item.self_service]
    return [
        _filled(serial, item, catalog.version, chance)
        for serial, item in enumerate(islice(cycle(items), count), 1)
    ]


def _filled(serial: int, item: ServiceItem, version: str, chance: random.Random) -> Case:
    return replace(
        draft(serial, fields=0),
        item_code=item.code,
        item_title=item.title,
        catalog_version=version,
        applicant_name=_words(chance, 3, 3),
        applicant_number=_id_number(chance),
        answers={question.key: _answer(question, chance) for question in item.questions()},
    )


def _answer(question: FormField, chance: random.Random) -> str:
    if question.options:
        return chance.choice(question.options)[0]
    match question.type:
        case FieldType.DATE | FieldType.DATE_OR_LONG:
            return _day(chance).isoformat()
        case FieldType.YEARMONTH:
            return _day(chance).isoformat()[:7]
        case FieldType.YEAR:
            return str(_day(chance).year)
        case FieldType.ID_NUMBER:
            return _id_number(chance)
        case FieldType.MOBILE:
            return f"13{chance.randrange(10**9):09d}"
        case FieldType.NUMBER | FieldType.MONEY:
            return str(chance.randrange(20_000))
        case FieldType.DIVISION:
            return f"2224{chance.randrange(10**8):08d}"
        case FieldType.CONSENT:
            return "yes"
        case FieldType.TABLE:
            rows = range(chance.randint(1, 4))
            columns = question.columns or ("", "")
            return "\n".join("\t".join(_words(chance, 2, 6) for _ in columns) for _ in rows)
        case _:
            return _words(chance, *FREE_TEXT)


def _day(chance: random.Random) -> date:
    return date(1940, 1, 1) + timedelta(days=chance.randrange(30_000))


def _id_number(chance: random.Random) -> str:
    """With the check character of GB 11643 (recalled: weights 2**(17 - n) mod 11)."""
    body = f"222401{_day(chance):%Y%m%d}{chance.randrange(1000):03d}"
    total = sum(int(digit) * 2 ** (17 - n) for n, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def _words(chance: random.Random, least: int, most: int) -> str:
    return "".join(chr(chance.randint(FIRST, LAST)) for _ in range(chance.randint(least, most)))
