"""Counts what was tried and what went wrong, and prints it as a table."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - what a cut leaves is worked out, not asked of a disk


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
    broken: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what else is worth knowing

    def count(self, kind: tuple[str, ...], problems: list[str], *, hit: bool = True) -> None:
        """One fault of that kind was tried; `hit`: it really happened."""
        self.tried[kind] = self.tried.get(kind, 0) + 1
        self.hit[kind] = self.hit.get(kind, 0) + hit
        self.broken += [(kind, problem) for problem in problems]

    @property
    def faults(self) -> int:
        """How many faults really happened."""
        return sum(self.hit.values())

    def text(self) -> str:
        """The table, the notes, and every violation below."""
        rows: list[tuple[str, ...]] = [("fault", "points", "happened", "violations")]
        for kind, tried in self.tried.items():
            wrong = sum(1 for broken, _ in self.broken if broken == kind)
            rows.append((" ".join(kind), str(tried), str(self.hit[kind]), str(wrong)))
        total = (sum(self.tried.values()), self.faults, len(self.broken))
        rows.append(("all", *(str(number) for number in total)))
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = [f"== {self.title}"]
        for name, *numbers in rows:
            cells = (f"{n:>{width}}" for n, width in zip(numbers, widths[1:], strict=True))
            lines.append("  ".join((f"{name:<{widths[0]}}", *cells)))
        lines += self.notes
        lines += [f"BROKEN {' '.join(kind)}: {problem}" for kind, problem in self.broken]
        return "\n".join(lines)
