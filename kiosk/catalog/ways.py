"""The ways in which people look for an item: by theme, by life event, by who they are."""

from enum import StrEnum, unique

from kiosk.domain.service_item import ServiceCatalog, ServiceItem


@unique
class Way(StrEnum):
    """A way of looking; the value is the key of its words."""

    THEME = "theme"  # 主题
    LIFE_EVENT = "life_event"  # 人生大事
    PERSON = "person"  # 我是谁


def groups(catalog: ServiceCatalog, way: Way) -> tuple[str, ...]:
    """The groups of that way, in the order of their first item."""
    match way:
        case Way.THEME:
            return catalog.themes()
        case Way.LIFE_EVENT:
            return catalog.life_events()
        case Way.PERSON:
            return catalog.persons()


def items_of(catalog: ServiceCatalog, way: Way, group: str) -> tuple[ServiceItem, ...]:
    """The items of one group, in the catalogue's order."""
    return tuple(item for item in catalog if group in _groups_of(item, way))


def _groups_of(item: ServiceItem, way: Way) -> tuple[str, ...]:
    match way:
        case Way.THEME:
            return (item.theme,)
        case Way.LIFE_EVENT:
            return item.life_events
        case Way.PERSON:
            return item.persons
