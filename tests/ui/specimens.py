"""Visits with invented people and long words, to test the pages and to look at them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from devices.camera.api import Frame
from devices.page_printer.api import Sides
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.case import Case, CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.identity import CardKind, IdentityCard, Sex
from kiosk.domain.page import PageDoubt, PageRef, ScannedPage
from kiosk.domain.printed import UNNAMED, PrintOrder
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.domain.receipt import Receipt
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.site import Site
from kiosk.flow.steps import Step
from offline_store.api import OpenDraft, StoreError

NOON: Final = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
SITE: Final = Site(
    code="222401100001", name="延吉市依兰镇春兴村便民服务点", terminal="01", phone="0433-0000000"
)
NAME: Final = "测试甲"
NUMBER: Final = "11010519491231002X"
CARD: Final = IdentityCard(
    kind=CardKind.RESIDENT,
    name=NAME,
    number=NUMBER,
    sex=Sex.FEMALE,
    birth=date(1949, 12, 31),
    nation="10",
    address="吉林省延边朝鲜族自治州延吉市依兰镇春兴村三组一百二十八号测试楼二单元五零一室",
    valid_from=date(2010, 1, 1),
    long_term=True,
)
SOCIAL_CARD: Final = IdentityCard(
    kind=CardKind.SOCIAL_SECURITY, name=NAME, number=NUMBER, sex=Sex.FEMALE
)


class MemoryCases:
    """A case store that keeps everything in memory; `full` makes it refuse pages."""

    def __init__(self) -> None:
        self.cases: dict[CaseId, Case] = {}
        self.pages: dict[str, ScannedPage] = {}
        self.full = False

    def save_draft(self, case: Case, *, step: str = "") -> None:
        del step
        self.cases[case.case_id] = case

    def open_draft(self) -> OpenDraft | None:
        return None

    def add_page(self, case_id: CaseId, page: ScannedPage) -> PageRef:
        del case_id
        if self.full:
            raise StoreError(Fault.STORE_FULL)
        self.pages[page.sha256] = page
        return page.reference()

    def drop_page(self, case_id: CaseId, sha256: str) -> None:
        del case_id
        self.pages.pop(sha256, None)

    def confirm(self, case: Case, *, site: str, terminal: str, now: datetime) -> Case:
        del site, terminal, now
        self.cases[case.case_id] = case
        return case

    def abandon(self, case_id: CaseId) -> None:
        self.cases.pop(case_id, None)

    def case(self, case_id: CaseId) -> Case:
        return self.cases[case_id]

    def cases_of(self, applicant_number: str) -> Sequence[Case]:
        return [c for c in self.cases.values() if c.applicant_number == applicant_number]

    def case_by_receipt(self, receipt_number: str) -> Case | None:
        del receipt_number
        return None

    def page(self, sha256: str) -> bytes:
        return self.pages[sha256].content

    def documents_of(self, case_id: CaseId) -> Sequence[IssuedDocument]:
        del case_id
        return []

    def changes_of(self, case_id: CaseId) -> Sequence[StateChange]:
        del case_id
        return []

    def document(self, sha256: str) -> bytes:
        raise KeyError(sha256)

    def delivered(self, case_id: CaseId, *, now: datetime) -> Case:
        del now
        return self.cases[case_id]

    def room_for_a_case(self) -> bool:
        return not self.full


class NotedEquipment:
    """Writes down what the pages ask for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []

    def visit_over(self) -> None:
        self.asked.append(("visit_over", None))

    def watch_cards(self, on: bool) -> None:
        self.asked.append(("watch_cards", on))

    def watch_camera(self, on: bool) -> None:
        self.asked.append(("watch_camera", on))

    def capture_page(self, material: str) -> None:
        self.asked.append(("capture_page", material))

    def print_receipt(self, receipt: Receipt, order: PrintOrder = UNNAMED) -> None:
        self.asked.append(("print_receipt", receipt))

    def resume_document(self) -> None:
        self.asked.append(("resume_document", None))

    def attended_by(self, staff_id: str) -> None:
        self.asked.append(("attended_by", staff_id))

    def settle_prints(self) -> None:
        self.asked.append(("settle_prints", None))

    def print_document(
        self, pdf: bytes, *, title: str, sides: Sides = Sides.ONE, order: PrintOrder = UNNAMED
    ) -> None:
        del sides
        self.asked.append(("print_document", (pdf, title)))

    def cancel_document(self) -> None:
        self.asked.append(("cancel_document", None))

    def send_soon(self) -> None:
        self.asked.append(("send_soon", None))

    def watch_stick(self, on: bool) -> None:
        self.asked.append(("watch_stick", on))

    def carry_by_stick(self) -> None:
        self.asked.append(("carry_by_stick", None))

    def stop_carrying(self) -> None:
        self.asked.append(("stop_carrying", None))


class Listening:
    """Stands between the flow and the page that is made after it."""

    def __init__(self) -> None:
        self.draw: object = None

    def __call__(self, view: FlowView) -> None:
        if callable(self.draw):
            self.draw(view)


def item(key: str) -> ServiceItem:
    """An item of the catalogue that comes with the program."""
    return next(item for item in packaged_catalog() if item.key == key)


def visit(
    service: ServiceItem, cases: MemoryCases, listening: Listening, *, card: IdentityCard = CARD
) -> IntakeFlow:
    """A visit of that item that has read the card."""
    flow = IntakeFlow(
        service,
        cases,
        site=SITE,
        catalog_version="2026-03-01",
        new_case_id=lambda: CaseId("01957000-0000-7000-8000-000000000001"),
        now=lambda: NOON,
        on_change=listening,
    )
    flow.next()
    flow.card_read(card)
    return flow


def at_step(flow: IntakeFlow, step: Step) -> IntakeFlow:
    """The same visit, put at that page without filling in the ones before."""
    flow.view = replace(flow.view, step=step)
    return flow


def paper_frame(width: int = 1280, height: int = 960) -> Frame:
    """A camera picture of a white sheet on a dark desk."""
    image = QImage(width, height, QImage.Format.Format_BGR888)
    image.fill(QColor("#5b4a3c"))
    for y in range(height // 8, height * 7 // 8):
        row = bytes([235, 240, 238]) * (width * 3 // 5)
        start = y * image.bytesPerLine() + width // 5 * 3
        image.bits()[start : start + len(row)] = row
    return Frame(width, height, bytes(image.constBits()))


PAPER_CORNERS: Final = ((256.0, 120.0), (1024.0, 120.0), (1024.0, 840.0), (256.0, 840.0))


def taken_page(
    material: str, *, shade: int = 240, doubts: frozenset[PageDoubt] = frozenset()
) -> ScannedPage:
    """A photographed page of one colour; another shade is another page."""
    image = QImage(620, 877, QImage.Format.Format_RGB888)
    image.fill(QColor(shade, shade, shade))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")  # type: ignore[call-overload]
    return ScannedPage(
        material=material, jpeg=bytes(buffer.data().data()), width=620, height=877, doubts=doubts
    )
