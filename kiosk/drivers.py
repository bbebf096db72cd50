"""Which drivers this terminal has, by its settings. The only file that names concrete ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from devices.camera.api import DocumentCamera
from devices.camera.opencv_camera import OpenCvCamera
from devices.camera.reading.api import LineReader
from devices.camera.reading.pp_ocr import PpOcrLineReader, model_file
from devices.camera.simulated_camera import SimulatedCamera
from devices.device import Device
from devices.id_card.api import IdentityReader
from devices.id_card.found_sam_reader import SEARCH_SECONDS
from devices.page_printer.api import PagePrinter
from devices.page_printer.cups_printer import CupsPagePrinter
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.api import ReceiptPrinter
from devices.staff_card.api import StaffCardReader
from devices.staff_card.pcsc_staff_card import PcscStaffCardReader
from devices.travel_document.api import TravelDocumentReader
from devices.travel_document.pcsc_reader import PcscTravelDocumentReader
from kiosk.card_drivers import card_readers_for
from kiosk.domain.working_days import OFFICE_TIME
from kiosk.receipt_driver import receipt_printer_for
from kiosk.settings import NONE, SIMULATED, DeviceSettings


@dataclass(frozen=True, slots=True)
class Drivers:
    """The devices of one terminal, closed."""

    readers: tuple[IdentityReader, ...] = ()
    camera: DocumentCamera | None = None
    receipt_printer: ReceiptPrinter | None = None
    page_printer: PagePrinter | None = None
    staff_card: StaffCardReader | None = None
    travel_document: TravelDocumentReader | None = None
    line_reader: Callable[[], LineReader] | None = None  # None: no models are installed

    def named(self) -> Sequence[tuple[str, Device | None]]:
        """With the keys of their names, for the doctor."""
        return (
            *(("id_card", reader) for reader in self.readers or (None,)),
            ("camera", self.camera),
            ("receipt_printer", self.receipt_printer),
            ("page_printer", self.page_printer),
            ("staff_card", self.staff_card),
            ("travel_document", self.travel_document),
        )


def drivers_for(settings: DeviceSettings, *, search_seconds: float = SEARCH_SECONDS) -> Drivers:
    """The drivers that the settings name; touches no device. `search_seconds`: see card_drivers."""
    return Drivers(
        readers=card_readers_for(settings, search_seconds=search_seconds),
        camera=_camera(settings.camera),
        receipt_printer=receipt_printer_for(settings),
        page_printer=_page_printer(settings),
        staff_card=_staff_card(settings.staff_card),
        travel_document=_travel_document(settings.travel_document),
        line_reader=line_reader(),
    )


def line_reader() -> Callable[[], LineReader] | None:
    """What makes the reader of print, when its models are installed."""
    return None if model_file() is None else PpOcrLineReader


def _staff_card(setting: str) -> StaffCardReader | None:
    return None if setting == NONE else PcscStaffCardReader(_address(setting))


def _travel_document(setting: str) -> TravelDocumentReader | None:
    if setting == NONE:
        return None
    return PcscTravelDocumentReader(_address(setting), lambda: datetime.now(OFFICE_TIME).date())


def _address(setting: str) -> str:
    return setting.partition(":")[2]


def _camera(setting: str) -> DocumentCamera | None:
    if setting == NONE:
        return None
    return SimulatedCamera() if setting == SIMULATED else OpenCvCamera(_address(setting))


def _page_printer(settings: DeviceSettings) -> PagePrinter | None:
    """`cups:QUEUE` or `cups:QUEUE@HOST:PORT`."""
    setting = settings.page_printer
    if setting == NONE:
        return None
    if setting == SIMULATED:
        return SimulatedPagePrinter()
    queue, _, server = _address(setting).partition("@")
    host, _, port = server.partition(":")
    return CupsPagePrinter(
        queue,
        server=host or "127.0.0.1",
        port=int(port or "631"),
        printer_uuid=settings.page_printer_uuid,
        spool_word=settings.print_service_word,
    )
