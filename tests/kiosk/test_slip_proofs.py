"""The code with its proof on a slip as it is printed: it fits both papers and is read again."""

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from devices.camera.codes import read_codes
from devices.camera.pictures import frame_from_file_bytes
from devices.receipt_printer.slip_code import slip_code
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.receipt import Receipt
from kiosk.domain.receipt_number import receipt_number
from kiosk.flow.receipts import (
    QR_BY_PHONE,
    QR_BY_STAFF,
    QR_PROGRESS,
    receipt_for,
    receipt_number_in,
)
from kiosk.flow.site import Site
from kiosk.papers.slip_layout import SlipLayout, korean_words
from kiosk.slip_proofs import SlipProofs
from offline_store.arrivals import Arrivals
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


ADDRESS = "HTTPS://BANSHI.JL.GOV.CN/C"


@pytest.fixture(params=["", ADDRESS], ids=["number", "address"])
def slip(store: SqlCipherStore, request: pytest.FixtureRequest) -> Receipt:
    if request.param:
        file = json.dumps({"check_address": request.param}).encode()
        store.apply(Arrivals(configuration=("2", file)), cursor="2", now=NOON)
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


def test_the_words_beside_the_code_say_how_it_is_checked(slip: Receipt) -> None:
    by_phone = slip.qr.startswith(f"{ADDRESS}#DS1/")
    assert slip.qr_words == (QR_BY_PHONE if by_phone else QR_BY_STAFF)
    assert korean_words()[slip.qr_words]


def test_with_its_address_a_code_is_one_version_larger_and_not_four(slip: Receipt) -> None:
    assert slip_code(slip.qr).version <= 14
    long = replace(SITE, code="220104001001")
    assert receipt_number_in(f"{ADDRESS}#{slip.qr.rpartition('#')[2]}", long)


def test_a_slip_without_a_proof_says_only_where_progress_is_seen() -> None:
    item = next(iter(packaged_catalog().every()))
    assert receipt_for(CASE, item, SITE, now=NOON).qr_words == QR_PROGRESS
