"""Reads the encrypted file page by page, telling the pages that are whole from the damaged ones."""

import hashlib
import hmac
import itertools
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# SQLCipher 4 file format (zetetic.net/sqlcipher/design): the first page begins with the salt, every
# page ends with initialisation vector and HMAC-SHA512 over what is before it and the page number.
PAGE_SIZE: Final = 4096
SALT_LENGTH: Final = 16
VECTOR_LENGTH: Final = 16
HMAC_LENGTH: Final = 64
HMAC_SALT_MASK: Final = 0x3A
HMAC_KEY_ROUNDS: Final = 2
KEY_LENGTH: Final = 32  # bytes: AES-256
USABLE: Final = PAGE_SIZE - VECTOR_LENGTH - HMAC_LENGTH  # what SQLite itself writes on

# The write-ahead log (sqlite.org/fileformat2.html section 4): header, then frames of one page each.
LOG_HEADER: Final = 32
FRAME_HEADER: Final = 24
# SQLite never uses the page that its locks lie on (section 1.4, the lock-byte page).
LOCK_PAGE: Final = 0x40000000 // PAGE_SIZE + 1
SIZE_AT: Final = 28  # in the first page: how many pages the file has (section 1.3)
# With each new beginning of the log its first salt grows by one (section 4.1): a frame whose salt
# is less by up to so much is of an earlier time.
MOST_BEGINNINGS: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Seal:
    """Checks and opens single pages with the key of the database and the salt of its file."""

    key: bytes
    salt: bytes
    seal_key: bytes

    @classmethod
    def of(cls, key: bytes, salt: bytes) -> "Seal":
        """The seal of that file; two rounds of hashing."""
        mask = bytes(byte ^ HMAC_SALT_MASK for byte in salt)
        return cls(key, salt, hashlib.pbkdf2_hmac("sha512", key, mask, HMAC_KEY_ROUNDS, KEY_LENGTH))

    def is_whole(self, page: bytes, number: int) -> bool:
        """True when the page is as it was written under this key. About 10 microseconds."""
        begin = SALT_LENGTH if number == 1 else 0
        body = page[begin:-HMAC_LENGTH] + number.to_bytes(4, "little")
        made = hmac.digest(self.seal_key, body, "sha512")
        return len(page) == PAGE_SIZE and hmac.compare_digest(made, page[-HMAC_LENGTH:])

    def opened(self, page: bytes, number: int) -> bytes:
        """The USABLE bytes of a whole page; the salt's place in the first one is zeros."""
        begin = SALT_LENGTH if number == 1 else 0
        vector = page[USABLE : USABLE + VECTOR_LENGTH]
        cipher = Cipher(algorithms.AES(self.key), modes.CBC(vector)).decryptor()
        return bytes(begin) + cipher.update(page[begin:USABLE]) + cipher.finalize()


@dataclass(frozen=True, slots=True)
class _Frame:
    """One in the log. `pages`: of the file after a commit, else 0. `begin`: of its page."""

    number: int
    pages: int
    salts: bytes
    is_whole: bool  # and of this generation of the log
    begin: int


class SealedPages:
    """The pages of a database and of the log beside it, as of the last commit; read only.

    Nobody may write meanwhile. `damaged`: numbers of the pages that cannot be read any more. A page
    whose newest copy is damaged is read from an older one, but counts as damaged.
    """

    def __init__(self, path: Path, key: bytes, salts: Sequence[bytes] = ()) -> None:
        """`salts`: further ones to try when that of the file is damaged. Raises OSError."""
        log = path.with_name(f"{path.name}-wal")
        self._path, self._log = path, log
        self._file_pages = -(-path.stat().st_size // PAGE_SIZE)  # the last may be cut off
        with path.open("rb") as file:
            candidates = (file.read(SALT_LENGTH), *salts)
        self.salt_is_damaged = self.log_is_damaged = False
        self.damaged: set[int] = set()
        self.broken: list[tuple[Path, int, int]] = []  # (where, begin, number) of such copies
        self._places: dict[int, tuple[Path, int]] = {}  # number: where its newest whole copy lies
        self._newest: dict[int, None] = {}  # in the order of the log
        for salt in candidates:
            self._seal = Seal.of(key, salt)
            self._survey()
            if self._places:
                self.salt_is_damaged = salt != candidates[0]
                break

    @property
    def all_is_well(self) -> bool:
        """True when the database itself will find everything."""
        return not (self.damaged or self.salt_is_damaged or self.log_is_damaged)

    @property
    def salt(self) -> bytes:
        """The salt that fits the pages."""
        return self._seal.salt

    @property
    def readable(self) -> int:
        """How many pages can be read; 0 also when the key is another one."""
        return len(self._places)

    def read(self, number: int) -> bytes | None:
        """The content of a page, USABLE bytes, or None."""
        place = self._places.get(number)
        if place is None:
            return None
        path, begin = place
        with path.open("rb") as file:
            file.seek(begin)
            return self._seal.opened(file.read(PAGE_SIZE), number)

    def newest_first(self) -> Iterator[tuple[int, bytes]]:
        """Every readable page with its number, those of the latest commits first."""
        rest = sorted(self._places.keys() - self._newest.keys())
        for number in (*reversed(self._newest), *rest):
            content = self.read(number)
            if content is not None:
                yield number, content

    def _survey(self) -> None:
        self.damaged, self._places, self.broken = set(), {}, []
        pages = self._survey_log()
        with self._path.open("rb") as file:
            for number in range(1, self._file_pages + 1):
                page = file.read(PAGE_SIZE)
                if number not in self._places and number != LOCK_PAGE:
                    if self._seal.is_whole(page, number):
                        self._places[number] = (self._path, (number - 1) * PAGE_SIZE)
                    else:
                        self.damaged.add(number)
                        self.broken.append((self._path, (number - 1) * PAGE_SIZE, number))
        first = self.read(1)
        if not pages and first is not None:
            pages = int.from_bytes(first[SIZE_AT : SIZE_AT + 4], "big")
        if pages:
            self.damaged |= set(range(1, pages + 1)) - self._places.keys() - {LOCK_PAGE}
            self.damaged = {number for number in self.damaged if number <= pages}
            self._places = {n: place for n, place in self._places.items() if n <= pages}

    def _survey_log(self) -> int:
        """Note the copies in the log up to its last commit; how many pages there are by then.

        A frame is believed for its page's seal, not for the log's running sum: that ends at the
        first damaged frame, and everything confirmed after it would be lost.
        """
        frames = list(self._frames())
        commits = [n for n, frame in enumerate(frames) if frame.is_whole and frame.pages]
        self._newest = {}
        # SQLite itself would silently forget what comes after the first break of the sum.
        right = self._frames_that_add_up() if commits else 0
        if commits and right <= commits[-1] and self._was_never_complete(frames, commits, right):
            commits.pop()
        if not commits:
            return 0
        self.log_is_damaged = right <= commits[-1]
        broken: set[int] = set()
        for frame in frames[: commits[-1] + 1]:
            if frame.is_whole:
                self._places[frame.number] = (self._log, frame.begin)
                self._newest.pop(frame.number, None)
                self._newest[frame.number] = None
                broken.discard(frame.number)
            else:
                broken.add(frame.number)
                self.broken.append((self._log, frame.begin, frame.number))
        self.damaged |= broken
        return frames[commits[-1]].pages

    def _was_never_complete(
        self, frames: Sequence[_Frame], commits: Sequence[int], right: int
    ) -> bool:
        """True when a power cut came before all of the last commit was on the disk.

        Nobody was told of that commit, and only the last one can be such: each is brought to the
        disk before the next begins. Damage looks otherwise: the place of a frame that never came
        holds nothing, or what was written there before. `right`: how many frames add up.
        """
        first, last = (commits[-2] + 1 if len(commits) > 1 else 0), commits[-1]
        lacking = [frame for frame in frames[first:last] if not frame.is_whole]
        if any(self._never_came(frame, frames[last]) for frame in lacking):
            return True
        return first <= right and frames[right].is_whole and self._is_stale(frames, right, last)

    def _is_stale(self, frames: Sequence[_Frame], at: int, last: int) -> bool:
        """Where the sum first breaks lies an older copy of the same page, and not a spoiled sum.

        With a spoiled sum the next frame's fits what is there.
        """
        with self._log.open("rb") as log, self._path.open("rb") as file:
            log.seek(frames[at].begin)
            page = log.read(PAGE_SIZE)
            if at == last:
                file.seek((frames[at].number - 1) * PAGE_SIZE)
                return page == file.read(PAGE_SIZE)
            log.seek(0)
            header = log.read(LOG_HEADER)
            order, total = _order_of(header), _sum_of(header)
            if not at and struct.unpack(">II", header[24:]) != total:
                return False  # the header is what is spoiled
            if at:
                log.seek(frames[at - 1].begin - FRAME_HEADER + 16)
                first, second = struct.unpack(">II", log.read(8))
                total = (first, second)
            for one in frames[at : at + 2]:
                log.seek(one.begin - FRAME_HEADER)
                frame = log.read(FRAME_HEADER + PAGE_SIZE)
                total = _sum(frame[:8] + frame[FRAME_HEADER:], total, order)
            return struct.unpack(">II", frame[16:24]) != total

    def _never_came(self, frame: _Frame, commit: _Frame) -> bool:
        if frame.salts != commit.salts:
            ours, its = (int.from_bytes(one.salts[:4], "big") for one in (commit, frame))
            is_older = 0 < (ours - its) % (1 << 32) < MOST_BEGINNINGS
            return not any(frame.salts) or (is_older and frame.salts[4:] != commit.salts[4:])
        with self._log.open("rb") as file:
            file.seek(frame.begin)
            page = file.read(PAGE_SIZE)
        if not any(page):
            return True
        return any(self._seal.is_whole(page, number) for number in range(1, commit.pages + 1))

    def _frames_that_add_up(self) -> int:
        """How many frames SQLite would believe: their running sum fits. 0.1 s for 1000."""
        with self._log.open("rb") as file:
            header = file.read(LOG_HEADER)
            order, total = _order_of(header), _sum_of(header)
            if struct.unpack(">II", header[24:]) != total:
                return 0
            for count in itertools.count():
                frame = file.read(FRAME_HEADER + PAGE_SIZE)
                if len(frame) < FRAME_HEADER + PAGE_SIZE or frame[8:16] != header[16:24]:
                    return count
                total = _sum(frame[:8] + frame[FRAME_HEADER:], total, order)
                if struct.unpack(">II", frame[16:24]) != total:
                    return count
        return 0

    def _frames(self) -> Iterator[_Frame]:
        """All that lie in the log, those of an earlier generation too."""
        if not self._log.exists():
            return
        with self._log.open("rb") as file:
            header = file.read(LOG_HEADER)
            salts, begin = header[16:24], LOG_HEADER
            is_sound = len(header) == LOG_HEADER and struct.unpack(">II", header[24:]) == _sum_of(
                header
            )
            while len(frame := file.read(FRAME_HEADER + PAGE_SIZE)) == FRAME_HEADER + PAGE_SIZE:
                number, pages = (int.from_bytes(frame[at : at + 4], "big") for at in (0, 4))
                is_whole = self._seal.is_whole(frame[FRAME_HEADER:], number)
                if begin == LOG_HEADER and is_whole and not is_sound:
                    salts = frame[8:16]
                is_ours = frame[8:16] == salts
                yield _Frame(number, pages, frame[8:16], is_whole and is_ours, begin + FRAME_HEADER)
                begin += FRAME_HEADER + PAGE_SIZE


def _order_of(header: bytes) -> Literal["<", ">"]:
    return ">" if header[3] & 1 else "<"


def _sum_of(header: bytes) -> tuple[int, int]:
    """Of the log's header, as it stands in its last 8 bytes."""
    return _sum(header[:24], (0, 0), _order_of(header))


def _sum(content: bytes, begin: tuple[int, int], order: Literal["<", ">"]) -> tuple[int, int]:
    """The log's checksum (sqlite.org/fileformat2.html section 4.2) carried on."""
    first, second = begin
    words = iter(struct.unpack(f"{order}{len(content) // 4}I", content))
    for even, odd in zip(words, words, strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
