"""What of a guide can be taken home: the guide on A4, a short slip, forms blank and as a sample."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtWidgets import QFrame, QWidget

from devices.page_printer.api import PrintJobState
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PaperKind, PrintOrder
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.equipment import DocumentMoved, Equipment, Event, ReceiptFailed, ReceiptPrinted
from kiosk.flow.guide_slip import guide_slip
from kiosk.flow.site import Site
from kiosk.papers.compose import Paper
from kiosk.papers.form_paper import form_paper, forms_of
from kiosk.papers.guide_paper import guide_paper
from ui.slip_language import in_visits_languages
from ui.texts import Texts
from ui.texts.languages import Language
from ui.theme.tokens import Scale, Space
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.paper_sheet import PaperSheet, SetPaper
from ui.widgets.pieces import column, push_button, words
from ui.widgets.printing_state import PrintingState, Sheet

SLIP: Final = PrintOrder(PaperKind.GUIDE)


class GuidePapers(QFrame):
    """Buttons and how printing goes. `sheet` lies over `page` while a paper is read."""

    def __init__(
        self,
        page: QWidget,
        item: ServiceItem,
        *,
        equipment: Equipment,
        site: Site,
        version: str,
        now: Callable[[], datetime],
        texts: Texts,
        scale: Scale,
    ) -> None:
        super().__init__()
        self._item = item
        self._equipment = equipment
        self._site = site
        self._version = version
        self._now = now
        self._kind = PaperKind.GUIDE
        self._texts = texts
        self.setProperty("kind", "card")
        inside = column(scale, self, gap=Space.TIGHT, edge=Space.GAP)
        inside.addWidget(words(texts.say("paper.title"), "large", tone="blue", strong=True))
        holder = QWidget()
        flow = FlowLayout(holder, spacing=scale.px(Space.TIGHT))
        buttons: list[tuple[str, Callable[[], object]]] = [
            ("guide", self._show_guide),
            ("slip", self._print_slip),
        ]
        if forms_of(item):
            buttons += [
                ("sample", lambda: self._show_form(filled=True)),
                ("blank", lambda: self._show_form(filled=False)),
            ]
        for key, act in buttons:
            button = push_button(texts.say(f"paper.{key}"), "secondary", act)
            button.setObjectName(f"paper_{key}")
            flow.addWidget(button)
        inside.addWidget(holder)
        self._page, self._scale, self._inside = page, scale, inside
        self._slip: PrintingState | None = None
        self._sheet: PaperSheet | None = None

    @property
    def slip(self) -> PrintingState:
        """Made when first needed, as the sheet is: most people only read the guide."""
        if self._slip is None:
            self._slip = PrintingState(Sheet.SLIP, texts=self._texts, scale=self._scale)
            self._slip.answered.connect(self._slip_answered)
            self._slip.again.connect(self._print_slip)
            self._slip.hide()
            self._inside.addWidget(self._slip)
        return self._slip

    @property
    def sheet(self) -> PaperSheet:
        """See `slip`."""
        if self._sheet is None:
            self._sheet = PaperSheet(self._page, texts=self._texts, scale=self._scale)
            self._sheet.print_wanted.connect(self._print)
            self._sheet.answered.connect(self._answered)
            self._sheet.cancelled.connect(self._cancel)
            self._sheet.resumed.connect(self._resume)
        return self._sheet

    def close_sheet(self) -> None:
        """The paper that lay open goes."""
        if self._sheet is not None:
            self._sheet.close_sheet()

    def cover(self) -> None:
        """A paper over the page is as large as the page."""
        if self._sheet is not None:
            self._sheet.setGeometry(self._page.rect())

    def happened(self, event: Event) -> None:
        """How the slip or the paper comes out of its printer."""
        slip, sheet = self._slip, self._sheet
        slip = None if slip is None or slip.isHidden() else slip
        match event:
            case ReceiptPrinted() if slip is not None:
                slip.printed()
            case ReceiptFailed(fault=Fault.RECEIPT_UNCERTAIN) if slip is not None:
                slip.uncertain()
            case ReceiptFailed(fault=fault, missing=missing) if slip is not None:
                slip.failed(fault, missing)
            case DocumentMoved(status=status) if sheet is not None and sheet.is_printing:
                sheet.print_moved(status)
            case DocumentMoved(status=status) if status.state is PrintJobState.STUCK:
                self._cancel()  # the sheet was closed: nobody would see what it waits for
            case _:
                pass

    def guide(self) -> Paper:
        """The guide as it is printed now."""
        return guide_paper(
            self._item,
            site=self._site.name,
            phone=self._site.phone,
            version=self._version,
            day=self._now().date(),
            korean=self._korean,
        )

    @property
    def _korean(self) -> bool:
        return Language.KOREAN in self._texts.languages

    def _show_guide(self) -> None:
        self._kind = PaperKind.GUIDE
        self.sheet.open_paper(self.guide, self._texts.say("paper.guide"))

    def _show_form(self, *, filled: bool) -> None:
        self._kind = PaperKind.FORM
        key = "paper.sample" if filled else "paper.blank"
        self.sheet.open_paper(
            lambda: form_paper(self._item, filled=filled, korean=self._korean), self._texts.say(key)
        )

    def _print_slip(self) -> None:
        self.slip.show()
        self.slip.busy()
        slip = guide_slip(self._item, self._site, now=self._now())
        slip = in_visits_languages(slip, self._texts)
        self._equipment.print_receipt(slip, SLIP)

    def _slip_answered(self, came_out: bool) -> None:
        self._equipment.person_says(SLIP, came_out=came_out)

    @property
    def _order(self) -> PrintOrder:
        return PrintOrder(self._kind, paper=self._item.code)

    def _print(self, paper: SetPaper) -> None:
        self._equipment.print_document(
            paper.pdf, title=paper.title, sides=paper.sides, order=self._order
        )

    def _answered(self, came_out: bool) -> None:
        self._equipment.person_says(self._order, came_out=came_out)

    def _cancel(self) -> None:
        self._equipment.cancel_document()

    def _resume(self) -> None:
        self._equipment.resume_document()
