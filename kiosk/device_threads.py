"""The machine around a visit: one thread for each device, answers as events."""

from collections.abc import Callable, Sequence
from functools import partial

from devices.camera.api import DocumentCamera
from devices.id_card.api import IdentityReader
from devices.id_card.card_watch import CardWatch
from devices.page_printer.api import PagePrinter
from devices.receipt_printer.api import ReceiptPrinter
from kiosk.camera_watch import CameraWatch
from kiosk.device_thread import DeviceThread
from kiosk.domain.receipt import Receipt
from kiosk.flow.equipment import Event
from kiosk.printing import DocumentJob, print_slip


class DeviceThreads:
    """Implements kiosk.flow.equipment.Equipment. `announce` is called on the devices' threads."""

    def __init__(
        self,
        *,
        readers: Sequence[IdentityReader],
        camera: DocumentCamera | None,
        receipt_printer: ReceiptPrinter | None,
        page_printer: PagePrinter | None,
        announce: Callable[[Event], None],
        send_soon: Callable[[], None],
    ) -> None:
        self._announce = announce
        self._send_soon = send_soon
        self._receipt_printer = receipt_printer
        self._page_printer = page_printer
        self._card_watches = [CardWatch(reader, announce) for reader in readers]
        self._card_threads = [
            DeviceThread(reader.name, poll=watch.poll, every_seconds=0.3)
            for reader, watch in zip(readers, self._card_watches, strict=True)
        ]
        self._camera_watch = CameraWatch(camera, announce)
        self._camera_thread = DeviceThread(
            "camera", poll=self._camera_watch.poll, every_seconds=0.05
        )
        self._receipt_thread = DeviceThread("receipt printer")
        self._page_thread = DeviceThread("A4 printer")
        self._document: DocumentJob | None = None
        self._threads = [
            *self._card_threads,
            self._camera_thread,
            self._receipt_thread,
            self._page_thread,
        ]

    def start(self) -> None:
        """Start all threads. Readers are looked at from now on, so that no lifting is missed."""
        self.watch_cards(False)
        for thread in self._card_threads:
            thread.watch(True)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End all threads; one that hangs in its device is left behind."""
        if self._document is not None:
            self._document.cancel()
        for thread in self._threads:
            thread.stop()

    def watch_cards(self, on: bool) -> None:
        """See Equipment."""
        for thread, watch in zip(self._card_threads, self._card_watches, strict=True):
            thread.ask(partial(watch.want, on))

    def watch_camera(self, on: bool) -> None:
        """See Equipment."""
        self._camera_thread.watch(on)
        if not on:
            self._camera_thread.ask(self._camera_watch.forget)

    def capture_page(self, material: str) -> None:
        """See Equipment."""
        self._camera_thread.ask(lambda: self._camera_watch.capture(material))

    def print_receipt(self, receipt: Receipt) -> None:
        """See Equipment."""
        printer = self._receipt_printer
        self._receipt_thread.ask(lambda: print_slip(printer, receipt, self._announce))

    def print_document(self, pdf: bytes, *, title: str) -> None:
        """See Equipment."""
        job = DocumentJob()
        self._document = job
        printer = self._page_printer
        self._page_thread.ask(lambda: job.run(printer, pdf, title, self._announce))

    def cancel_document(self) -> None:
        """See Equipment."""
        if self._document is not None:
            self._document.cancel()

    def send_soon(self) -> None:
        """See Equipment."""
        self._send_soon()
