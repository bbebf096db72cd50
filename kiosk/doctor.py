"""Looks at every device, the store, the clock, the disk and the gateway; one line for each."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from devices.device import Device, DeviceError, DeviceState
from devices.page_printer.api import PagePrinter, SpoolRisk
from kiosk.catalog.complaints import CatalogError
from kiosk.catalog.load_catalog import load_catalog
from kiosk.domain.configuration import ConfigurationShelf
from kiosk.domain.fault import Fault
from kiosk.domain.finding import Finding, Said, as_it_is, said
from kiosk.domain.service_item import ServiceCatalog
from kiosk.domain.standing import BUILT
from kiosk.domain.working_days import OFFICE_TIME, WorkCalendar, calendar_of
from kiosk.papers.samples import template_finding
from offline_store.api import ScreenStore, Store, StoreError
from sync.api import GatewayClient

LEAST_FREE: Final = 1_000_000_000  # bytes: a thousand pages of 200 KB and as much again
LONGEST_LIMIT: Final = timedelta(days=60)  # about 30 working days, the longest of the draft
MOST_SKEW: Final = timedelta(minutes=5)  # reference/sync.md section 6: flagged beyond it


@dataclass(frozen=True, slots=True)
class Patient:
    """What the doctor looks at. Devices that the settings do not name are (name, None)."""

    devices: Sequence[tuple[str, Device | None]]
    page_printer: PagePrinter | None
    open_store: Callable[[], Store]
    folder: Path
    gateway: GatewayClient | None  # None: its settings are of no use, which was told before
    gateway_time: Callable[[], datetime | None]
    can_read: bool  # the models that read print are installed
    can_seal: bool  # the settings have the gateway's sealing key
    catalog: bytes
    now: Callable[[], datetime]


def examine(patient: Patient) -> Iterator[Finding]:
    """Each finding as soon as it is made; never raises; bounded by the devices' own time limits."""
    for name, device in patient.devices:
        yield _device(name, device)
    if patient.page_printer is not None:
        printer = patient.page_printer
        yield spool_finding(printer.spool_risks(), printer.kept_documents())
    yield from _store(patient.open_store, patient.now())
    yield clock_finding(patient.now(), patient.gateway_time())
    yield disk_finding(patient.folder)
    if patient.gateway is not None:
        yield _gateway(patient.gateway)
    key = "reading_there" if patient.can_read else "reading_missing"
    yield Finding("reading", True, (said(key),))  # every case can be taken without
    yield _evaluations(can_seal=patient.can_seal)
    yield catalog_finding(patient.catalog)
    yield from _templates(patient.catalog)


def _device(name: str, device: Device | None) -> Finding:
    if device is None:
        return Finding(name, True, (said("not_set_up"),))
    try:
        device.open()
        status = device.status()
    except DeviceError as error:
        return Finding(name, False, (as_it_is(f"{error.fault.value} {error}"),))
    finally:
        device.close()
    if status.state in (DeviceState.READY, DeviceState.BUSY):
        told = f"{device.name} ({status.detail})" if status.detail else device.name
        return Finding(name, True, (as_it_is(told),))
    fault = status.fault.value if status.fault else ""
    told = f"{fault} {status.state.value} {status.detail}".strip()
    return Finding(name, False, (as_it_is(told),))


def spool_finding(risks: Sequence[SpoolRisk], kept: int = 0) -> Finding:
    """Whether the print service forgets what it printed; `kept`: documents that it still has."""
    name = "print_service"
    told = [said(f"spool_{risk}") for risk in risks]
    if kept:
        told.append(said("spool_kept", count=kept))
    if not told:
        return Finding(name, True, (said("spool_fine"),))
    if risks:
        told.append(said("spool_refuses"))
    return Finding(name, False, (*told, said("spool_mend")))


def _store(open_store: Callable[[], Store], now: datetime) -> Iterator[Finding]:
    """The store, and when it opens what waits in it."""
    name = "store"
    try:
        store = open_store()
    except StoreError as error:
        if error.fault is Fault.STORE_BUSY:  # no damage: whoever holds it looked it over itself
            yield Finding(name, True, (said("running", text=str(error)),))
        else:
            yield Finding(name, False, (as_it_is(f"{error.fault.value} {error}"),))
        return
    try:
        problems = [*store.integrity_problems(), *store.problems()]
        told = said("damaged", text=problems[0]) if problems else said("encrypted")
        yield Finding(name, not problems, (told,))
        yield outbox_finding(store)
        shelf = ConfigurationShelf()
        yield holidays_finding(calendar_of(shelf.current(store.configuration())), now)
    except StoreError as error:
        yield Finding(name, False, (as_it_is(f"{error.fault.value} {error}"),))
    finally:
        store.close()


def outbox_finding(store: ScreenStore | Store) -> Finding:
    """What waits, what was set aside, when the gateway was heard. Raises StoreError."""
    waiting, aside, oldest = store.waiting(), len(store.aside()), store.oldest_waiting()
    heard = store.heard().last_heard
    told = [said("waiting", count=waiting)]
    if waiting and oldest is not None:
        told.append(said("oldest", moment=moment(oldest)))
    if aside:
        told.append(said("aside", count=aside))
    told.append(said("heard", moment=moment(heard)) if heard is not None else said("never_heard"))
    return Finding("waiting", not aside, tuple(told))


def clock_finding(now: datetime, gateway_time: datetime | None) -> Finding:
    """Whether the clock can be right, and how far the gateway's is from it."""
    name = "clock"
    if now < BUILT:
        return Finding(name, False, (said("too_early", moment=moment(now)),))
    if gateway_time is None:
        return Finding(name, True, (said("not_compared", moment=moment(now)),))
    skew = abs(now - gateway_time)
    told = said("skew", moment=moment(now), seconds=round(skew.total_seconds()))
    return Finding(name, skew <= MOST_SKEW, (told,))


def moment(at: datetime) -> str:
    """By the office's clock: 2026-05-12 09:30."""
    return f"{at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"


def holidays_finding(calendar: WorkCalendar, now: datetime) -> Finding:
    """Whether the holidays are known for every limit that begins now."""
    today = now.astimezone(OFFICE_TIME).date()
    years = sorted({today.year, (today + LONGEST_LIMIT).year})
    missing = [year for year in years if not calendar.knows(year)]
    key, year = ("holidays_missing", missing[0]) if missing else ("holidays_until", years[-1])
    return Finding("holidays", not missing, (said(key, year=year),))


def disk_finding(folder: Path) -> Finding:
    """Whether the disk of that folder has room."""
    there = folder
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    return Finding("disk", free >= LEAST_FREE, (said("free", size=f"{free / 1e9:.1f}"),))


def _templates(content: bytes) -> Iterator[Finding]:
    try:
        item = next(iter(load_catalog(content)))
    except (CatalogError, StopIteration):  # told above
        return
    yield template_finding(item)


def _gateway(gateway: GatewayClient) -> Finding:
    fault = gateway.reachable()
    if fault is None:
        return Finding("gateway", True, (said("reachable"),))
    return Finding("gateway", False, (as_it_is(f"{fault.value} {fault.name}"),))


def _evaluations(*, can_seal: bool) -> Finding:
    """Every office has to let people rate it; what they say must be sealed for the gateway."""
    return Finding("evaluation", can_seal, (said("sealed" if can_seal else "not_sealed"),))


def catalog_finding(content: bytes) -> Finding:
    """Which catalogue this is."""
    try:
        catalog = load_catalog(content)
    except CatalogError as error:
        return Finding("catalog", False, (as_it_is(f"K01 {error.complaints[0]}"),))
    return Finding("catalog", True, items_said(catalog))


def items_said(catalog: ServiceCatalog) -> tuple[Said, ...]:
    """How many items of which version."""
    items = said("items", count=len(catalog), version=catalog.version)
    return (items, said("draft")) if catalog.notice else (items,)
