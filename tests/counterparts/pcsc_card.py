"""The system's real card service with a virtual card in its reader: social, staff, passport.

with PcscService() as service:
    reader = PcscSocialCardReader(service.reader_name)
    reader.open()
    service.insert(SOCIAL_SECURITY, generation=2)

Needs Debian's pcscd and vsmartcard-vpcd. The virtual reader's driver listens on every network
address, so service and card run in a network namespace of their own; a mount namespace gives the
service a socket of its own, so that another pcscd on this machine is left alone.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.domain.identity import IdentityCard
from tests.counterparts.pcsc_card_side import PCSCD, READER, SERVICE_FOLDER

PORT = 35963  # vpcd's own; inside the namespace nobody else can have it
CHECKOUT = Path(__file__).parents[2]
SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"


class PcscUnavailable(Exception):
    """The card service cannot be run here; the text says why."""


def service_folder() -> Path:
    """Where this process's card service has its socket.

    One place per process: the client library remembers the first socket it has used for as long
    as the process lives.
    """
    return Path(tempfile.gettempdir()) / f"doorstep-pcscd-{os.getpid()}"


def use_private_service() -> dict[str, str]:
    """Let PC/SC clients of this process find the service that `PcscService` will start.

    Must happen before the first PC/SC call of the process. Returns the variable for processes
    started from here, which inherit it anyway.
    """
    return {
        SOCKET_VARIABLE: os.environ.setdefault(
            SOCKET_VARIABLE, str(service_folder() / "pcscd.comm")
        )
    }


class PcscService:
    """Use as a context manager. Cards go in and out at once; pcscd notices within about a second.

    Raises PcscUnavailable from `with` when there is no pcscd, or neither namespaces nor a free
    /run/pcscd.
    """

    reader_name = READER
    slot_names = (f"{READER} 00 00", f"{READER} 00 01")

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}  # for the process that shall use this service
        self._folder = service_folder()
        self._side: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        if not Path(PCSCD).exists():
            raise PcscUnavailable(f"{PCSCD} is not installed (packaging/debian-packages.txt)")
        self.environment = use_private_service()
        self._folder = Path(self.environment[SOCKET_VARIABLE]).parent
        try:
            self._begin()
            self.start_service()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def insert(
        self,
        holder: IdentityCard,
        *,
        generation: int = 2,
        protocol: int = 0,
        strict_lengths: bool = False,
        open_third: bool = False,
        slot: int = 0,
    ) -> None:
        """Put a card in, in place of any other; generation 0 is no social security card.

        `slot`: 0 or 1, two readers for PC/SC, as the contact and the contactless side of one.
        """
        self._do(
            "insert",
            holder=_fields(holder),
            card={
                "generation": generation,
                "protocol": protocol,
                "strict_lengths": strict_lengths,
                "open_third": open_third,
            },
            slot=slot,
        )

    def insert_id_card(self, block: bytes, photo: bytes = bytes(1024)) -> None:
        """Put an ID card in that the reader offers in blocks; `block`: see card_blocks."""
        self._do("insert_blocks", block=block.hex(), photo=photo.hex())

    def insert_staff_card(
        self, key: bytes, *, pin: str = "123456", left: int = 3, compressed: bool = False
    ) -> None:
        """Put a staff card (PIV) in, in place of any other; `key`: see piv_card.new_key."""
        card = {"pin": pin, "left": left, "compressed": compressed}
        self._do("insert_staff", key=key.hex(), card=card)

    def insert_passport(self, zone: str, key: tuple[str, str, str], **card: object) -> None:
        """Put a travel document in, in place of any other; see passport.VirtualPassport."""
        number, birth, valid_until = key
        fields = {"zone": zone, "number": number, "birth": birth, "valid_until": valid_until}
        self._do("insert_passport", card=fields | card)

    def pull_at(self, command: str, *, slot: int = 0, then: IdentityCard | None = None) -> None:
        """Pull the card when the next command comes that begins so (hexadecimal), unanswered.

        `then`: whose card is put in at once in its place.
        """
        holder = None if then is None else _fields(then)
        self._do("pull_at", command=command, slot=slot, holder=holder)

    def remove(self) -> None:
        """Take every card out."""
        self._do("remove")

    def stop_service(self) -> None:
        """End pcscd; the card stays in the reader."""
        self._do("stop")

    def kill_service(self) -> None:
        """pcscd dies without a word; the card stays in the reader."""
        self._do("signal", number=signal.SIGKILL)
        self.stop_service()

    def freeze_service(self) -> None:
        """pcscd keeps its socket but answers nobody."""
        self._do("signal", number=signal.SIGSTOP)

    def thaw_service(self) -> None:
        """It answers again."""
        self._do("signal", number=signal.SIGCONT)

    def insert_mute(self) -> None:
        """Put a card in upside down, in place of any other."""
        self._do("insert_mute")

    def start_service(self) -> None:
        """Run pcscd, unless it runs already; back when it answers."""
        self._do("start")

    def commands(self) -> list[str]:
        """The commands that the cards were given so far, each as hexadecimal digits."""
        told = self._do("commands")["commands"]
        return told.split()

    def log(self) -> str:
        """What pcscd has said so far (no card content: it runs without APDU logging)."""
        return (self._folder / "pcscd.log").read_text(errors="replace")

    def _begin(self) -> None:
        why_not = ""
        for wrapper in (
            ["unshare", "--net", "--mount"],
            ["unshare", "--user", "--map-root-user", "--net", "--mount"],
        ):
            why_not = self._launch(wrapper, "secluded")
            if not why_not:
                return
        if (SERVICE_FOLDER / "pcscd.comm").exists():
            raise PcscUnavailable(
                f"no namespaces here ({why_not}), and a pcscd of this machine is already running"
            )
        sys.stderr.write(
            f"No namespaces here ({why_not}): the virtual card reader listens on port {PORT} of "
            "every network address while this runs.\n"
        )
        why_not = self._launch([], "plain")
        if why_not:
            raise PcscUnavailable(why_not)

    def _launch(self, wrapper: list[str], mode: str) -> str:
        """Start the far side; empty when that went well, else why it did not."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o755)
        program = [sys.executable, "-m", "tests.counterparts.pcsc_card_side"]
        command = [*wrapper, *program, str(self._folder), str(PORT), mode]
        try:
            self._side = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=CHECKOUT,
            )
        except OSError as error:
            return str(error)
        try:
            self._answer()
        except PcscUnavailable as error:
            self._end()
            return str(error)
        return ""

    def _do(self, what: str, **details: object) -> dict[str, str]:
        assert self._side is not None, "used outside of `with`"
        assert self._side.stdin is not None
        self._side.stdin.write(json.dumps({"do": what, **details}) + "\n")
        self._side.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, str]:
        assert self._side is not None
        assert self._side.stdout is not None
        assert self._side.stderr is not None
        line = self._side.stdout.readline()
        if not line:
            said = self._side.stderr.read().strip().splitlines()
            raise PcscUnavailable(said[-1] if said else "the far side ended")
        reply: dict[str, str] = json.loads(line)
        if error := reply.get("error"):
            raise PcscUnavailable(error)
        return reply

    def _end(self) -> None:
        side, self._side = self._side, None
        if side is not None:
            with side:  # closes the pipes; the far side ends with its input, and so does pcscd
                assert side.stdin is not None
                side.stdin.close()
                try:
                    side.wait(15)
                except subprocess.TimeoutExpired:
                    side.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


def _fields(holder: IdentityCard) -> dict[str, str]:
    days = ("birth", "valid_from", "valid_until")
    texts = ("name", "number", "sex", "nation", "card_number")
    return {name: str(getattr(holder, name)) for name in texts} | {
        name: str(getattr(holder, name) or "") for name in days
    }
