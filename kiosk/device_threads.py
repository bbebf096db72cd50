"""The machine around a visit: one thread for each device, answers as events."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any, Final

from devices.camera.api import DocumentCamera
from devices.camera.reading.api import LineReader
from devices.camera.reading.paper import ReadingKind
from devices.id_card.api import IdentityReader
from devices.page_printer.api import PagePrinter, Sides
from devices.receipt_printer.api import ReceiptPrinter
from devices.staff_card.api import Pin, StaffCardReader
from devices.travel_document.api import AccessKey, TravelDocumentReader
from kiosk.device_health import DeviceHealth
from kiosk.device_seats import CameraSeat, CardSeat, Seat, StaffSeat
from kiosk.device_thread import END_WITHIN, DeviceThread
from kiosk.document_seat import DocumentSeat
from kiosk.domain.fault import Fault
from kiosk.domain.printed import UNNAMED, PrintOrder
from kiosk.domain.receipt import Receipt
from kiosk.drivers import Drivers
from kiosk.flow.equipment import (
    Announce,
    DeviceKind,
    DeviceLooked,
    PrintsSettled,
    ReceiptFailed,
    Ticket,
)
from kiosk.paper_reading import PaperReading
from kiosk.print_line import OpenLedger, Settling, line_of, person_says
from kiosk.printing import DocumentJob, failed, print_slip
from kiosk.stick_turn import Halt
from kiosk.stick_watch import StickWatch
from kiosk.supervision import HearsPlugs, Supervision

STICK_EVERY: Final = 1.0
# Seconds without a sign of life. A slip at 9600 baud takes a minute to send and may take four times
# `Patience.finish` to come out; a document says so after each question to the print system.
SLIP_WITHIN: Final = 150.0
PAGE_WITHIN: Final = 20.0


class DeviceThreads:
    """Implements kiosk.flow.equipment.Equipment. `announce` is called on the devices' threads."""

    def __init__(
        self,
        *,
        readers: Sequence[IdentityReader],
        camera: DocumentCamera | None,
        receipt_printer: ReceiptPrinter | None,
        page_printer: PagePrinter | None,
        staff_card: StaffCardReader | None = None,
        travel_document: TravelDocumentReader | None = None,
        stick: StickWatch,
        announce: Announce,
        send_soon: Callable[[], None],
        open_ledger: OpenLedger | None = None,
        open_line_reader: Callable[[], LineReader] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        again: Callable[[], Drivers] | None = None,
        hot_plug: Callable[[], HearsPlugs] | None = None,
    ) -> None:
        """`open_ledger`: a ledger for the calling thread; None: nothing is written down.

        `again`: fresh drivers of the same settings, for a thread that takes over from one that
        hangs; None: the same ones, right only for drivers that any thread may call. `hot_plug`:
        see Supervision.
        `open_line_reader`: None where nothing reads print.
        """
        self._announce = announce
        self._send_soon = send_soon
        self._open_ledger = open_ledger
        self._now = now
        self._staff_id = ""
        self._stopping = threading.Event()
        self._is_settling = threading.Event()
        self._ticket = Ticket()
        own = Drivers(
            tuple(readers), camera, receipt_printer, page_printer, staff_card, travel_document
        )
        fresh = again or (lambda: own)
        self.health = DeviceHealth(announce)
        self._cards = [
            CardSeat(
                reader,
                lambda at=at: fresh().readers[at],  # type: ignore[misc]
                announce=announce,
                health=self.health,
                place=at,
            )
            for at, reader in enumerate(readers)
        ]
        self._camera = CameraSeat(
            camera, lambda: fresh().camera, announce=announce, health=self.health
        )
        self._staff = StaffSeat(
            staff_card, lambda: fresh().staff_card, announce=announce, health=self.health
        )
        self._receipts: Seat[ReceiptPrinter] = Seat(
            DeviceKind.RECEIPT_PRINTER,
            receipt_printer,
            lambda: fresh().receipt_printer,
            announce=announce,
            health=self.health,
        )
        self._pages: Seat[PagePrinter] = Seat(
            DeviceKind.PAGE_PRINTER,
            page_printer,
            lambda: fresh().page_printer,
            announce=announce,
            health=self.health,
        )
        self._documents = DocumentSeat(
            travel_document,
            lambda: fresh().travel_document,
            announce=announce,
            health=self.health,
        )
        self._has_documents = travel_document is not None
        self._readings = count(1)
        self._seats: list[Seat[Any]] = [*self._cards]
        self._seats += [self._camera, self._receipts, self._pages, self._staff, self._documents]
        self._paper_reading = PaperReading(
            open_line_reader if camera is not None else None, lambda: now().date()
        )
        self._document: DocumentJob | None = None
        self._stick = stick
        self._stick_thread = DeviceThread("stick", poll=self._look_for_stick)
        self._halt = Halt()
        self._threads = [
            *(seat.thread for seat in self._seats),
            self._paper_reading.thread,
            self._stick_thread,
        ]
        self._supervision = Supervision(self._threads, hot_plug=hot_plug)

    def start(self) -> None:
        """Start all threads. Every device is looked at from now on."""
        if not self._cards:
            self.health.told(DeviceLooked(DeviceKind.ID_CARD, None))
        self.settle_prints()  # before anything else is printed
        for thread in self._threads:
            thread.start()
        self._supervision.start()

    def stop(self) -> None:
        """End all threads; those that hang in their devices are left behind, together in 3 s."""
        if self._document is not None:
            self._document.cancel()
        self._halt.ask()
        self._stopping.set()
        self._supervision.stop()
        for thread in self._threads:
            thread.ask_to_end()
        ends = time.monotonic() + END_WITHIN
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))

    def visit_over(self) -> None:
        """See Equipment."""
        self._ticket.valid = False
        self._ticket = Ticket()
        if self._document is not None:
            self._document.ticket.valid = False

    def watch_cards(self, on: bool) -> None:
        """See Equipment."""
        for seat in self._cards:
            seat.want(on, self._ticket)

    def watch_camera(self, on: bool) -> None:
        """See Equipment."""
        self._camera.watch(on, self._ticket)

    def capture_page(self, material: str) -> None:
        """See Equipment."""
        self._camera.capture(material, self._ticket)

    @property
    def reads_papers(self) -> bool:
        """See Equipment."""
        return self._paper_reading.is_there

    def read_paper(self, kind: ReadingKind) -> int:
        """See Equipment."""
        request = next(self._readings)
        told = partial(self._announce, ticket=self._ticket)
        take = partial(self._paper_reading.read, kind, request, told)
        self._camera.hand_over(take, self._ticket)
        return request

    @property
    def reads_documents(self) -> bool:
        """See Equipment."""
        return self._has_documents and self._paper_reading.is_there

    def read_zone(self) -> int:
        """See Equipment."""
        request = next(self._readings)
        told = partial(self._announce, ticket=self._ticket)
        take = partial(self._paper_reading.read_zone, request, told)
        self._camera.hand_over(take, self._ticket)
        return request

    def watch_document(self, key: AccessKey | None) -> None:
        """See Equipment."""
        self._documents.await_document(key, self._ticket)

    def print_receipt(self, receipt: Receipt, order: PrintOrder = UNNAMED) -> None:
        """See Equipment."""
        told = partial(self._announce, ticket=self._ticket)
        whose = self._whose(order)

        def work() -> None:
            with line_of(self._open_ledger, whose, self._now) as line:
                print_slip(self._receipts.device, receipt, line, told)
            self._receipts.thread.look_within(0.0)  # it may have been in vain

        def lost(begun: bool) -> None:
            told(ReceiptFailed(Fault.RECEIPT_UNCERTAIN if begun else Fault.RECEIPT_PRINTER_GONE))

        self._receipts.ask(work, within=SLIP_WITHIN, lost=lost)

    def print_document(
        self, pdf: bytes, *, title: str, sides: Sides = Sides.ONE, order: PrintOrder = UNNAMED
    ) -> None:
        """See Equipment."""
        if self._document is not None:
            self._document.ticket.valid = False  # its news would be taken for this one's
        job = self._document = DocumentJob(alive=self._pages.thread.pulse)
        told = partial(self._announce, ticket=job.ticket)
        whose = self._whose(order)

        def work() -> None:
            with line_of(self._open_ledger, whose, self._now) as line:
                job.run(self._pages.device, pdf, title, line, told, sides=sides)
            self._pages.thread.look_within(0.0)

        def lost(begun: bool) -> None:
            told(failed(Fault.PAGE_UNCERTAIN if begun else Fault.PAGE_PRINTER_GONE))

        self._pages.ask(work, within=PAGE_WITHIN, lost=lost)

    def attended_by(self, staff_id: str) -> None:
        """See Equipment."""
        self._staff_id = staff_id

    def _whose(self, order: PrintOrder) -> PrintOrder:
        return order if order.by else replace(order, by=self._staff_id)

    def person_says(self, order: PrintOrder, *, came_out: bool) -> None:
        """See Equipment."""
        if self._open_ledger is not None:
            said = partial(person_says, self._open_ledger, order, came_out=came_out, now=self._now)
            self._receipts.ask(said)

    def settle_prints(self) -> None:
        """See Equipment."""
        open_ledger = self._open_ledger
        if open_ledger is None or self._is_settling.is_set():
            return  # whoever asks comes again
        self._is_settling.set()
        told = partial(self._announce, ticket=self._ticket)

        def settled() -> None:
            self._is_settling.clear()
            told(PrintsSettled())

        def wait(seconds: float) -> None:
            self._pages.thread.pulse()
            self._stopping.wait(seconds)

        def work() -> None:
            try:
                Settling(self._pages.device, open_ledger, now=self._now, wait=wait).run()
            finally:
                settled()

        self._pages.ask(work, within=PAGE_WITHIN, lost=lambda _begun: settled())

    def resume_document(self) -> None:
        """See Equipment."""
        if self._document is not None:
            self._document.resume()

    def cancel_document(self) -> None:
        """See Equipment."""
        if self._document is not None:
            self._document.cancel()

    def send_soon(self) -> None:
        """See Equipment."""
        self._send_soon()

    def watch_staff_card(self, on: bool) -> None:
        """See Equipment."""
        self._staff.watch(on)

    def prove_staff_card(self, challenge: bytes, pin: Pin) -> None:
        """See Equipment."""
        self._staff.work(lambda watch: watch.prove(challenge, pin))

    def look_at_devices(self) -> None:
        """See Equipment."""
        if not self._cards:
            self.health.told(DeviceLooked(DeviceKind.ID_CARD, None), asked_by=self._ticket)
        for seat in self._seats:
            seat.look(self._ticket)

    def watch_stick(self, on: bool) -> None:
        """See Equipment."""
        if on:
            told = partial(self._announce, ticket=self._ticket)
            self._stick_thread.ask(partial(self._stick.begin, told))
        self._stick_thread.watch(on)

    def carry_by_stick(self) -> None:
        """See Equipment."""
        halt = self._halt = Halt()
        told = partial(self._announce, ticket=self._ticket)
        self._stick_thread.ask(partial(self._stick.carry, told, self._announce, halt))

    def stop_carrying(self) -> None:
        """See Equipment."""
        self._halt.ask()

    def _look_for_stick(self, watching: bool) -> float | None:
        if not watching:
            return None
        self._stick.poll()
        return STICK_EVERY
