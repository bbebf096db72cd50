"""A request's body that the web server in front has already written into a file on our disk."""

import os
from dataclasses import dataclass, field
from mmap import MAP_POPULATE, MAP_SHARED, PROT_READ, mmap
from pathlib import Path

from sync import wire
from sync.pieces import Asked, Piece, Unpacking


@dataclass(frozen=True, slots=True)
class BodyFile:
    """The file and the pieces in it, each with the place where its bytes begin."""

    path: Path
    asked: Asked
    placed: tuple[tuple[int, Piece], ...] = field(repr=False)


def body_in(path: Path, *, limit: int) -> BodyFile:
    """Take the file apart; the pieces are views of it, nothing is copied.

    Raises OSError; wire.Unreadable, also for more than `limit` bytes.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > limit:
            raise wire.Unreadable("the body is too long")
        if not size:
            raise wire.Unreadable("the body is cut off")
        # All of it is read next, so it is fetched at once instead of page by page.
        content = memoryview(
            mmap(file.fileno(), 0, flags=MAP_SHARED | MAP_POPULATE, prot=PROT_READ)
        )
    unpacking, placed = Unpacking(), list[tuple[int, Piece]]()
    for piece in unpacking.take(content):
        # What the unpacking still holds came after the piece.
        placed.append((size - unpacking.waiting - len(piece.content), piece))
    if unpacking.asked is None or not unpacking.is_over:
        raise wire.Unreadable("the body is cut off")
    return BodyFile(path, unpacking.asked, tuple(placed))
