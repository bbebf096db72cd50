"""A window over the real store and a real gateway, with hands: for the journeys after a case."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from uuid6 import uuid7

from kiosk.catalog.find_items import find
from kiosk.catalog.load_catalog import packaged_catalog, packaged_catalog_file
from kiosk.domain.case import CaseId
from kiosk.domain.sending import Sending
from kiosk.domain.standing import Standing
from kiosk.domain.working_days import OFFICE_TIME
from kiosk.online_desk import OnlineThread
from sync.evaluation_seal import EvaluationSeal
from sync.http_online import HttpOnline
from sync.outbox_sender import OutboxSender
from sync.puller import Puller
from tests.counterparts.village import Village
from tests.journeys.looking import picture_of
from ui.events import EventBridge
from ui.main_window import MainWindow
from ui.specimens import SITE, QuietEquipment
from ui.stage import Stage
from ui.terminal import Terminal
from ui.texts import Texts


class Afterwards(Stage):
    """A stage whose store, gateway and line are real; printers and readers answer when told."""

    def __init__(self, folder: Path, pictures: Path, *, database: str = "") -> None:
        self._pictures = pictures
        self._shots = 0
        self.village = Village(
            folder,
            catalog=packaged_catalog(),
            catalog_file=packaged_catalog_file(),
            database=database,
        )
        self.review = self.village.gateway.review
        self.bridge = EventBridge()
        self._desk = OnlineThread(
            lambda: HttpOnline(self.village.new_client()), self.bridge.announce
        )
        self._desk.start()
        self.equipment = QuietEquipment()
        self.clock = 0.0
        self.kept = self.village.store
        catalog = packaged_catalog()
        self.window = MainWindow(
            Terminal(
                catalog=lambda: catalog,
                store=self.kept,
                site=SITE,
                equipment=self.equipment,
                texts=Texts(),
                now=lambda: datetime.now(OFFICE_TIME),
                new_case_id=lambda: CaseId(str(uuid7())),
                standing=Standing,
                sending=Sending.EVERYTHING,
                search=find,
                online=self._desk,
                seal=EvaluationSeal(self.village.gateway.sealing_key),
            ),
            self.bridge,
            size=QSize(1080, 1920),
            monotonic=lambda: self.clock,
        )
        self.window.show()

    def send(self) -> int:
        """One round up; how many were acknowledged."""
        sender = OutboxSender(self.kept, self.village.client, listener=self.village.heard)
        return len(sender.send_due(datetime.now(UTC)).acknowledged)

    def pull(self) -> None:
        """One round down."""
        puller = Puller(self.kept, self.village.client, listener=self.village.heard)
        puller.pull(datetime.now(UTC))

    def seen(self) -> str:
        """Every label people can see."""
        for _ in range(3):  # what is drawn anew in one round is laid out in the next
            QApplication.processEvents()
        labels = self.window.page.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    def shot(self, name: str) -> None:
        """A picture of the window."""
        self._shots += 1
        picture_of(self.window, self._pictures / f"{self._shots:02}-{name}.png")

    def press(self, name: str) -> None:
        """A finger on the button of that name, on the page of now."""
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        super().press(name)

    def next(self) -> None:
        """A finger on the button below."""
        QApplication.processEvents()
        button = cast(QPushButton, self.window.findChild(QPushButton, "next"))
        assert button.isEnabled(), button.text()
        button.click()

    def waits(self, wait_until: Callable[..., None], look: Callable[[], bool]) -> None:
        """Until that holds."""
        wait_until(look, timeout=5000)

    def close(self) -> None:
        """End all of it."""
        super().close()
        self._desk.stop()
        self.village.close()
