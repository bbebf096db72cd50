"""A terminal and its gateway with a line of real packets between them, and a proxy that meddles."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from kiosk.domain.case import Case
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync.gateway.serve import EmbeddedGateway
from sync.http_gateway import HttpGateway
from tests.counterparts.meddler import Meddler
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import TERMINAL_ID, confirmed
from tests.counterparts.village_line import GATEWAY, VillageLine, Weather

# A day has 9,999 receipt numbers at a terminal, and 9,999 official ones for an item: after so many
# cases both another day and another item.
CASES_A_DAY: Final = 5000


class FarVillage:
    """Use it by `far_village`. Belongs to the thread that made it."""

    def __init__(self, folder: Path, line: VillageLine, gateway: EmbeddedGateway) -> None:
        """`gateway`: listens already, at its end of the line."""
        self.line = line
        self.gateway = gateway
        self.token = gateway.add_terminal(TERMINAL_ID)
        self.meddler = Meddler(int(gateway.base_url.rpartition(":")[2]), host=GATEWAY)
        self.store: SqlCipherStore = open_store(folder, FileKey(folder / "store.key"))

    def new_client(self, **changes: Any) -> HttpGateway:
        """A way to the gateway, by the names of HttpGateway."""
        given: dict[str, Any] = {
            "terminal_id": TERMINAL_ID,
            "token": self.token,
            "gateway_key": self.gateway.public_key,
        }
        return HttpGateway(self.meddler.base_url, **(given | changes))

    def confirm(self, serial: int, *, pages: int = 1, side: int = 48) -> Case:
        """A resident has confirmed a case with that many pages and a signature."""
        turn = serial // CASES_A_DAY
        now, item = NOON + timedelta(days=turn), f"11220100MB1234567W42201040010{turn:02}AA"
        return confirmed(self.store, serial, pages=pages, side=side, now=now, item_code=item)


@contextmanager
def far_village(folder: Path, weather: Weather) -> Iterator[FarVillage]:
    """The calling thread is at the terminal's end meanwhile."""
    with VillageLine(weather) as line, ExitStack() as ending:
        gateway = EmbeddedGateway(folder / "gateway")
        with line.as_gateway():
            gateway.start()
            ending.callback(gateway.stop)
            village = FarVillage(folder / "store", line, gateway)
            ending.callback(village.store.close)
            village.meddler.start()
            ending.callback(village.meddler.stop)
        with line.as_terminal():
            yield village
