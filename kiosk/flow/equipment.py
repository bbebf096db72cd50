"""What a visit may ask of the machine around it, and what the machine tells back.

Pages ask through `Equipment`, which returns at once; answers come back as one of the events, on
any thread. The interface carries them across to its own thread by one signal.
"""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Protocol

from devices.camera.api import Frame
from devices.camera.reading.paper import ReadingKind, ReadPaper
from devices.device import DeviceStatus
from devices.id_card.card_watch import CardFailed, CardRead, CardTaken
from devices.page_printer.api import PrintJobStatus, Sides
from devices.staff_card.api import Pin
from devices.staff_card.staff_card_watch import (
    StaffCardAnswered,
    StaffCardFailed,
    StaffCardSeen,
    StaffCardTaken,
)
from devices.travel_document.api import AccessKey
from devices.travel_document.document_watch import DocumentFailed, DocumentRead, DocumentTaken
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageDoubt, ScannedPage
from kiosk.domain.printed import UNNAMED, PrintOrder
from kiosk.domain.receipt import Receipt
from kiosk.domain.stick import StickResult, StickWork
from kiosk.domain.unprintable import Unprintable
from kiosk.flow.online import HandedOver, PaymentHeard, TakenOver

Corners = tuple[tuple[float, float], ...]  # top-left, top-right, bottom-right, bottom-left, pixels


@unique
class DeviceKind(StrEnum):
    """The devices of a terminal; the value is the key of their words."""

    ID_CARD = "id_card"
    STAFF_CARD = "staff_card"
    TRAVEL_DOCUMENT = "travel_document"
    CAMERA = "camera"
    RECEIPT_PRINTER = "receipt_printer"
    PAGE_PRINTER = "page_printer"


@dataclass(frozen=True, slots=True)
class PreviewSeen:
    """The newest picture of the camera, and where a page lies in it."""

    frame: Frame
    corners: Corners | None
    doubts: frozenset[PageDoubt] = frozenset()


@dataclass(frozen=True, slots=True)
class CodeSeen:
    """A bar code or QR code came before the camera or scanner."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PageCaptured:
    """The page that `capture_page` asked for."""

    page: ScannedPage


@dataclass(frozen=True, slots=True)
class PaperRead:
    """What stands on the paper that `read_paper` asked for; nothing of it is confirmed yet."""

    paper: ReadPaper
    request: int  # the number that `read_paper` gave


@dataclass(frozen=True, slots=True)
class ZoneSeen:
    """The machine-readable zone that `read_zone` asked for, and its cut-out to compare.

    `key` None: a check digit is wrong; the chip is not asked with that.
    """

    zone: str = field(repr=False)
    key: AccessKey | None
    picture: Frame = field(repr=False)
    request: int  # the number that `read_zone` gave


@dataclass(frozen=True, slots=True)
class PaperNotRead:
    """No paper is seen there, none with a machine-readable zone, or reading it failed."""

    request: int  # the number that `read_paper` or `read_zone` gave


@dataclass(frozen=True, slots=True)
class CameraFailed:
    """No picture; the camera is tried again by itself."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """The slip came out, by the printer's own word."""


@dataclass(frozen=True, slots=True)
class ReceiptFailed:
    """RECEIPT_UNCERTAIN: ask the person. Every other fault: nothing is on paper.

    RECEIPT_UNPRINTABLE names the characters, for the person's eyes only.
    """

    fault: Fault
    missing: tuple[Unprintable, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class DocumentMoved:
    """The A4 job stands differently."""

    status: PrintJobStatus


@dataclass(frozen=True, slots=True)
class PrintsSettled:
    """The printer was asked about every print that a crash or a silence left open."""


@dataclass(frozen=True, slots=True)
class NetworkChanged:
    """None: the gateway answers."""

    fault: Fault | None


@dataclass(frozen=True, slots=True)
class CasesChanged:
    """These cases have a new state, number or document in the store."""

    case_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogChanged:
    """A newer catalogue is in the store; from the next visit on it counts."""

    version: str


@dataclass(frozen=True, slots=True)
class StickSeen:
    """None: a stick is in, and may be used. STICK_GONE: none is; STICK_NOT_ENROLLED: never."""

    fault: Fault | None


@dataclass(frozen=True, slots=True)
class StickMoved:
    """So many of so many cases are done; 0 of 0 where nothing can be counted."""

    work: StickWork
    done: int
    every: int


@dataclass(frozen=True, slots=True)
class StickEnded:
    """What `carry_by_stick` came to; exactly one for each."""

    result: StickResult


@dataclass(frozen=True, slots=True)
class DeviceLooked:
    """How one device stands: told when that changes, and to whoever asked by `look_at_devices`.

    `status` None: the settings name none of that kind. Two devices of a kind differ by `place`.
    """

    device: DeviceKind
    status: DeviceStatus | None
    name: str = ""
    place: int = 0


Event = (
    CardRead
    | CardFailed
    | CardTaken
    | PreviewSeen
    | CodeSeen
    | PageCaptured
    | PaperRead
    | PaperNotRead
    | ZoneSeen
    | DocumentRead
    | DocumentFailed
    | DocumentTaken
    | CameraFailed
    | ReceiptPrinted
    | ReceiptFailed
    | DocumentMoved
    | PrintsSettled
    | NetworkChanged
    | CasesChanged
    | CatalogChanged
    | StickSeen
    | StickMoved
    | StickEnded
    | PaymentHeard
    | HandedOver
    | TakenOver
    | StaffCardSeen
    | StaffCardFailed
    | StaffCardTaken
    | StaffCardAnswered
    | DeviceLooked
)


@dataclass(slots=True, eq=False)
class Ticket:
    """Goes with what a visit asks for, and with the event that comes of it.

    A device may answer after the visit is over. Then the ticket is no longer valid, and nobody
    hears the answer, least of all the next person. Looked at on the interface's thread.
    """

    valid: bool = True


class Announce(Protocol):
    """Callable from any thread; returns at once."""

    def __call__(self, event: Event, ticket: Ticket | None = None) -> None:
        """Tell it to the visit that holds the ticket; without a ticket to whoever is there."""
        ...


class Equipment(Protocol):
    """Every method returns at once and never raises; outcomes come as events."""

    def visit_over(self) -> None:
        """The person is gone: nothing that was asked for until now is answered any more.

        A slip still comes out. A document that has not begun to come out is taken back.
        """
        ...

    def watch_cards(self, on: bool) -> None:
        """Read cards from now on, or stop. Events: CardRead, CardFailed, CardTaken."""
        ...

    def watch_camera(self, on: bool) -> None:
        """Show pictures from now on, or stop and forget the last one. Events: PreviewSeen,
        CodeSeen, CameraFailed."""
        ...

    def capture_page(self, material: str) -> None:
        """Take the sheet that lies there now. Events: PageCaptured, CameraFailed."""
        ...

    @property
    def reads_papers(self) -> bool:
        """Whether `read_paper` can be offered: a camera, and models to read print with."""
        ...

    def read_paper(self, kind: ReadingKind) -> int:
        """Read the print on the paper that lies there now; about half a second.

        Returns the number of the request, never given twice: its answer bears it.
        Events: PaperRead, PaperNotRead, CameraFailed.
        """
        ...

    @property
    def reads_documents(self) -> bool:
        """Whether `read_zone` and `watch_document` can be offered."""
        ...

    def read_zone(self) -> int:
        """Read the machine-readable zone of the document that lies under the camera now.

        About a second. Returns as `read_paper`. Events: ZoneSeen, PaperNotRead, CameraFailed.
        """
        ...

    def watch_document(self, key: AccessKey | None) -> None:
        """Wait for a document with that key on its reader, or stop (None) and forget the key.

        Events: DocumentRead, DocumentFailed, DocumentTaken.
        """
        ...

    def print_receipt(self, receipt: Receipt, order: PrintOrder = UNNAMED) -> None:
        """One slip, entered in the ledger as `order`. Events: ReceiptPrinted, ReceiptFailed."""
        ...

    def print_document(
        self, pdf: bytes, *, title: str, sides: Sides = Sides.ONE, order: PrintOrder = UNNAMED
    ) -> None:
        """One A4 document, entered in the ledger and followed to its end. Events: DocumentMoved.

        Of an issued document the event comes after the ledger has it; FAILED with PAPER_SPENT: no
        paper of it may be printed any more.
        """
        ...

    def attended_by(self, staff_id: str) -> None:
        """Who stands here from now on, for the ledger; "": a resident alone."""
        ...

    def person_says(self, order: PrintOrder, *, came_out: bool) -> None:
        """Whether the paper of that order came out, where its printer could not tell.

        Goes into the print ledger as that person's word.
        """
        ...

    def settle_prints(self) -> None:
        """Ask the printer about what the ledger still calls open. Events: PrintsSettled."""
        ...

    def resume_document(self) -> None:
        """Somebody mended what the running A4 job is stuck for: let the printer go on."""
        ...

    def cancel_document(self) -> None:
        """Take the running A4 job back."""
        ...

    def send_soon(self) -> None:
        """A case was confirmed, or staff want it: send now rather than at the next round."""
        ...

    def watch_staff_card(self, on: bool) -> None:
        """Look for a staff card from now on, or stop and let its reader go.

        Events, to whoever is there and not only to this visit: StaffCardSeen (also of a card that
        lies there already), StaffCardFailed, StaffCardTaken.
        """
        ...

    def prove_staff_card(self, challenge: bytes, pin: Pin) -> None:
        """Let the card check the PIN and sign. Events: StaffCardAnswered or StaffCardFailed."""
        ...

    def look_at_devices(self) -> None:
        """Ask every device how it stands. Events: one DeviceLooked for each device."""
        ...

    def watch_stick(self, on: bool) -> None:
        """Look for a USB stick from now on, or stop. Events: StickSeen, at once and on change."""
        ...

    def carry_by_stick(self) -> None:
        """Do with the stick whatever there is to do. Events: StickMoved, then StickEnded.

        Cases that get their receipt this way are told by CasesChanged to everybody.
        """
        ...

    def stop_carrying(self) -> None:
        """End it after the piece at hand; what is done stays done, nothing half is left."""
        ...
