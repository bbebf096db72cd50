"""Asks once how a case went 好差评, right after it or from its page; leaving it out is as easy."""

from typing import Final

from kiosk.domain.case import Case
from kiosk.domain.service_item import Letter, ServiceItem
from kiosk.flow.evaluation_flow import (
    EvaluationFlow,
    EvaluationStep,
    EvaluationView,
    may_be_evaluated,
)
from offline_store.api import StoreError
from ui.paged_walk import PagedWalk
from ui.pages.evaluation import EvaluationPage, RatePage, ThanksPage
from ui.terminal import Terminal
from ui.walk import Around, Bars, Opening, Walk

THANKS_SECONDS: Final = 6


class EvaluationWalk(PagedWalk[EvaluationView]):
    """Nothing is lost by ending it: it is voluntary."""

    def __init__(self, around: Around, item: ServiceItem, case: Case) -> None:
        super().__init__(around)
        terminal = around.terminal
        self._seconds = 0
        assert terminal.seal is not None, "ask can_evaluate before"
        self.flow = EvaluationFlow(
            item,
            case,
            terminal.store,
            site=terminal.site,
            seal=terminal.seal,
            new_case_id=terminal.new_case_id,
            catalog_version=terminal.catalog().version,
            now=terminal.now,
            on_change=self._changed,
        )

    def begin(self) -> None:
        """The five levels."""
        self._changed(self.flow.view)

    def bars(self) -> Bars:
        """Handing in and leaving out stand on the page, equally large."""
        thanked = self.flow.view.step is EvaluationStep.THANKS
        finish = self._terminal.texts.say("progress.finish") if thanked else ""
        return Bars(next_words=finish, can_go_next=thanked, can_go_back=False)

    def next(self) -> None:
        """完成."""
        self.over.emit()

    def back(self) -> None:
        """There is nothing to go back to: the case is handed in."""
        self.over.emit()

    def tick(self) -> None:
        """After the thanks the terminal is free by itself."""
        if self.flow.view.step is EvaluationStep.THANKS:
            self._seconds += 1
            if self._seconds >= THANKS_SECONDS:
                self.over.emit()

    def _page_for(self, view: EvaluationView) -> EvaluationPage:
        kind = RatePage if view.step is EvaluationStep.RATE else ThanksPage
        page = kind(
            self.flow,
            equipment=self._terminal.equipment,
            texts=self._terminal.texts,
            scale=self._scale,
        )
        page.skipped.connect(self.over)
        if view.step is EvaluationStep.THANKS:
            self._terminal.equipment.send_soon()
        return page

    def _leave_flow(self) -> None:
        self.flow.leave()


def can_evaluate(terminal: Terminal) -> bool:
    """Whether it can be asked here: an item for it, and a key to seal it. Never raises."""
    return terminal.seal is not None and terminal.catalog().letter(Letter.EVALUATION) is not None


def is_to_be_evaluated(case: Case, terminal: Terminal) -> bool:
    """Whether there is something to ask: it can be, and was not yet. Never raises."""
    if not can_evaluate(terminal):
        return False
    try:
        return may_be_evaluated(terminal.store, case)
    except StoreError:
        return False


def evaluation_of(case: Case) -> Opening:
    """Opens that walk; ask `is_to_be_evaluated` before."""

    def opening(around: Around) -> Walk:
        item = around.terminal.catalog().letter(Letter.EVALUATION)
        assert item is not None
        return EvaluationWalk(around, item, case)

    return opening
