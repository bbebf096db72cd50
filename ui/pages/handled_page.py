"""A page of a visit in which others than the applicant take part."""

from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.intake_flow import IntakeFlow
from ui.pages.page import VisitPage


class HandledPage(VisitPage):
    """Asks a HandledIntake."""

    @property
    def handled(self) -> HandledIntake:
        """The visit. Only such a visit ever reaches this page."""
        return handled(self.flow)


def handled(flow: IntakeFlow) -> HandledIntake:
    """The visit as one in which others take part."""
    assert isinstance(flow, HandledIntake)
    return flow
