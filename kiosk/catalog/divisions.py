"""The administrative divisions 行政区划 of Jilin, from the province down to the township.

jilin_divisions.csv and jilin_townships.csv: codes of the National Bureau of Statistics as of June
2023, without statistical zones. There is no file of villages: they are typed.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

DIGITS: Final = 12
PROVINCE: Final = "220000000000"
# Where the code of a level ends: province, prefecture, county, township (GB/T 2260, recalled).
LEVEL_ENDS: Final = (2, 4, 6, 9)


@dataclass(frozen=True, slots=True)
class Division:
    """`code` has 12 digits, filled with noughts."""

    code: str
    name: str


class Divisions:
    """The tree. Made once (10 ms); never changes."""

    def __init__(self, known: dict[str, str]) -> None:
        """`known`: names by 12-digit code."""
        self._names = known
        self._below: dict[str, list[Division]] = {}
        for code, name in known.items():
            above = _above(code)
            while above and above not in known:  # a county without a prefecture between
                above = _above(above)
            if above:
                self._below.setdefault(above, []).append(Division(code, name))

    def below(self, code: str) -> tuple[Division, ...]:
        """Those right below that one, in the order of their codes; none below a township."""
        return tuple(sorted(self._below.get(code, ()), key=lambda one: one.code))

    def path_to(self, code: str) -> tuple[Division, ...]:
        """From the province down to the deepest known division that the code lies in."""
        path = []
        at = code if code in self._names else _above(code)
        while at:
            if at in self._names:
                path.append(Division(at, self._names[at]))
            at = _above(at)
        return tuple(reversed(path))

    def words(self, code: str) -> str:
        """吉林省延边朝鲜族自治州延吉市朝阳川镇; "" for a code outside the province."""
        return "".join(one.name for one in self.path_to(code))


def _above(code: str) -> str:
    """The code one level up, "" above the province."""
    ends = [0, *LEVEL_ENDS, DIGITS]
    levels = range(len(ends) - 1, 0, -1)
    filled = next((n for n in levels if code[ends[n - 1] : ends[n]].strip("0")), 0)
    return "" if filled <= 1 else f"{code[: ends[filled - 1]]:0<{DIGITS}}"


@lru_cache(maxsize=1)
def jilin() -> Divisions:
    """The divisions that come with the program."""
    folder = files("kiosk.catalog")
    known: dict[str, str] = {}
    with (folder / "jilin_divisions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            known[f"{row['code']:0<{DIGITS}}"] = row["name"]
    with (folder / "jilin_townships.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            known[row["code12"]] = row["name"]
    return Divisions(known)
