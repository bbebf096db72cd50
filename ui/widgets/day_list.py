"""The cases of today on one sheet, for the assistant to check off at the end of the day."""

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from devices.page_printer.api import PrintJobState
from kiosk.domain.printed import PaperKind, PrintOrder
from kiosk.domain.receipt_number import grouped
from kiosk.flow.desk_flow import DeskCase, DeskFlow
from kiosk.flow.equipment import DocumentMoved, Equipment, Event
from kiosk.papers.compose import Paper
from kiosk.papers.daily_list import DailyLine, daily_list
from ui.texts import Texts
from ui.texts.languages import Language
from ui.theme.tokens import Scale
from ui.widgets.paper_sheet import PaperSheet, SetPaper
from ui.widgets.pieces import push_button

ORDER: Final = PrintOrder(PaperKind.LIST)


class DayList(QObject):
    """A `button` for the page; `sheet` lies over `page`. As masked as on the screen."""

    def __init__(
        self,
        page: QWidget,
        flow: DeskFlow,
        *,
        who: str,
        equipment: Equipment,
        texts: Texts,
        scale: Scale,
    ) -> None:
        """`who`: as the screen names the one who is signed in."""
        super().__init__(page)
        self._flow = flow
        self._who = who
        self._equipment = equipment
        self._texts = texts
        self._chinese = texts.speaking(Language.CHINESE)  # the paper stays at the office
        self.button = push_button(texts.say("day_list.open"), "secondary", self._open)
        self.button.setObjectName("day_list")
        self.sheet = PaperSheet(page, texts=texts, scale=scale)
        self.sheet.print_wanted.connect(self._print)
        self.sheet.answered.connect(self._answered)
        self.sheet.cancelled.connect(self._cancel)
        self.sheet.resumed.connect(self._resume)

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
        """As the store has it now. Some milliseconds."""
        flow = self._flow
        lines = [self._line(case) for case in flow.todays()]
        return daily_list(lines, site=flow.site.name, printed_by=self._who, now=flow.now())

    def forget(self) -> None:
        """No case stays."""
        if not self.sheet.isHidden():
            self.sheet.close_sheet()

    def _line(self, case: DeskCase) -> DailyLine:
        say = self._chinese.one
        return DailyLine(
            receipt_number=grouped(case.receipt_number),
            item=case.item_title,
            who=case.who,
            state=say(f"state.{case.state}"),
            note=say("desk.aside") if case.is_aside else "",
        )

    def _open(self) -> None:
        paper = self.paper()
        self.sheet.open_paper(lambda: paper, paper.title)

    def _print(self, paper: SetPaper) -> None:
        self._equipment.print_document(
            paper.pdf, title=self._chinese.one("day_list.title"), sides=paper.sides, order=ORDER
        )

    def _answered(self, came_out: bool) -> None:
        self._equipment.person_says(ORDER, came_out=came_out)

    def _cancel(self) -> None:
        self._equipment.cancel_document()

    def _resume(self) -> None:
        self._equipment.resume_document()
