"""What can happen to an A4 paper on its way, each as one function that makes it happen."""

import random
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from devices.device import DeviceError
from devices.page_printer.api import PrintJobId, PrintJobState, PrintJobStatus
from devices.page_printer.cups_printer import CupsPagePrinter
from kiosk.domain.fault import Fault
from tests.counterparts.cups_server import CupsServer

ASK_EVERY: Final = 0.1
WORKS: Final = 0.7  # seconds from handing in until the sheet is out, about
MENDED: Final = 8.0  # seconds until somebody comes at the latest


class Run:
    """One paper, and the hands at printer, print service and terminal."""

    ended = (PrintJobState.PRINTED, PrintJobState.FAILED)

    def __init__(self, server: CupsServer, chance: random.Random, pdf: bytes) -> None:
        self.server = server
        self.chance = chance
        self.copies = 1
        self.refused: Fault | None = None  # nothing was handed in
        self.job = PrintJobId("")
        self.happened = True  # else it had come out before
        self._had_moment = False
        self._believes_cups = False
        self._pdf = pdf
        self._before = len(server.printed_files())
        self.restart()
        self.printer.open()
        self.printer.status()

    def restart(self) -> None:
        """The terminal starts anew, and knows only the job."""
        self.printer = CupsPagePrinter(
            self.server.queue, port=self.server.port, limit=1.0, grace=1.5, patience=2.0
        )

    @property
    def sheets(self) -> int:
        """Of this paper, in the tray now."""
        return len(self.server.printed_files()) - self._before

    def hand_in(self, copies: int = 1) -> None:
        """Or `refused` says why not."""
        self.copies = copies
        try:
            self.job = self.printer.print_pdf(self._pdf, title="paper", copies=copies)
        except DeviceError as error:
            self.refused = error.fault

    def watch(self, seconds: float, *, until: Fault | None = None) -> PrintJobStatus:
        """Ask for that long, or until the end, or until it is stuck for that reason."""
        end = time.monotonic() + seconds
        while True:
            status = self.printer.job_status(self.job)
            if self._believes_cups and status.state is PrintJobState.FAILED:
                status = PrintJobStatus(PrintJobState.PRINTED)
            over = time.monotonic() > end or (until is not None and status.fault is until)
            if status.state in self.ended or over:
                return status
            time.sleep(ASK_EVERY)

    def believe_cups(self) -> None:
        """From now on CUPS' own "completed" counts as printed: what a careless driver does."""
        self._believes_cups = True

    def a_moment(self) -> None:
        """Somewhere between handing in and the sheet in the tray."""
        status = self.watch(self.chance.uniform(0, WORKS))
        if not self._had_moment:
            self._had_moment, self.happened = True, status.state not in self.ended


Happening = Callable[[Run], None]


def _stops(reason: str, fault: Fault, *, when: str = "fault", copies: int = 1) -> Happening:
    def happens(run: Run) -> None:
        run.server.set_fault(reason, when=when)
        run.hand_in(copies)
        run.watch(MENDED, until=fault)
        run.a_moment()
        run.server.clear_fault()

    return happens


def _stops_and_is_cut(reason: str, fault: Fault, *, copies: int = 1) -> Happening:
    def happens(run: Run) -> None:
        run.server.set_fault(reason, when="fault_in" if copies > 1 else "fault")
        run.hand_in(copies)
        run.watch(MENDED, until=fault)
        run.server.unplug()
        run.a_moment()
        run.server.plug_in()

    return happens


def _media_empty_after(run: Run) -> None:
    run.server.set_fault("media-empty", when="fault_after")
    run.hand_in()


def _cancelled_while_empty(run: Run) -> None:
    run.server.set_fault("media-empty")
    run.hand_in()
    run.watch(MENDED, until=Fault.PAGE_MEDIA_EMPTY)
    run.printer.cancel(run.job)
    run.a_moment()
    if run.chance.random() < 0.5:  # somebody fills the tray all the same
        run.server.clear_fault()


def _cancelled(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.printer.cancel(run.job)


def _cut(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.server.unplug()
    run.a_moment()
    run.server.plug_in()


def _cut_for_good(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.server.unplug()


def _cut_and_terminal_anew(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.server.unplug()
    run.restart()
    run.watch(0.3)
    run.server.plug_in()


def _gone_before(run: Run) -> None:
    run.server.unplug()
    run.hand_in()
    run.watch(MENDED, until=Fault.PAGE_PRINTER_GONE)
    run.server.plug_in()


def _gone_before_and_cancelled(run: Run) -> None:
    run.server.unplug()
    run.hand_in()
    run.watch(MENDED, until=Fault.PAGE_PRINTER_GONE)
    run.printer.cancel(run.job)


def _spooler_restarted(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.server.stop_cupsd()
    run.a_moment()
    run.server.start_cupsd()


def _spooler_killed(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.server.kill_cupsd()
    run.watch(0.2)
    run.server.start_cupsd()


def _spooler_down_before(run: Run) -> None:
    run.server.stop_cupsd()
    run.hand_in()
    run.server.start_cupsd()


def _spooler_hangs(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.server.freeze()
    run.watch(1.5)
    run.server.thaw()


def _spooler_killed_and_cut(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.server.kill_cupsd()
    run.server.unplug()
    run.server.plug_in()
    run.server.start_cupsd()


def _paused_before(run: Run) -> None:
    run.server.pause()
    run.hand_in()
    run.watch(MENDED, until=Fault.PAGE_PAUSED)
    run.printer.resume(run.job)


def _paused_and_cancelled(run: Run) -> None:
    run.server.pause()
    run.hand_in()
    run.watch(MENDED, until=Fault.PAGE_PAUSED)
    run.printer.cancel(run.job)


def _paused_during(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.server.pause()
    run.watch(0.5)
    run.printer.resume(run.job)


def _wrong_before(run: Run) -> None:
    run.server.unplug()
    run.server.plug_in("Another")
    run.hand_in()


def _wrong_while_it_waits(run: Run) -> None:
    run.server.pause()
    run.hand_in()
    run.server.unplug()
    run.server.plug_in("Another")
    run.server.let_go()


def _wrong_during(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.server.unplug()
    run.server.plug_in("Another")


def _stalled(run: Run) -> None:
    run.server.set_fault("")
    run.hand_in()
    run.watch(MENDED, until=Fault.PAGE_STALLED)
    run.server.clear_fault()


def _stalled_and_cancelled(run: Run) -> None:
    run.server.set_fault("")
    run.hand_in()
    run.watch(MENDED, until=Fault.PAGE_STALLED)
    run.printer.cancel(run.job)


def _mute(run: Run) -> None:
    run.hand_in()
    run.a_moment()
    run.server.freeze_device()
    run.watch(2.5)
    run.server.thaw_device()


FAULTS: Final[Mapping[str, Happening]] = MappingProxyType(
    {
        "media empty before": _stops("media-empty", Fault.PAGE_MEDIA_EMPTY),
        "media empty after the first copy": _stops(
            "media-empty", Fault.PAGE_MEDIA_EMPTY, when="fault_in", copies=2
        ),
        "media empty after the last sheet": _media_empty_after,
        "media empty, cancelled": _cancelled_while_empty,
        "media empty, power cut": _stops_and_is_cut("media-empty", Fault.PAGE_MEDIA_EMPTY),
        "between two copies, power cut": _stops_and_is_cut(
            "media-empty", Fault.PAGE_MEDIA_EMPTY, copies=2
        ),
        "cover open": _stops("cover-open", Fault.PAGE_COVER_OPEN),
        "jam": _stops("media-jam", Fault.PAGE_JAM),
        "jam, power cut": _stops_and_is_cut("media-jam", Fault.PAGE_JAM),
        "toner empty": _stops("toner-empty", Fault.PAGE_TONER_EMPTY),
        "cancelled": _cancelled,
        "power cut at the printer": _cut,
        "power cut at the printer, for good": _cut_for_good,
        "power cut, terminal anew": _cut_and_terminal_anew,
        "printer gone before": _gone_before,
        "printer gone before, cancelled": _gone_before_and_cancelled,
        "spooler restarted": _spooler_restarted,
        "spooler killed": _spooler_killed,
        "spooler down before": _spooler_down_before,
        "spooler hangs": _spooler_hangs,
        "spooler killed, power cut": _spooler_killed_and_cut,
        "queue paused before": _paused_before,
        "queue paused, cancelled": _paused_and_cancelled,
        "queue paused during": _paused_during,
        "wrong printer before": _wrong_before,
        "wrong printer while it waits": _wrong_while_it_waits,
        "wrong printer during": _wrong_during,
        "stalled": _stalled,
        "stalled, cancelled": _stalled_and_cancelled,
        "printer answers nobody": _mute,
    }
)
