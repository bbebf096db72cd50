"""How the tables came to be, version by version. A version that was shipped is never changed."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlite_utils import Database, Migrations

Upgrade = Callable[[Database], None]


def first(tables: Database) -> None:
    """Cases with their pages, what is to be sent, what came back, and the audit."""
    for statement in _FIRST:
        tables.execute(statement)


def second(tables: Database) -> None:
    """When a case made each of its steps; for cases of before, as far as the audit knows it."""
    for statement in _SECOND:
        tables.execute(statement)


def third(tables: Database) -> None:
    """What is kept for how long, and what was found damaged."""
    for statement in _THIRD:
        tables.execute(statement)


def fourth(tables: Database) -> None:
    """What comes down beside the cases, drafts that are gone on with, and age without a clock."""
    for statement in _FOURTH:
        tables.execute(statement)


def fifth(tables: Database) -> None:
    """Cases that belong to an earlier one, and what the office wants corrected, row by row."""
    for statement in _FIFTH:
        tables.execute(statement)


def sixth(tables: Database) -> None:
    """Who handles a case for whom, how far each scan is trusted, and what waits for approval."""
    for statement in _SIXTH:
        tables.execute(statement)


def seventh(tables: Database) -> None:
    """The print ledger, and how many papers of a document the office allows."""
    for statement in _SEVENTH:
        tables.execute(statement)


VERSIONS: Final[Sequence[Upgrade]] = (first, second, third, fourth, fifth, sixth, seventh)


def is_newer(tables: Database, versions: Sequence[Upgrade]) -> bool:
    """True when the file has been through a version that this program has never heard of."""
    ours = {version.__name__ for version in versions}
    return any(done.name not in ours for done in _migrations(versions).applied(tables))


def is_older(tables: Database, versions: Sequence[Upgrade]) -> bool:
    """True when a version is still to be applied; a new file lacks all of them."""
    return bool(_migrations(versions).pending(tables))


def upgrade(tables: Database, versions: Sequence[Upgrade]) -> None:
    """Apply what is missing. Call inside a transaction: sqlite-utils then uses savepoints of it.

    So the whole upgrade holds or none of it, also when two programs start at once.
    """
    _migrations(versions).apply(tables)


def _migrations(versions: Sequence[Upgrade]) -> Migrations:
    migrations = Migrations("doorstep")
    for version in versions:
        migrations(name=version.__name__)(version)
    return migrations


# Times are UTC in ISO 8601 with six decimals, so that text order is the order of time. Everything
# that has an order gets it from `counters`, never from the clock. Every index is one more page to
# encrypt and to write at "confirm", so there are only those that a question needs.
_FIRST: Final = (
    "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE cases (
        case_id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        item_code TEXT NOT NULL,
        item_title TEXT NOT NULL,
        catalog_version TEXT NOT NULL,
        started_at TEXT NOT NULL,
        receipt_number TEXT UNIQUE,    -- NULL while a draft
        official_number TEXT NOT NULL,
        applicant_name TEXT NOT NULL,
        applicant_number TEXT NOT NULL,
        answers TEXT NOT NULL,         -- JSON object, text to text
        confirmed_at TEXT,
        confirmed_order INTEGER,
        office_state TEXT NOT NULL,
        remarks TEXT NOT NULL,         -- JSON list of text
        acknowledgement BLOB           -- the gateway's signed receipt
    ) STRICT""",
    "CREATE INDEX cases_by_applicant ON cases (applicant_number)",
    # A page or document is kept once, however many cases show it.
    """CREATE TABLE contents (
        content_id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE pieces (
        content_id INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
        piece INTEGER NOT NULL,
        bytes BLOB NOT NULL CHECK (length(bytes) <= 65536),
        PRIMARY KEY (content_id, piece)
    ) STRICT""",
    """CREATE TABLE case_pages (
        case_id TEXT NOT NULL REFERENCES cases ON DELETE CASCADE,
        position INTEGER NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('page', 'signature')),
        content_id INTEGER NOT NULL REFERENCES contents,
        material TEXT NOT NULL,
        PRIMARY KEY (case_id, position)
    ) STRICT""",
    "CREATE INDEX case_pages_by_content ON case_pages (content_id)",
    """CREATE TABLE documents (
        arrival INTEGER PRIMARY KEY,
        case_id TEXT NOT NULL REFERENCES cases ON DELETE CASCADE,
        content_id INTEGER NOT NULL REFERENCES contents,
        title TEXT NOT NULL,
        UNIQUE (case_id, content_id)
    ) STRICT""",
    "CREATE INDEX documents_by_content ON documents (content_id)",
    # No cascade: a case that waits to be sent cannot be deleted.
    """CREATE TABLE outbox (
        case_id TEXT PRIMARY KEY REFERENCES cases,
        sequence INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        not_before TEXT,
        aside_reason TEXT,             -- NULL unless a person must look at it
        aside_at TEXT
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE day_serials (
        site TEXT NOT NULL,
        terminal TEXT NOT NULL,
        day TEXT NOT NULL,
        serial INTEGER NOT NULL,
        PRIMARY KEY (site, terminal, day)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE pull (only INTEGER PRIMARY KEY CHECK (only = 1), cursor TEXT NOT NULL) STRICT",
    """CREATE TABLE catalog (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        version TEXT NOT NULL,
        file BLOB NOT NULL
    ) STRICT""",
    # Never a name or number of a person; rows outlive their case.
    """CREATE TABLE audit (
        entry INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        what TEXT NOT NULL,
        case_id TEXT NOT NULL
    ) STRICT""",
)
_SECOND: Final = (
    """CREATE TABLE changes (
        case_id TEXT NOT NULL REFERENCES cases ON DELETE CASCADE,
        arrival INTEGER NOT NULL,
        state TEXT NOT NULL,
        office_state TEXT NOT NULL,
        at TEXT NOT NULL,
        official_number TEXT NOT NULL,
        remarks TEXT NOT NULL,         -- JSON list of text
        PRIMARY KEY (case_id, arrival)
    ) STRICT, WITHOUT ROWID""",
    # What comes later is numbered by the counter from 1 on, so what was before ends at 0.
    """INSERT INTO changes (case_id, arrival, state, office_state, at, official_number, remarks)
        SELECT case_id, entry - (SELECT max(entry) FROM audit), what, '', at, '', '[]' FROM audit
        WHERE case_id IN (SELECT case_id FROM cases) AND what IN (
            'received', 'accepted', 'correction', 'decided', 'delivered', 'refused', 'withdrawn')
    """,
)
# The index has only those whose time is still to come: a case enters with its acknowledgement and
# leaves when it is cleared, so that neither confirming nor tidying pays for the years before.
_THIRD: Final = (
    "ALTER TABLE cases ADD COLUMN acknowledged_at TEXT",
    "ALTER TABLE cases ADD COLUMN cleared_at TEXT",  # answers and pages were removed
    """UPDATE cases SET acknowledged_at = coalesce((SELECT max(at) FROM changes
        WHERE changes.case_id = cases.case_id AND state = 'received'), confirmed_at)
        WHERE acknowledgement IS NOT NULL""",
    """CREATE INDEX cases_to_clear ON cases (acknowledged_at)
        WHERE acknowledged_at IS NOT NULL AND cleared_at IS NULL""",
    # `file`: the damaged file, beside the database, as it was found.
    """CREATE TABLE damages (
        found INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        file TEXT NOT NULL,
        words TEXT NOT NULL
    ) STRICT""",
)
# From here on whatever has an order has the number of its note in the audit, so that there is no
# counter to be written beside it; `day_serials` has only what receipts cannot tell any more.
# Two tables must not have rows of one form: mending tells them apart by it (found_rows.py).
_FOURTH: Final = (
    """INSERT INTO audit (entry, at, what, case_id)
        SELECT value + 1, strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now'), 'counted on', ''
        FROM counters
        WHERE name = 'order' AND value > (SELECT ifnull(max(entry), 0) FROM audit)""",
    "DROP TABLE counters",
    "ALTER TABLE cases ADD COLUMN step TEXT",  # of a draft: the page at which the visit is
    "ALTER TABLE cases ADD COLUMN saved_at TEXT",  # of a draft
    """CREATE INDEX cases_cleared ON cases (confirmed_order, case_id)
        WHERE cleared_at IS NOT NULL""",
    """CREATE TABLE notices (
        notice_id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        published_at TEXT NOT NULL,
        until TEXT,
        audience TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE home_visits (
        visit_id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        number TEXT NOT NULL,
        phone TEXT NOT NULL,
        address TEXT NOT NULL,
        item_code TEXT NOT NULL,
        wanted_on TEXT,
        note TEXT NOT NULL,
        noted INTEGER NOT NULL         -- the audit's newest note at that time
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE configuration (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        file BLOB NOT NULL,
        version TEXT NOT NULL
    ) STRICT""",
    "CREATE TABLE switches (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # What came down of a document or a catalogue before the line broke.
    """CREATE TABLE staged (
        piece INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,
        begin INTEGER NOT NULL,
        bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
        noted INTEGER NOT NULL,
        UNIQUE (sha256, begin)
    ) STRICT""",
    """CREATE TABLE heard (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        first_start TEXT NOT NULL,
        latest TEXT NOT NULL,          -- the latest moment that the clock has shown since hearing
        last_heard TEXT,
        catalog_confirmed_at TEXT
    ) STRICT""",
    # For how long the store has surely existed, whatever the clock says (lifetime.py).
    """CREATE TABLE lifetime (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        lived INTEGER NOT NULL,        -- seconds
        boot TEXT NOT NULL,
        uptime INTEGER NOT NULL,       -- seconds
        at TEXT NOT NULL
    ) STRICT""",
    "CREATE TABLE marks (lived INTEGER PRIMARY KEY, entry INTEGER NOT NULL) STRICT",
)
# NULL is what an ordinary application has, so that "confirm" writes no more than before.
_FIFTH: Final = (
    "ALTER TABLE cases ADD COLUMN kind TEXT",
    "ALTER TABLE cases ADD COLUMN about TEXT",
    "ALTER TABLE cases ADD COLUMN round INTEGER",
    "CREATE INDEX cases_about ON cases (about) WHERE about IS NOT NULL",
    """CREATE TABLE corrections (
        case_id TEXT NOT NULL REFERENCES cases ON DELETE CASCADE,
        arrival INTEGER NOT NULL,      -- that of the change
        round INTEGER NOT NULL,
        asked TEXT NOT NULL,           -- JSON list of rows: part, key, flaw, note
        PRIMARY KEY (case_id, arrival)
    ) STRICT, WITHOUT ROWID""",
)
_SIXTH: Final = (
    "ALTER TABLE cases ADD COLUMN handling TEXT",  # JSON; NULL: by the applicant alone
    "ALTER TABLE case_pages ADD COLUMN level TEXT NOT NULL DEFAULT 'C'",
    "ALTER TABLE outbox ADD COLUMN held INTEGER NOT NULL DEFAULT 0",  # 1: not sent before approval
)
_SEVENTH: Final = (
    "ALTER TABLE documents ADD COLUMN copies INTEGER NOT NULL DEFAULT 0",  # 0: not counted
    # `entry`: the number of its note in the audit. No reference to cases: it outlives them.
    """CREATE TABLE prints (
        entry INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        case_id TEXT NOT NULL,         -- '': of no case
        paper TEXT NOT NULL,           -- receipt number, or SHA-256 of an issued document
        serial INTEGER NOT NULL,       -- the how-manieth print of that paper
        copies INTEGER NOT NULL,
        who TEXT NOT NULL,             -- staff id; '': the resident
        reason TEXT NOT NULL,          -- of a reprint
        provisional INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        fault TEXT NOT NULL,
        job TEXT NOT NULL,             -- '': nothing was handed to a printer
        told_by TEXT NOT NULL,
        ended_at TEXT
    ) STRICT""",
    "CREATE INDEX prints_of_papers ON prints (case_id, paper, serial)",
)
