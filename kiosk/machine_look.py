"""What the page of staff says of the machine: the doctor's findings that disturb nobody."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from devices.page_printer.api import PagePrinter
from kiosk.doctor import (
    clock_finding,
    disk_finding,
    holidays_finding,
    items_said,
    moment,
    outbox_finding,
    spool_finding,
)
from kiosk.domain.configuration import ConfigurationShelf
from kiosk.domain.finding import Finding, as_it_is, said
from kiosk.domain.service_item import ServiceCatalog
from kiosk.domain.standing import believed
from kiosk.domain.working_days import WorkCalendar, calendar_of
from kiosk.papers.samples import template_finding
from offline_store.api import ScreenStore, StoreError

WARN_DAYS: Final = 2  # kiosk.domain.configuration.WARN_DAYS


class MachineLook:
    """Some milliseconds; on the thread of the store. Never raises."""

    def __init__(
        self,
        store: ScreenStore,
        folder: Path,
        catalog: Callable[[], ServiceCatalog],
        page_printer: PagePrinter | None = None,
    ) -> None:
        """Of the printer only its spool is looked at, which any thread may."""
        self._page_printer = page_printer
        self._store = store
        self._folder = folder
        self._catalog = catalog

    def __call__(self) -> Sequence[Finding]:
        """Store and queue, clock, disk, holidays, catalogue's age, own templates, print service."""
        now = datetime.now(UTC)
        item = next(iter(self._catalog()), None)
        return (
            self._queue(),
            self._clock(now),
            disk_finding(self._folder),
            holidays_finding(self._calendar(), now),
            self._age(now),
            *(() if item is None else (template_finding(item),)),
            *self._spool(),
        )

    def _spool(self) -> Sequence[Finding]:
        printer = self._page_printer
        return () if printer is None else (spool_finding(printer.spool_risks()),)

    def _calendar(self) -> WorkCalendar:
        try:
            newest = self._store.configuration()
        except StoreError:
            newest = None
        return calendar_of(ConfigurationShelf().current(newest))

    def _queue(self) -> Finding:
        try:
            return outbox_finding(self._store)
        except StoreError as error:
            return Finding("store", False, (as_it_is(f"{error.fault.value} {error}"),))

    def _clock(self, now: datetime) -> Finding:
        try:
            if believed(now, self._store.heard()) != now:
                return Finding("clock", False, (said("not_believed", moment=moment(now)),))
        except StoreError:
            pass
        return clock_finding(now, None)

    def _age(self, now: datetime) -> Finding:
        """Which catalogue, and for how many days nobody has said that it is current."""
        known = items_said(self._catalog())
        try:
            confirmed = self._store.heard().catalog_confirmed_at
        except StoreError:
            confirmed = None
        if confirmed is None:
            return Finding("catalog", True, (*known, said("never_confirmed")))
        days = max(0, (now - confirmed).days)
        return Finding("catalog", days < WARN_DAYS, (*known, said("confirmed", days=days)))
