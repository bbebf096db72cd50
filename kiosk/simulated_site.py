"""A whole service point that only pretends: simulated devices, its own gateway, invented staff.

For the demonstration and for training. Nothing of a real terminal's settings enters it: address,
key and token of its gateway are those of the gateway that it starts itself.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PIL import Image

from devices.camera.simulated_camera import SimulatedCamera
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.layout import Layout
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from devices.staff_card.simulated_staff_card import SimulatedStaffCard, SimulatedStaffCardReader
from devices.travel_document.simulated_reader import SimulatedTravelDocumentReader
from kiosk.app import gateway_for
from kiosk.catalog.load_catalog import packaged_catalog, packaged_catalog_file
from kiosk.domain.mode import Mode
from kiosk.domain.receipt import Receipt
from kiosk.domain.staff import Role
from kiosk.domain.working_days import OFFICE_TIME
from kiosk.drivers import Drivers, line_reader
from kiosk.papers.slip_layout import SlipLayout
from kiosk.settings import (
    ComfortSettings,
    DeviceSettings,
    GatewaySettings,
    ModeSettings,
    Settings,
    SiteSettings,
)
from sync.gateway.serve import EmbeddedGateway
from sync.http_gateway import HttpGateway
from sync.staff_word import StaffWord
from ui.developer_states import SimulatedMachine

PIN: Final = "123456"
MARK: Final = "训练"
NOTE: Final = "训练用，不是真的办件，没有任何效力。"


class SimulatedSite:
    """Started when made; `close` ends its gateway. The folder is the caller's."""

    def __init__(
        self,
        folder: Path,
        *,
        terminal_id: str,
        marked: bool,
        mode: Mode = Mode.SELF_SERVICE,
    ) -> None:
        """`marked`: 训练 stands on every slip. Raises OSError, RuntimeError."""
        self.staff_card = SimulatedStaffCard(pin=PIN)
        layout: Layout = SlipLayout()
        self.machine = SimulatedMachine(
            reader=SimulatedIdentityReader(),
            camera=SimulatedCamera(),
            receipt_printer=SimulatedReceiptPrinter(layout=Marked(layout) if marked else layout),
            page_printer=SimulatedPagePrinter(),
            staff_reader=SimulatedStaffCardReader(),
            staff_card=self.staff_card,
            travel_document=SimulatedTravelDocumentReader(lambda: datetime.now(OFFICE_TIME).date()),
        )
        self.drivers = Drivers(
            readers=(self.machine.reader,),
            camera=self.machine.camera,
            receipt_printer=self.machine.receipt_printer,
            page_printer=self.machine.page_printer,
            staff_card=self.machine.staff_reader,
            travel_document=self.machine.travel_document,
            line_reader=line_reader(),
        )
        self.gateway = EmbeddedGateway(
            folder / "gateway", catalog=packaged_catalog(), catalog_file=packaged_catalog_file()
        )
        self.gateway.start()
        token_file = folder / "token"
        token_file.touch(mode=0o600)
        token_file.write_text(self.gateway.add_terminal(terminal_id), "ascii")
        # Every field is given, so that no variable of the environment finds its way in.
        self.settings = Settings(
            folder=folder / "store",
            key_file=folder / "store.key",
            catalog_file=None,
            site=SiteSettings(query_prefix=f"{MARK}/") if marked else SiteSettings(),
            devices=DeviceSettings(sticks=()),
            mode=ModeSettings(kind=mode, position=""),
            comfort=ComfortSettings(),
            gateway=GatewaySettings(
                url=self.gateway.base_url,
                terminal_id=terminal_id,
                token_file=token_file,
                public_key=self.gateway.public_key.hex(),
                sealing_key=self.gateway.sealing_key.hex(),
            ),
            full_screen=False,
        )
        self._register()

    def client(self) -> HttpGateway:
        """The way to its own gateway, and to no other."""
        return gateway_for(self.settings)

    def close(self) -> None:
        """End the gateway. May be repeated."""
        self.gateway.stop()

    def _register(self) -> None:
        """An invented assistant, whose card is new each time."""
        self.gateway.office.publishing.put_staff(
            StaffWord(
                staff_id="practice-1",
                name="训练员甲",
                roles=(Role.ASSISTANT.value, Role.FIELD.value, Role.MAINTAINER.value),
                site=self.settings.site.code,
                key=self.staff_card.key,
                issued_at=datetime.now(UTC),
            )
        )


class Marked:
    """A layout that writes 训练 over every slip before it draws it."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def picture(self, receipt: Receipt) -> Image.Image:
        """See Layout."""
        return self._layout.picture(marked(receipt))


def marked(receipt: Receipt) -> Receipt:
    """The slip with 训练 above it and in its notes, and nothing that a real terminal would open."""
    return replace(
        receipt,
        marks=(MARK, *receipt.marks),
        notes=(NOTE, *receipt.notes),
    )
