"""A day of a village assistant: the real card service, a gateway, a real store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from pytestqt.qtbot import QtBot

from devices.staff_card.pcsc_staff_card import PcscStaffCardReader
from kiosk.app import RunningTerminal
from kiosk.domain.case import Case, CaseState
from kiosk.domain.staff import StaffAct
from kiosk.simulated_site import SimulatedSite
from sync.staff_word import StaffWord
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.piv_card import new_key, public_point
from tests.counterparts.village import confirmed
from tests.journeys.staff_hands import StaffHands
from ui.desk_walk import DeskWalk
from ui.progress_walk import ProgressWalk

pytestmark = [
    pytest.mark.counterpart,
    pytest.mark.timeout(240),
    # Without a speech service Qt says so; that it is missing is not what is tested here.
    pytest.mark.qt_log_ignore("text-to-speech plug-in"),
]

PIN = "904817"
KEY = new_key()


@pytest.fixture(scope="module")
def service() -> Iterator[PcscService]:
    with PcscService() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> Iterator[SimulatedSite]:
    made = SimulatedSite(tmp_path / "site", terminal_id="desk-01", marked=False)
    yield made
    made.close()


@pytest.fixture(params=[(1080, 1920), (1920, 1080), (1280, 800)], ids=["kiosk", "desk", "portable"])
def terminal(
    qtbot: QtBot, site: SimulatedSite, service: PcscService, request: pytest.FixtureRequest
) -> Iterator[RunningTerminal]:
    service.remove()
    reader = PcscStaffCardReader(service.reader_name)
    client = site.client()
    running = RunningTerminal(
        site.settings,
        replace(site.drivers, staff_card=reader),
        client,
        interrupt_gateway=client.interrupt,
        size=QSize(*request.param),
    )
    running.window.show()
    running.start()
    yield running
    running.stop()


def register(site: SimulatedSite, key: bytes) -> None:
    """As `kiosk gateway staff add` does."""
    site.gateway.office.publishing.put_staff(
        StaffWord(
            staff_id="s-017",
            name="测试代办员",
            roles=("assistant",),
            site=site.settings.site.code,
            key=public_point(key),
            issued_at=datetime.now(UTC),
        )
    )


def sent(hands: StaffHands, terminal: RunningTerminal) -> Case:
    """A case that the gateway has."""
    case = confirmed(terminal.store)
    terminal.sync.send_soon()
    hands.wait(lambda: terminal.store.case(case.case_id).state is CaseState.RECEIVED)
    return case


def morning(hands: StaffHands, terminal: RunningTerminal, service: PcscService) -> None:
    """Card, a slip of the finger, the right PIN."""
    hands.press("door_staff")
    hands.see("请把工作证插进或放到读卡器上")
    hands.picture("card")
    service.insert_staff_card(KEY, pin=PIN)
    hands.see("请输入密码")
    hands.pin("111111")
    hands.see("密码不对，还能试 2 次")
    hands.picture("wrong")
    hands.pin(PIN)
    hands.see("测试代办员")
    hands.wait(lambda: isinstance(terminal.window.walk, DeskWalk))
    hands.picture("desk")


def away_and_back(hands: StaffHands, terminal: RunningTerminal, service: PcscService) -> None:
    """Somebody steps near; then the assistant goes with the card, and comes back to the work."""
    walk = terminal.window.walk
    hands.key(Qt.Key.Key_F9)
    assert hands.is_shown("privacy_shade")
    hands.picture("shade")
    hands.key(Qt.Key.Key_F9)
    service.remove()
    hands.wait(lambda: hands.is_shown("lock_cover"))
    hands.picture("locked")
    service.insert_staff_card(KEY, pin=PIN)
    hands.see("请输入密码")
    hands.pin(PIN)
    hands.wait(lambda: not hands.is_shown("lock_cover"))
    assert terminal.window.walk is walk


def looks_at_the_machine(hands: StaffHands) -> None:
    """Live status, a test print, the rest of the machine."""
    hands.press("desk_machine")
    hands.see("工作证读卡器")
    hands.see("正常")
    hands.press("trial_receipt_printer")
    hands.see("试过，正常")
    hands.picture("devices")
    hands.press("machine_tab_machine")
    hands.see("事项目录")
    hands.picture("machine")
    hands.press("back")


def acts_of(terminal: RunningTerminal) -> list[str]:
    store = terminal.store
    with store._database.reading():
        rows = store._database.execute(
            "SELECT what FROM audit WHERE what LIKE 'staff %' ORDER BY entry"
        )
    return [what for (what,) in rows]


def test_a_day_at_the_desk(
    qtbot: QtBot,
    terminal: RunningTerminal,
    site: SimulatedSite,
    service: PcscService,
    tmp_path: Path,
) -> None:
    hands = StaffHands(qtbot, terminal, f"staff-{terminal.window.width()}")
    register(site, KEY)
    terminal.sync.send_soon()
    hands.wait(lambda: len(terminal.store.staff()) == 2)
    case = sent(hands, terminal)
    morning(hands, terminal, service)
    hands.scan(f"{site.settings.site.query_prefix}{case.receipt_number}")  # somebody's slip
    hands.wait(lambda: isinstance(terminal.window.walk, ProgressWalk))
    hands.picture("case")
    away_and_back(hands, terminal, service)
    hands.press("bar_end")
    hands.wait(lambda: isinstance(terminal.window.walk, DeskWalk))
    looks_at_the_machine(hands)
    site.gateway.cut()  # signing in needs no network
    hands.press("bar_end")
    hands.press("door_staff")
    hands.see("请输入密码")
    hands.pin(PIN)
    hands.see("测试代办员")
    hands.press("bar_end")
    hands.wait(lambda: hands.is_shown("door_staff"))
    assert acts_of(terminal) == [
        f"{act.value} s-017"
        for act in (
            StaffAct.WRONG_PIN,
            StaffAct.SIGNED_IN,
            StaffAct.LOCKED,
            StaffAct.UNLOCKED,
            StaffAct.SIGNED_OUT,
            StaffAct.SIGNED_IN,
            StaffAct.SIGNED_OUT,
        )
    ]
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert not any(PIN.encode() in content for content in written)
    assert PIN not in service.log()


def test_a_revoked_card_opens_nothing(
    qtbot: QtBot, terminal: RunningTerminal, site: SimulatedSite, service: PcscService
) -> None:
    hands = StaffHands(qtbot, terminal, f"revoked-{terminal.window.width()}")
    register(site, KEY)
    site.gateway.office.publishing.revoke_staff("s-017")
    terminal.sync.send_soon()
    hands.wait(lambda: any(entry.is_revoked for entry in terminal.store.staff()))
    service.insert_staff_card(KEY, pin=PIN)
    hands.press("door_staff")
    hands.see("这张卡已经停用")
    hands.picture("revoked")
    assert not hands.is_shown("sign_in_enter")
