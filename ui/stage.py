"""A window with a specimen terminal, and hands to bring it to a page: for pictures and tests."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QLocale, QSize
from PySide6.QtWidgets import QPushButton

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import RESIDENT
from devices.power.battery import Battery
from kiosk.catalog.specimen_answers import specimen_answer
from kiosk.domain.finding import Finding
from kiosk.domain.mode import Mode
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.standing import Standing
from kiosk.flow.equipment import DeviceLooked, Event
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.health import Health
from kiosk.flow.steps import Step
from ui.events import EventBridge
from ui.main_window import MainWindow
from ui.pages.handled_page import handled
from ui.pages.page import Page
from ui.progress_walk import ProgressWalk
from ui.specimen_store import MemoryStore
from ui.specimens import (
    MOMENT,
    QuietDesk,
    QuietEquipment,
    specimen_cases,
    specimen_page,
    terminal_for,
)
from ui.texts.languages import Language
from ui.theme.comfort import AS_IT_IS, Comfort
from ui.visit_walk import VisitWalk
from ui.voice import PRETENDING, Voice


class Stage:
    """One window with a specimen terminal, and hands to bring it to a page."""

    def __init__(self, size: QSize, comfort: Comfort = AS_IT_IS) -> None:
        """`comfort`: what the site begins with."""
        self.store = MemoryStore(MOMENT)
        self.equipment = QuietEquipment()
        self.online = QuietDesk()
        self.bridge = EventBridge()
        self.clock = 0.0
        self.findings: tuple[Finding, ...] = ()
        self.log: tuple[str, ...] = ()
        self.is_training = False
        self.standing = Standing()
        self.health = Health()
        self._size = size
        self.comfort = comfort
        self.mode = Mode.SELF_SERVICE
        self.battery: Battery | None = None
        self.open_window()

    def become(self, mode: Mode, battery: Battery | None = None) -> None:
        """The program starts as that kind of terminal."""
        self.mode, self.battery = mode, battery
        self.close()
        self.open_window()

    def open_window(self) -> None:
        """The program starts, with what the store has from before."""
        terminal = terminal_for(
            self.store,
            self.equipment,
            lambda: self.standing,
            online=self.online,
            comfort=self.comfort,
        )
        self.window = MainWindow(
            replace(
                terminal,
                mode=self.mode,
                battery=lambda: self.battery,
                findings=lambda: self.findings,
                recent_log=lambda: self.log,
                is_training=self.is_training,
                health=lambda: self.health,
            ),
            self.bridge,
            size=self._size,
            voice=Voice(PRETENDING, spoken=dict.fromkeys(Language, QLocale.Language.English)),
            monotonic=lambda: self.clock,
        )
        self.window.show()

    def restart(self) -> None:
        """The machine broke off whatever ran, and the program starts again."""
        self.store.abandons = False
        self.close()
        self.store.abandons = True
        self.open_window()

    def tell(self, event: Event) -> None:
        """As if the machine around reported it."""
        if isinstance(event, DeviceLooked):
            self.health = self.health.heard(event)
        self.bridge.announce(event)

    def settle(self) -> None:
        """Layouts of wrapped words find their heights in the second round."""
        for _ in range(3):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def make_whole(self) -> None:
        """Everything of the page at once, for a picture or a measure."""
        if isinstance(page := self.window.page, Page):
            page.make_whole()

    def press(self, name: str) -> None:
        """A finger on the button of that name."""
        found = cast(list[QPushButton], self.window.findChildren(QPushButton, name))
        # A page that is over lives on for a moment, with buttons of the same names.
        next((one for one in reversed(found) if one.isVisible()), found[-1]).click()

    def visit(self, item: ServiceItem, until: Step) -> VisitWalk:
        """A visit whose pages before `until` are done."""
        self.window.show_visit(item)
        walk = self.window.walk
        assert isinstance(walk, VisitWalk)
        self.fill(walk, until)
        return walk

    def fill(self, walk: VisitWalk, until: Step) -> None:
        """Do what the pages before `until` ask for."""
        flow = walk.flow
        item = flow.view.item
        while flow.view.step is not until:
            match flow.view.step:
                case Step.READ_CARD:
                    self.tell(CardRead(RESIDENT))
                    continue
                case Step.FORM:
                    while still := [q for q in flow.view.asked if q.key not in flow.view.answers]:
                        flow.answer(still[0].key, specimen_answer(still[0]))
                case Step.MATERIALS:
                    for material in item.pages_to_photograph():
                        for n in range(material.pages):
                            words = f"{material.name} {n + 1}"
                            flow.page_taken(specimen_page(material.key, words))
                case Step.SIGN:
                    flow.signed(specimen_page("signature", "测试甲", wide=True))
                case Step.SIGN_FAMILY:
                    self.sign_family(handled(flow))
                case _:
                    pass
            before = flow.view.step
            flow.next()
            assert flow.view.step is not before, f"{before}: {flow.view.complaints}"

    def sign_family(self, flow: HandledIntake) -> None:
        """Every adult signs, each with their own name."""
        for member in flow.who_sign:
            picture = specimen_page("", f"{member.name}{member.number[-1:]}", wide=True)
            flow.member_signed(member.number, picture)

    def progress(self, case: int | None = None, *, known: bool = True) -> ProgressWalk:
        """A query with the card read, opened at one of the specimen cases."""
        if known:
            for specimen, documents in specimen_cases():
                self.store.put(specimen, *documents)
        self.window.show_progress()
        walk = self.window.walk
        assert isinstance(walk, ProgressWalk)
        self.tell(CardRead(RESIDENT))
        if case is not None:
            walk.flow.choose(specimen_cases()[case][0].case_id)
        return walk

    def close(self) -> None:
        """End the window."""
        self.window.close()
        self.window.deleteLater()
        # Tests run no event loop, and without one nothing that is to be deleted later ever is.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


Scene = Callable[[Stage], object]
