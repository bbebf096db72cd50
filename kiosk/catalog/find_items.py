"""Finds items by what a person types: characters, full pinyin or the initials of the syllables."""

from functools import lru_cache
from itertools import chain, islice
from typing import Final

from kiosk.catalog.spelled import Spelled
from kiosk.catalog.syllables import syllables_of
from kiosk.domain.service_item import ServiceCatalog, ServiceItem

FEWEST_LETTERS: Final = 4  # of pinyin with one letter wrong: in three, everything is alike
FEWEST_CHARACTERS: Final = 3
MOST_MISTYPED: Final = 50  # more of them help nobody, and cost time
BEGINS, BEGINS_PINYIN, WITHIN, ELSEWHERE, SOUNDS_ALIKE, MISTYPED = 6, 5, 4, 3, 2, 1


def find(catalog: ServiceCatalog, typed: str) -> tuple[ServiceItem, ...]:
    """Items that match, best first: by beginning, then anywhere; in the catalogue's order.

    Behind them those that match when one letter or character of what was typed is wrong, lacking,
    too much or swapped with its neighbour, and those that sound alike (底保 for 低保). Nothing
    typed finds nothing. Under 10 ms for 2,000 items once their pinyin is known, which takes about
    a second for that many.
    """
    wanted = "".join(typed.split()).lower()
    if not wanted:
        return ()
    ranks = _index(catalog).ranks(wanted)
    items = tuple(catalog)
    return tuple(items[n] for n in sorted(ranks, key=lambda n: (-ranks[n], n)))


class _Index:
    """Every name of every item, spelled in three ways, worked out once for a catalogue."""

    def __init__(self, catalog: ServiceCatalog) -> None:
        self._characters = Spelled()
        self._initials = Spelled()
        self._pinyin = Spelled()
        self._elsewhere = Spelled()
        for n, item in enumerate(catalog):
            for name in (item.title, *item.aliases):
                syllables = syllables_of(name)
                self._characters.add(n, tuple(name.lower()))
                self._initials.add(n, tuple(syllable[0] for syllable in syllables))
                self._pinyin.add(n, syllables)
            around = (item.theme, item.guide.department, *item.life_events, *item.persons)
            for words in around:
                self._elsewhere.add(n, tuple(words.lower()))

    def ranks(self, wanted: str) -> dict[int, int]:
        """How well each item that matches does so, by its place in the catalogue."""
        ranks: dict[int, int] = {}

        def rank(n: int, worth: int) -> None:
            ranks[n] = max(ranks.get(n, 0), worth)

        for spelled in (self._characters, self._initials):
            for n, begins in spelled.hits(wanted):
                rank(n, BEGINS if begins else WITHIN)
        if len(wanted) > 1:  # a single letter is an initial
            for n, begins in self._pinyin.hits(wanted, at_parts=True):
                rank(n, BEGINS_PINYIN if begins else ELSEWHERE)
        for n, _ in self._elsewhere.hits(wanted):
            rank(n, ELSEWHERE)
        if wanted.isascii():
            if len(wanted) >= FEWEST_LETTERS:
                near = chain(self._pinyin.nearly(wanted), self._initials.nearly(wanted))
                for n in islice(near, MOST_MISTYPED):
                    rank(n, MISTYPED)
            return ranks
        sound = "".join(syllables_of(wanted))
        if sound:
            for n, _ in self._pinyin.hits(sound, at_parts=True):
                rank(n, SOUNDS_ALIKE)
        if len(wanted) >= FEWEST_CHARACTERS:
            for n in islice(self._characters.nearly(wanted), MOST_MISTYPED):
                rank(n, MISTYPED)
        return ranks


@lru_cache(maxsize=2)  # the one of the visit that runs, and a newer one
def _index(catalog: ServiceCatalog) -> _Index:
    return _Index(catalog)
