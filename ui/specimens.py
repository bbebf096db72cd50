"""Invented people, cases and a terminal without a machine around it: for pictures and tests."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from devices.camera.reading.paper import ReadingKind
from devices.id_card.specimens import RESIDENT
from devices.page_printer.api import Sides
from devices.staff_card.api import Pin
from devices.travel_document.api import AccessKey
from kiosk.catalog.find_items import find
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.page import ScannedPage
from kiosk.domain.printed import UNNAMED, PrintOrder
from kiosk.domain.progress import IssuedDocument
from kiosk.domain.receipt import Receipt
from kiosk.domain.receipt_number import receipt_number
from kiosk.domain.sending import Sending
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.standing import Standing
from kiosk.domain.working_days import OFFICE_TIME
from kiosk.flow.online import OnlineDesk
from kiosk.flow.site import Site
from sync.evaluation_seal import EvaluationSeal
from ui.specimen_store import MemoryStore
from ui.terminal import Terminal
from ui.texts import Texts
from ui.theme.comfort import AS_IT_IS, Comfort

SITE: Final = Site(
    code="222401999001",
    name="吉林省延吉市朝阳川镇示范村便民服务点",
    terminal="01",
    phone="0433-0000000",
)
# The public X25519 key of an invented gateway (RFC 7748 section 4.1, recalled: the base point).
GATEWAYS_KEY: Final = b"\x09" + bytes(31)
MOMENT: Final = datetime(2026, 5, 12, 9, 30, tzinfo=OFFICE_TIME)


@dataclass(slots=True)
class QuietEquipment:
    """Remembers what it was asked; nothing ever comes back by itself."""

    asked: list[str] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    orders: list[PrintOrder] = field(default_factory=list)
    seen: list[tuple[PrintOrder, bool]] = field(default_factory=list)  # that it came out
    attended: str = ""
    challenge: bytes = b""  # that the staff card was asked
    has_reading: bool = False
    has_documents: bool = False
    readings: int = 0  # the number of the newest request to read print

    def visit_over(self) -> None:
        """Remembered."""
        self.asked.append("visit_over")

    def watch_cards(self, on: bool) -> None:
        """Remembered."""
        self.asked.append(f"watch_cards {on}")

    def watch_camera(self, on: bool) -> None:
        """Remembered."""
        self.asked.append(f"watch_camera {on}")

    def capture_page(self, material: str) -> None:
        """Remembered."""
        self.asked.append(f"capture_page {material}")

    @property
    def reads_papers(self) -> bool:
        """As told."""
        return self.has_reading

    def read_paper(self, kind: ReadingKind) -> int:
        """Remembered and counted."""
        self.asked.append(f"read_paper {kind}")
        self.readings += 1
        return self.readings

    @property
    def reads_documents(self) -> bool:
        """As told."""
        return self.has_documents

    def read_zone(self) -> int:
        """Remembered and counted."""
        self.asked.append("read_zone")
        self.readings += 1
        return self.readings

    def watch_document(self, key: AccessKey | None) -> None:
        """Only whether one is awaited."""
        self.asked.append(f"watch_document {key is not None}")

    def print_receipt(self, receipt: Receipt, order: PrintOrder = UNNAMED) -> None:
        """Remembered."""
        self.receipts.append(receipt)
        self.orders.append(order)

    def print_document(
        self, pdf: bytes, *, title: str, sides: Sides = Sides.ONE, order: PrintOrder = UNNAMED
    ) -> None:
        """Remembered."""
        del sides
        self.documents.append(pdf)
        self.orders.append(order)
        self.asked.append(f"print_document {title}")

    def resume_document(self) -> None:
        """Remembered."""
        self.asked.append("resume_document")

    def cancel_document(self) -> None:
        """Remembered."""
        self.asked.append("cancel_document")

    def attended_by(self, staff_id: str) -> None:
        """Remembered."""
        self.attended = staff_id

    def person_says(self, order: PrintOrder, *, came_out: bool) -> None:
        """Remembered."""
        self.seen.append((order, came_out))

    def settle_prints(self) -> None:
        """Remembered."""
        self.asked.append("settle_prints")

    def send_soon(self) -> None:
        """Remembered."""
        self.asked.append("send_soon")

    def watch_staff_card(self, on: bool) -> None:
        """Remembered."""
        self.asked.append(f"watch_staff_card {on}")

    def prove_staff_card(self, challenge: bytes, pin: Pin) -> None:
        """The challenge is remembered, the PIN is not."""
        del pin
        self.challenge = challenge
        self.asked.append("prove_staff_card")

    def look_at_devices(self) -> None:
        """Remembered."""
        self.asked.append("look_at_devices")

    def watch_stick(self, on: bool) -> None:
        """Remembered."""
        self.asked.append(f"watch_stick {on}")

    def carry_by_stick(self) -> None:
        """Remembered."""
        self.asked.append("carry_by_stick")

    def stop_carrying(self) -> None:
        """Remembered."""
        self.asked.append("stop_carrying")


@dataclass(slots=True)
class QuietDesk:
    """Remembers what was asked of the gateway; answers come from whoever tells them."""

    asked: list[str] = field(default_factory=list)
    handed_over: list[Mapping[str, str]] = field(default_factory=list)

    def visit_over(self) -> None:
        """Nothing is under way here."""

    def look_at_payment(self, case_id: str) -> None:
        """Remembered."""
        self.asked.append(f"payment {case_id}")

    def hand_over(self, item_code: str, answers: Mapping[str, str]) -> None:
        """Remembered."""
        self.asked.append(f"hand over {item_code}")
        self.handed_over.append(answers)

    def take_over(self, code: str) -> None:
        """Remembered."""
        self.asked.append(f"take over {code}")


def terminal_for(
    store: MemoryStore,
    equipment: QuietEquipment,
    standing: Callable[[], Standing] = Standing,
    online: OnlineDesk | None = None,
    comfort: Comfort = AS_IT_IS,
) -> Terminal:
    """A terminal at half past nine on a morning in May."""
    catalog = packaged_catalog()
    numbers = itertools.count(1)
    return Terminal(
        catalog=lambda: catalog,
        store=store,
        site=SITE,
        equipment=equipment,
        texts=Texts(),
        now=lambda: MOMENT,
        new_case_id=lambda: CaseId(f"01970000-0000-7000-8000-{next(numbers):012d}"),
        standing=standing,
        sending=Sending.EVERYTHING,
        search=find,
        seal=EvaluationSeal(GATEWAYS_KEY),
        online=online or QuietDesk(),
        comfort=comfort,
    )


def longest_item() -> ServiceItem:
    """The item with the longest title: whatever fits it fits all."""
    return max(packaged_catalog(), key=lambda item: len(item.title))


def item_called(key: str) -> ServiceItem:
    """An item of the packaged catalogue by its short key."""
    return next(item for item in packaged_catalog() if item.key == key)


def specimen_page(material: str, words: str, *, wide: bool = False) -> ScannedPage:
    """A page with a word on it, as if photographed."""
    width, height = (480, 160) if wide else (420, 594)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#FBFAF6"))
    painter = QPainter(image)
    font = QFont("Noto Sans CJK SC")
    font.setPixelSize(44)
    painter.setFont(font)
    painter.drawText(image.rect().adjusted(20, 20, -20, -20), 0x1084, words)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", 85)  # type: ignore[call-overload]
    return ScannedPage(material, bytes(buffer.data().data()), width, height)


def specimen_cases() -> tuple[tuple[Case, tuple[IssuedDocument, ...]], ...]:
    """One case in every state that people can meet, all of the same invented person."""
    catalog = list(packaged_catalog())
    remarks = (
        "户口簿首页拍得不清楚，请重新拍一次。",
        "缺少残疾人证的第二页，请带原件来补拍。",
        "银行卡不是申请人本人的，请换本人的社会保障卡。",
    )
    states = (
        CaseState.DECIDED,
        CaseState.CORRECTION,
        CaseState.QUEUED,
        CaseState.ACCEPTED,
        CaseState.DELIVERED,
        CaseState.REFUSED,
    )
    titles = (longest_item(), catalog[12], catalog[8], catalog[5], catalog[2], catalog[7])
    cases = []
    for n, (state, item) in enumerate(zip(states, titles, strict=True)):
        moment = MOMENT.astimezone(UTC) - timedelta(days=3 * n + 1)
        case_id = CaseId(f"01960000-0000-7000-8000-{n:012d}")
        case = Case(
            case_id=case_id,
            item_code=item.code,
            item_title=item.title,
            catalog_version="specimen",
            started_at=moment,
            state=state,
            receipt_number=receipt_number(
                site=SITE.code, terminal="01", day=moment.date(), serial=n + 1
            ),
            official_number="" if state is CaseState.QUEUED else f"{item.code[:31]}20260512000{n}",
            applicant_name=RESIDENT.name,
            applicant_number=RESIDENT.number,
            confirmed_at=moment,
            office_state="" if state is CaseState.QUEUED else "县级部门审核中",
            remarks=remarks if state in (CaseState.CORRECTION, CaseState.REFUSED) else (),
        )
        ready = state in (CaseState.DECIDED, CaseState.DELIVERED)
        document = IssuedDocument(f"{n:064x}", case_id, f"{item.guide.result}（电子）", 52_000)
        cases.append((case, (document,) if ready else ()))
    return tuple(cases)
