"""The same reception and packs, with what they did told to whoever counts."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sync.gateway.database import Database
from sync.gateway.packs import Content, Objects, Packed, Packs, Span
from sync.gateway.reception import Answer, LookedOver, Reception, Stored
from sync.gateway.registrar import CaseStanding


class CountedReception(Reception):
    """Tells every answer."""

    def __init__(self, *, told: Callable[[Sequence[Answer]], None], **parts: Any) -> None:
        """`parts`: see Reception."""
        super().__init__(**parts)
        self._told_of = told

    def answers(self, looked_over: LookedOver, standings: Sequence[CaseStanding]) -> list[Answer]:
        """See Reception."""
        answers = super().answers(looked_over, standings)
        self._told_of(answers)
        return answers

    def page_answers(self, stored: Stored, standings: Sequence[CaseStanding]) -> list[Answer]:
        """See Reception."""
        answers = super().page_answers(stored, standings)
        self._told_of(answers)
        return answers


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
