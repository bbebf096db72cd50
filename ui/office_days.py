"""The days of the offices as this terminal knows them."""

from kiosk.domain.configuration import ConfigurationShelf
from kiosk.domain.working_days import WorkCalendar, calendar_of
from offline_store.api import StoreError
from ui.terminal import Terminal


def calendar_here(terminal: Terminal) -> WorkCalendar:
    """The synced table, else the packaged one. Never raises."""
    try:
        newest = terminal.store.configuration()
    except StoreError:
        newest = None
    return calendar_of(ConfigurationShelf().current(newest))
