"""The same reception and packs, with what they did told to whoever counts."""

from collections.abc import Callable, Sequence
from pathlib import Path

from sync.gateway.body_file import BodyFile
from sync.gateway.database import Database
from sync.gateway.packs import Content, Objects, Packed, Packs, Span
from sync.gateway.page_intake import Intake
from sync.gateway.reception import Answer, Reception
from sync.pieces import Ask, Piece


class CountedReception(Reception):
    """Tells every answer."""

    def __init__(self, reception: Reception, told: Callable[[Sequence[Answer]], None]) -> None:
        self._reception = reception
        self._told_of = told

    def receive_all(self, terminal_id: str, bodies: Sequence[bytes]) -> list[Answer]:
        """See Reception."""
        answers = self._reception.receive_all(terminal_id, bodies)
        self._told_of(answers)
        return answers

    def receive_pages(
        self, terminal_id: str, pieces: Sequence[Piece] | BodyFile, asked: Sequence[Ask]
    ) -> tuple[Intake, list[Answer]]:
        """See Reception."""
        intake, answers = self._reception.receive_pages(terminal_id, pieces, asked)
        self._told_of(answers)
        return intake, answers


class CountedPacks(Packs):
    """Tells the size of every pack that was written."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        *,
        far: Objects | None = None,
        told: Callable[[int], None],
    ) -> None:
        super().__init__(folder, database, far=far)
        self._told = told

    def write(self, contents: Sequence[Content]) -> Packed:
        """See Packs."""
        packed = super().write(contents)
        self._told(packed.size)
        return packed

    def adopt(self, file: Path, spans: Sequence[Span]) -> Packed:
        """See Packs."""
        packed = super().adopt(file, spans)
        self._told(packed.size)
        return packed
