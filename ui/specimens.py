"""Invented people, cases and a terminal without a machine around it: for pictures and tests."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from devices.id_card.specimens import RESIDENT
from kiosk.catalog.find_items import find
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.answers import CELL_END, ROW_END, cell_kind
from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageRef, ScannedPage
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.domain.receipt import Receipt
from kiosk.domain.receipt_number import receipt_number
from kiosk.domain.service_item import STANDARD_COLUMNS, FieldType, FormField, ServiceItem
from kiosk.domain.standing import Standing
from kiosk.flow.site import Site
from offline_store.api import OpenDraft, StoreError
from ui.terminal import Terminal
from ui.texts import Texts

SITE: Final = Site(
    code="222401999001",
    name="吉林省延吉市朝阳川镇示范村便民服务点",
    terminal="01",
    phone="0433-0000000",
)
HERE: Final = timezone(timedelta(hours=8))
MOMENT: Final = datetime(2026, 5, 12, 9, 30, tzinfo=HERE)
_S = CaseState
_STEPS_TO: Final = {
    _S.RECEIVED: (_S.RECEIVED,),
    _S.ACCEPTED: (_S.RECEIVED, _S.ACCEPTED),
    _S.CORRECTION: (_S.RECEIVED, _S.ACCEPTED, _S.CORRECTION),
    _S.DECIDED: (_S.RECEIVED, _S.ACCEPTED, _S.DECIDED),
    _S.DELIVERED: (_S.RECEIVED, _S.ACCEPTED, _S.DECIDED, _S.DELIVERED),
    _S.REFUSED: (_S.RECEIVED, _S.REFUSED),
}


@dataclass(slots=True)
class QuietEquipment:
    """Remembers what it was asked; nothing ever comes back by itself."""

    asked: list[str] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)

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

    def print_receipt(self, receipt: Receipt) -> None:
        """Remembered."""
        self.receipts.append(receipt)

    def print_document(self, pdf: bytes, *, title: str) -> None:
        """Remembered."""
        self.documents.append(pdf)
        self.asked.append(f"print_document {title}")

    def cancel_document(self) -> None:
        """Remembered."""
        self.asked.append("cancel_document")

    def send_soon(self) -> None:
        """Remembered."""
        self.asked.append("send_soon")


class MemoryStore:
    """A CaseStore that forgets everything with the program. `fault`: refuse every write."""

    def __init__(self) -> None:
        self.cases: dict[CaseId, Case] = {}
        self.documents: dict[CaseId, list[IssuedDocument]] = {}
        self.changes: dict[CaseId, list[StateChange]] = {}
        self.pages: dict[str, bytes] = {}
        self.fault: Fault | None = None
        self.draft: OpenDraft | None = None
        self.abandons = True  # False: the program ends without a word
        self._serial = itertools.count(1)

    def put(self, case: Case, *documents: IssuedDocument) -> None:
        """As if the office had brought the case to this state, one step a day."""
        self.cases[case.case_id] = case
        self.documents[case.case_id] = list(documents)
        self.changes[case.case_id] = [
            StateChange(case.case_id, state, case.office_state, case.started_at + timedelta(days=n))
            for n, state in enumerate(_STEPS_TO.get(case.state, ()))
        ]

    def save_draft(self, case: Case, *, step: str = "") -> None:
        """See CaseStore."""
        self._check()
        self.cases[case.case_id] = case
        self.draft = OpenDraft(case, step, MOMENT)

    def open_draft(self) -> OpenDraft | None:
        """See CaseStore."""
        draft = self.draft
        known = self.cases.get(draft.case.case_id) if draft is not None else None
        return draft if known is not None and known.state is CaseState.DRAFT else None

    def add_page(self, case_id: CaseId, page: ScannedPage) -> PageRef:
        """See CaseStore."""
        self._check()
        self.pages[page.sha256] = page.jpeg
        return page.reference()

    def drop_page(self, case_id: CaseId, sha256: str) -> None:
        """See CaseStore."""
        self.pages.pop(sha256, None)

    def confirm(self, case: Case, *, site: str, terminal: str, now: datetime) -> Case:
        """See CaseStore."""
        self._check()
        number = receipt_number(
            site=site, terminal=terminal, day=now.date(), serial=next(self._serial)
        )
        confirmed = replace(
            case.moved_to(CaseState.QUEUED), receipt_number=number, confirmed_at=now
        )
        self.cases[case.case_id] = confirmed
        return confirmed

    def abandon(self, case_id: CaseId) -> None:
        """See CaseStore."""
        if self.abandons:
            self.cases.pop(case_id, None)

    def case(self, case_id: CaseId) -> Case:
        """See CaseStore."""
        return self.cases[case_id]

    def cases_of(self, applicant_number: str) -> Sequence[Case]:
        """See CaseStore."""
        self._check()
        found = [
            case
            for case in self.cases.values()
            if case.applicant_number == applicant_number and case.state is not CaseState.DRAFT
        ]
        return sorted(found, key=lambda case: case.started_at, reverse=True)

    def case_by_receipt(self, receipt_number: str) -> Case | None:
        """See CaseStore."""
        return next((c for c in self.cases.values() if c.receipt_number == receipt_number), None)

    def page(self, sha256: str) -> bytes:
        """See CaseStore."""
        return self.pages[sha256]

    def documents_of(self, case_id: CaseId) -> Sequence[IssuedDocument]:
        """See CaseStore."""
        return self.documents.get(case_id, [])

    def changes_of(self, case_id: CaseId) -> Sequence[StateChange]:
        """See CaseStore."""
        return self.changes.get(case_id, [])

    def document(self, sha256: str) -> bytes:
        """See CaseStore."""
        return b"%PDF-1.7 specimen"

    def delivered(self, case_id: CaseId, *, now: datetime) -> Case:
        """See CaseStore."""
        case = self.cases[case_id]
        if case.state is CaseState.DECIDED:
            self.cases[case_id] = case = case.moved_to(CaseState.DELIVERED)
            step = StateChange(case_id, CaseState.DELIVERED, "", now)
            self.changes.setdefault(case_id, []).append(step)
        return case

    def drop_drafts_before(self, moment: datetime) -> int:
        """See CaseStore."""
        return 0

    def room_for_a_case(self) -> bool:
        """See CaseStore."""
        return self.fault is not Fault.STORE_FULL

    def _check(self) -> None:
        if self.fault is not None:
            raise StoreError(self.fault)


def terminal_for(
    store: MemoryStore,
    equipment: QuietEquipment,
    standing: Callable[[], Standing] = Standing,
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
        search=find,
    )


def longest_item() -> ServiceItem:
    """The item with the longest title: whatever fits it fits all."""
    return max(packaged_catalog(), key=lambda item: len(item.title))


def item_called(key: str) -> ServiceItem:
    """An item of the packaged catalogue by its short key."""
    return next(item for item in packaged_catalog() if item.key == key)


def specimen_answer(question: FormField) -> str:
    """An answer that will do for any question of the catalogue."""
    match question.type:
        case FieldType.CHOICE | FieldType.CODE | FieldType.MULTICHOICE:
            return question.options[0][0] if question.options else ""
        case FieldType.CONSENT:
            return "yes"
        case FieldType.MOBILE:
            return "13800000000"
        case FieldType.ID_NUMBER:
            return RESIDENT.number
        case FieldType.DIVISION:
            return SITE.code
        case FieldType.DATE | FieldType.DATE_OR_LONG:
            return "2026-05-01"
        case FieldType.YEARMONTH:
            return "2026-05"
        case FieldType.YEAR:
            return "2026"
        case FieldType.NUMBER | FieldType.MONEY:
            return "3"
        case FieldType.TABLE:
            row = CELL_END.join(_specimen_cell(c) for c in question.columns or STANDARD_COLUMNS)
            return f"{row}{ROW_END}{row}"
        case _:
            return "吉林省延吉市朝阳川镇示范村3组17号"[: question.max_length]


def _specimen_cell(column: str) -> str:
    match cell_kind(column):
        case FieldType.ID_NUMBER:
            return RESIDENT.number
        case FieldType.MONEY:
            return "3"
        case _:
            return "测试乙"


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
