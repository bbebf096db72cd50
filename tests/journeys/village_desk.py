"""A whole terminal with simulated devices, its real encrypted store and a gateway of its own."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QWidget

from devices.camera.simulated_camera import SimulatedCamera
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from kiosk.app import RunningTerminal, gateway_for
from kiosk.catalog.load_catalog import packaged_catalog, packaged_catalog_file
from kiosk.catalog.specimen_answers import specimen_answer
from kiosk.domain.answers import complaint_about
from kiosk.domain.id_number import check_character
from kiosk.domain.identity import CardKind, IdentityCard, Sex
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.staff import Role, StaffMember
from kiosk.drivers import Drivers
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.steps import Step
from kiosk.papers.slip_layout import SlipLayout
from kiosk.settings import GatewaySettings, ModeSettings, Settings
from sync.gateway.serve import EmbeddedGateway
from tests.journeys.looking import picture_of
from tests.journeys.person import let_go_on
from ui.specimens import specimen_page
from ui.walk import Around, Walk

TERMINAL: Final = "terminal-01"
PATIENCE: Final = 30.0  # seconds
PICTURES: Final = "DOORSTEP_PICTURES"  # the folder for pictures, where it is set
ASSISTANT: Final = StaffMember("S1", "样本代办", frozenset({Role.ASSISTANT}), "222401001001")
COLLEAGUE: Final = StaffMember("S2", "样本同事", frozenset({Role.CLERK}), "222401001001")
Made = TypeVar("Made", bound=Walk)
Seen = TypeVar("Seen")


def item_called(key: str) -> ServiceItem:
    """An item of the packaged catalogue by its short key."""
    return next(item for item in packaged_catalog() if item.key == key)


def villager(n: int) -> IdentityCard:
    """An invented neighbour, always the same for the same number."""
    body = f"222401{1940 + n % 20}0101{100 + n:03d}"[:17]
    return IdentityCard(
        kind=CardKind.RESIDENT,
        name=f"样本{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{'一二三四五六七八九十'[n // 10 % 10]}",
        number=body + check_character(body),
        sex=Sex.FEMALE,
        birth=date(1940 + n % 20, 1, 1),
        nation="01",
        address="吉林省延吉市朝阳川镇示范村1组",
        authority="示范市公安局",
        valid_from=date(2020, 1, 1),
        long_term=True,
    )


@dataclass
class VillageDesk:
    """One terminal; `restart` is a power cut and the next start."""

    settings: Settings
    gateway: EmbeddedGateway
    name: str
    size: QSize
    reader: SimulatedIdentityReader = field(default_factory=SimulatedIdentityReader)
    slips: SimulatedReceiptPrinter = field(
        default_factory=lambda: SimulatedReceiptPrinter(layout=SlipLayout())
    )
    sheets: SimulatedPagePrinter = field(default_factory=SimulatedPagePrinter)
    _pictures: int = 0

    def start(self) -> None:
        """Switch it on."""
        client = gateway_for(self.settings)
        self.terminal = RunningTerminal(
            self.settings,
            Drivers(
                readers=(self.reader,),
                camera=SimulatedCamera(),
                receipt_printer=self.slips,
                page_printer=self.sheets,
            ),
            client,
            interrupt_gateway=client.interrupt,
            size=self.size,
        )
        self.window = self.terminal.window
        self.window.show()
        self.terminal.start()

    def stop(self) -> None:
        """Switch it off; what the threads still say nobody hears."""
        self.terminal.bridge.blockSignals(True)
        self.terminal.stop()
        self.window.deleteLater()
        let_go_on(0)

    def restart(self) -> None:
        """The power goes in the middle of whatever runs: nobody says goodbye to it."""
        walk, self.window.walk = self.window.walk, None
        assert walk is not None
        walk.blockSignals(True)
        self.reader.take_away()
        self.stop()
        self.start()

    def open(self, made: Callable[[Around], Made], staff: StaffMember | None = None) -> Made:
        """Begin that walk, with that member of the staff signed in."""
        walks: list[Made] = []

        def opening(around: Around) -> Walk:
            walks.append(made(replace(around, staff=staff)))
            return walks[0]

        self.window.open(opening)
        return walks[0]

    def lay(self, card: IdentityCard) -> None:
        """On the reader, instead of whatever lies there."""
        self.reader.take_away()
        let_go_on(700)  # the reader notices that nothing lies there
        self.reader.lay_down(card)

    def until(
        self, look: Callable[[], Seen | None], what: str, *, within: float = PATIENCE
    ) -> Seen:
        """Let the terminal go on until that is so; `within`: seconds."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            let_go_on(40)
        raise AssertionError(f"waited for {what}")

    def press(self, name: str) -> None:
        """A finger on the button of that name."""
        button = self.window.findChild(QPushButton, name)
        assert isinstance(button, QPushButton), name
        assert button.isEnabled(), name
        button.click()

    def shot(self, name: str) -> None:
        """A picture for people to look at, where a folder for pictures is set."""
        folder = os.environ.get(PICTURES)
        if folder:
            let_go_on(250)
            self._pictures += 1
            into = Path(folder) / self.name
            picture_of(self.window, into / f"{self._pictures:02d}-{name}.png")

    def page(self) -> QWidget:
        """What people see."""
        return self.window.page


def fill_form(flow: HandledIntake) -> None:
    """Whatever is still open or wrong is answered."""
    for question in flow.view.item.questions():
        answer = flow.view.answers.get(question.key, "")
        if complaint_about(question, answer) is not None:
            flow.answer(question.key, specimen_answer(question))


def do_step(flow: HandledIntake) -> None:
    """What a person does at a page that asks for no card, up to the next button."""
    match flow.view.step:
        case Step.FORM:
            fill_form(flow)
        case Step.MATERIALS:
            for material in flow.view.item.pages_to_photograph():
                words = f"{material.name} {flow.view.holder.number if flow.view.holder else ''}"
                flow.page_taken(specimen_page(material.key, words))
        case Step.SIGN:
            name = flow.view.holder.name if flow.view.holder else ""
            flow.signed(specimen_page("signature", name, wide=True))
        case Step.SIGN_FAMILY:
            for member in flow.who_sign:
                flow.member_signed(member.number, specimen_page("", member.number, wide=True))
        case Step.SIGN_AGENT:
            flow.signed_by_agent(specimen_page("", "代办人", wide=True))
        case _:
            pass


@contextmanager
def village_desk(
    folder: Path, name: str, *, mode: ModeSettings | None = None, size: QSize | None = None
) -> Iterator[VillageDesk]:
    """A desk that is switched on, and its gateway; both end afterwards."""
    gateway = EmbeddedGateway(
        folder / "gateway", catalog=packaged_catalog(), catalog_file=packaged_catalog_file()
    )
    gateway.start()
    token_file = folder / "token"
    token_file.write_text(gateway.add_terminal(TERMINAL), "ascii")
    settings = Settings(
        folder=folder / "store",
        gateway=GatewaySettings(
            url=gateway.base_url,
            terminal_id=TERMINAL,
            token_file=token_file,
            public_key=gateway.public_key.hex(),
            sealing_key=gateway.sealing_key.hex(),
        ),
        mode=mode or ModeSettings(),
        full_screen=False,
    )
    desk = VillageDesk(settings, gateway, name, size or QSize(1920, 1080))
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()
        gateway.stop()
