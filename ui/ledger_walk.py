"""打印台账, from the desk."""

from typing import Final

from kiosk.domain.printed import ReprintReason
from kiosk.flow.equipment import Event
from kiosk.flow.ledger_flow import LedgerFlow, LedgerView
from ui.background import Background
from ui.one_page_walk import OnePageWalk
from ui.pages.ledger import LedgerPage
from ui.walk import Around, Bars

LOOK_EVERY: Final = 10  # ticks


class LedgerWalk(OnePageWalk[LedgerView]):
    """For whoever is signed in."""

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        terminal, member = around.terminal, around.staff
        assert member is not None, "nobody is signed in"
        self._ticks = 0
        self.reading = Background()
        items = {item.code: item for item in terminal.catalog().every()}
        self.flow = LedgerFlow(
            terminal.store,
            member,
            equipment=terminal.equipment,
            check=terminal.paper_check(),
            item=items.get,
            now=terminal.now,
            on_change=self._changed,
        )
        self.reading.done.connect(self.flow.checked)

    def begin(self) -> None:
        """Today."""
        self.flow.begin()

    def bars(self) -> Bars:
        """Only back."""
        return Bars()

    def back(self) -> None:
        """To the desk."""
        self.over.emit()

    def happened(self, event: Event) -> None:
        """To the flow; it draws."""
        self.flow.happened(event)
        super().happened(event)

    def tick(self) -> None:
        """Others print meanwhile."""
        self._ticks += 1
        if self._ticks % LOOK_EVERY == 0 and self.flow.view.chosen is None:
            self.flow.look()

    def _make_page(self) -> LedgerPage:
        page = LedgerPage(
            self.flow,
            equipment=self._terminal.equipment,
            texts=self._terminal.texts,
            scale=self._scale,
        )
        page.reprint_wanted.connect(self._reprint)
        return page

    def _reprint(self, reason: ReprintReason) -> None:
        work = self.flow.checking(reason)
        if work is not None:
            self.reading.run(work)

    def _leave_flow(self) -> None:
        self.reading.forget()
        self.flow.leave()
