"""A4 printers behind the real print system."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

from devices.page_printer.api import PrintJobState
from devices.page_printer.cups_printer import CupsPagePrinter
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import DeviceKind
from kiosk.papers.trial_paper import trial_page
from tests.counterparts.cups_server import CupsServer
from tests.counterparts.waiting import wait_until
from tests.matrix.device_rig import Rig, seconds_until
from tests.matrix.device_states import state

CUPS = "cupsd + ippeveprinter"
KIND = DeviceKind.PAGE_PRINTER


@cache
def _pdf() -> bytes:
    return trial_page(datetime(2026, 5, 12, tzinfo=UTC))


@contextmanager
def _server() -> Iterator[tuple[CupsServer, Rig]]:
    with CupsServer() as server:
        driver = CupsPagePrinter(server.queue, port=server.port, limit=3.0, grace=2.0)
        with Rig(page_printer=driver) as rig:
            rig.stands(KIND, None)
            yield server, rig


def _hand_in(rig: Rig) -> None:
    rig.threads.print_document(_pdf(), title="trial")


def _printed(rig: Rig) -> None:
    rig.page_is(PrintJobState.PRINTED)


def _fault(reason: str, fault: Fault) -> Callable[[], float]:
    """The job waits, and goes on by itself once somebody has mended it."""

    def act() -> float:
        with _server() as (server, rig):
            server.set_fault(reason)
            _hand_in(rig)
            rig.page_is(PrintJobState.STUCK, fault)
            return seconds_until(server.clear_fault, lambda: _printed(rig))

    return act


paper_out = state("page.paper_out", "A4纸用完了 paper out", CUPS, "P12")(
    _fault("media-empty", Fault.PAGE_MEDIA_EMPTY)
)
cover_open = state("page.cover_open", "打印机盖子开着 cover open", CUPS, "P13")(
    _fault("cover-open", Fault.PAGE_COVER_OPEN)
)
jam = state("page.jam", "卡纸 paper jam", CUPS, "P14")(_fault("media-jam", Fault.PAGE_JAM))
toner = state("page.toner_empty", "没有墨粉 toner empty", CUPS, "P15")(
    _fault("toner-empty", Fault.PAGE_TONER_EMPTY)
)


def _idle(end: Callable[[CupsServer], object], mend: Callable[[CupsServer], object]) -> float:
    with _server() as (server, rig):
        end(server)
        rig.stands(KIND, Fault.PAGE_PRINTER_GONE)
        return seconds_until(lambda: mend(server), lambda: rig.stands(KIND, None))


@state("page.off", "打印机关了 printer switched off", CUPS, "P11")
def switched_off() -> float:
    return _idle(CupsServer.unplug, CupsServer.plug_in)


@state("page.cupsd_restarted", "打印服务重启 print service stopped and started", CUPS, "P11")
def cupsd_restarted() -> float:
    return _idle(CupsServer.stop_cupsd, CupsServer.start_cupsd)


@state("page.cupsd_killed", "打印服务崩溃又启动 print service killed and started", CUPS, "P11")
def cupsd_killed() -> float:
    return _idle(CupsServer.kill_cupsd, CupsServer.start_cupsd)


@state("page.cupsd_hangs", "打印服务卡死 print service answers nobody", CUPS, "P11")
def cupsd_hangs() -> float:
    return _idle(CupsServer.freeze, CupsServer.thaw)


@state("page.printer_hangs", "打印机不应答 printer answers nobody", CUPS, "P11")
def printer_hangs() -> float:
    return _idle(CupsServer.freeze_device, CupsServer.thaw_device)


@state("page.cupsd_restarted_mid_job", "打到一半打印服务重启 restarted in mid-job", CUPS, "P11")
def cupsd_mid_job() -> float:
    with _server() as (server, rig):
        server.set_fault("media-empty")
        _hand_in(rig)
        rig.page_is(PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)
        server.stop_cupsd()
        rig.page_is(PrintJobState.STUCK, Fault.PAGE_PRINTER_GONE)
        server.clear_fault()
        return seconds_until(server.start_cupsd, lambda: _printed(rig))


@state("page.paused", "打印队列被暂停 queue paused", CUPS, "P19")
def paused() -> float:
    with _server() as (server, rig):
        server.pause()
        rig.stands(KIND, Fault.PAGE_PAUSED)
        return seconds_until(server.let_go, lambda: rig.stands(KIND, None))


@state("page.job_lost", "打到一半打印机断电，任务丢了 job lost in a power cut", CUPS, "P16")
def job_lost() -> float:
    with _server() as (server, rig):
        server.set_fault("media-jam")
        _hand_in(rig)
        rig.page_is(PrintJobState.STUCK, Fault.PAGE_JAM)
        server.unplug()
        rig.page_is(PrintJobState.STUCK, Fault.PAGE_PRINTER_GONE)
        rig.threads.cancel_document()
        server.plug_in()
        rig.page_is(PrintJobState.FAILED)
        _wait_free(server)
        return seconds_until(lambda: _hand_in(rig), lambda: _printed(rig))


@state("page.job_taken_back", "任务在打印机上被取消 job taken back", CUPS, "P16/P17")
def job_taken_back() -> float:
    with _server() as (server, rig):
        server.set_fault("media-empty")
        _hand_in(rig)
        rig.page_is(PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)
        rig.threads.cancel_document()
        time.sleep(2.0)  # the printer hears of it while the sheet still waits
        server.clear_fault()
        rig.page_is(PrintJobState.FAILED)
        _wait_free(server)
        return seconds_until(lambda: _hand_in(rig), lambda: _printed(rig))


@state("page.replaced", "换了一台打印机 another printer in its place", CUPS, "P18")
def replaced() -> float:
    with _server() as (server, rig):
        _hand_in(rig)
        _printed(rig)
        server.unplug()
        server.plug_in("Another")
        rig.stands(KIND, Fault.PAGE_WRONG_PRINTER)
        server.unplug()
        return seconds_until(server.plug_in, lambda: rig.stands(KIND, None))


@state("page.toner_low", "墨粉快没了 toner low: it prints", CUPS, "nothing")
def toner_low() -> float:
    with _server() as (server, rig):
        server.set_fault("marker-supply-low")
        _hand_in(rig)
        rig.page_is(PrintJobState.PRINTING)
        time.sleep(1.0)
        return seconds_until(server.clear_fault, lambda: _printed(rig))


def _wait_free(server: CupsServer) -> None:
    wait_until(lambda: not server.spooled_files(), seconds=20, what="the queue is empty")
