"""A terminal with its real store, a real gateway over HTTP, and a bad line between the two."""

import io
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.domain.case import Case, CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageRef, ScannedPage
from kiosk.domain.service_item import ServiceCatalog
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync.api import GatewayClient, PagesAnswer, SubmitAnswer
from sync.gateway.database_address import opener_of
from sync.gateway.office import Elsewhere
from sync.gateway.serve import EmbeddedGateway
from sync.http_gateway import HttpGateway
from sync.pieces import Piece
from tests.counterparts.bad_line import BadLine
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft

TERMINAL_ID = "220104001001-01"


class Heard:
    """A Listener that writes down what it is told."""

    def __init__(self) -> None:
        self.cases: list[str] = []
        self.network: list[Fault | None] = []
        self.catalogs: list[str] = []

    def cases_changed(self, case_ids: Sequence[str]) -> None:
        self.cases.extend(case_ids)

    def network_changed(self, fault: Fault | None) -> None:
        self.network.append(fault)

    def catalog_changed(self, version: str) -> None:
        self.catalogs.append(version)


class Village:
    """Everything of one service point. `close` ends all of it."""

    def __init__(
        self,
        folder: Path,
        *,
        catalog: ServiceCatalog | None = None,
        catalog_file: bytes = b"",
        database: str = "",
    ) -> None:
        """`database`: the address of the gateway's; "" for SQLite in its folder."""
        self.folder = folder
        self.gateway = EmbeddedGateway(
            folder / "gateway",
            catalog=catalog,
            catalog_file=catalog_file,
            elsewhere=Elsewhere(database=opener_of(database)),
        )
        self.gateway.start()
        self.line = BadLine(int(self.gateway.base_url.rpartition(":")[2]))
        self.line.start()
        self.token = self.gateway.add_terminal(TERMINAL_ID)
        self.client = self.new_client()
        self.store = self.open_store()
        self.heard = Heard()

    def new_client(self, **changes: Any) -> HttpGateway:
        """Another way to the gateway, over the line."""
        given: dict[str, Any] = {
            "base_url": self.line.base_url,
            "terminal_id": TERMINAL_ID,
            "token": self.token,
            "gateway_key": self.gateway.public_key,
            "block_timeout": 3.0,
            "answer_timeout": 3.0,
        }
        given.update(changes)
        return HttpGateway(given.pop("base_url"), **given)

    def open_store(self) -> SqlCipherStore:
        """The terminal's store, for one thread."""
        folder = self.folder / "store"
        return open_store(folder, FileKey(folder / "store.key"))

    def confirm(self, serial: int = 1, *, pages: int = 2, side: int = 64) -> Case:
        """A resident has confirmed a case with that many pages and a signature."""
        return confirmed(self.store, serial, pages=pages, side=side)

    def close(self) -> None:
        self.client.interrupt()
        self.line.stop()
        self.gateway.stop()
        self.store.close()


def confirmed(
    store: SqlCipherStore,
    serial: int = 1,
    *,
    pages: int = 2,
    side: int = 64,
    now: datetime = NOON,
    item_code: str = "",
) -> Case:
    """A confirmed case with real pictures, in the outbox of that store."""
    case = draft(serial)
    case = replace(case, item_code=item_code or case.item_code)
    store.save_draft(case)
    taken = [picture(serial * 100 + n, material=f"m{n + 1}", side=side) for n in range(pages)]
    signature = picture(serial * 100 + 99, material="signature", side=32)
    for page in (*taken, signature):
        store.add_page(case.case_id, page)
    case = replace(
        case,
        pages=tuple(page.reference() for page in taken),
        signature=signature.reference(),
    )
    return store.confirm(case, site=SITE, terminal=TERMINAL, now=now)


def picture(serial: int = 1, *, material: str = "m1", side: int = 64) -> ScannedPage:
    """A JPEG of noise, about 0.85 bytes for each of its side x side pixels."""
    noise = random.Random(serial).randbytes(side * side)
    written = io.BytesIO()
    Image.frombytes("L", (side, side), noise).save(written, "JPEG", quality=92)
    return ScannedPage(material=material, jpeg=written.getvalue(), width=side, height=side)


def case_ids(cases: Sequence[Case]) -> list[CaseId]:
    """Their ids."""
    return [case.case_id for case in cases]


def submit(client: GatewayClient, case: Case) -> SubmitAnswer:
    """One text alone."""
    [answer] = client.submit_all([case])
    return answer


def send_page(client: GatewayClient, store: SqlCipherStore, page: PageRef) -> PagesAnswer:
    """One page alone and whole."""
    piece = Piece(page.sha256, page.size, 0, store.page(page.sha256))
    return client.send_pieces([piece], [])
