"""The form that a resident has filled in here, to look at and to take along on paper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QFrame, QWidget

from devices.page_printer.api import PrintJobState
from kiosk.domain.case import Case
from kiosk.domain.printed import UNNAMED
from kiosk.domain.receipt_number import grouped
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.equipment import DocumentMoved, Equipment, Event
from kiosk.flow.print_orders import form_order
from kiosk.flow.receipts import query_code
from kiosk.flow.site import Site
from kiosk.papers.compose import Paper
from kiosk.papers.form_paper import FilledForm, filled_form, forms_of
from ui.texts import Texts
from ui.texts.languages import Language
from ui.theme.tokens import Scale
from ui.widgets.paper_sheet import PaperSheet, SetPaper
from ui.widgets.pieces import column, push_button


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A confirmed case whose form can be set: with its answers."""

    case: Case
    item: ServiceItem
    signature: bytes  # JPEG, b"" where there is none
    day: date  # on which it was signed

    def form(self, site: Site) -> FilledForm:
        """As it was handed in, with the numbers of now and a code to ask by."""
        case = self.case
        kept = {page.material for page in case.pages}
        return FilledForm(
            answers=case.answers,
            day=self.day,
            site=site.name,
            site_code=site.code,
            signature=self.signature,
            receipt_number=grouped(case.receipt_number),
            official_number=case.official_number,
            query_code=query_code(case, site),
            materials=tuple(m.name for m in self.item.materials if m.key in kept),
        )


class OwnForm(QFrame):
    """One button, hidden where there is no form. `sheet` lies over `page`."""

    def __init__(
        self,
        page: QWidget,
        read: Callable[[], HandedIn | None],
        *,
        equipment: Equipment,
        site: Site,
        texts: Texts,
        scale: Scale,
    ) -> None:
        """`read`: what was handed in, as it is now; asked when the form is opened."""
        super().__init__()
        self._read = read
        self._order = UNNAMED  # of the paper that lies open
        self._equipment = equipment
        self._site = site
        self._texts = texts
        inside = column(scale, self)
        self._button = push_button(texts.say("own_form.open"), "secondary", self._open)
        self._button.setObjectName("own_form")
        inside.addWidget(self._button)
        self.sheet = PaperSheet(page, texts=texts, scale=scale)
        self.sheet.print_wanted.connect(self._print)
        self.sheet.answered.connect(self._answered)
        self.sheet.cancelled.connect(self._cancel)
        self.sheet.resumed.connect(self._resume)
        self.hide()

    def draw(self, item: ServiceItem | None, *, offered: bool) -> None:
        """Offered where the item has a form."""
        self.setVisible(offered and item is not None and bool(forms_of(item)))

    def happened(self, event: Event) -> None:
        """How the paper comes out."""
        match event:
            case DocumentMoved(status=status) if self.sheet.is_printing:
                self.sheet.print_moved(status)
            case DocumentMoved(status=status) if status.state is PrintJobState.STUCK:
                self._cancel()  # the sheet was closed: nobody would see what it waits for
            case _:
                pass

    def paper(self) -> Paper | None:
        """What was handed in, with the signature and the code to ask by. None: it is gone."""
        found = self._read()
        if found is None:
            return None
        self._order = form_order(found.case)
        korean = Language.KOREAN in self._texts.languages
        return filled_form(found.item, found.form(self._site), korean=korean)

    def forget(self) -> None:
        """Nothing of the person stays."""
        if not self.sheet.isHidden():
            self.sheet.close_sheet()
        self.hide()

    def _open(self) -> None:
        paper = self.paper()  # of this moment; only setting it is slow
        if paper is not None:
            self.sheet.open_paper(lambda: paper, self._texts.say("own_form.title"))

    def _print(self, paper: SetPaper) -> None:
        self._equipment.print_document(
            paper.pdf,
            title=self._texts.one("own_form.title"),
            sides=paper.sides,
            order=self._order,
        )

    def _answered(self, came_out: bool) -> None:
        self._equipment.person_says(self._order, came_out=came_out)

    def _cancel(self) -> None:
        self._equipment.cancel_document()

    def _resume(self) -> None:
        self._equipment.resume_document()
