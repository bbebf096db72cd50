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
from sync.gateway.blobs import Blobs, OffsetWrong, Preempted
from sync.gateway.checks import LARGEST_PAGE, MOST_PAGES
from sync.gateway.official_numbers import NumbersExhausted
from sync.gateway.reception import Conflict, NewerTerminal, NotTaken, Reception
from sync.gateway.signing import SigningKey
from sync.gateway_key import STICK_ANSWER
from sync.stick_format import LENGTH, LETTER_LIMIT, Letter, StickAnswer, Taken, vouched_bytes
from sync.stick_format import NotAdmitted as NotAdmittedWord
from sync.stick_format import NotTaken as NotTakenWord
from sync.stick_seal import Closed, NotForUs, Torn, examined, opened

DIFFERS: Final = "case: 同一编号下已有内容不同的办件"
NOT_ADMITTED: Final = {
    Admission.UNKNOWN: "终端未登记, 或令牌已更换",
    Admission.EXPIRED: "终端令牌已过期",
    Admission.REVOKED: "终端已停用",
}
TURNS: Final = 3  # the same pages may be coming over the wire at this moment


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
        blobs: Blobs,
        door: Door,
        signing_key: SigningKey,
        sealing_secret: bytes,
    ) -> None:
        """`folder`: the gateway's own. Raises ValueError for a sealing key of another size."""
        self._secret = X25519PrivateKey.from_private_bytes(sealing_secret)
        self.public_key = self._secret.public_key().public_bytes_raw()
        self._lock_file = folder / "stick.lock"
        self._reception, self._blobs, self._door = reception, blobs, door
        self._signing_key = signing_key

    def take(self, file: BinaryIO, size: int, *, case_id: str = "") -> Outcome:
        """What becomes of this bundle; the same however often it comes.

        `case_id`: what its name says, when it has one. Reads the file three times, needs 10 MB.
        Raises OSError and sqlite3.Error when the gateway's or the stick's disk will not.
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
            try:
                answer = self._reception.receive(letter.terminal_id, text.case_id, letter.text)
            except NewerTerminal:
                return Later("终端的版本比网关新")
            except NumbersExhausted:
                return Later("今天的办件编号已用完")
            match answer:
                case wire.Received(acknowledgement):
                    return self._answered(closed, letter.terminal_id, Taken(acknowledgement))
                case NotTaken(reasons):
                    return self._answered(closed, letter.terminal_id, NotTakenWord(reasons))
                case Conflict():
                    word = NotTakenWord((DIFFERS,))
                    return self._answered(closed, letter.terminal_id, word)
                case wire.Wanted(pages):
                    offsets = {page.sha256: page.offset for page in pages}
                    with contextlib.suppress(Preempted, OffsetWrong):
                        self._keep(file, closed, letter.terminal_id, offsets)
        return Later("同一办件正在通过网络上传")

    def _keep(
        self, file: BinaryIO, closed: Closed, terminal_id: str, offsets: dict[str, int]
    ) -> None:
        """Write what is missing of the pages, as if it came over the wire."""
        with contextlib.closing(_Reader(opened(file, closed, self._secret))) as reader:
            _, text = reader.letter()
            for page in text.every_page():
                content = reader.take(page.size)
                start = offsets.get(page.sha256, page.size)
                if start < page.size:
                    self._keep_page(terminal_id, page.sha256, content, start)
                for _ in content:  # what is here already, or was not asked for
                    pass

    def _keep_page(
        self, terminal_id: str, sha256: str, content: Iterator[memoryview], start: int
    ) -> None:
        writer = self._blobs.begin(terminal_id, sha256, start)
        at = 0
        try:
            for piece in content:
                new = piece[max(0, start - at) :]
                at += len(piece)
                if new:
                    self._blobs.write(terminal_id, sha256, writer, at - len(new), bytes(new))
        finally:
            self._blobs.end(terminal_id, sha256, writer)

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
