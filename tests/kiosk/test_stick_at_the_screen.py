"""The whole program, a stick in its folder and a person at the screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from kiosk import app
from kiosk.app import RunningTerminal, gateway_for
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.drivers import Drivers
from kiosk.flow.stick_flow import StickState, StickView
from kiosk.settings import GatewaySettings, Settings
from tests.counterparts.sample_cases import NAME
from tests.counterparts.stick import at_the_gateway
from tests.counterparts.village import TERMINAL_ID, Village, confirmed
from ui.upload_walk import UploadWalk

PATIENCE_MS = 20_000


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = Village(tmp_path / "village")
    yield made
    made.close()


@pytest.fixture
def terminal(
    qtbot: QtBot, village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningTerminal]:
    monkeypatch.setattr(app, "stick_under", lambda places: next(iter(places), None))
    token = tmp_path / "token"
    token.write_text(village.token, "ascii")
    (tmp_path / "stick").mkdir()
    settings = Settings(
        folder=tmp_path / "terminal" / "store",
        gateway=GatewaySettings(
            url=village.gateway.base_url,
            terminal_id=TERMINAL_ID,
            token_file=token,
            public_key=village.gateway.public_key.hex(),
            sealing_key=village.gateway.sealing_key.hex(),
        ),
        devices={"sticks": (tmp_path / "stick",)},
        full_screen=False,
    )
    village.gateway.cut()  # nothing goes over the line
    client = gateway_for(settings)
    running = RunningTerminal(
        settings, Drivers(), client, interrupt_gateway=client.interrupt, size=QSize(1080, 1920)
    )
    running.window.show()
    running.start()
    yield running
    running.stop()


def press(qtbot: QtBot, terminal: RunningTerminal, name: str) -> None:
    def seen() -> list[QPushButton]:
        found = terminal.window.findChildren(QPushButton, name)
        return [button for button in found if button.isVisible()]

    qtbot.waitUntil(lambda: bool(seen()), timeout=PATIENCE_MS)
    seen()[-1].click()


def stick_of(terminal: RunningTerminal) -> StickView:
    walk = terminal.window.walk
    assert isinstance(walk, UploadWalk)
    return walk.flow.view.stick


def one_turn(qtbot: QtBot, terminal: RunningTerminal) -> StickView:
    terminal.window.open(UploadWalk)
    press(qtbot, terminal, "upload_stick")
    qtbot.waitUntil(lambda: stick_of(terminal).state is StickState.READY, timeout=PATIENCE_MS)
    press(qtbot, terminal, "next")
    qtbot.waitUntil(lambda: stick_of(terminal).state is StickState.ENDED, timeout=PATIENCE_MS)
    return stick_of(terminal)


def test_a_case_goes_out_by_stick_and_its_receipt_comes_back(
    qtbot: QtBot, terminal: RunningTerminal, village: Village, tmp_path: Path
) -> None:
    case = confirmed(terminal.store)
    result = one_turn(qtbot, terminal).result
    assert result is not None
    assert (result.fault, result.on_stick, result.safe) == (None, 1, True)
    files = [path.read_bytes() for path in (tmp_path / "stick").rglob("*") if path.is_file()]
    assert files
    assert not any(NAME.encode() in content for content in files)
    terminal.window.show_standby()
    at_the_gateway(village, tmp_path / "stick")
    result = one_turn(qtbot, terminal).result
    assert result is not None
    assert (result.receipts, result.on_stick) == (1, 0)
    assert terminal.store.case(case.case_id).state is CaseState.RECEIVED
    assert terminal.store.waiting() == 0


def test_a_stick_that_is_no_folder_any_more_is_told(
    qtbot: QtBot, terminal: RunningTerminal, tmp_path: Path
) -> None:
    confirmed(terminal.store)
    (tmp_path / "stick").rmdir()
    result = one_turn(qtbot, terminal).result
    assert result is not None
    assert result.fault is Fault.STICK_UNUSABLE
    assert terminal.store.waiting() == 1
