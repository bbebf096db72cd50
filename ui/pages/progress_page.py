"""What every page of a progress query is."""

from PySide6.QtWidgets import QWidget

from kiosk.flow.equipment import Equipment, Event
from kiosk.flow.progress_flow import ProgressFlow, ProgressView
from ui.texts import Texts
from ui.theme.tokens import Scale


class ProgressPage(QWidget):
    """Draws a view of the flow, hears events, and lets go of the person."""

    def __init__(
        self, flow: ProgressFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__()
        self.flow = flow
        self.equipment = equipment
        self.texts = texts
        self.scale = scale

    def entered(self) -> None:
        """The page is now the one people see."""

    def left(self) -> None:
        """Another page is shown."""

    def draw(self, view: ProgressView) -> None:
        """Show this view."""
        raise NotImplementedError

    def happened(self, event: Event) -> None:
        """The machine around us reports something."""

    def forget(self) -> None:
        """Nothing of the person may stay in any widget."""
