"""Databases of a server that somebody else runs, by their addresses: made, copied, dropped."""

import uuid

import psycopg
from psycopg.conninfo import conninfo_to_dict


def copy_of(address: str) -> str:
    """The address of a new database with all that is in that one, which nobody may have open."""
    before = _name(address)
    name = f"copy_{uuid.uuid4().hex}"
    _say(address, f'CREATE DATABASE "{name}" TEMPLATE "{before}"')
    return address.replace(before, name)


def drop(address: str) -> None:
    """Not needed any more; whoever still has it open loses it."""
    _say(address, f'DROP DATABASE "{_name(address)}" WITH (FORCE)')


def _name(address: str) -> str:
    return str(conninfo_to_dict(address)["dbname"])


def _say(address: str, command: str) -> None:
    beside = address.replace(_name(address), "postgres")
    with psycopg.connect(beside, autocommit=True) as connection:
        connection.execute(command.encode())
