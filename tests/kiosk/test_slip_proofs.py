"""The code with its proof on a slip as it is printed: it fits both papers and is read again."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from devices.camera.codes import read_codes
from devices.camera.pictures import frame_from_file_bytes
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.receipt import Receipt
from kiosk.domain.receipt_number import receipt_number
from kiosk.flow.receipts import receipt_for, receipt_number_in
from kiosk.flow.site import Site
from kiosk.papers.slip_layout import SlipLayout
from kiosk.slip_proofs import SlipProofs
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync.gateway.signing import SigningKey
from sync.gateway_key import GatewayKey
from sync.proof_code import TERMINAL_KEY, Vouched, check_code, vouched_bytes
from sync.slip_key import SlipKey
from tests.counterparts.sample_cases import NOON, draft

GATEWAY = SigningKey(b"g" * 32)
SITE = Site("220104001001", "示范村便民服务点", "01")
DAY = date(2026, 11, 28)
CASE = replace(
    draft(1), receipt_number=receipt_number(site=SITE.code, terminal="01", day=DAY, serial=7)
)


@pytest.fixture
def store(tmp_path: Path) -> SqlCipherStore:
    return open_store(tmp_path / "store", FileKey(tmp_path / "store.key", tmp_path / "store"))


@pytest.fixture
def slip(store: SqlCipherStore) -> Receipt:
    key = SlipKey(store)
    word = GATEWAY.signature(TERMINAL_KEY, vouched_bytes("220104001001-01", key.public()))
    key.vouched(Vouched("220104001001-01", key.public(), word))
    item = next(iter(packaged_catalog().every()))
    return receipt_for(CASE, item, SITE, now=NOON, prove=SlipProofs(store, SITE))


@pytest.mark.parametrize("width", [576, 384])
def test_it_is_printed_and_read_again(slip: Receipt, width: int) -> None:
    written = io.BytesIO()
    SlipLayout(width).picture(slip).convert("L").save(written, "PNG")
    texts = [code.text for code in read_codes(frame_from_file_bytes(written.getvalue()))]
    assert texts == [slip.qr]
    seen = check_code(texts[0], lead=SITE.query_prefix, gateway=GatewayKey(GATEWAY.public))
    assert seen.number == CASE.receipt_number
    assert receipt_number_in(slip.qr, SITE) == CASE.receipt_number
