"""The pages about the machine, from the desk."""

from kiosk.flow.equipment import Event
from kiosk.flow.machine_flow import MachineFlow, MachineView
from kiosk.papers.trial_paper import trial_page
from ui.one_page_walk import OnePageWalk
from ui.pages.machine import MachinePage
from ui.slip_language import in_visits_languages
from ui.texts.languages import Language
from ui.walk import Around, Bars

LOOK_EVERY = 3  # ticks: status is live


class StaffPagesWalk(OnePageWalk[MachineView]):
    """Nothing is ever lost by ending it."""

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        terminal = around.terminal
        self._ticks = 0
        korean = Language.KOREAN in terminal.texts.languages
        self.flow = MachineFlow(
            equipment=terminal.equipment,
            site=terminal.site,
            network=around.network.fault,
            now=terminal.now,
            findings=terminal.findings,
            recent_log=terminal.recent_log,
            trial_page=lambda: trial_page(terminal.now(), korean=korean),
            in_languages=lambda slip: in_visits_languages(slip, terminal.texts),
            on_change=self._changed,
        )

    def begin(self) -> None:
        """The devices."""
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
        """Devices come and go."""
        self._ticks += 1
        if self._ticks % LOOK_EVERY == 0:
            self.flow.look()

    def _make_page(self) -> MachinePage:
        return MachinePage(
            self.flow,
            equipment=self._terminal.equipment,
            texts=self._terminal.texts,
            scale=self._scale,
        )

    def _leave_flow(self) -> None:
        self.flow.leave()
