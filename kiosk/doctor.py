"""Looks at every device, the store, the clock, the disk and the gateway; one line for each."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from devices.device import Device, DeviceError, DeviceState
from kiosk.catalog.complaints import CatalogError
from kiosk.catalog.load_catalog import load_catalog
from kiosk.domain.fault import Fault
from kiosk.domain.finding import Finding
from kiosk.domain.standing import BUILT
from offline_store.api import ScreenStore, Store, StoreError
from sync.api import GatewayClient

LEAST_FREE: Final = 1_000_000_000  # bytes: a thousand pages of 200 KB and as much again
MOST_SKEW: Final = timedelta(minutes=5)  # reference/sync.md section 6: flagged beyond it


@dataclass(frozen=True, slots=True)
class Patient:
    """What the doctor looks at. Devices that the settings do not name are (name, None)."""

    devices: Sequence[tuple[str, Device | None]]
    open_store: Callable[[], Store]
    folder: Path
    gateway: GatewayClient | None  # None: its settings are of no use, which was told before
    gateway_time: Callable[[], datetime | None]
    can_seal: bool  # the settings have the gateway's sealing key
    catalog: bytes
    now: Callable[[], datetime]


def examine(patient: Patient) -> Iterator[Finding]:
    """Each finding as soon as it is made; never raises; bounded by the devices' own time limits."""
    for name, device in patient.devices:
        yield _device(name, device)
    yield from _store(patient.open_store)
    yield clock_finding(patient.now(), patient.gateway_time())
    yield disk_finding(patient.folder)
    if patient.gateway is not None:
        yield _gateway(patient.gateway)
    yield _evaluations(can_seal=patient.can_seal)
    yield catalog_finding(patient.catalog)


def _device(name: str, device: Device | None) -> Finding:
    if device is None:
        return Finding(name, True, "未配置")
    try:
        device.open()
        status = device.status()
    except DeviceError as error:
        return Finding(name, False, f"{error.fault.value} {error}")
    finally:
        device.close()
    if status.state in (DeviceState.READY, DeviceState.BUSY):
        return Finding(name, True, device.name)
    fault = status.fault.value if status.fault else ""
    return Finding(name, False, f"{fault} {status.state.value} {status.detail}".strip())


def _store(open_store: Callable[[], Store]) -> Iterator[Finding]:
    """The store, and when it opens what waits in it."""
    name = "存储"
    try:
        store = open_store()
    except StoreError as error:
        if error.fault is Fault.STORE_BUSY:  # no damage: whoever holds it looked it over itself
            yield Finding(name, True, f"终端正在运行，未检查（{error}）")
        else:
            yield Finding(name, False, f"{error.fault.value} {error}")
        return
    try:
        problems = [*store.integrity_problems(), *store.problems()]
        words = f"S02 存储有损坏：{problems[0]}" if problems else "已加密"
        yield Finding(name, not problems, words)
        yield outbox_finding(store)
    except StoreError as error:
        yield Finding(name, False, f"{error.fault.value} {error}")
    finally:
        store.close()


def outbox_finding(store: ScreenStore | Store) -> Finding:
    """What waits, what was set aside, when the gateway was heard. Raises StoreError."""
    waiting, aside, oldest = store.waiting(), len(store.aside()), store.oldest_waiting()
    heard = store.heard().last_heard
    words = [f"等着上传 {waiting} 件"]
    if waiting and oldest is not None:
        words.append(f"最早 {oldest.astimezone():%Y-%m-%d %H:%M}")
    if aside:
        words.append(f"省里没收下 {aside} 件，请看 kiosk outbox list")
    said = f"{heard.astimezone():%Y-%m-%d %H:%M}" if heard is not None else "还没有过"
    words.append(f"最近联系上网关：{said}")
    return Finding("待上传", not aside, "，".join(words))


def clock_finding(now: datetime, gateway_time: datetime | None) -> Finding:
    """Whether the clock can be right, and how far the gateway's is from it."""
    name = "时钟"
    if now < BUILT:
        return Finding(name, False, f"{now:%Y-%m-%d %H:%M} 早于程序发布日期，请校时")
    if gateway_time is None:
        return Finding(name, True, f"{now:%Y-%m-%d %H:%M}，未能与网关核对")
    skew = abs(now - gateway_time)
    return Finding(
        name, skew <= MOST_SKEW, f"{now:%Y-%m-%d %H:%M}，与网关相差 {skew.total_seconds():.0f} 秒"
    )


def disk_finding(folder: Path) -> Finding:
    """Whether the disk of that folder has room."""
    there = folder
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    return Finding("磁盘", free >= LEAST_FREE, f"剩余 {free / 1e9:.1f} GB")


def _gateway(gateway: GatewayClient) -> Finding:
    fault = gateway.reachable()
    if fault is None:
        return Finding("网关", True, "可以连接")
    return Finding("网关", False, f"{fault.value} {fault.name}")


def _evaluations(*, can_seal: bool) -> Finding:
    """Every office has to let people rate it; what they say must be sealed for the gateway."""
    words = "封好才保存" if can_seal else "设置中缺少 gateway.sealing_key，不请群众评价"
    return Finding("好差评", can_seal, words)


def catalog_finding(content: bytes) -> Finding:
    """Which catalogue this is."""
    try:
        catalog = load_catalog(content)
    except CatalogError as error:
        return Finding("事项目录", False, f"K01 {error.complaints[0]}")
    draft = "（草案，编码非正式）" if catalog.notice else ""
    return Finding("事项目录", True, f"{len(catalog)} 项，版本 {catalog.version}{draft}")
