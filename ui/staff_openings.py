"""What staff begin from their desk: an agency, a batch, an approval, the work in the field."""

from collections.abc import Callable

from kiosk.domain.service_item import ServiceItem
from kiosk.flow.visit_plan import VisitPlan
from ui.batch_walk import BatchWalk
from ui.pages.item_choice import ItemChoicePage
from ui.visit_walk import VisitWalk
from ui.walk import Around, Bars, Opening, Walk


class ItemChoiceWalk(Walk):
    """Which item; then what `then` makes of it begins."""

    def __init__(
        self,
        around: Around,
        title: str,
        may: Callable[[ServiceItem], bool],
        then: Callable[[ServiceItem], Opening],
    ) -> None:
        """`title`: the key of the words; `may`: whether that item is offered."""
        super().__init__()
        terminal = around.terminal
        self._page = ItemChoicePage(
            [item for item in terminal.catalog() if may(item)],
            title,
            lambda item: self.opens.emit(then(item)),
            texts=terminal.texts,
            scale=around.scale,
        )

    def begin(self) -> None:
        """All that may be begun so."""
        self.page_shown.emit(self._page)
        self.bars_changed.emit()

    def bars(self) -> Bars:
        """Touching a card is the way on."""
        return Bars()

    def back(self) -> None:
        """To where it was opened from."""
        self.over.emit()

    def leave(self) -> None:
        """Nothing of a person stands on it."""
        self._page.deleteLater()


def agency(around: Around) -> Walk:
    """代办: somebody signed in handles a case for a resident."""

    def visit(item: ServiceItem) -> Opening:
        return lambda then: VisitWalk(then, item, plan=VisitPlan(agency=True))

    return ItemChoiceWalk(around, "agency.choose", lambda item: item.may_be_handled_by_agent, visit)


def batch(around: Around) -> Walk:
    """批量办理: the same item for many people."""

    def many(item: ServiceItem) -> Opening:
        return lambda then: BatchWalk(then, item)

    return ItemChoiceWalk(around, "batch.choose", lambda _item: True, many)
