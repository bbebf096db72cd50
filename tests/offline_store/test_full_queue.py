"""A store of two versions ago, full of cases that were never sent, opens and sends every one."""

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.case import Case, CaseState
from offline_store.database import FILE_NAME
from offline_store.file_key import FileKey
from offline_store.migrations import VERSIONS
from offline_store.sqlcipher_store import open_store
from offline_store.store_folder import StoreFolder
from sync.sync_round import SyncRound
from tests.counterparts.sample_cases import NOON, NUMBER, draft
from tests.counterparts.village import Heard, Village

SAMPLES = Path("tests/samples/store")
VERSION = 5  # full_queue_v5.db; see make_full_queue.py there
CASES = 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The old store where the village's terminal has its own."""
    there = tmp_path / "store"
    there.mkdir()
    shutil.copy(SAMPLES / f"full_queue_v{VERSION}.db", there / FILE_NAME)
    shutil.copy(SAMPLES / "sample.key", there / "store.key")
    (there / "store.key").chmod(0o600)
    return there


def test_there_is_a_full_queue_of_two_versions_ago() -> None:
    assert len(VERSIONS) - 2 <= VERSION < len(VERSIONS)


def test_it_opens_with_everything_as_a_start_opens_it(folder: Path) -> None:
    held = StoreFolder(folder, FileKey(folder / "store.key"), program="test")
    store = held.open()
    assert store.problems() == []
    assert store.integrity_problems() == []
    assert store.waiting() == CASES
    cases = store.cases_of(NUMBER)
    assert [case.case_id for case in cases] == [
        draft(serial).case_id for serial in range(CASES, 0, -1)
    ]
    assert len({case.receipt_number for case in cases}) == CASES
    store.close()
    held.close()


def test_every_case_reaches_the_gateway_once_with_every_byte(tmp_path: Path, folder: Path) -> None:
    before = open_store(folder, FileKey(folder / "store.key"))
    expected = {case.case_id: case for case in before.cases_of(NUMBER)}
    before.close()
    village = Village(tmp_path)
    try:
        one, rounds = SyncRound(village.store, village.client, listener=Heard()), 0
        while village.store.waiting() and rounds < 20:
            one.run(NOON + timedelta(hours=2 * rounds))
            rounds += 1
        assert (village.store.waiting(), village.store.aside()) == (0, [])
        theirs = {case.case_id: case for case in village.gateway.review.every()}
        assert theirs.keys() == expected.keys()
        for case_id, case in expected.items():
            assert _content(theirs[case_id]) == _content(case)
            assert village.store.case(case_id).state is CaseState.RECEIVED
            shown = (*case.pages, *([case.signature] if case.signature else []))
            for page in shown:
                content = village.gateway.review.page(page.sha256)
                assert hashlib.sha256(content).hexdigest() == page.sha256
        assert len({case.official_number for case in theirs.values()}) == CASES
    finally:
        village.close()


def _content(case: Case) -> tuple[object, ...]:
    return (
        *(case.item_code, case.catalog_version, dict(case.answers), case.pages, case.signature),
        *(case.applicant_name, case.applicant_number, case.receipt_number),
    )
