"""设备和运行: how every device stands, trials of them, the machine, and the newest log lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from devices.id_card.card_watch import CardFailed, CardRead
from devices.page_printer.api import PrintJobState
from kiosk.domain.fault import Fault
from kiosk.domain.finding import Finding
from kiosk.domain.printed import PaperKind, PrintOrder
from kiosk.domain.receipt import Receipt
from kiosk.flow.equipment import (
    CameraFailed,
    DeviceKind,
    DeviceLooked,
    DocumentMoved,
    Equipment,
    Event,
    NetworkChanged,
    PreviewSeen,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.flow.health import Health
from kiosk.flow.site import Site

LOG_LINES: Final = 60
TRIAL: Final = PrintOrder(PaperKind.TRIAL)


@unique
class MachineTab(StrEnum):
    """What the page shows; the value is the key of its words."""

    DEVICES = "devices"
    MACHINE = "machine"
    LOG = "log"


@unique
class Outcome(StrEnum):
    """How a trial stands; the value is the key of its words."""

    WAITING = "waiting"
    FINE = "fine"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Trial:
    """A test print or test read of one device. Of a card only the kind is told."""

    device: DeviceKind
    outcome: Outcome = Outcome.WAITING
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class MachineView:
    """Everything the page needs. Replaced, never changed."""

    tab: MachineTab = MachineTab.DEVICES
    health: Health = field(default_factory=Health)
    trial: Trial | None = None
    network: Fault | None = None
    findings: tuple[Finding, ...] = ()
    log: tuple[str, ...] = ()


class MachineFlow:
    """One look at the machine. Lives on the interface's thread."""

    def __init__(
        self,
        *,
        equipment: Equipment,
        site: Site,
        network: Fault | None,
        now: Callable[[], datetime],
        findings: Callable[[], Sequence[Finding]],
        recent_log: Callable[[], Sequence[str]],
        trial_page: Callable[[], bytes],
        in_languages: Callable[[Receipt], Receipt] = lambda slip: slip,
        on_change: Callable[[MachineView], None],
    ) -> None:
        """`findings` and `recent_log`: some milliseconds; `trial_page`: a PDF, half a second.

        `in_languages`: the trial slip as other slips are printed here.
        """
        self._equipment = equipment
        self._site = site
        self._now = now
        self._findings = findings
        self._recent_log = recent_log
        self._trial_page = trial_page
        self._in_languages = in_languages
        self._on_change = on_change
        self.view = MachineView(network=network)

    def begin(self) -> None:
        """Ask every device."""
        self.look()
        self._on_change(self.view)

    def look(self) -> None:
        """Ask anew whatever the chosen tab shows."""
        match self.view.tab:
            case MachineTab.DEVICES:
                if self.view.trial is None or self.view.trial.outcome is not Outcome.WAITING:
                    self._equipment.look_at_devices()
            case MachineTab.MACHINE:
                self._show(replace(self.view, findings=tuple(self._findings())))
            case MachineTab.LOG:
                log = tuple(self._recent_log())[-LOG_LINES:]
                self._show(replace(self.view, log=log))

    def choose(self, tab: MachineTab) -> None:
        """Another tab; a trial ends."""
        self._end_trial()
        self._show(replace(self.view, tab=tab, trial=None))
        self.look()

    def happened(self, event: Event) -> None:
        """The machine around us tells something."""
        match event:
            case NetworkChanged(fault=fault):
                self._show(replace(self.view, network=fault))
            case DeviceLooked():
                self._show(replace(self.view, health=self.view.health.heard(event)))
            case _:
                self._trial_happened(event)

    # -- trials

    def attempt(self, device: DeviceKind) -> None:
        """Read a card, take a picture, print a slip or a page, to see whether it works."""
        self._end_trial()
        self._show(replace(self.view, trial=Trial(device)))
        match device:
            case DeviceKind.ID_CARD:
                self._equipment.watch_cards(True)
            case DeviceKind.CAMERA:
                self._equipment.watch_camera(True)
            case DeviceKind.RECEIPT_PRINTER:
                self._equipment.print_receipt(self._in_languages(self._trial_slip()), TRIAL)
            case DeviceKind.PAGE_PRINTER:
                title = "Doorstep trial page"
                self._equipment.print_document(self._trial_page(), title=title, order=TRIAL)
            case DeviceKind.STAFF_CARD:  # whoever is signed in has proved that it works
                self._ended(device, Outcome.FINE)

    def leave(self) -> None:
        """Devices off."""
        self._end_trial()
        self.view = MachineView()

    def _trial_happened(self, event: Event) -> None:
        trial = self.view.trial
        if trial is None or trial.outcome is not Outcome.WAITING:
            return
        kind = trial.device
        match event:
            case CardRead() if kind is DeviceKind.ID_CARD:
                self._ended(kind, Outcome.FINE)
            case CardFailed(fault=fault) if kind is DeviceKind.ID_CARD:
                self._ended(kind, Outcome.FAILED, fault)
            case PreviewSeen() if kind is DeviceKind.CAMERA:
                self._ended(kind, Outcome.FINE)
            case CameraFailed(fault=fault) if kind is DeviceKind.CAMERA:
                self._ended(kind, Outcome.FAILED, fault)
            case ReceiptPrinted() if kind is DeviceKind.RECEIPT_PRINTER:
                self._ended(kind, Outcome.FINE)
            case ReceiptFailed(fault=fault) if kind is DeviceKind.RECEIPT_PRINTER:
                unsure = fault is Fault.RECEIPT_UNCERTAIN
                self._ended(kind, Outcome.UNCERTAIN if unsure else Outcome.FAILED, fault)
            case DocumentMoved(status=status) if kind is DeviceKind.PAGE_PRINTER:
                self._page_moved(status.state, status.fault)
            case _:
                pass

    def _page_moved(self, state: PrintJobState, fault: Fault | None) -> None:
        match state:
            case PrintJobState.PRINTED:
                self._ended(DeviceKind.PAGE_PRINTER, Outcome.FINE)
            case PrintJobState.FAILED:
                unsure = fault is Fault.PAGE_UNCERTAIN
                outcome = Outcome.UNCERTAIN if unsure else Outcome.FAILED
                self._ended(DeviceKind.PAGE_PRINTER, outcome, fault)
            case PrintJobState.STUCK:
                self._show(
                    replace(self.view, trial=Trial(DeviceKind.PAGE_PRINTER, Outcome.WAITING, fault))
                )
            case _:
                pass

    def _ended(self, device: DeviceKind, outcome: Outcome, fault: Fault | None = None) -> None:
        self._equipment.watch_cards(False)
        self._equipment.watch_camera(False)
        self._show(replace(self.view, trial=Trial(device, outcome, fault)))
        self.look()

    def _end_trial(self) -> None:
        trial = self.view.trial
        if trial is None or trial.outcome is not Outcome.WAITING:
            return
        self._equipment.watch_cards(False)
        self._equipment.watch_camera(False)
        if trial.device is DeviceKind.PAGE_PRINTER:
            self._equipment.cancel_document()

    def _trial_slip(self) -> Receipt:
        now = self._now()
        return Receipt(
            title="打印测试",
            site=self._site.name,
            lines=(("时间", f"{now:%Y年%m月%d日 %H:%M}"), ("终端", self._site.terminal)),
            notes=("这是测试，不是办件回执。文字清楚、二维码能扫，就正常。",),
            qr="DOORSTEP TEST",
            footer="测试",
            qr_words="能扫出 DOORSTEP TEST 就对",
        )

    def _show(self, view: MachineView) -> None:
        if view != self.view:
            self.view = view
            self._on_change(view)
