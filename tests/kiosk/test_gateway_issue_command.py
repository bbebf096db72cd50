"""The whole way of a proof: an office is set up, issues, and the terminal may print what comes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kiosk.__main__ import app
from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.configuration import parse_configuration
from kiosk.papers.signed_paper import ExpectedPaper, PaperRefused, RefusedPaper, check
from sync.gateway.issuing.facts import TITLES, ProofKind
from sync.gateway_key import GatewayKey
from sync.outbox_sender import OutboxSender
from sync.paper_record import PaperRecord, record_fits
from sync.proof_code import PROOF_LEAD, check_code, proof_code, said_of
from sync.puller import Puller
from sync.wire import decoded, hash_of
from tests.counterparts.sample_cases import NOON, NUMBER, case_id
from tests.counterparts.village import TERMINAL_ID, Village

ID = case_id(1)


@pytest.fixture
def village(tmp_path: Path) -> Any:
    made = Village(tmp_path)
    made.confirm(pages=0)
    OutboxSender(made.store, made.client, listener=made.heard).send_due(NOON)
    yield made
    made.close()


def issue(village: Village, *words: str, code: int = 0) -> str:
    asked = ["gateway", "issue", *words, "--folder", str(village.folder / "gateway")]
    told = CliRunner().invoke(app, asked, env={"COLUMNS": "200"})
    assert told.exit_code == code, told.output
    return told.stdout if code == 0 else told.output


def pull(village: Village) -> None:
    puller = Puller(village.store, village.client, listener=village.heard)
    while puller.pull(datetime.now(UTC)).more:
        pass


def may_print(village: Village, pdf: bytes, sha256: str, number: str = NUMBER) -> None:
    newest = village.store.configuration()
    assert newest is not None
    trust = parse_configuration(newest[1])
    check(
        pdf,
        roots=trust.roots,
        revoked=trust.revoked,
        expected=ExpectedPaper(number, sha256),
        now=datetime.now(UTC),
    )


@pytest.mark.parametrize("kind", [ProofKind.INSURED, ProofKind.ALLOWANCE])
def test_a_proof_goes_all_the_way(village: Village, kind: ProofKind) -> None:
    issue(village, "authority")
    told = json.loads(issue(village, "proof", ID, "--kind", kind.value, "--specimen"))
    assert told["state"] == "decided"
    pull(village)
    case = village.store.case(CaseId(ID))
    assert case.state is CaseState.DECIDED
    [paper] = village.store.documents_of(CaseId(ID))
    assert (paper.title, paper.sha256) == (TITLES[kind], told["sha256"])
    pdf = village.store.document(paper.sha256)
    may_print(village, pdf, paper.sha256)
    with pytest.raises(PaperRefused):
        may_print(village, pdf, paper.sha256, number="440524188001010014")

    trust = parse_configuration(village.store.configuration()[1])  # type: ignore[index]
    record = decoded(issue(village, "record", told["sha256"]).encode(), PaperRecord)
    assert record_fits(record, pdf, trust.sm2_keys)
    assert not record_fits(record, pdf + b" ", trust.sm2_keys)
    assert not record_fits(record, pdf, [])
    assert NUMBER not in repr(record)

    issue(village, "revoke", told["sha256"])
    pull(village)
    with pytest.raises(PaperRefused) as refused:
        may_print(village, pdf, paper.sha256)
    assert refused.value.reason is RefusedPaper.REVOKED


def test_the_key_of_a_lost_terminal_is_named_so_that_it_can_be_revoked(village: Village) -> None:
    assert "还没有报过" in issue(village, "terminal-key", TERMINAL_ID, code=2)
    village.gateway.office.vouching.key_told(TERMINAL_ID, b"k" * 32)
    told = issue(village, "terminal-key", TERMINAL_ID).strip()
    assert told == hash_of(b"k" * 32)


def test_the_code_on_a_proof_is_the_gateways(village: Village) -> None:
    said = said_of(NOON, item="居住证明", person="测**")
    code = proof_code("123", said, village.gateway.office.sign)
    seen = check_code(code, lead="DS1/", gateway=GatewayKey(village.gateway.public_key))
    assert (seen.number, seen.item, seen.terminal_id) == ("123", "居住证明", "")
    assert code.startswith(PROOF_LEAD)


def test_nothing_unsealed_and_nothing_personal_is_left_in_the_folder(village: Village) -> None:
    issue(village, "authority")
    issue(village, "proof", ID, "--kind", "pension", "--specimen")
    seals = village.folder / "gateway" / "issuing"
    for file in seals.iterdir():
        assert NUMBER.encode() not in file.read_bytes()
        if file.suffix == ".key":
            assert file.stat().st_mode & 0o777 == 0o600
    assert not list((village.folder / "gateway").rglob("*.pdf")) or {
        file.name for file in (village.folder / "gateway").rglob("*.pdf")
    } == {"seal.pdf"}


def test_what_is_refused_in_words(village: Village, tmp_path: Path) -> None:
    said = issue(village, "proof", ID, "--kind", "pension", "--specimen", code=2)
    assert "authority" in said
    issue(village, "authority")
    assert "没有改动" in issue(village, "authority", code=2)
    assert "没有这个办件" in issue(village, "proof", "x", "--kind", "pension", "--specimen", code=2)
    facts = tmp_path / "facts.json"
    facts.write_text('{"type": "pension"}')
    words = ["proof", ID, "--kind", "pension", "--facts", str(facts)]
    assert "内容文件不能用" in issue(village, *words, code=2)
    assert "不能这样填" in issue(village, "revoke", "xyz", code=2)
    assert "不是 PEM" in issue(village, "trust", str(facts), code=2)
    issue(village, "trust", str(village.folder / "gateway" / "issuing" / "root.pem"))
    assert "没有出过" in issue(village, "record", "0" * 64, code=2)
    issue(village, "proof", ID, "--kind", "pension", "--specimen")
    again = issue(village, "proof", ID, "--kind", "pension", "--specimen", code=2)
    assert "不能这样变更" in again
