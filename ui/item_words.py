"""What an item is called on the screen: in Chinese, and in Korean where somebody chose that."""

from kiosk.domain.service_item import ServiceItem
from ui.texts import Texts
from ui.texts.languages import Words


def item_title(item: ServiceItem, texts: Texts) -> Words:
    """Its title in the languages that were chosen; what the catalogue lacks stays Chinese."""
    return texts.given(item.title, item.title_ko)


def case_title(title: str, item: ServiceItem | None, texts: Texts) -> Words:
    """The title that a case carries; in Korean only while the catalogue still calls it so.

    `item`: what the catalogue of now has for the case's code, None where it has nothing.
    """
    same = item is not None and item.title == title
    return texts.given(title, item.title_ko if item is not None and same else "")
