"""The far side of `pcsc_card`: the card service and its virtual card, in their own network.

Started by `pcsc_card.PcscService`, never by hand. Takes one JSON command a line on its input and
answers each with one JSON line; ends, with everything it started, when its input ends.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from threading import Event, Thread, current_thread
from typing import Any

from kiosk.domain.identity import CardKind, IdentityCard, Sex
from tests.counterparts.block_card import VirtualBlockCard
from tests.counterparts.passport import VirtualPassport
from tests.counterparts.piv_card import VirtualPivCard
from tests.counterparts.social_card import VirtualSocialCard


class MuteCard:
    """A card that lies upside down: the reader feels it, and no contact answers."""

    atr = b"\x00"  # no ATR: what the reader hears of contacts that do not touch

    def power_cycle(self) -> None:
        """Nothing changes."""

    def answer(self, command: bytes) -> bytes:
        """Nothing is ever said."""
        del command
        return b""


Card = VirtualSocialCard | VirtualPivCard | VirtualPassport | VirtualBlockCard | MuteCard

PCSCD = "/usr/sbin/pcscd"
DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
SERVICE_FOLDER = Path("/run/pcscd")  # fixed when pcscd was built
READER = "Doorstep virtual reader"
START_LIMIT = 10.0


class Slot:
    """The virtual reader's slot: connects to the driver as the card that lies in it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._line: socket.socket | None = None
        self._thread: Thread | None = None
        self.commands: list[str] = []
        self._pull_at = ""  # the beginning of the command at which the card goes
        self._then: Card | None = None  # and this one comes

    def pull_at(self, command: str, then: Card | None) -> None:
        """The card is pulled out instead of answering the next such command."""
        self._pull_at, self._then = command, then

    def insert(self, card: Card) -> None:
        self.remove()
        line = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        line.settimeout(None)
        self._line = line
        self._thread = Thread(target=self._serve, args=(line, card), daemon=True)
        self._thread.start()

    def remove(self) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)
            assert self._thread is not None
            if self._thread is not current_thread():
                self._thread.join(5)
            self._line.close()
            self._line = None

    def _serve(self, line: socket.socket, card: Card) -> None:
        """vpcd protocol: two bytes of length, then a control byte or a command (cards.md 4)."""
        with contextlib.suppress(OSError), line.makefile("rb") as incoming:
            while len(head := incoming.read(2)) == 2:
                message = incoming.read(struct.unpack(">H", head)[0])
                if message == b"\x04":
                    reply = card.atr
                elif len(message) == 1:
                    card.power_cycle()
                    continue
                else:
                    self.commands.append(message.hex().upper())
                    if self._pull_at and self.commands[-1].startswith(self._pull_at):
                        self._pull_at = ""
                        break
                    reply = card.answer(message)
                line.sendall(struct.pack(">H", len(reply)) + reply)
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        then, self._then = self._then, None
        if then is not None:
            self.insert(then)


class Side:
    """Obeys the commands of `PcscService`."""

    def __init__(self, folder: Path, port: int, *, secluded: bool) -> None:
        self._folder = folder
        self._port = port
        self._service: subprocess.Popen[bytes] | None = None
        self._slots = (Slot(port), Slot(port + 1))  # the driver has two, on ports side by side
        self._cards: dict[int, Card] = {}
        if secluded:
            _bring_up_loopback()
            _hide_other_service(folder)
        else:
            # The fixed socket is reached through the folder all the same.
            (folder / "pcscd.comm").symlink_to(SERVICE_FOLDER / "pcscd.comm")

    def start(self) -> None:
        if self._service is not None:
            return
        configuration = self._folder / "reader.conf.d"
        configuration.mkdir(exist_ok=True)
        device = f"/dev/null:0x{self._port:04X}"
        (configuration / "virtual").write_text(
            f'FRIENDLYNAME "{READER}"\nDEVICENAME {device}\nLIBPATH {DRIVER}\n'
            f"CHANNELID 0x{self._port:04X}\n"
        )
        log = (self._folder / "pcscd.log").open("ab")
        # setpriv: should this process be killed, pcscd ends as well.
        program = ["setpriv", "--pdeathsig", "TERM", PCSCD, "--foreground", "--info"]
        self._service = subprocess.Popen(
            [*program, "-c", str(configuration)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        log.close()
        _wait_until(self._answers, self._service)
        for slot, card in self._cards.items():
            self._slots[slot].insert(card)

    def stop(self) -> None:
        for slot in self._slots:
            slot.remove()
        service, self._service = self._service, None
        if service is not None:
            service.terminate()
            try:
                service.wait(5)
            except subprocess.TimeoutExpired:
                service.kill()
                service.wait(5)

    def signal(self, number: int) -> None:
        """SIGSTOP, SIGCONT or SIGKILL for the service itself."""
        if self._service is not None:
            self._service.send_signal(number)

    def insert(self, card: Card, slot: int = 0) -> None:
        self._cards[slot] = card
        if self._service is not None:
            self._slots[slot].insert(card)

    def remove(self) -> None:
        self._cards.clear()
        for slot in self._slots:
            slot.remove()

    def pull_at(self, command: str, slot: int, then: Card | None) -> None:
        """See Slot; what is put in then lies there from then on."""
        if then is None:
            self._cards.pop(slot, None)
        else:
            self._cards[slot] = then
        self._slots[slot].pull_at(command, then)

    def commands(self) -> str:
        """What the cards of both slots were given."""
        return " ".join(command for slot in self._slots for command in slot.commands)

    def _answers(self) -> bool:
        log = (self._folder / "pcscd.log").read_text(errors="replace")
        with socket.socket(socket.AF_UNIX) as client:
            return log.rstrip().endswith("daemon ready.") and not client.connect_ex(
                str(SERVICE_FOLDER / "pcscd.comm")
            )


def _bring_up_loopback() -> None:
    # struct ifreq of <net/if.h>; SIOCSIFFLAGS = 0x8914, IFF_UP | IFF_RUNNING = 0x41
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x41))


def _hide_other_service(folder: Path) -> None:
    """Put our folder in the place of /run/pcscd, for this process and its children only."""
    try:
        SERVICE_FOLDER.mkdir(exist_ok=True)
    except OSError:  # not root outside: /run can be replaced, not written
        _mount("tmpfs", "/run", kind="tmpfs")
        SERVICE_FOLDER.mkdir()
    _mount(str(folder), str(SERVICE_FOLDER), flags=0x1000)  # MS_BIND


def _mount(source: str, target: str, *, kind: str = "", flags: int = 0) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.mount(source.encode(), target.encode(), kind.encode() or None, flags, None):
        raise OSError(ctypes.get_errno(), f"mount {target}")


def _wait_until(condition: object, service: subprocess.Popen[bytes]) -> None:
    assert callable(condition)
    end = time.monotonic() + START_LIMIT
    while not condition():
        if service.poll() is not None:
            raise RuntimeError(f"pcscd ended with {service.returncode}; see its log")
        if time.monotonic() > end:
            raise RuntimeError("pcscd did not become ready")
        Event().wait(0.02)


def card_from(fields: dict[str, str]) -> IdentityCard:
    """The holder that `pcsc_card` sent as texts."""

    def day(name: str) -> date | None:
        return date.fromisoformat(fields[name]) if fields[name] else None

    return IdentityCard(
        kind=CardKind.SOCIAL_SECURITY,
        name=fields["name"],
        number=fields["number"],
        sex=Sex(fields["sex"]),
        nation=fields["nation"],
        card_number=fields["card_number"],
        birth=day("birth"),
        valid_from=day("valid_from"),
        valid_until=day("valid_until"),
    )


def obey(side: Side, wanted: dict[str, Any]) -> dict[str, str]:
    """Do what one command says; its answer."""
    match wanted["do"]:
        case "start":
            side.start()
        case "stop":
            side.stop()
        case "signal":
            side.signal(wanted["number"])
        case "commands":
            return {"commands": side.commands()}
        case "remove":
            side.remove()
        case "pull_at":
            then = wanted["holder"] and VirtualSocialCard(holder=card_from(wanted["holder"]))
            side.pull_at(wanted["command"], wanted["slot"], then)
        case _:
            side.insert(card_of(wanted), wanted.get("slot", 0))
    return {}


def card_of(wanted: dict[str, Any]) -> Card:
    """The card that a command puts in. Raises RuntimeError for a command that is none."""
    match wanted["do"]:
        case "insert":
            return VirtualSocialCard(holder=card_from(wanted["holder"]), **wanted["card"])
        case "insert_mute":
            return MuteCard()
        case "insert_staff":
            return VirtualPivCard(key=bytes.fromhex(wanted["key"]), **wanted["card"])
        case "insert_blocks":
            return VirtualBlockCard(bytes.fromhex(wanted["block"]), bytes.fromhex(wanted["photo"]))
        case "insert_passport":
            return VirtualPassport(**wanted["card"])
        case other:
            raise RuntimeError(f"unknown command {other}")


def main() -> None:
    """Serve commands until the input ends."""
    folder, port, mode = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    try:
        side = Side(Path(folder), int(port), secluded=mode == "secluded")
    except OSError as error:
        print(json.dumps({"error": f"{error}"}), file=answers, flush=True)
        return
    print(json.dumps({}), file=answers, flush=True)
    try:
        for line in sys.stdin:
            reply: dict[str, str] = {}
            try:
                reply = obey(side, json.loads(line))
            except (OSError, RuntimeError) as error:
                reply = {"error": f"{error}"}
            print(json.dumps(reply), file=answers, flush=True)
    finally:
        side.stop()


if __name__ == "__main__":
    main()
