"""The demonstration: the whole terminal in a window, simulated devices, its own gateway."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication

from devices.camera.simulated_camera import SimulatedCamera
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from devices.receipt_printer.slip_layout import SlipLayout
from kiosk.app import Drivers, RunningTerminal, gateway_for, make_application
from kiosk.catalog.load_catalog import packaged_catalog, packaged_catalog_file
from kiosk.domain.case import Case, IllegalMove
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.gateway_command import specimen_of
from kiosk.settings import GatewaySettings, Settings
from sync.gateway.review import CorrectionsAlreadyAsked
from sync.gateway.serve import EmbeddedGateway
from ui.developer_panel import DeveloperPanel, Office, SimulatedMachine

SHARE: Final = 0.92  # of the screen's height that the window may take
SHAPE: Final = QSize(1080, 1920)
DEMO: Final = "demo"  # the terminal's name at its gateway
TITLE: Final = "办理结果通知书"


def run_demo(folder: Path, *, size: str) -> int:
    """Open terminal and panel; the exit code. What is done stays in `folder` for the next time."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        print("这里没有显示器，打不开窗口。不用显示器走一遍：./run journey --out out")  # noqa: T201
        return 1
    application = make_application()
    machine = SimulatedMachine(
        reader=SimulatedIdentityReader(),
        camera=SimulatedCamera(),
        receipt_printer=SimulatedReceiptPrinter(layout=SlipLayout()),
        page_printer=SimulatedPagePrinter(),
    )
    gateway = EmbeddedGateway(
        folder / "gateway", catalog=packaged_catalog(), catalog_file=packaged_catalog_file()
    )
    gateway.start()
    token_file = folder / "token"
    token_file.touch(mode=0o600)
    token_file.write_text(gateway.add_terminal(DEMO), "ascii")
    settings = Settings(
        folder=folder / "store",
        gateway=GatewaySettings(
            url=gateway.base_url,
            terminal_id=DEMO,
            token_file=token_file,
            public_key=gateway.public_key.hex(),
            sealing_key=gateway.sealing_key.hex(),
        ),
        full_screen=False,
    )
    client = gateway_for(settings)
    terminal = RunningTerminal(
        settings,
        Drivers(
            readers=(machine.reader,),
            camera=machine.camera,
            receipt_printer=machine.receipt_printer,
            page_printer=machine.page_printer,
        ),
        client,
        interrupt_gateway=client.interrupt,
        size=_window_size(size),
    )
    panel = DeveloperPanel(machine, _office(gateway, terminal.sync.send_soon))
    terminal.window.setWindowTitle("家门口办 演示")
    terminal.window.show()
    panel.move(terminal.window.x() + terminal.window.width() + 20, terminal.window.y())
    panel.show()
    terminal.start()
    try:
        return application.exec()
    finally:
        panel.close()
        terminal.stop()
        gateway.stop()


def _all_of(case: Case) -> list[CorrectionRow]:
    """A demonstration asks for the first page and the telephone number again."""
    keys = {page.material for page in case.pages[:1]}
    rows = [CorrectionRow(Part.MATERIAL, key, Flaw.UNCLEAR) for key in keys]
    if "contact_mobile" in case.answers:
        rows.append(CorrectionRow(Part.FIELD, "contact_mobile", Flaw.WRONG))
    return rows or [CorrectionRow(Part.SIGNATURE, "", Flaw.MISSING)]


def _window_size(size: str) -> QSize:
    """As asked, else the standing kiosk's shape as large as the screen allows."""
    if size:
        across, _, down = size.partition("x")
        return QSize(int(across), int(down))
    height = int(QGuiApplication.primaryScreen().availableGeometry().height() * SHARE)
    return QSize(height * SHAPE.width() // SHAPE.height(), height)


def _office(gateway: EmbeddedGateway, pull_soon: Callable[[], None]) -> Office:
    review = gateway.review

    def told(act: Callable[[str], Case]) -> Callable[[str], str]:
        def tell(case_id: str) -> str:
            try:
                case = act(case_id)
            except (IllegalMove, KeyError):
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
        decide=told(
            lambda case_id: review.decide(case_id, specimen_of(review.case(case_id), TITLE), TITLE)
        ),
        cut_network=gateway.cut,
        mend_network=gateway.mend,
    )
