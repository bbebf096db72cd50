"""Brings the gateway's tables up to date, version by version, in either engine."""

import sqlite3
import threading
from typing import Any, Final

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.pool import StaticPool

from sync.gateway.not_ours import NotOurs, Why

HEAD: Final = "0007"  # the newest file in versions/; a test compares the two
_LOCK: Final = 0x446F6F72  # any number that only we use; pg_advisory_xact_lock(bigint)
# The library's `context` and `op` are those of the whole process: without this, two gateways that
# begin in two threads would write their tables over each other's connection.
_ONE_AT_A_TIME: Final = threading.Lock()


def bring_up_to_date(engine: sqlalchemy.Engine) -> None:
    """All missing versions in one transaction; two programs at once do it once.

    Raises NotOurs for tables of a newer program, and what the engine's driver raises.
    """
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sqlalchemy.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            found = _version(connection)
            if found != HEAD:
                _upgrade(connection, found)
    except sqlalchemy.exc.DBAPIError as error:
        if error.orig is None:
            raise
        raise error.orig from None  # the library's own text quotes the statement
    finally:
        engine.dispose()


def sqlite_engine(opened: sqlite3.Connection) -> sqlalchemy.Engine:
    """An engine over that one connection, whose transactions hold table changes too."""
    engine = sqlalchemy.create_engine("sqlite://", creator=lambda: opened, poolclass=StaticPool)

    def begin(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    # The driver would begin only before the first row (SQLAlchemy's manual of this dialect).
    event.listen(engine, "begin", begin)
    return engine


def _version(connection: sqlalchemy.Connection) -> str:
    """ "" when there is nothing yet, or only what was made before versions were noted."""
    tables = sqlalchemy.inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        return ""
    rows = connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).all()
    return str(rows[0][0]) if rows else ""


def _upgrade(connection: sqlalchemy.Connection, found: str) -> None:
    # Half a second to import, and only a new or an old database needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "sync.gateway:schema")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found and found not in known:
        raise NotOurs(Why.NEWER_TABLES, found)
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


def run_all(op: Any, statements: str) -> None:
    """Run statements, separated by a semicolon at the end of a line, in the engine's own words.

    For the files in versions/, which are written for SQLite: PostgreSQL calls BLOB and INTEGER of
    64 bits otherwise, and knows no STRICT.
    """
    if op.get_context().dialect.name == "postgresql":
        for ours, theirs in ((" BLOB", " BYTEA"), (" INTEGER", " BIGINT"), (") STRICT", ")")):
            statements = statements.replace(ours, theirs)
    for statement in statements.split(";\n"):
        op.execute(sqlalchemy.text(statement))
