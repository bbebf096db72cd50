"""What was signed for is looked over, and whatever is missing or changed is found."""

import sqlite3
from pathlib import Path

import pytest

from kiosk.domain.case import Case
from sync.gateway.checkup import Fault, Finding
from sync.gateway.database import Value
from sync.gateway.office import Office
from sync.outbox_sender import OutboxSender
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import Village

BOTH_ENGINES = True


@pytest.fixture
def case(village: Village) -> Case:
    """A case that was signed for, with a paper that was issued."""
    confirmed = village.confirm(1, pages=2)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    village.gateway.review.accept(confirmed.case_id)
    village.gateway.review.decide(confirmed.case_id, b"%PDF-1.7 paper", "通知书")
    return confirmed


@pytest.fixture
def office(village: Village) -> Office:
    return village.gateway._office


def found(office: Office) -> list[Finding]:
    return list(office.checkup().run(lambda _step, _done, _every: None))


def spoil(office: Office, statement: str, *values: Value) -> None:
    office._database.write(lambda w: w.run(statement, *values))


def test_a_gateway_that_is_well_has_nothing_wrong_and_says_how_far_it_is(
    office: Office, case: Case
) -> None:
    told: list[tuple[str, int, int]] = []
    assert list(office.checkup().run(lambda *step: told.append(step))) == []
    assert case
    assert told[-1] == ("contents", 4, 4)  # two pages, the signature, the paper
    assert ("cases", 1, 1) in told


def test_bytes_that_changed_on_the_disk_are_found(
    office: Office, case: Case, village: Village
) -> None:
    sha256 = case.pages[0].sha256
    [(pack, place)] = office._database.read(
        "SELECT pack, place FROM content WHERE sha256=?", sha256
    )
    path = village.folder / "gateway" / "pack" / pack
    content = bytearray(path.read_bytes())
    content[place + 10] ^= 1
    path.write_bytes(content)
    assert found(office) == [Finding(Fault.DAMAGED, sha256)]


def test_a_pack_that_is_gone_is_found(office: Office, case: Case, village: Village) -> None:
    for path in (village.folder / "gateway" / "pack").rglob("*"):
        if path.is_file():
            path.unlink()
    assert {finding.fault for finding in found(office)} == {Fault.MISSING}
    assert len(found(office)) == 4
    assert case


def test_a_case_that_was_signed_without_its_pages_is_found(office: Office, case: Case) -> None:
    spoil(office, "DELETE FROM content WHERE sha256=?", case.pages[0].sha256)
    assert found(office) == [Finding(Fault.PAGE, case.case_id)]


def test_a_paper_that_is_not_here_is_found(office: Office, case: Case) -> None:
    [(sha256,)] = office._database.read("SELECT sha256 FROM document")
    spoil(office, "DELETE FROM content WHERE sha256=?", sha256)
    assert found(office) == [Finding(Fault.DOCUMENT, f"{case.case_id} {sha256}")]


def test_a_text_that_is_not_the_one_that_was_signed_is_found(office: Office, case: Case) -> None:
    [(text,)] = office._database.read("SELECT text FROM office_case")
    changed = text.replace("第1项".encode(), "第9项".encode())
    spoil(office, "UPDATE office_case SET text=?", changed)
    assert found(office) == [Finding(Fault.RECEIPT, case.case_id)]


def test_what_a_key_before_this_one_signed_is_left_aside(
    office: Office, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "public_key", bytes(range(32)))
    assert found(office) == []
    assert case


def test_a_case_that_waits_for_pages_is_no_fault(village: Village, office: Office) -> None:
    village.client.submit_all([village.confirm(2, pages=1)])
    assert found(office) == []


def test_a_file_of_sqlite_that_is_damaged_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    Office(folder).close()
    with sqlite3.connect(folder / "ledger.db") as database:
        [(size,)] = database.execute("PRAGMA page_size").fetchall()
        [(page,)] = database.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name='news_scope'"
        ).fetchall()
        database.execute("INSERT INTO news VALUES (1, 'a', 'step', x'00')")
    database.close()
    with (folder / "ledger.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes([10, 0, 0, 0, 0]))  # an index leaf that says it is empty
    office = Office(folder)
    assert {finding.fault for finding in found(office)} == {Fault.DATABASE}
    office.close()
