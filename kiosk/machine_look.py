"""What the page of staff says of the machine: the doctor's findings that disturb nobody."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kiosk.doctor import clock_finding, disk_finding, outbox_finding
from kiosk.domain.finding import Finding
from kiosk.domain.service_item import ServiceCatalog
from kiosk.domain.standing import believed
from kiosk.papers.samples import template_finding
from offline_store.api import ScreenStore, StoreError

WARN_DAYS: Final = 2  # kiosk.domain.configuration.WARN_DAYS


class MachineLook:
    """Some milliseconds; on the thread of the store. Never raises."""

    def __init__(
        self, store: ScreenStore, folder: Path, catalog: Callable[[], ServiceCatalog]
    ) -> None:
        self._store = store
        self._folder = folder
        self._catalog = catalog

    def __call__(self) -> Sequence[Finding]:
        """Store and queue, clock, disk, catalogue with its age, templates of the county."""
        now = datetime.now(UTC)
        first = (self._queue(), self._clock(now), disk_finding(self._folder), self._age(now))
        item = next(iter(self._catalog()), None)
        return first if item is None else (*first, template_finding(item))

    def _queue(self) -> Finding:
        try:
            return outbox_finding(self._store)
        except StoreError as error:
            return Finding("存储", False, f"{error.fault.value} {error}")

    def _clock(self, now: datetime) -> Finding:
        try:
            if believed(now, self._store.heard()) != now:
                words = f"{now.astimezone():%Y-%m-%d %H:%M} 不可信，请校时"
                return Finding("时钟", False, words)
        except StoreError:
            pass
        return clock_finding(now, None)

    def _age(self, now: datetime) -> Finding:
        """Which catalogue, and for how many days nobody has said that it is current."""
        catalog, name = self._catalog(), "事项目录"
        words = f"{len(catalog)} 项，版本 {catalog.version}"
        if catalog.notice:
            words += "（草案，编码非正式）"
        try:
            confirmed = self._store.heard().catalog_confirmed_at
        except StoreError:
            confirmed = None
        if confirmed is None:
            return Finding(name, True, f"{words}，还没有和省里核对过")
        days = max(0, (now - confirmed).days)
        return Finding(name, days < WARN_DAYS, f"{words}，{days} 天前核对过")
