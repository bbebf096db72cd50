"""Which database an address means: SQLite in the gateway's folder, or PostgreSQL."""

from collections.abc import Callable
from typing import Final

from sync.gateway.database import Database

# libpq takes both (PostgreSQL manual, "Connection URIs", recalled).
POSTGRES: Final = ("postgresql://", "postgres://")


class UnknownAddress(ValueError):
    """No database of ours has such an address. The text does not quote it: it may hold a word."""


class ExtraMissing(Exception):
    """The address is fine, but its driver is not installed: the extra of that name is."""


def opener_of(address: str) -> Callable[[], Database] | None:
    """What opens that database; None for "": SQLite in the gateway's folder.

    Raises UnknownAddress, ExtraMissing. Opens nothing yet.
    """
    if not address:
        return None
    if not address.startswith(POSTGRES):
        raise UnknownAddress("neither empty nor postgresql://")
    try:
        from sync.gateway.postgres_database import PostgresDatabase  # noqa: PLC0415  an extra
    except ImportError:
        raise ExtraMissing("province") from None
    return lambda: PostgresDatabase(address)
