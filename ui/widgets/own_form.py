"""The form that a resident has filled in here, to look at and to take along on paper."""

from PySide6.QtWidgets import QFrame, QWidget

from devices.page_printer.api import PrintJobState
from kiosk.domain.printed import PaperKind, PrintOrder
from kiosk.domain.receipt_number import grouped
from kiosk.flow.equipment import DocumentMoved, Equipment, Event
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.receipts import query_code
from kiosk.flow.site import Site
from kiosk.papers.compose import Paper
from kiosk.papers.form_paper import FilledForm, filled_form, forms_of
from ui.texts import Texts
from ui.texts.languages import Language
from ui.theme.tokens import Scale
from ui.widgets.paper_sheet import PaperSheet, SetPaper
from ui.widgets.pieces import column, push_button


class OwnForm(QFrame):
    """One button, hidden where the item has no form. `sheet` lies over `page`."""

    def __init__(
        self,
        page: QWidget,
        flow: IntakeFlow,
        *,
        equipment: Equipment,
        site: Site,
        texts: Texts,
        scale: Scale,
    ) -> None:
        super().__init__()
        self._flow = flow
        self._equipment = equipment
        self._site = site
        self._texts = texts
        inside = column(scale, self)
        self._button = push_button(texts.say("own_form.open"), "secondary", self._open)
        self._button.setObjectName("own_form")
        inside.addWidget(self._button)
        self.sheet = PaperSheet(page, texts=texts, scale=scale)
        self.sheet.print_wanted.connect(self._print)
        self.sheet.cancelled.connect(self._cancel)
        self.sheet.resumed.connect(self._resume)
        self.hide()

    def draw(self, view: FlowView) -> None:
        """Offered once the case is safe."""
        self.setVisible(view.case is not None and bool(forms_of(view.item)))

    def happened(self, event: Event) -> None:
        """How the paper comes out."""
        match event:
            case DocumentMoved(status=status) if self.sheet.is_printing:
                self.sheet.print_moved(status)
            case DocumentMoved(status=status) if status.state is PrintJobState.STUCK:
                self._cancel()  # the sheet was closed: nobody would see what it waits for
            case _:
                pass

    def paper(self) -> Paper:
        """What was handed in, with the signature and the code to ask by."""
        view = self._flow.view
        case = view.case
        assert case is not None, "the button is hidden before"
        item, signature = view.item, view.signature
        form = FilledForm(
            answers=view.answers,
            day=self._flow.today,
            site=self._site.name,
            site_code=self._site.code,
            signature=signature.jpeg if signature is not None else b"",
            receipt_number=grouped(case.receipt_number),
            query_code=query_code(case, self._site),
            materials=tuple(m.name for m in item.materials if view.pages_of(m.key)),
        )
        return filled_form(item, form, korean=Language.KOREAN in self._texts.languages)

    def forget(self) -> None:
        """Nothing of the person stays."""
        if not self.sheet.isHidden():
            self.sheet.close_sheet()
        self.hide()

    def _open(self) -> None:
        paper = self.paper()  # of this moment; only setting it is slow
        self.sheet.open_paper(lambda: paper, self._texts.say("own_form.title"))

    def _print(self, paper: SetPaper) -> None:
        case = self._flow.view.case
        assert case is not None, "the button is hidden before"
        order = PrintOrder(PaperKind.FORM, case_id=case.case_id, paper=case.receipt_number)
        self._equipment.print_document(
            paper.pdf, title=self._texts.one("own_form.title"), sides=paper.sides, order=order
        )

    def _cancel(self) -> None:
        self._equipment.cancel_document()

    def _resume(self) -> None:
        self._equipment.resume_document()
