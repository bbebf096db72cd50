"""What terminals and clerks ask of the database all day is found by an index, never by a scan."""

import re
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync import wire
from sync.gateway import sqlite_database
from sync.outbox_sender import OutboxSender
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import Village, submit

# A row for every case, page, message or heartbeat; every one is asked in the story below.
GROWING = {
    *("case_page", "catalogue", "conflict", "content", "document", "heartbeat", "news"),
    *("office_case", "pack", "serial", "terminal", "transfer"),
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every statement the gateway's database runs from now on, with its values."""
    statements: set[str] = set()
    connected = sqlite_database._connected

    def traced(path: Path) -> sqlite3.Connection:
        connection = connected(path)
        connection.set_trace_callback(statements.add)
        return connection

    monkeypatch.setattr(sqlite_database, "_connected", traced)
    return statements


def story(village: Village) -> None:
    """All that a terminal asks of a gateway, and what a clerk does with a case in between."""
    catalogues = village.gateway._office._app._parts.catalogues
    for version in ("1", "2"):
        catalogues.put_in_force(version, f"catalogue {version}".encode(), now=datetime.now(UTC))
    case = village.confirm(1)
    OutboxSender(village.store, village.client, listener=village.heard).send_due(NOON)
    submit(village.client, replace(case, item_title="另一事项"))
    review = village.gateway.review
    assert len(review.waiting()) == 1
    review.accept(case.case_id)
    review.decide(case.case_id, b"%PDF-1.7 result", "办理结果通知书")
    for held in ("", wire.hash_of(b"catalogue 1")):
        told = village.client.pull("", catalog=held)
        assert told.catalog is not None
        village.client.fetch(told.catalog.transfer, offset=0, keep=lambda _: None)
    [*_, last] = told.changes
    village.client.fetch(last.documents[0].sha256, offset=0, keep=lambda _: None)
    village.client.heartbeat(wire.Heartbeat(program="1", now=datetime.now(UTC), waiting=0))


def test_no_question_of_a_day_reads_a_growing_table_from_end_to_end(
    asked: set[str], tmp_path: Path
) -> None:
    village = Village(tmp_path)
    asked.clear()  # what opening asks, it asks once
    story(village)
    village.close()
    once = {re.sub(r"'[^']*'", "''", one): one for one in asked}  # however often with other values
    database = sqlite3.connect(tmp_path / "gateway" / "ledger.db")
    scans, seen = [], set()
    for statement in once.values():
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            seen |= GROWING & set(re.findall(r"\w+", statement))
            for *_, step in database.execute(f"EXPLAIN QUERY PLAN {statement}"):
                # The rows that the statement itself brings are no table.
                if step.startswith("SCAN") and not re.search(r"CONSTANT ROW|^SCAN v$", step):
                    scans.append((step, statement))
    database.close()
    assert seen == GROWING
    assert scans == []
