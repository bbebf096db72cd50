"""The demonstration and the training: the whole terminal in a window, simulated devices."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication

from kiosk.app import RunningTerminal, make_application
from kiosk.demo_office import DemoOffice
from kiosk.domain.case import Case, IllegalMove
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.domain.mode import Mode
from kiosk.gateway_issue_command import SEALS
from kiosk.simulated_site import MARK, SimulatedSite
from sync.gateway.issuing.desk import NotReady
from sync.gateway.review import CorrectionsAlreadyAsked
from sync.gateway.serve import EmbeddedGateway
from ui.developer_panel import DeveloperPanel, Office

SHARE: Final = 0.92  # of the screen's width and height that the window may take
SHAPES: Final = {
    Mode.SELF_SERVICE: QSize(1080, 1920),
    Mode.DESK: QSize(1920, 1080),
    Mode.PORTABLE: QSize(1280, 800),
}
DEMO, TRAINING = "demo", "training"  # the terminal's name at its gateway
WINDOWS: Final = {DEMO: "家门口办 演示", TRAINING: "家门口办 训练"}
PANELS: Final = {DEMO: "开发面板", TRAINING: "训练用的证件、纸张和打印机"}


def run_demo(folder: Path, *, size: str, mode: Mode) -> int:
    """Open terminal and panel; the exit code. What is done stays in `folder` for the next time."""
    if not has_display():
        print("这里没有显示器，打不开窗口。不用显示器走一遍：./run journey --out out")  # noqa: T201
        return 1
    return show(folder, size=size, mode=mode, is_training=False)


def has_display() -> bool:
    """Whether a window can be opened here."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def show(folder: Path, *, size: str, mode: Mode, is_training: bool) -> int:
    """A terminal that only pretends, with the panel of its hands; the exit code."""
    application = make_application()
    kind = TRAINING if is_training else DEMO
    site = SimulatedSite(folder, terminal_id=kind, marked=is_training, mode=mode)
    client = site.client()
    terminal = RunningTerminal(
        site.settings,
        site.drivers,
        client,
        interrupt_gateway=client.interrupt,
        size=_window_size(size, SHAPES[mode]),
        is_training=is_training,
    )
    office = _office(
        site.gateway, folder, terminal.sync.send_soon, mark=MARK if is_training else ""
    )
    panel = DeveloperPanel(site.machine, office, title=PANELS[kind])
    terminal.window.setWindowTitle(WINDOWS[kind])
    terminal.window.show()
    panel.move(terminal.window.x() + terminal.window.width() + 20, terminal.window.y())
    panel.show()
    terminal.start()
    try:
        return application.exec()
    finally:
        panel.close()
        terminal.stop()
        site.close()


def _all_of(case: Case) -> list[CorrectionRow]:
    """A demonstration asks for the first page and the telephone number again."""
    keys = {page.material for page in case.pages[:1]}
    rows = [CorrectionRow(Part.MATERIAL, key, Flaw.UNCLEAR) for key in keys]
    if "contact_mobile" in case.answers:
        rows.append(CorrectionRow(Part.FIELD, "contact_mobile", Flaw.WRONG))
    return rows or [CorrectionRow(Part.SIGNATURE, "", Flaw.MISSING)]


def _window_size(size: str, shape: QSize) -> QSize:
    """As asked, else of that shape and as large as the screen allows, at most of that size."""
    if size:
        across, _, down = size.partition("x")
        return QSize(int(across), int(down))
    room = QGuiApplication.primaryScreen().availableGeometry().size() * SHARE
    return shape.scaled(room.boundedTo(shape), Qt.AspectRatioMode.KeepAspectRatio)


def _office(
    gateway: EmbeddedGateway, folder: Path, pull_soon: Callable[[], None], *, mark: str = ""
) -> Office:
    review = gateway.review

    def told(act: Callable[[str], Case]) -> Callable[[str], str]:
        def tell(case_id: str) -> str:
            try:
                case = act(case_id)
            except (IllegalMove, KeyError, NotReady):
                return "这个办件现在不能这样处理"
            except CorrectionsAlreadyAsked:
                return "已经要求过一次补正，不能再要求"
            pull_soon()
            return f"已处理：{case.state.value}"

        return tell

    def cases() -> Sequence[tuple[str, str]]:
        return [
            (case.case_id, f"{case.item_title}（{case.state.value}）") for case in review.waiting()
        ]

    return Office(
        cases=cases,
        accept=told(review.accept),
        ask_corrections=told(
            lambda case_id: review.ask_corrections(case_id, [], _all_of(review.case(case_id)))
        ),
        decide=told(DemoOffice(gateway.office, folder / SEALS, mark=mark).decide),
        cut_network=gateway.cut,
        mend_network=gateway.mend,
    )
