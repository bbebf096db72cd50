"""Counts what was tried and what went wrong, and prints it as a table."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, unique
from pathlib import Path

CONTROL = "control:"  # a row of it is no fault, but says whether the sweep can find one
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - what a cut leaves is worked out, not asked of a disk


@unique
class Harm(Enum):
    """What a fault did that must not be; the columns of the table."""

    LOST = "lost"
    DOUBLED = "doubled"
    READABLE = "readable"  # a planted value in plain sight
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Broken:
    """One promise that did not hold."""

    harm: Harm
    words: str

    def at(self, place: str) -> "Broken":
        """The same, with where it was."""
        return Broken(self.harm, f"{place}: {self.words}")


def lost(words: str) -> Broken:
    """Something that was called safe is gone."""
    return Broken(Harm.LOST, words)


def doubled(words: str) -> Broken:
    """Something is there twice."""
    return Broken(Harm.DOUBLED, words)


def other(words: str) -> Broken:
    """Something else is not right."""
    return Broken(Harm.OTHER, words)


@contextmanager
def bench(name: str) -> Iterator[Path]:
    """A folder for one sweep, in memory where there is such a place; gone afterwards."""
    inside = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=inside) as folder:
        yield Path(folder)


@dataclass
class Tally:
    """One count for each kind of fault. `broken` says what went wrong, where."""

    title: str
    tried: dict[tuple[str, ...], int] = field(default_factory=dict)
    hit: dict[tuple[str, ...], int] = field(default_factory=dict)
    broken: list[tuple[tuple[str, ...], Broken]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what else is worth knowing

    def count(
        self, kind: tuple[str, ...], problems: Sequence[Broken | str], *, hit: bool = True
    ) -> None:
        """One fault of that kind was tried; `hit`: it really happened."""
        self.tried[kind] = self.tried.get(kind, 0) + 1
        self.hit[kind] = self.hit.get(kind, 0) + hit
        self.broken += [(kind, other(one) if isinstance(one, str) else one) for one in problems]

    @property
    def faults(self) -> int:
        """How many faults really happened, controls not counted."""
        return self._sum(self.hit)

    def text(self) -> str:
        """The table, the notes, and every violation below."""
        rows: list[tuple[str, ...]] = [("fault", "points", "happened", *(h.value for h in Harm))]
        for kind, tried in self.tried.items():
            found = [broken.harm for one, broken in self.broken if one == kind]
            numbers = (tried, self.hit[kind], *(found.count(harm) for harm in Harm))
            rows.append((" ".join(kind), *map(str, numbers)))
        every = [broken.harm for _, broken in self.broken]
        total = (self._sum(self.tried), self.faults, *(every.count(harm) for harm in Harm))
        rows.append(("all but controls", *map(str, total)))
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = [f"== {self.title}"]
        for name, *cells in rows:
            right = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
            lines.append("  ".join((f"{name:<{widths[0]}}", *right)))
        lines += self.notes
        lines += [
            f"BROKEN {' '.join(kind)}: {broken.harm.value}: {broken.words}"
            for kind, broken in self.broken
        ]
        return "\n".join(lines)

    @staticmethod
    def _sum(numbers: dict[tuple[str, ...], int]) -> int:
        return sum(number for kind, number in numbers.items() if kind[0] != CONTROL)
