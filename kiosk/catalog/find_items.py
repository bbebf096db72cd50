"""Finds items by what a person types: characters, full pinyin or the initials of the syllables."""

from functools import lru_cache

from kiosk.domain.service_item import ServiceCatalog, ServiceItem


def find(catalog: ServiceCatalog, typed: str) -> tuple[ServiceItem, ...]:
    """Items that match, best first: by beginning, then anywhere; in the catalogue's order.

    Nothing typed finds nothing. About 1 ms for 20 items once their pinyin is known.
    """
    wanted = "".join(typed.split()).lower()
    if not wanted:
        return ()
    ranked = [(rank, n, item) for n, item in enumerate(catalog) if (rank := _rank(item, wanted))]
    return tuple(item for _, _, item in sorted(ranked, key=lambda found: (-found[0], found[1])))


def _rank(item: ServiceItem, wanted: str) -> int:
    """0: no match. Beginnings count more than middles, the title more than theme or office."""
    names = [_spellings(name) for name in (item.title, *item.aliases)]
    if any(title.startswith(wanted) or first.startswith(wanted) for title, first, _ in names):
        return 4
    if any(full.startswith(wanted) for _, _, full in names):
        return 3
    if any(wanted in title or wanted in first for title, first, _ in names):
        return 2
    elsewhere = f"{item.theme}{item.guide.department}"
    return 1 if wanted in elsewhere or _at_syllable(item.title, wanted) else 0


def _at_syllable(title: str, wanted: str) -> bool:
    """Full pinyin, beginning at any syllable."""
    syllables = _syllables(title)
    return any("".join(syllables[i:]).startswith(wanted) for i in range(len(syllables)))


@lru_cache(maxsize=4096)
def _syllables(text: str) -> tuple[str, ...]:
    # pypinyin's tables take a third of a second to load: the first search gives it, not the start.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return tuple(lazy_pinyin(text, errors="ignore"))


@lru_cache(maxsize=4096)
def _spellings(text: str) -> tuple[str, str, str]:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore"))
    return text.lower(), initials, "".join(_syllables(text))
