"""Puts the program together."""

import atexit
import gc
import logging
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication
from uuid6 import uuid7

from devices.hot_plug import HotPlug
from devices.power.battery import battery
from kiosk.announcing import Announcing
from kiosk.catalog.complaints import CatalogError
from kiosk.catalog.find_items import find
from kiosk.catalog.load_catalog import packaged_catalog_file
from kiosk.catalog.shelf import CatalogShelf
from kiosk.device_threads import DeviceThreads
from kiosk.domain.case import CaseId
from kiosk.domain.working_days import OFFICE_TIME
from kiosk.drivers import Drivers, drivers_for
from kiosk.flow.idle_limit import IdleLimit
from kiosk.flow.site import Site
from kiosk.flow.standing_look import StandingLook
from kiosk.logging_setup import RECENT
from kiosk.machine_look import MachineLook
from kiosk.online_desk import OnlineThread
from kiosk.paper_check import PaperChecks
from kiosk.papers.compose import shared_typesetter
from kiosk.portable import position_of
from kiosk.service_word import ALIVE, BEGUN, ENDING, ServiceWord
from kiosk.settings import Settings
from kiosk.slip_proofs import SlipProofs
from kiosk.start_training import start_training
from kiosk.stick_keys import NotEnrolled, gateway_key_of, seal_of, sender_of
from kiosk.stick_place import stick_under
from kiosk.stick_turn import StickKeys
from kiosk.stick_watch import StickWatch
from kiosk.store_keys import store_key
from kiosk.tidying_thread import TidyingThread
from offline_store.api import StoreError
from offline_store.store_folder import StoreFolder
from sync.api import GatewayClient
from sync.http_gateway import HttpGateway
from sync.http_online import HttpOnline
from sync.sync_round import SyncSettings
from sync.sync_thread import SyncThread
from ui.events import EventBridge
from ui.main_window import MainWindow
from ui.pages.out_of_service import say_out_of_service
from ui.terminal import Terminal
from ui.texts import Texts
from ui.theme.comfort import Comfort
from ui.voice import Voice
from ui.widgets import screen_keyboard

log = logging.getLogger(__name__)


def gateway_for(settings: Settings) -> HttpGateway:
    """The way to the province. Raises ValueError when the key in the settings is none."""
    way = settings.gateway
    own = (way.certificate_file, way.certificate_key)
    return HttpGateway(
        way.url,
        terminal_id=way.terminal_id,
        token=way.token_file.read_text("ascii").strip() if way.token_file else "",
        gateway_key=bytes.fromhex(way.public_key),
        ca_file=str(way.ca_file) if way.ca_file else None,
        certificate=(str(own[0]), str(own[1])) if own[0] and own[1] else None,
    )


def _stick_keys(settings: Settings) -> StickKeys | None:
    """None: nothing is carried by hand here until the gateway's keys are in the settings."""
    try:
        return StickKeys(sender_of(settings), gateway_key_of(settings))
    except NotEnrolled as error:
        log.info("no USB sticks: %s", error)
        return None


def first_catalog(settings: Settings) -> bytes:
    """The file of the settings, or the packaged one."""
    if settings.catalog_file is not None:
        return settings.catalog_file.read_bytes()
    return packaged_catalog_file()


class RunningTerminal:
    """A terminal with its window, device threads and sync; made on the interface's thread.

    Raises StoreError and CatalogError when it cannot begin.
    """

    def __init__(
        self,
        settings: Settings,
        drivers: Drivers,
        gateway: GatewayClient,
        *,
        interrupt_gateway: Callable[[], None] = lambda: None,
        size: QSize | None = None,
        is_training: bool = False,
        again: Callable[[], Drivers] | None = None,
    ) -> None:
        """`size`: of the window, in pixels; that of the screen when not given.

        `again`: fresh drivers in place of those that hang, see DeviceThreads.
        """
        with ExitStack() as undo:  # what cannot begin lets go of the folder, for the next attempt
            self._folder = StoreFolder(settings.folder, store_key(settings), program="kiosk run")
            undo.callback(self._folder.close)
            self.store = self._folder.open()
            undo.callback(self.store.close)
            for problem in self.store.problems():
                log.error("the store was mended: %s", problem)
            self._put_together(
                settings, drivers, gateway, interrupt_gateway, size, is_training, again
            )
            undo.pop_all()

    def _put_together(
        self,
        settings: Settings,
        drivers: Drivers,
        gateway: GatewayClient,
        interrupt_gateway: Callable[[], None],
        size: QSize | None,
        is_training: bool,
        again: Callable[[], Drivers] | None,
    ) -> None:
        shared_typesetter().take_templates_from(settings.templates)
        self._tidying = TidyingThread(self._folder.open)
        self.bridge = EventBridge()
        shelf = CatalogShelf(first_catalog(settings), newest=self.store.catalog)
        self._catalog = shelf.current()
        self.sync = SyncThread(
            self._folder.open,
            gateway,
            listener=Announcing(self.bridge.announce),
            settings=SyncSettings(
                terminal_id=settings.gateway.terminal_id,
                program=f"doorstep {version('doorstep-kiosk')}",
                urgent=self._catalog.urgent(),
                sending=settings.sending,
                first_catalog=first_catalog(settings),
            ),
            interrupt=interrupt_gateway,
        )
        self.devices = DeviceThreads(
            readers=drivers.readers,
            camera=drivers.camera,
            receipt_printer=drivers.receipt_printer,
            page_printer=drivers.page_printer,
            staff_card=drivers.staff_card,
            travel_document=drivers.travel_document,
            stick=StickWatch(
                find=lambda: stick_under(settings.devices.sticks),
                keys=_stick_keys(settings),
                open_store=self._folder.open,
                line=lambda: gateway_for(settings),
                sending=settings.sending,
            ),
            announce=self.bridge.announce,
            send_soon=self.sync.send_soon,
            open_ledger=self._folder.open,
            again=again,
            hot_plug=HotPlug,
            open_line_reader=drivers.line_reader,
        )
        self.online = OnlineThread(lambda: HttpOnline(gateway_for(settings)), self.bridge.announce)
        self.window = MainWindow(
            Terminal(
                catalog=shelf.current,
                store=self.store,
                site=Site(**settings.site.model_dump()),
                equipment=self.devices,
                texts=Texts(),
                now=lambda: datetime.now(OFFICE_TIME),
                new_case_id=lambda: CaseId(str(uuid7())),
                sending=settings.sending,
                standing=StandingLook(self.store, now=lambda: datetime.now(UTC)),
                findings=MachineLook(
                    self.store, settings.folder, shelf.current, drivers.page_printer
                ),
                recent_log=RECENT.lines,
                start_training=None if is_training else start_training,
                is_training=is_training,
                search=find,
                mode=settings.mode.kind,
                battery=battery,
                position=position_of(settings),
                seal=seal_of(settings),
                online=self.online,
                prove=SlipProofs(self.store, Site(**settings.site.model_dump())),
                comfort=Comfort.named(**settings.comfort.model_dump()),
                paper_check=PaperChecks(self.store),
                health=self.devices.health,
            ),
            self.bridge,
            idle=IdleLimit(settings.idle_ask_seconds, settings.idle_end_seconds),
            size=size,
            voice=Voice(),
        )

    def start(self) -> None:
        """Let devices and sync run."""
        gc.freeze()  # what stays for ever: after a visit only its own objects are looked through
        self.devices.start()
        self.sync.start()
        self.online.start()
        self._tidying.start()
        # The first search loads the tables of pinyin; nobody shall wait for that.
        threading.Thread(target=find, args=(self._catalog, "a"), name="pinyin", daemon=True).start()

    def stop(self) -> None:
        """End the visit, the threads and the store; bounded even when a device hangs."""
        self.window.close()
        self.devices.stop()
        self.sync.stop()
        self.online.stop()
        self._tidying.stop()
        self.store.close()
        self._folder.close()


def make_application() -> QApplication:
    """Qt's application with the screen keyboard prepared; once in a process, on its main thread.

    What the keyboard learns while somebody types lies in a folder of memory that ends with us. The
    service manager's SIGTERM and a developer's Ctrl-C end the event loop, so that the visit is
    wiped and everything is closed; Qt lets Python see them within a second (the window's clock).
    """
    memory = Path("/dev/shm")  # noqa: S108  memory, not a disk
    own = f"doorstep-{os.getpid()}-"
    folder = tempfile.mkdtemp(prefix=own, dir=memory if memory.is_dir() else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    screen_keyboard.prepare(Path(folder))
    application = QApplication(["kiosk"])
    for end in (signal.SIGTERM, signal.SIGINT):
        # By a timer: a loop that has not begun yet would not hear a plain quit.
        signal.signal(end, lambda *_: QTimer.singleShot(0, application.quit))
    return application


def run(settings: Settings) -> int:
    """The terminal for real. Returns the exit code.

    What keeps it from beginning (StoreError, CatalogError, ValueError, OSError) is raised after
    people have been told for a while that the terminal is out of service.
    """
    application = make_application()
    try:
        gateway = gateway_for(settings)
        terminal = RunningTerminal(
            settings,
            drivers_for(settings.devices),
            gateway,
            interrupt_gateway=gateway.interrupt,
            again=lambda: drivers_for(settings.devices),
        )
    except (StoreError, CatalogError, ValueError, OSError):
        say_out_of_service(full_screen=settings.full_screen)
        raise
    terminal.start()
    if settings.full_screen:
        terminal.window.showFullScreen()
    else:
        terminal.window.show()
    word = ServiceWord(os.environ)
    word.tell(BEGUN)
    still_moving = QTimer()  # on the interface's thread: a screen that stands still says nothing
    still_moving.timeout.connect(lambda: word.tell(ALIVE))
    if word.every_ms:
        still_moving.start(word.every_ms)
    try:
        return application.exec()
    finally:
        word.tell(ENDING)
        terminal.stop()
