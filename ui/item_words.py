"""What items and their groups are called on the screen, in the languages that were chosen."""

from kiosk.domain.service_item import ServiceItem
from ui.texts import Texts
from ui.texts.languages import Words


def item_title(item: ServiceItem, texts: Texts) -> Words:
    """Its title in the languages that were chosen; what the catalogue lacks stays Chinese."""
    return texts.given(item.title, item.title_ko)


def name_words(chinese: str, texts: Texts) -> Words:
    """A theme, a life event, a person, a level of 好差评: by its own name in the catalogue."""
    key = f"names.{chinese}"
    return texts.say(key) if texts.has(key) else texts.given(chinese)


def case_title(title: str, item: ServiceItem | None, texts: Texts) -> Words:
    """The title that a case carries; in Korean only while the catalogue still calls it so.

    `item`: what the catalogue of now has for the case's code, None where it has nothing.
    """
    same = item is not None and item.title == title
    return texts.given(title, item.title_ko if item is not None and same else "")
