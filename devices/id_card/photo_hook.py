"""Hands the coded photo of a chip to a program of the reader's maker and takes a picture back.

The code (WLT) is not published; only closed libraries decode it (reference/cards.md section 2.6).
What the program gets and gives: docs/photo_hook.md. Nothing of the photo is ever in a file.
"""

import contextlib
import io
import os
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from struct import Struct
from typing import Final

from PIL import Image

from kiosk.domain.identity import Portrait

WIDTH: Final = 102  # pixels, of every library's output (cards.md section 2.6)
HEIGHT: Final = 126
BMP_SIZE: Final = 54 + HEIGHT * (WIDTH * 3 + 2)  # rows are padded to four bytes
# Width and height in the head of a BMP (recalled); the height of one from the top is negative.
SIZES_AT: Final = slice(18, 26)
SIZES: Final = frozenset(Struct("<ii").pack(WIDTH, height) for height in (HEIGHT, -HEIGHT))
PHOTO_SIZE: Final = 1024
LIMIT: Final = 1.5  # seconds; a library that is well takes a few hundredths
PIECE: Final = 16384
# It may write no file (a photo on disk is one too many) and leave no image of its memory.
FORBIDDEN: Final = (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)


class PhotoHook:
    """Runs the program of the settings once for each photo, in a process of its own."""

    def __init__(self, program: Sequence[str], *, limit_seconds: float = LIMIT) -> None:
        """`program`: an absolute path and its arguments."""
        self._program = tuple(program)
        self.limit_seconds = limit_seconds

    def portrait(self, photo: bytes) -> Portrait | None:
        """The picture of these 1024 bytes; None when the program gives none in time.

        Never raises. Takes at most `limit_seconds` and the time to start and kill a process;
        whatever the program started itself is killed with it. Any thread.
        """
        if len(photo) != PHOTO_SIZE:
            return None
        try:
            told = self._told(photo)
        except OSError:  # no such program, no memory for one
            return None
        return picture_of(told) if told is not None else None

    def _told(self, photo: bytes) -> bytes | None:
        end = time.monotonic() + self.limit_seconds
        child = subprocess.Popen(  # noqa: S603 - the settings name it
            self._program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            with contextlib.suppress(ProcessLookupError):
                for limit in FORBIDDEN:  # before it gets the photo
                    resource.prlimit(child.pid, limit, (0, 0))
            told = _exchange(child, photo, end)
            if told is None:
                return None
            ended = child.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            return None
        finally:
            with contextlib.suppress(ProcessLookupError):  # the whole session, also after its end
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
        return told if ended == 0 else None


def _exchange(child: "subprocess.Popen[bytes]", photo: bytes, end: float) -> bytes | None:
    """Everything that it says after it was given the photo; None when late or too much."""
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(BrokenPipeError):  # 1024 bytes fit into a pipe: this never waits
        child.stdin.write(photo)
        child.stdin.close()
    told = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(child.stdout, selectors.EVENT_READ)
        while len(told) <= BMP_SIZE:
            if not waiting.select(max(0.0, end - time.monotonic())):
                return None
            piece = os.read(child.stdout.fileno(), PIECE)
            if not piece:
                return told
            told += piece
    return None


def picture_of(told: bytes) -> Portrait | None:
    if len(told) != BMP_SIZE or told[SIZES_AT] not in SIZES:
        return None
    try:
        with Image.open(io.BytesIO(told), formats=["BMP"]) as found:
            if found.size != (WIDTH, HEIGHT):
                return None
            return Portrait(WIDTH, HEIGHT, found.convert("RGB").tobytes())
    except Exception:  # noqa: BLE001 - rubbish may fail in any way, and costs nothing but the photo
        return None
