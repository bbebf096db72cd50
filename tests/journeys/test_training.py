"""训练: the same program with invented people; it never reaches the gateway of the settings."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from kiosk.app import RunningTerminal, gateway_for
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.simulated_site import PIN, SimulatedSite
from kiosk.start_training import clean_environment
from kiosk.training import practice_folder
from tests.counterparts.canned_gateway import Canned, CannedGateway
from tests.counterparts.village import confirmed
from tests.journeys.staff_hands import PATIENCE_MS, StaffHands
from ui.desk_walk import DeskWalk

# Without a speech service Qt says so; that it is missing is not what is tested here.
pytestmark = [pytest.mark.timeout(240), pytest.mark.qt_log_ignore("text-to-speech plug-in")]


@pytest.fixture
def real() -> Iterator[CannedGateway]:
    """The gateway that a real terminal's settings name; it remembers whoever asks."""
    with CannedGateway() as server:
        yield server


@pytest.fixture
def terminal_and_site(
    qtbot: QtBot, real: CannedGateway, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[RunningTerminal, SimulatedSite]]:
    # Everything by which settings could find their way in says "the real gateway".
    monkeypatch.setenv("DOORSTEP_GATEWAY", f'{{"url": "{real.base_url}", "terminal_id": "real"}}')
    monkeypatch.setenv("DOORSTEP_FOLDER", "/var/lib/doorstep")
    monkeypatch.setenv("HTTP_PROXY", real.base_url)
    with practice_folder() as folder:
        site = SimulatedSite(folder, terminal_id="training", marked=True)
        client = site.client()
        running = RunningTerminal(
            site.settings,
            site.drivers,
            client,
            interrupt_gateway=client.interrupt,
            size=QSize(1080, 1920),
            is_training=True,
        )
        running.window.show()
        running.start()
        yield running, site
        running.stop()
        site.close()
    assert not folder.exists()


def test_whatever_is_done_in_training_stays_in_training(
    qtbot: QtBot, terminal_and_site: tuple[RunningTerminal, SimulatedSite], real: CannedGateway
) -> None:
    terminal, site = terminal_and_site
    hands = StaffHands(qtbot, terminal, "training")
    assert site.settings.folder.is_relative_to("/dev/shm")  # noqa: S108
    assert urlsplit(site.settings.gateway.url).netloc != urlsplit(real.base_url).netloc
    hands.see("训练")
    hands.picture("standby")
    case = confirmed(terminal.store)
    terminal.sync.send_soon()
    qtbot.waitUntil(
        lambda: terminal.store.case(case.case_id).state is CaseState.RECEIVED, timeout=PATIENCE_MS
    )
    qtbot.waitUntil(lambda: bool(terminal.store.staff()), timeout=PATIENCE_MS)
    site.machine.staff_reader.lay_down(site.staff_card)
    hands.press("door_staff")
    hands.see("训练员甲")
    hands.pin(PIN)
    qtbot.waitUntil(lambda: isinstance(terminal.window.walk, DeskWalk), timeout=PATIENCE_MS)
    assert hands.is_shown("training_band")
    hands.picture("desk")
    hands.press("desk_lock")
    assert hands.is_shown("training_band")
    hands.picture("locked")
    # It was at the training's own office, and the real gateway never heard of anything.
    assert real.asked == []


def test_a_real_gateway_in_the_way_is_not_believed(
    qtbot: QtBot, terminal_and_site: tuple[RunningTerminal, SimulatedSite], real: CannedGateway
) -> None:
    """Even with another address forced on it: only its own gateway's key is believed."""
    terminal, site = terminal_and_site
    del qtbot, terminal
    forced = site.settings.gateway.model_copy(update={"url": real.base_url})
    client = gateway_for(site.settings.model_copy(update={"gateway": forced}))
    real.answer = Canned(200, b"{}", {"Content-Type": "application/json"})
    assert client.reachable() is Fault.GATEWAY_FOREIGN
    assert real.asked  # it was tried


def test_the_training_process_is_started_without_the_terminals_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOORSTEP_GATEWAY", "{}")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials")
    environment = clean_environment()
    assert not [name for name in environment if name.startswith(("DOORSTEP_", "CREDENTIALS"))]
    assert environment["PATH"] == os.environ["PATH"]
