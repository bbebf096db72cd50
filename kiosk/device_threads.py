"""The machine around a visit: one thread for each device, answers as events."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from devices.camera.api import DocumentCamera
from devices.camera.reading.api import LineReader
from devices.camera.reading.paper import ReadingKind
from devices.device import Device, DeviceError, DeviceState
from devices.id_card.api import IdentityReader
from devices.id_card.card_watch import CardWatch
from devices.page_printer.api import PagePrinter, Sides
from devices.receipt_printer.api import ReceiptPrinter
from devices.staff_card.api import Pin, StaffCardReader
from devices.staff_card.staff_card_watch import StaffCardWatch
from kiosk.camera_watch import CameraWatch
from kiosk.device_thread import DeviceThread
from kiosk.domain.printed import UNNAMED, PrintOrder
from kiosk.domain.receipt import Receipt
from kiosk.flow.equipment import (
    Announce,
    DeviceKind,
    DeviceLooked,
    Event,
    PrintsSettled,
    Ticket,
)
from kiosk.paper_reading import PaperReading
from kiosk.print_line import OpenLedger, Settling, line_of, person_says
from kiosk.printing import DocumentJob, print_slip
from kiosk.stick_turn import Halt
from kiosk.stick_watch import StickWatch


class _Told:
    """What a device tells, for the visit that asked it last. Belongs to the device's thread."""

    def __init__(self, announce: Announce) -> None:
        self._announce = announce
        self.ticket = Ticket()

    def __call__(self, event: Event) -> None:
        self._announce(event, self.ticket)

    def asked_with(self, ticket: Ticket) -> None:
        self.ticket = ticket


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
        stick: StickWatch,
        announce: Announce,
        send_soon: Callable[[], None],
        open_ledger: OpenLedger | None = None,
        open_line_reader: Callable[[], LineReader] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`open_ledger`: a ledger for the calling thread; None: nothing is written down.

        `open_line_reader`: None where nothing reads print.
        """
        self._announce = announce
        self._send_soon = send_soon
        self._open_ledger = open_ledger
        self._now = now
        self._staff_id = ""
        self._stopping = threading.Event()
        self._is_settling = threading.Event()
        self._receipt_printer = receipt_printer
        self._page_printer = page_printer
        self._ticket = Ticket()
        self._card_told = [_Told(announce) for _ in readers]
        self._card_watches = [
            CardWatch(reader, told) for reader, told in zip(readers, self._card_told, strict=True)
        ]
        self._card_threads = [
            DeviceThread(reader.name, poll=watch.poll, every_seconds=0.3)
            for reader, watch in zip(readers, self._card_watches, strict=True)
        ]
        self._camera_told = _Told(announce)
        self._camera_watch = CameraWatch(camera, self._camera_told)
        self._camera_thread = DeviceThread(
            "camera", poll=self._camera_watch.poll, every_seconds=0.05
        )
        self._paper_reading = PaperReading(open_line_reader if camera is not None else None)
        self._receipt_thread = DeviceThread("receipt printer")
        self._page_thread = DeviceThread("A4 printer")
        self._document: DocumentJob | None = None
        self._staff = StaffCardWatch(staff_card, announce)
        self._staff_thread = DeviceThread("staff card", poll=self._staff.poll, every_seconds=0.3)
        self._looked_at: tuple[tuple[DeviceKind, DeviceThread, Device | None], ...] = (
            *(
                (DeviceKind.ID_CARD, thread, reader)
                for thread, reader in zip(self._card_threads, readers, strict=True)
            ),
            (DeviceKind.STAFF_CARD, self._staff_thread, staff_card),
            (DeviceKind.CAMERA, self._camera_thread, camera),
            (DeviceKind.RECEIPT_PRINTER, self._receipt_thread, receipt_printer),
            (DeviceKind.PAGE_PRINTER, self._page_thread, page_printer),
        )
        self._stick = stick
        self._stick_thread = DeviceThread("stick", poll=stick.poll, every_seconds=1.0)
        self._halt = Halt()
        self._threads = [
            *self._card_threads,
            self._camera_thread,
            self._paper_reading.thread,
            self._receipt_thread,
            self._page_thread,
            self._stick_thread,
            self._staff_thread,
        ]

    def start(self) -> None:
        """Start all threads. Readers are looked at from now on, so that no lifting is missed."""
        self.watch_cards(False)
        for thread in self._card_threads:
            thread.watch(True)
        self.settle_prints()  # before anything else is printed
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End all threads; one that hangs in its device is left behind."""
        if self._document is not None:
            self._document.cancel()
        self._halt.ask()
        self._stopping.set()
        for thread in self._threads:
            thread.stop()

    def visit_over(self) -> None:
        """See Equipment."""
        self._ticket.valid = False
        self._ticket = Ticket()
        if self._document is not None:
            self._document.ticket.valid = False

    def watch_cards(self, on: bool) -> None:
        """See Equipment."""
        for thread, watch, told in zip(
            self._card_threads, self._card_watches, self._card_told, strict=True
        ):
            thread.ask(partial(told.asked_with, self._ticket))
            thread.ask(partial(watch.want, on))

    def watch_camera(self, on: bool) -> None:
        """See Equipment."""
        self._camera_thread.ask(partial(self._camera_told.asked_with, self._ticket))
        self._camera_thread.watch(on)
        if not on:
            self._camera_thread.ask(self._camera_watch.forget)

    def capture_page(self, material: str) -> None:
        """See Equipment."""
        self._camera_thread.ask(partial(self._camera_told.asked_with, self._ticket))
        self._camera_thread.ask(partial(self._camera_watch.capture, material))

    @property
    def reads_papers(self) -> bool:
        """See Equipment."""
        return self._paper_reading.is_there

    def read_paper(self, kind: ReadingKind) -> None:
        """See Equipment."""
        take = partial(self._paper_reading.read, kind, partial(self._announce, ticket=self._ticket))
        self._camera_thread.ask(partial(self._camera_told.asked_with, self._ticket))
        self._camera_thread.ask(partial(self._camera_watch.hand_over, take))

    def print_receipt(self, receipt: Receipt, order: PrintOrder = UNNAMED) -> None:
        """See Equipment."""
        told = partial(self._announce, ticket=self._ticket)
        whose = self._whose(order)

        def work() -> None:
            with line_of(self._open_ledger, whose, self._now) as line:
                print_slip(self._receipt_printer, receipt, line, told)

        self._receipt_thread.ask(work)

    def print_document(
        self, pdf: bytes, *, title: str, sides: Sides = Sides.ONE, order: PrintOrder = UNNAMED
    ) -> None:
        """See Equipment."""
        if self._document is not None:
            self._document.ticket.valid = False  # its news would be taken for this one's
        job = self._document = DocumentJob()
        told = partial(self._announce, ticket=job.ticket)
        whose = self._whose(order)

        def work() -> None:
            with line_of(self._open_ledger, whose, self._now) as line:
                job.run(self._page_printer, pdf, title, line, told, sides=sides)

        self._page_thread.ask(work)

    def attended_by(self, staff_id: str) -> None:
        """See Equipment."""
        self._staff_id = staff_id

    def _whose(self, order: PrintOrder) -> PrintOrder:
        return order if order.by else replace(order, by=self._staff_id)

    def person_says(self, order: PrintOrder, *, came_out: bool) -> None:
        """See Equipment."""
        if self._open_ledger is not None:
            said = partial(person_says, self._open_ledger, order, came_out=came_out, now=self._now)
            self._receipt_thread.ask(said)

    def settle_prints(self) -> None:
        """See Equipment."""
        open_ledger = self._open_ledger
        if open_ledger is None or self._is_settling.is_set():
            return  # whoever asks comes again
        self._is_settling.set()
        settling = Settling(
            self._page_printer, open_ledger, now=self._now, wait=self._stopping.wait
        )
        told = partial(self._announce, ticket=self._ticket)

        def work() -> None:
            try:
                settling.run()
            finally:
                self._is_settling.clear()
            told(PrintsSettled())

        self._page_thread.ask(work)

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
        self._staff_thread.ask(self._staff.begin if on else self._staff.end)
        self._staff_thread.watch(on)

    def prove_staff_card(self, challenge: bytes, pin: Pin) -> None:
        """See Equipment."""
        self._staff_thread.ask(partial(self._staff.prove, challenge, pin))

    def look_at_devices(self) -> None:
        """See Equipment."""
        told = partial(self._announce, ticket=self._ticket)
        for kind, thread, device in self._looked_at:
            thread.ask(partial(_look_at, kind, device, told))

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


def _look_at(kind: DeviceKind, device: Device | None, told: Callable[[Event], None]) -> None:
    """A device that nobody uses is closed: opened for the look, and let go again."""
    if device is None:
        told(DeviceLooked(kind, None))
        return
    status = device.status()
    if status.state is DeviceState.GONE:
        try:
            device.open()
            status = device.status()
        except DeviceError as error:
            status = replace(status, fault=error.fault, detail=str(error))
        finally:
            device.close()
    told(DeviceLooked(kind, status, device.name))
