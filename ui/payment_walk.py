"""Paying for a case with one's own telephone: the code, and whether it was paid."""

from typing import Final

from kiosk.domain.payment import PaymentDue
from kiosk.flow.equipment import Event, NetworkChanged
from kiosk.flow.online import PaymentHeard
from ui.pages.payment import PaymentPage
from ui.walk import Around, Bars, Opening, Walk

LOOK_EVERY: Final = 3  # seconds


class PaymentWalk(Walk):
    """The state is asked for every few seconds; nothing is kept here, so nothing can be lost."""

    def __init__(self, around: Around, case_id: str, due: PaymentDue) -> None:
        super().__init__()
        self._terminal = around.terminal
        self._scale = around.scale
        self._network = around.network
        self._case_id = case_id
        self._due = due
        self._seconds = 0
        self._page: PaymentPage | None = None

    def begin(self) -> None:
        """The code."""
        self._page = PaymentPage(texts=self._terminal.texts, scale=self._scale)
        self._page.show_due(self._due)
        self._page.show_trouble(self._network.fault)
        self.page_shown.emit(self._page)
        self.bars_changed.emit()

    def bars(self) -> Bars:
        """完成 once it is paid."""
        words = self._terminal.texts.say("progress.finish") if self._due.paid else ""
        return Bars(next_words=words, can_go_next=bool(words))

    def next(self) -> None:
        """Paid."""
        self.over.emit()

    def back(self) -> None:
        """What was paid stays paid, what was not may be paid later."""
        self.over.emit()

    def happened(self, event: Event) -> None:
        """How it stands."""
        if self._page is None:
            return
        match event:
            case NetworkChanged(fault=fault):
                self._network = event
                self._page.show_trouble(fault)
            case PaymentHeard(case_id=self._case_id, due=due, fault=fault):
                self._page.show_trouble(fault)
                if due is not None and due != self._due:
                    self._due = due
                    self._page.show_due(due)
                    self.bars_changed.emit()
            case _:
                pass

    def tick(self) -> None:
        """Ask again."""
        self._seconds += 1
        if not self._due.paid and self._seconds % LOOK_EVERY == 0:
            self._terminal.online.look_at_payment(self._case_id)

    def leave(self) -> None:
        """The code goes."""
        page, self._page = self._page, None
        if page is not None:
            page.deleteLater()


def payment_of(case_id: str, due: PaymentDue) -> Opening:
    """Opens that walk."""

    def opening(around: Around) -> Walk:
        return PaymentWalk(around, case_id, due)

    return opening
