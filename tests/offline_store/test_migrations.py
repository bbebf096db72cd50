"""Files of every version that was ever shipped open today, and those of tomorrow are refused."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.notice import Audience
from kiosk.domain.standing import Heard
from offline_store.api import StoreError
from offline_store.database import FILE_NAME, open_database
from offline_store.file_key import FileKey
from offline_store.migrations import VERSIONS, Upgrade
from offline_store.sqlcipher_store import open_store
from tests.counterparts.sample_cases import (
    NOON,
    NOTICE,
    NUMBER,
    SITE,
    TERMINAL,
    VISIT,
    case_id,
    document,
    draft,
)

KEY = bytes(range(32))
# vN.db was made by tests.counterparts.sample_cases.fill with version N of the program. When the
# tables change, the file of the version before must be here already, and stay for ever.
SAMPLES = Path("tests/samples/store")


def applied(folder: Path, versions: Sequence[Upgrade]) -> list[tuple[object, ...]]:
    database = open_database(folder, KEY, versions=versions)
    rows = database.execute("SELECT name, applied_at FROM _sqlite_migrations ORDER BY id")
    database.close()
    return rows


def test_there_is_a_sample_of_every_version() -> None:
    names = {path.name for path in SAMPLES.glob("v*.db")}
    assert names == {f"v{number}.db" for number in range(1, len(VERSIONS) + 1)}


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("v*.db")), ids=lambda path: path.stem)
def test_a_file_of_that_version_opens_with_everything_in_it(sample: Path, folder: Path) -> None:
    folder.mkdir()
    shutil.copy(sample, folder / FILE_NAME)
    key = FileKey(folder / "store.key")
    shutil.copy(SAMPLES / "sample.key", folder / "store.key")
    (folder / "store.key").chmod(0o600)
    store = open_store(folder, key)
    assert store.integrity_problems() == []
    assert store.case(case_id(1)).state is CaseState.DRAFT
    assert len(store.case(case_id(1)).pages) == 2
    assert [entry.case_id for entry in store.due(NOON, 10)] == [case_id(2)]
    answered, waiting = store.cases_of(NUMBER)
    assert (answered.case_id, waiting.case_id) == (case_id(3), case_id(2))
    assert answered.official_number == "2201042603050001"
    assert [len(store.page(one.sha256)) for one in answered.pages] == [1000, 1000]
    assert store.documents_of(case_id(3)) == [document(case_id(3))[0]]
    [received] = store.changes_of(case_id(3))  # version 1 knew it only from its audit
    assert (received.state, received.at) == (CaseState.RECEIVED, NOON)
    assert (store.cursor(), store.catalog()) == ("e1.7", ("2026-03-01", b"{}"))
    if int(sample.stem[1:]) >= 4:
        assert (store.notices(Audience.STAFF, NOON), store.visits()) == ([NOTICE], [VISIT])
        assert (store.configuration(), store.switch("sending")) == (("7", b"{}"), "saving")
        assert store.heard() == Heard(NOON, NOON, NOON, NOON)
        assert store.staged("0" * 64) == len(b"half of something")
    if int(sample.stem[1:]) >= 7:
        [entry] = store.open_prints()
        assert entry.order.paper == answered.receipt_number
    # The numbers of the notes go on where those of every older version ended.
    later = store.confirm(draft(9), site=SITE, terminal=TERMINAL, now=NOON)
    assert store.cases_of(NUMBER)[0].case_id == later.case_id
    assert later.receipt_number[20:24] == "0003"
    store.close()


def later(tables: Database) -> None:
    tables.execute("ALTER TABLE cases ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0")
    tables.execute("CREATE TABLE appointments (day TEXT) STRICT")


def broken(tables: Database) -> None:
    tables.execute("DROP TABLE outbox")
    tables.execute("INSERT INTO nowhere VALUES (1)")


def test_an_older_file_is_brought_up_to_date_once(folder: Path) -> None:
    before = applied(folder, VERSIONS)
    after = applied(folder, [*VERSIONS, later])
    assert after[: len(before)] == before
    assert [row[0] for row in after] == [*(version.__name__ for version in VERSIONS), "later"]
    assert applied(folder, [*VERSIONS, later]) == after


def test_a_newer_file_is_refused_and_left_alone(folder: Path) -> None:
    applied(folder, [*VERSIONS, later])
    content = (folder / FILE_NAME).read_bytes()
    with pytest.raises(StoreError) as refused:
        open_database(folder, KEY)
    assert refused.value.fault is Fault.STORE_TOO_NEW
    assert (folder / FILE_NAME).read_bytes() == content


def test_an_upgrade_that_fails_changes_nothing_at_all(folder: Path) -> None:
    before = applied(folder, VERSIONS)
    with pytest.raises(StoreError):
        open_database(folder, KEY, versions=[*VERSIONS, later, broken])
    database = open_database(folder, KEY)
    with database.reading():
        assert database.tables.table("outbox").exists()
        assert not database.tables.table("appointments").exists()
    database.close()
    assert applied(folder, VERSIONS) == before


def test_a_new_file_whose_first_version_fails_stays_empty(folder: Path) -> None:
    with pytest.raises(StoreError):
        open_database(folder, KEY, versions=[broken])
    names = [version.__name__ for version in VERSIONS]
    assert [row[0] for row in applied(folder, VERSIONS)] == names
