"""A request's body that the web server in front has already written into a file on our disk."""

from dataclasses import dataclass, field
from pathlib import Path

from sync import wire
from sync.pieces import Asked, Piece, Unpacking

READ_AT_ONCE = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class BodyFile:
    """The file and the pieces in it, each with the place where its bytes begin."""

    path: Path
    asked: Asked
    placed: tuple[tuple[int, Piece], ...] = field(repr=False)


def body_in(path: Path, *, limit: int) -> BodyFile:
    """Take the file apart. Raises OSError; wire.Unreadable, also for more than `limit` bytes."""
    if path.stat().st_size > limit:
        raise wire.Unreadable("the body is too long")
    unpacking, placed, taken = Unpacking(), list[tuple[int, Piece]](), 0
    with path.open("rb") as file:
        while content := file.read(READ_AT_ONCE):
            taken += len(content)
            for piece in unpacking.take(content):
                # What the unpacking still holds came after the piece.
                placed.append((taken - unpacking.waiting - len(piece.content), piece))
    if unpacking.asked is None or not unpacking.is_over:
        raise wire.Unreadable("the body is cut off")
    return BodyFile(path, unpacking.asked, tuple(placed))
