"""After each way a visit can end, twenty planted values are nowhere in the process or on the disk.

The terminal is the real one with its encrypted store and device threads; the gateway is away.
"""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from devices.camera.api import Frame
from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import RESIDENT
from kiosk.app import RunningTerminal, gateway_for
from kiosk.catalog.specimen_answers import specimen_answer
from kiosk.domain.page import ScannedPage
from kiosk.domain.service_item import FieldType
from kiosk.drivers import Drivers
from kiosk.flow.equipment import PreviewSeen
from kiosk.flow.steps import Step
from kiosk.settings import GatewaySettings, Settings
from tests.ui import planted
from tests.ui.planted import PLANTED
from ui.pages.form import FormPage
from ui.specimens import item_called
from ui.visit_walk import VisitWalk
from ui.widgets import screen_keyboard

WITHIN = 1.0  # seconds; reference/domain.md §3.8, 剩余信息保护


@dataclass
class Somebody:
    """A visit with all twenty values in it."""

    terminal: RunningTerminal
    clock: list[float]

    @property
    def walk(self) -> VisitWalk:
        walk = self.terminal.window.walk
        assert isinstance(walk, VisitWalk)
        return walk

    def press(self, name: str) -> None:
        button = cast("QPushButton", self.terminal.window.findChild(QPushButton, name))
        button.click()

    def come(self, until: Step) -> None:
        """Card, form, pages and signature, up to that step."""
        window, bridge = self.terminal.window, self.terminal.bridge
        window.show_visit(item_called("disabled_two_subsidy"))
        self.walk.flow.next()
        bridge.announce(
            CardRead(
                replace(
                    RESIDENT,
                    name=PLANTED[0],
                    number=PLANTED[1],
                    address=PLANTED[2],
                    authority=PLANTED[14],
                    english_name=PLANTED[13],
                    card_number=PLANTED[16],
                )
            )
        )
        self.walk.flow.next()
        self._fill_in()
        QGuiApplication.clipboard().setText(PLANTED[5])
        self.walk.flow.next()
        picture = Frame(8, 8, _holding(7, 9, 10).ljust(192, b" ")[:192])
        bridge.announce(PreviewSeen(picture, None))
        for n, material in enumerate(self.walk.flow.view.item.pages_to_photograph()):
            for _ in range(material.pages):
                self.walk.flow.page_taken(_page(material.key, 11 + n % 3, 15, 17, 18, 19))
        self.walk.flow.next()
        self.walk.flow.signed(_page("signature", 12))
        while self.walk.flow.view.step is not until:
            before = self.walk.flow.view.step
            self.walk.flow.next()
            assert self.walk.flow.view.step is not before, self.walk.flow.view.complaints

    def _fill_in(self) -> None:
        page = self.terminal.window.page
        assert isinstance(page, FormPage)
        own = {"contact_mobile": 3, "guardian_name": 5, "bank_account": 8, "disability_cert_no": 6}
        for question in self.walk.flow.view.item.questions():
            if question.key in page.cards:
                answer = specimen_answer(question)
                if question.key in own:
                    answer = PLANTED[own[question.key]]
                elif question.type in (FieldType.TEXT, FieldType.TEXTAREA):
                    answer = PLANTED[4]
                page.cards[question.key].control.changed_to(answer)


def _holding(*which: int) -> bytes:
    return b"\n".join(PLANTED[n].encode() for n in which)


def _page(material: str, *which: int) -> ScannedPage:
    picture = io.BytesIO()
    Image.new("RGB", (210, 297), "white").save(picture, "JPEG", comment=_holding(*which))
    return ScannedPage(material, picture.getvalue(), 210, 297)


@pytest.fixture
def somebody(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Somebody]:
    screen_keyboard.prepare(tmp_path / "keyboard")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    settings = Settings(
        folder=tmp_path / "store",
        gateway=GatewaySettings(url="http://127.0.0.1:9", public_key="00" * 32),
    )
    terminal = RunningTerminal(settings, Drivers(), gateway_for(settings))
    clock = [0.0]
    terminal.window._monotonic = lambda: clock[0]
    terminal.window.be_comfortable(terminal.window._comfort)
    terminal.start()
    terminal.window.show()
    yield Somebody(terminal, clock)
    terminal.stop()
    monkeypatch.delenv("QT_IM_MODULE")
    monkeypatch.delenv("XDG_CONFIG_HOME")


def left(somebody: Somebody) -> None:
    somebody.come(Step.REVIEW)
    somebody.press("bar_end")
    somebody.press("question_go")


def left_in_the_middle_of_the_form(somebody: Somebody) -> None:
    somebody.come(Step.REVIEW)
    somebody.walk.flow.go_to(Step.FORM)
    somebody.press("bar_end")
    somebody.press("question_go")


def timed_out(somebody: Somebody) -> None:
    somebody.come(Step.REVIEW)
    somebody.clock[0] += 1000
    somebody.terminal.window.look_at_the_clock()


def finished(somebody: Somebody) -> None:
    somebody.come(Step.DONE)
    somebody.press("next")
    somebody.press("bar_end")  # nothing is said about how it went


def stumbled(somebody: Somebody) -> None:
    somebody.come(Step.REVIEW)
    try:
        raise ValueError(PLANTED[0])
    except ValueError as error:
        # as Qt hands it on from a slot
        somebody.terminal.window._uncaught._hook(type(error), error, error.__traceback__)


ENDS = (left, left_in_the_middle_of_the_form, timed_out, finished, stumbled)


def places(somebody: Somebody, folder: Path) -> list[str]:
    """Everywhere a planted value still is."""
    return [
        *planted.in_widgets(),
        *planted.in_clipboard(),
        *planted.in_objects(lambda holder: holder is PLANTED),
        *planted.in_files(folder),
    ]


@pytest.mark.logs_expected  # the gateway is away; the mistake is logged by its place
@pytest.mark.parametrize("end", ENDS)
def test_nothing_of_a_person_stays(
    end: Callable[[Somebody], None],
    somebody: Somebody,
    tmp_path: Path,
    qtbot: QtBot,
    capfd: pytest.CaptureFixture[str],
) -> None:
    end(somebody)
    ended = time.monotonic()
    qtbot.waitUntil(lambda: somebody.terminal.window.walk is None, timeout=900)
    qtbot.wait(round(max(0.0, WITHIN - (time.monotonic() - ended)) * 1000))
    assert places(somebody, tmp_path) == []
    assert not planted.in_text("".join(capfd.readouterr()))


@pytest.mark.logs_expected
def test_the_search_does_find_what_is_there(somebody: Somebody, tmp_path: Path) -> None:
    somebody.come(Step.REVIEW)
    QApplication.processEvents()
    assert planted.in_widgets() != []
    assert planted.in_objects(lambda _holder: False) != []
    assert planted.in_files(tmp_path) == []  # the store is encrypted
    for n, coding in enumerate(planted.ENCODINGS):
        (tmp_path / f"leak{n}").write_bytes(b"x" + PLANTED[n].encode(coding))
    assert len(planted.in_files(tmp_path)) == len(planted.ENCODINGS)
