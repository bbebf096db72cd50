"""The real counterparts of a journey, all on loopback: reader, camera, printers, gateway."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from devices.camera.pictures import to_jpeg
from devices.camera.specimen_pages import Specimen, on_desk
from devices.id_card.specimens import FAMILY
from kiosk.domain.identity import IdentityCard
from kiosk.settings import DeviceSettings, GatewaySettings, Settings
from tests.counterparts.card_blocks import block_of
from tests.counterparts.cups_server import CupsServer
from tests.counterparts.escpos_sink import EscPosSink
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.pcsc_card import PcscService, use_private_service
from tests.counterparts.sam_reader_pty import SamReaderPty

APPLICANT: IdentityCard = FAMILY[2]
TERMINAL = "terminal-01"


class CardDesk:
    """The place where a card is laid: a SAM reader on a pty, or a PC/SC slot of the real pcscd."""

    def __init__(self, kind: str, stack: ExitStack) -> None:
        self._sam: SamReaderPty | None = None
        self._pcsc: PcscService | None = None
        if kind == "sam":
            self._sam = stack.enter_context(SamReaderPty())
            self.devices = DeviceSettings(id_card=f"sam:{self._sam.port}")
        else:
            self._pcsc = stack.enter_context(PcscService())
            self.devices = DeviceSettings(social_card="pcsc")

    def lay(self, holder: IdentityCard) -> None:
        """The card goes onto the reader or into the slot."""
        if self._sam is not None:
            self._sam.lay_down(block_of(holder))
        elif self._pcsc is not None:
            self._pcsc.insert(holder, generation=2)

    def lift(self) -> None:
        """It is taken away again."""
        if self._sam is not None:
            self._sam.take_away()
        elif self._pcsc is not None:
            self._pcsc.remove()


@dataclass(frozen=True)
class Surroundings:
    """What the walk moves and looks at."""

    settings: Settings
    cards: CardDesk
    slips: EscPosSink
    sheets: CupsServer
    gateway: GatewayProcess


@contextmanager
def surroundings(*, card: str) -> Iterator[Surroundings]:
    """Everything started, the gateway not yet; everything ended and removed afterwards."""
    if card == "pcsc":
        use_private_service()
    folder = Path(tempfile.mkdtemp(prefix="doorstep-journey-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        cards = CardDesk(card, stack)
        slips = stack.enter_context(EscPosSink())
        sheets = stack.enter_context(CupsServer())
        gateway = GatewayProcess(folder / "gateway")
        stack.callback(gateway.stop)
        desk = folder / "desk"
        desk.mkdir()
        (desk / "register.jpg").write_bytes(to_jpeg(on_desk(Specimen.REGISTER_PAGE), 95))
        token_file = folder / "token"
        public_key = gateway.enrol(TERMINAL, token_file)
        settings = Settings(
            folder=folder / "store",
            gateway=GatewaySettings(
                url=gateway.base_url,
                terminal_id=TERMINAL,
                token_file=token_file,
                public_key=public_key,
                sealing_key=gateway.sealing_key,
            ),
            devices=cards.devices.model_copy(
                update={
                    "camera": f"opencv:{desk}",
                    "receipt_printer": f"network:127.0.0.1:{slips.port}",
                    "page_printer": f"cups:{sheets.queue}@127.0.0.1:{sheets.port}",
                    "print_service_word": sheets.spool_word,
                }
            ),
        )
        yield Surroundings(settings, cards, slips, sheets, gateway)
