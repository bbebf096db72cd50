"""What a gateway does not keep in its own folder, from addresses as an operator writes them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sync.gateway.database import Database
from sync.gateway.packs import Objects

EXTRA: Final = "pip install 'doorstep-kiosk[province]'"


class NotInstalled(Exception):
    """A library of the extra `province` is missing; the text says how to install it."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The parts of a gateway that lie outside of its folder."""

    database: Callable[[], Database] | None = None  # None: SQLite in the folder
    objects: Objects | None = None  # where packs go after a while
    bodies: Path | None = None  # see PageDoor


NOWHERE: Final = Elsewhere()


def elsewhere(*, database: str = "", bodies: Path | None = None) -> Elsewhere:
    """`database`: postgresql://user@host/name, "" for SQLite in the gateway's folder.

    Raises ValueError for an address of another kind, NotInstalled.
    """
    return Elsewhere(database=_database(database) if database else None, bodies=bodies)


def _database(address: str) -> Callable[[], Database]:
    if not address.startswith(("postgresql://", "postgres://")):
        raise ValueError("the database's address does not begin with postgresql://")
    try:
        from sync.gateway.postgres_database import PostgresDatabase  # noqa: PLC0415
    except ImportError:
        raise NotInstalled(f"PostgreSQL needs psycopg: {EXTRA}") from None
    return lambda: PostgresDatabase(address)
