"""A terminal's device threads with real drivers, and ears for what they tell."""

import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, NoReturn, Self

from devices.id_card.card_watch import CardFailed, CardRead
from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.device_threads import DeviceThreads
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.drivers import Drivers
from kiosk.flow.equipment import (
    CameraFailed,
    DeviceKind,
    DocumentMoved,
    Event,
    PreviewSeen,
    ReceiptFailed,
    ReceiptPrinted,
    Ticket,
)
from kiosk.stick_watch import StickWatch
from tests.matrix.receipts import SLIP

LONGEST = 30.0  # seconds until something that does not come is given up


def _nobody() -> NoReturn:
    raise AssertionError("nobody carries anything here")


class Rig:
    """with Rig(readers=(driver,)) as rig: rig.stands(DeviceKind.ID_CARD, Fault.READER_GONE)"""

    def __init__(self, *, again: Callable[[], Drivers] | None = None, **drivers: Any) -> None:
        """`drivers`: as of Drivers; those that are missing are not set up."""
        self._told: SimpleQueue[Event] = SimpleQueue()
        own = Drivers(**drivers)
        self.threads = DeviceThreads(
            readers=own.readers,
            camera=own.camera,
            receipt_printer=own.receipt_printer,
            page_printer=own.page_printer,
            staff_card=own.staff_card,
            stick=StickWatch(find=lambda: None, keys=None, open_store=_nobody, line=_nobody),
            announce=self._announce,
            send_soon=lambda: None,
            again=again,
        )

    def _announce(self, event: Event, ticket: Ticket | None = None) -> None:
        if ticket is None or ticket.valid:
            self._told.put(event)

    def __enter__(self) -> Self:
        self.threads.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.threads.stop()

    def hears(self, wanted: Callable[[Event], bool], what: str = "the event") -> Event:
        """The next event that is wanted."""
        ends = time.monotonic() + LONGEST
        seen: list[str] = []
        while (left := ends - time.monotonic()) > 0:
            try:
                event = self._told.get(timeout=left)
            except Empty:
                break
            if wanted(event):
                return event
            seen.append(type(event).__name__)
        raise AssertionError(f"{what} did not come; heard {seen[-5:]}")

    def forget(self) -> None:
        """What was told until now counts no more."""
        while not self._told.empty():
            self._told.get()

    def stands(self, kind: DeviceKind, *faults: Fault | None) -> None:
        """Waits until the health of that kind is one of these; None: it works."""
        ends = time.monotonic() + LONGEST
        while (fault := self._fault(kind)) not in faults:
            if time.monotonic() > ends:
                raise AssertionError(f"{kind} stands at {fault}, not at {faults}")
            time.sleep(0.01)

    def _fault(self, kind: DeviceKind) -> Fault | None:
        known = self.threads.health().of(kind)
        if not known:
            return Fault.PROGRAM_DEFECT  # nothing was said yet
        return self.threads.health().fault(kind)

    # -- cards

    def reads(self, *cards: IdentityCard) -> None:
        """Waits until one of these was read, and no other: by number."""
        event = self.hears(lambda e: isinstance(e, CardRead), "a card")
        assert isinstance(event, CardRead)
        assert event.card.number in [card.number for card in cards], "another person's card"

    def refuses(self, *faults: Fault) -> None:
        """Waits until a card or its reader failed for one of these reasons."""
        event = self.hears(lambda e: isinstance(e, CardRead | CardFailed), "a word of the card")
        assert isinstance(event, CardFailed), "it was read all the same"
        assert event.fault in faults, event.fault

    # -- printers and camera

    def prints_a_slip(self) -> None:
        """One slip comes out."""
        self.threads.print_receipt(SLIP)
        event = self.hears(lambda e: isinstance(e, ReceiptPrinted | ReceiptFailed), "the slip")
        assert isinstance(event, ReceiptPrinted), event

    def no_slip(self, *faults: Fault) -> None:
        """One slip fails for one of these reasons."""
        self.threads.print_receipt(SLIP)
        event = self.hears(lambda e: isinstance(e, ReceiptPrinted | ReceiptFailed), "the slip")
        assert isinstance(event, ReceiptFailed), "it was called printed"
        assert event.fault in faults, event.fault

    def page_is(self, state: PrintJobState, *faults: Fault) -> PrintJobStatus:
        """Waits until the A4 job stands like this."""

        def wanted(event: Event) -> bool:
            if not isinstance(event, DocumentMoved):
                return False
            if event.status.state in _ENDS:
                return True
            return event.status.state is state and (not faults or event.status.fault in faults)

        event = self.hears(wanted, f"{state} of the job")
        assert isinstance(event, DocumentMoved)
        assert event.status.state is state, event.status
        return event.status

    def sees_a_picture(self) -> None:
        """The camera gives one."""
        self.hears(lambda e: isinstance(e, PreviewSeen), "a picture")

    def sees_nothing(self, *faults: Fault) -> None:
        """The camera fails for one of these reasons."""
        event = self.hears(lambda e: isinstance(e, CameraFailed), "a word of the camera")
        assert isinstance(event, CameraFailed)
        assert event.fault in faults, event.fault


_ENDS = (PrintJobState.PRINTED, PrintJobState.FAILED)


def seconds_until(mend: Callable[[], object], usable: Callable[[], object]) -> float:
    """From the moment the device is mended until it has done its work."""
    mend()
    began = time.monotonic()
    usable()
    return time.monotonic() - began


def moved(link: Path, target: str) -> None:
    """A name that stays points to another port."""
    link.unlink(missing_ok=True)
    link.symlink_to(target)
