"""Takes in a case that came by hand: opens it and gives it to the same reception as the wire does.

A bundle is read three times: is it whole, is everything in it as it says, and only then its case
and pages are kept. So a bad one leaves nothing behind.
"""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync import wire
from sync.gateway.admission import Admission, Door
from sync.gateway.checks import MOST_PAGES
from sync.gateway.page_intake import PageIntake
from sync.gateway.reception import Reception
from sync.gateway.registrar import Conflict, NotTaken
from sync.gateway.replies import DIFFERS
from sync.gateway.signing import SigningKey
from sync.gateway_key import STICK_ANSWER
from sync.pieces import LARGEST_PAGE, Piece
from sync.stick_format import LENGTH, LETTER_LIMIT, Letter, StickAnswer, Taken, vouched_bytes
from sync.stick_format import NotAdmitted as NotAdmittedWord
from sync.stick_format import NotTaken as NotTakenWord
from sync.stick_seal import Closed, NotForUs, Torn, examined, opened

NOT_ADMITTED: Final = {
    Admission.UNKNOWN: "终端未登记, 或令牌已更换",
    Admission.EXPIRED: "终端令牌已过期",
    Admission.REVOKED: "终端已停用",
}
TURNS: Final = 2  # the text, then the text again when its pages are in


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes back to the terminal: `signed` is a wire.Signed over `answer`."""

    answer: StickAnswer = field(repr=False)
    signed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unusable:
    """No answer can be given; the terminal still has the case and writes it again."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now; the bundle is fine and is to be brought again."""

    why: str


Outcome = Answered | Unusable | Later


class StickDesk:
    """One at a time, whatever the process. May be called from any thread."""

    def __init__(
        self,
        folder: Path,
        *,
        reception: Reception,
        intake: PageIntake,
        door: Door,
        signing_key: SigningKey,
        sealing_secret: bytes,
    ) -> None:
        """`folder`: the gateway's own. Raises ValueError for a sealing key of another size."""
        self._secret = X25519PrivateKey.from_private_bytes(sealing_secret)
        self.public_key = self._secret.public_key().public_bytes_raw()
        self._lock_file = folder / "stick.lock"
        self._reception, self._intake, self._door = reception, intake, door
        self._signing_key = signing_key

    def take(self, file: BinaryIO, size: int, *, case_id: str = "") -> Outcome:
        """What becomes of this bundle; the same however often it comes.

        `case_id`: what its name says, when it has one. Reads the file three times, needs 10 MB.
        Raises OSError, DatabaseTrouble when the gateway's or the stick's disk will not.
        """
        try:
            closed = examined(file, size)
            if case_id not in ("", closed.cover.case_id):
                raise Torn("under another name")
            letter, text = self._looked_through(file, closed)
        except NotForUs:
            return Unusable("不是封给本网关的")
        except Torn as torn:
            return Unusable(f"残缺或被改动（{torn}）")
        message = vouched_bytes(closed.cover_bytes, letter.text)
        admission = self._door.admit_proof(letter.terminal_id, message, letter.proof)
        if admission is not Admission.GRANTED:
            word = NotAdmittedWord(NOT_ADMITTED[admission])
            return self._answered(closed, letter.terminal_id, word)
        with self._alone():
            return self._received(file, closed, letter, text)

    def _looked_through(self, file: BinaryIO, closed: Closed) -> tuple[Letter, wire.CaseText]:
        """Everything opened once and nothing kept. Raises NotForUs, Torn."""
        with contextlib.closing(_Reader(opened(file, closed, self._secret))) as reader:
            letter, text = reader.letter()
            if text.case_id != closed.cover.case_id:
                raise Torn("another case than the cover says")
            for page in text.every_page():
                digest = hashlib.sha256()
                for piece in reader.take(page.size):
                    digest.update(piece)
                if digest.hexdigest() != page.sha256:
                    raise Torn("a page is another one")
            reader.end()
        return letter, text

    def _received(
        self, file: BinaryIO, closed: Closed, letter: Letter, text: wire.CaseText
    ) -> Outcome:
        for _ in range(TURNS):
            [answer] = self._reception.receive_all(letter.terminal_id, [letter.text])
            match answer:
                case wire.Received(acknowledgement):
                    return self._answered(closed, letter.terminal_id, Taken(acknowledgement))
                case NotTaken(reasons):
                    return self._answered(closed, letter.terminal_id, NotTakenWord(reasons))
                case Conflict():
                    return self._answered(closed, letter.terminal_id, NotTakenWord(DIFFERS))
                case wire.Wanted(pages):
                    wanted = {page.sha256 for page in pages}
                    self._keep(file, closed, letter.terminal_id, wanted)
                case _:
                    return Later("终端的版本比网关新，或今天的办件编号已用完")
        return Later("页面没有收全")

    def _keep(self, file: BinaryIO, closed: Closed, terminal_id: str, wanted: set[str]) -> None:
        """Keep what is missing of the pages, as if it came over the wire."""
        with contextlib.closing(_Reader(opened(file, closed, self._secret))) as reader:
            _, text = reader.letter()
            for page in text.every_page():
                content = b"".join(reader.take(page.size))
                if page.sha256 in wanted:
                    piece = Piece(page.sha256, page.size, 0, content)
                    self._intake.keep(terminal_id, [piece])

    def _answered(
        self, closed: Closed, terminal_id: str, outcome: Taken | NotTakenWord | NotAdmittedWord
    ) -> Answered:
        answer = StickAnswer(
            case_id=closed.cover.case_id,
            terminal_id=terminal_id,
            bundle=closed.sha256,
            outcome=outcome,
        )
        return Answered(answer, self._signing_key.signed(STICK_ANSWER, wire.canonical(answer)))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The gateway that serves and the command that imports are two processes."""
        descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class _Reader:
    """Reads exact numbers of bytes from pieces of any size. Raises Torn when there are fewer."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._kept = memoryview(b"")

    def letter(self) -> tuple[Letter, wire.CaseText]:
        """The letter and the text in it, whose pages follow."""
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
        if length > LETTER_LIMIT:
            raise Torn("letter too long")
        try:
            letter = wire.decoded(self._exactly(length), Letter)
            text = wire.decoded(letter.text, wire.CaseText)
        except wire.Unreadable:
            raise Torn("letter unreadable") from None
        pages = text.every_page()
        if len(pages) > MOST_PAGES + 1 or any(page.size > LARGEST_PAGE for page in pages):
            raise Torn("more or larger pages than a case may have")
        return letter, text

    def take(self, size: int) -> Iterator[memoryview]:
        """The next bytes, in pieces."""
        while size:
            if not self._kept:
                self._kept = memoryview(next(self._pieces, b""))
            if not self._kept:
                raise Torn("less in it than it says")
            piece, self._kept = self._kept[:size], self._kept[size:]
            size -= len(piece)
            yield piece

    def end(self) -> None:
        """Raises Torn when anything follows."""
        if len(self._kept) or next(self._pieces, None):
            raise Torn("more in it than it says")

    def close(self) -> None:
        """Let the file go."""
        if close := getattr(self._pieces, "close", None):
            close()

    def _exactly(self, size: int) -> bytes:
        return b"".join(self.take(size))
