"""`kiosk verify` as somebody types it who holds a paper, a slip or its picture."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import segno
from typer.testing import CliRunner, Result

from kiosk.__main__ import app
from kiosk.domain.receipt_number import grouped, receipt_number
from kiosk.flow.site import Site
from kiosk.papers.signed_paper import RefusedPaper
from kiosk.slip_proofs import SlipProofs
from kiosk.verify_command import CODE_WORDS, PAPER_WORDS
from offline_store.arrivals import Arrivals
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync import wire
from sync.gateway.issuing.trust import with_trust
from sync.gateway.signing import SigningKey
from sync.paper_record import record_of
from sync.proof_code import TERMINAL_KEY, CodeRefusal, Vouched, vouched_bytes
from sync.slip_key import SlipKey
from sync.sm2 import Sm2PrivateKey, new_secret
from tests.counterparts.sample_cases import NOON, draft
from tests.counterparts.specimen_office import NUMBER, SpecimenOffice, composed, with_overlay

GATEWAY = SigningKey(b"g" * 32)
SITE = Site("220104001001", "示范村便民服务点", "01")
DAY = date(2026, 11, 28)
CASE = replace(
    draft(1), receipt_number=receipt_number(site=SITE.code, terminal="01", day=DAY, serial=7)
)


@pytest.fixture
def office(tmp_path: Path) -> SpecimenOffice:
    return SpecimenOffice.new(tmp_path)


@pytest.fixture
def paper(office: SpecimenOffice, tmp_path: Path) -> Path:
    file = tmp_path / "paper.pdf"
    file.write_bytes(office.seal.sealed(composed()))
    return file


@pytest.fixture
def root(office: SpecimenOffice, tmp_path: Path) -> Path:
    file = tmp_path / "root.pem"
    file.write_bytes(office.root_pem)
    return file


@pytest.fixture
def store(tmp_path: Path) -> SqlCipherStore:
    return open_store(tmp_path / "store", FileKey(tmp_path / "store.key", tmp_path / "store"))


def slip_code(store: SqlCipherStore) -> str:
    public = SlipKey(store).public()
    word = GATEWAY.signature(TERMINAL_KEY, vouched_bytes("01-01", public))
    SlipKey(store).vouched(Vouched("01-01", public, word))
    return SlipProofs(store, SITE)(CASE, NOON)


def verify(*words: object) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, words)], env={"COLUMNS": "200"})


def configured(tmp_path: Path) -> Path:
    """The settings of a terminal."""
    file = tmp_path / "kiosk.toml"
    file.write_text(
        f'folder = "{tmp_path / "store"}"\nkey_file = "{tmp_path / "store.key"}"\n'
        f'[gateway]\npublic_key = "{GATEWAY.public.hex()}"\n',
        "utf-8",
    )
    return file


def test_a_good_paper_and_a_changed_one(paper: Path, root: Path) -> None:
    told = verify(paper, "--root", root)
    assert told.exit_code == 0, told.output
    assert "是真的" in told.stdout
    assert "示范县社会保险事业管理局" in told.stdout
    assert "没有核对作废名单" in told.stderr
    assert NUMBER not in told.output
    paper.write_bytes(with_overlay(paper.read_bytes()))
    told = verify(paper, "--root", root)
    assert told.exit_code == 1
    assert "不能用：签章没有盖住整个文件" in told.stdout


def test_a_terminal_uses_what_came_down(
    paper: Path, office: SpecimenOffice, store: SqlCipherStore, tmp_path: Path
) -> None:
    key = Sm2PrivateKey(new_secret())
    trust = with_trust(b"", now=NOON, roots=[office.root], sm2_keys=[key.public])
    store.apply(Arrivals(configuration=("1", trust)), cursor="1", now=NOON)
    record = tmp_path / "record.json"
    made = record_of(paper.read_bytes(), key, number="1", title="证明", issued_at=NOON)
    record.write_bytes(wire.canonical(made))
    store.close()
    told = verify(paper, "--config", configured(tmp_path), "--record", record)
    assert told.exit_code == 0, told.output
    assert "国密签名：与登记相符" in told.stdout
    assert told.stderr == ""
    record.write_bytes(wire.canonical(made).replace(b'"title"', b'"titel"'))
    assert verify(paper, "--config", configured(tmp_path), "--record", record).exit_code == 2
    other = record_of(b"x", key, number="1", title="证明", issued_at=NOON)
    record.write_bytes(wire.canonical(other))
    assert verify(paper, "--config", configured(tmp_path), "--record", record).exit_code == 1


def test_a_slip_by_its_text_and_by_its_picture(store: SqlCipherStore, tmp_path: Path) -> None:
    code = slip_code(store)
    told = verify(code, "--gateway-key", GATEWAY.public.hex())
    assert told.exit_code == 0, told.output
    assert "这张回执是登记过的终端打印的" in told.stdout
    assert CASE.applicant_name not in told.stdout
    assert grouped(CASE.receipt_number) in told.stdout
    picture = tmp_path / "slip.png"
    made = segno.make(code, error="m")
    assert made.version <= 13
    made.save(str(picture), scale=4, border=4)  # 4 dots a module, as on the slip
    by_picture = verify(picture, "--gateway-key", GATEWAY.public.hex())
    assert by_picture.stdout == told.stdout
    changed = code.replace(".", "7.", 1)  # another number
    told = verify(changed, "--gateway-key", GATEWAY.public.hex())
    assert told.exit_code == 1
    assert "改动过" in told.stdout


def test_a_slip_at_a_terminal(store: SqlCipherStore, tmp_path: Path) -> None:
    code = slip_code(store)
    public = SlipKey(store).public()
    settings = configured(tmp_path)
    store.close()
    told = verify(code, "--config", settings)
    assert told.exit_code == 0, told.output
    store = open_store(tmp_path / "store", FileKey(tmp_path / "store.key", tmp_path / "store"))
    revoked = with_trust(b"", now=NOON, revoked=[wire.hash_of(public)])
    store.apply(Arrivals(configuration=("2", revoked)), cursor="2", now=NOON)
    store.close()
    told = verify(code, "--config", settings)
    assert told.exit_code == 1
    assert "已经停用" in told.stdout


def test_what_cannot_be_checked_is_not_called_false(
    paper: Path, root: Path, tmp_path: Path
) -> None:
    key = GATEWAY.public.hex()
    picture = tmp_path / "white.png"
    picture.write_bytes(b"no picture")
    for words in (
        [paper, "--gateway-key", key],  # no root
        ["DS1/1", "--root", root],  # no key
        [tmp_path / "none.pdf", "--root", root],
        [picture, "--gateway-key", key],
        [paper, "--root", paper],
        ["DS1/1", "--gateway-key", "xyz"],
    ):
        told = verify(*words)
        assert told.exit_code == 2, told.output
        assert told.stderr


def test_every_reason_has_its_words() -> None:
    assert set(PAPER_WORDS) == {reason.value for reason in RefusedPaper}
    assert set(CODE_WORDS) == {reason.value for reason in CodeRefusal}


def test_without_the_gateways_word_or_with_another_lead_there_is_no_proof(
    store: SqlCipherStore,
) -> None:
    assert SlipProofs(store, SITE)(CASE, datetime.now(UTC)) == ""
    slip_code(store)
    training = Site("220104001001", "x", "01", query_prefix="训练/")
    assert SlipProofs(store, training)(CASE, NOON) == ""
