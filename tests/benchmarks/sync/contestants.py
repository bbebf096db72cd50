"""Who sends: our terminal and gateway, and what a village could take instead."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import msgspec

from sync import wire
from sync.gateway.office import Office
from tests.benchmarks.peers.install import PEERS, node
from tests.benchmarks.sync.work import Work
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.sending_terminal import Sending
from tests.counterparts.village_line import DOWN, GATEWAY, VillageLine
from tests.counterparts.waiting import wait_until

PORT: Final = 8000
TERMINAL_ID: Final = "220104001001-01"
SCRIPTS: Final = Path(__file__).parents[1] / "peers"


class Contestant(Protocol):
    """One way of getting cases to a server. `folder` belongs to one run."""

    @property
    def name(self) -> str:
        """For the tables."""
        ...

    def serving(self, line: VillageLine, folder: Path) -> AbstractContextManager[None]:
        """Its server, at the gateway's end of the line."""
        ...

    def client(self, line: VillageLine, work: Work, folder: Path) -> list[str]:
        """What sends the work and ends; says `{"done": moment}`. Run again, it goes on.

        Whatever it needs of the server before the first case is fetched here.
        """
        ...

    def arrived(self, work: Work, folder: Path) -> set[str]:
        """Hashes of what its server has whole. Only once it does not serve any more."""
        ...


@dataclass(frozen=True, slots=True)
class Ours:
    """`kiosk gateway serve` over SQLite; SyncThread over the encrypted store.

    `faster`: the terminal's clock and patience, for a line whose times are scaled likewise.
    """

    name: str = "doorstep"
    faster: float = 1.0

    @contextmanager
    def serving(self, line: VillageLine, folder: Path) -> Iterator[None]:
        """See Contestant."""
        gateway = GatewayProcess(
            folder / "gateway",
            host=GATEWAY,
            inside=line.at_gateway,
            log=folder / "gateway.log",
        )
        (folder / "key").write_text(gateway.enrol(TERMINAL_ID, folder / "token"), "ascii")
        gateway.start()
        (folder / "url").write_text(gateway.base_url, "ascii")
        try:
            yield
        finally:
            gateway.stop()

    def client(self, line: VillageLine, work: Work, folder: Path) -> list[str]:
        """See Contestant. Like every terminal in service it has the catalogue and a cursor."""
        shutil.copytree(work.store, folder / "store")
        sending = Sending(
            store=str(folder / "store"),
            url=(folder / "url").read_text("ascii"),
            terminal_id=TERMINAL_ID,
            token_file=str(folder / "token"),
            public_key=(folder / "key").read_text("ascii"),
            faster=self.faster,
        )
        pull = msgspec.structs.replace(sending, only_pull=True)
        command = line.at_terminal(pull.command())
        subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL)
        return sending.command()

    def arrived(self, work: Work, folder: Path) -> set[str]:
        """See Contestant."""
        office = Office(folder / "gateway")
        try:
            hashes = set()
            for case in office.review.every():
                hashes.add(wire.hash_of(wire.canonical(wire.text_of(case))))
                hashes |= {_hash(office.review.page(page.sha256)) for page in case.pages}
            return hashes
        finally:
            office.close()


@dataclass(frozen=True, slots=True)
class Peer:
    """A server and a client that are programs of somebody else."""

    name: str
    server: Callable[[Path], Sequence[str]]  # folder
    sender: Callable[[Work, Path], Sequence[str]]  # what it sends, folder
    kept: Callable[[Work, Path], set[str]] = field(default=lambda _, folder: hashes_in(folder))

    @contextmanager
    def serving(self, line: VillageLine, folder: Path) -> Iterator[None]:
        """See Contestant."""
        (folder / "server").mkdir()
        (folder / "client").mkdir()
        place = line.state().places[DOWN]
        with (folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                line.at_gateway(self.server(folder)),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                wait_until(lambda: _listens(place), seconds=30, what=f"{self.name} listens")
                yield
            finally:
                os.killpg(process.pid, signal.SIGKILL)  # with what it started for connections
                process.wait()

    def client(self, line: VillageLine, work: Work, folder: Path) -> list[str]:
        """See Contestant."""
        return list(self.sender(work, folder))

    def arrived(self, work: Work, folder: Path) -> set[str]:
        """See Contestant."""
        return self.kept(work, folder / "server")


def tus(at_once: int, *, together: bool = True) -> Peer:
    """`together`: one request a file; apart: two, but a cut upload can be gone on with."""

    def server(folder: Path) -> Sequence[str]:
        return [node(), str(PEERS / "tus_server.mjs"), GATEWAY, str(PORT), str(folder / "server")]

    def sender(work: Work, folder: Path) -> Sequence[str]:
        url, memory = f"http://{GATEWAY}:{PORT}", str(folder / "client" / "begun.json")
        how = "together" if together else "apart"
        script = str(PEERS / "tus_client.mjs")
        return [node(), script, url, str(work.files), str(at_once), memory, how]

    return Peer(f"tus-js, {at_once} at once", server, sender)


def pouchdb() -> Peer:
    """Documents with attachments, by CouchDB's protocol."""

    def server(folder: Path) -> Sequence[str]:
        script = str(PEERS / "pouch_server.cjs")
        return [node(), script, GATEWAY, str(PORT), str(folder / "server")]

    def sender(work: Work, folder: Path) -> Sequence[str]:
        url, here = f"http://{GATEWAY}:{PORT}", str(folder / "client")
        return [node(), str(PEERS / "pouch_client.cjs"), url, str(work.files), here]

    def kept(work: Work, folder: Path) -> set[str]:
        command = [node(), str(PEERS / "pouch_look.cjs"), str(folder), str(work.files)]
        looked = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        return set(json.loads(looked.stdout))

    return Peer("PouchDB", server, sender, kept)


def rsync(*, packed: bool = False, resumes: bool = False) -> Peer:
    """`packed`: with -z. `resumes`: --partial --append."""

    def server(folder: Path) -> Sequence[str]:
        (folder / "rsyncd.conf").write_text(
            f"address = {GATEWAY}\nport = {PORT}\nuse chroot = no\ntimeout = 20\nuid = 0\ngid = 0\n"
            f"[work]\npath = {folder / 'server'}\nread only = no\n"
        )
        return ["rsync", "--daemon", "--no-detach", f"--config={folder / 'rsyncd.conf'}"]

    def sender(work: Work, folder: Path) -> Sequence[str]:
        target = f"rsync://{GATEWAY}:{PORT}/work/"
        options = [*(["-z"] if packed else []), *(["--partial", "--append"] if resumes else [])]
        return [sys.executable, str(SCRIPTS / "rsync_client.py"), target, str(work.files), *options]

    return Peer("rsync -z" if packed else "rsync", server, sender)


def post() -> Peer:
    """One POST per case."""

    def server(folder: Path) -> Sequence[str]:
        program = [sys.executable, str(SCRIPTS / "post_server.py")]
        return [*program, GATEWAY, str(PORT), str(folder / "server")]

    def sender(work: Work, folder: Path) -> Sequence[str]:
        url = f"http://{GATEWAY}:{PORT}/"
        return [sys.executable, str(SCRIPTS / "post_client.py"), url, str(work.files)]

    return Peer("POST per case", server, sender)


def hashes_in(folder: Path) -> set[str]:
    """Of every file below."""
    return {_hash(file.read_bytes()) for file in folder.rglob("*") if file.is_file()}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _listens(place: int) -> bool:
    """Does anybody listen on PORT in that namespace? (proc(5), recalled: state 0A is LISTEN)"""
    rows = Path(f"/proc/{place}/net/tcp").read_text().splitlines()[1:]
    rows += Path(f"/proc/{place}/net/tcp6").read_text().splitlines()[1:]
    fields = [row.split() for row in rows]
    return any(f[1].endswith(f":{PORT:04X}") and f[3] == "0A" for f in fields)
