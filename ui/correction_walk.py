"""Leads through just the pages that the office wants done again 补正."""

from kiosk.flow.correction_flow import CorrectionFlow
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.progress_flow import ProgressView
from kiosk.flow.visit_plan import VisitPlan, plan_for
from ui.visit_walk import VisitWalk
from ui.walk import Around, Opening, Walk


class CorrectionWalk(VisitWalk):
    """A visit without guide and card: both were there a moment ago."""

    def __init__(self, around: Around, view: ProgressView) -> None:
        """`view`: of a progress query that may be corrected."""
        self._from = view
        assert view.item is not None
        super().__init__(around, view.item)

    def back(self) -> None:
        """One page back; from the first page to the beginning, and what was asked for stays."""
        if self.flow.view.can_go_back:
            self.flow.back()
        else:
            self.over.emit()

    def _leave_flow(self) -> None:
        super()._leave_flow()
        self._from = ProgressView()

    def _new_flow(self, around: Around) -> IntakeFlow:
        view, terminal = self._from, around.terminal
        assert view.item is not None
        assert view.chosen is not None
        assert view.asked is not None
        assert view.holder is not None
        return CorrectionFlow(
            view.item,
            view.chosen,
            view.asked,
            view.holder,
            terminal.store,
            site=terminal.site,
            catalog_version=terminal.catalog().version,
            new_case_id=terminal.new_case_id,
            now=terminal.now,
            on_change=self._changed,
            plan=plan_for(view.item, terminal.store, around.staff, VisitPlan()),
            standing=terminal.standing,
            following=view.following,
        )


def correction_of(view: ProgressView) -> Opening:
    """Opens that walk."""

    def opening(around: Around) -> Walk:
        return CorrectionWalk(around, view)

    return opening
