"""A PostgreSQL server of the test's own, on a socket in its own folder; gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

ACCOUNT = "postgres"  # the server does not run as root
HOMES = Path("/usr/lib/postgresql")
MEMORY = Path("/dev/shm")  # noqa: S108 - a database of 300 files there costs 50 ms, not 400


class PostgresServer:
    """One server with any number of databases. As root it runs under Debian's own account."""

    def __init__(self, *, durable: bool = False) -> None:
        """`durable`: with fsync, as in production; without it in memory, so tests are quicker."""
        self._bin = max(HOMES.iterdir(), key=lambda home: int(home.name)) / "bin"
        quick = MEMORY if MEMORY.is_dir() and not durable else None
        self._folder = Path(tempfile.mkdtemp(prefix="doorstep-pg-", dir=quick))
        self._account = pwd.getpwnam(ACCOUNT) if os.geteuid() == 0 else None
        if self._account:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        else:
            self._folder.chmod(0o700)
        self._durable = durable

    def __enter__(self) -> Self:
        data = self._folder / "data"
        initialise = ("--auth=trust", f"--username={ACCOUNT}", "--encoding=UTF8", "--no-sync")
        self._run("initdb", *initialise, "-D", str(data))
        sync = "on" if self._durable else "off"
        options = f"-c listen_addresses= -k {self._folder} -c fsync={sync} -c max_connections=200"
        self._run(
            "pg_ctl", "-D", str(data), "-w", "-l", str(self._folder / "log"), "-o", options, "start"
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder)

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"gateway_{uuid.uuid4().hex}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.address(name)

    def drop(self, address: str) -> None:
        """Give the room of that database back, whoever is still connected to it."""
        name = address.partition("@/")[2].partition("?")[0]
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

    def address(self, database: str) -> str:
        """As libpq reads it."""
        return f"postgresql://{ACCOUNT}@/{database}?host={self._folder}"

    def restart(self) -> None:
        """As after a power cut: every connection is gone."""
        data = str(self._folder / "data")
        self._run("pg_ctl", "-D", data, "-m", "immediate", "-w", "restart")

    def _run(self, program: str, *words: str) -> None:
        account = self._account
        subprocess.run(
            [str(self._bin / program), *words],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            cwd=self._folder,
        )
