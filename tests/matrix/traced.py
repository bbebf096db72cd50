"""Runs a program under strace, which kills it or refuses a call at exactly one numbered place."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What changes a disk, and what is said to the other side or to the screen.
CALLS = (
    *("write", "pwrite64", "fsync", "fdatasync", "rename", "unlink", "ftruncate", "sendto"),
    *("link", "mkdir"),
)
TALKING = frozenset({"sendto"})
WITHIN = 60  # seconds for one program


@dataclass(frozen=True, slots=True)
class Point:
    """The n-th call of that name in its thread, counted from the start of the program."""

    call: str
    number: int

    def options(self, what: str, log: Path) -> tuple[str, ...]:
        """For strace: that injection at exactly this call, listed in that file.

        Never with --seccomp-bpf: strace 6.1 then forgets to send the signal.
        """
        inject = f"inject={self.call}:{what}:when={self.number}"
        return ("-o", str(log), "-e", f"trace={self.call}", "-e", inject)


def happened(log: Path) -> bool:
    """Whether the injection of that list took place."""
    text = log.read_text()
    return "(INJECTED)" in text or "+++ killed by SIGKILL" in text


def listing(log: Path) -> tuple[str, ...]:
    """For strace: every call that matters, in that file."""
    return ("-o", str(log), "-e", f"trace={','.join((*CALLS, 'access', 'faccessat'))}")


def points_in(log: Path, marker: str) -> list[Point]:
    """Every call after the marker, in order. strace counts each thread on its own."""
    counts: dict[tuple[str, str], int] = {}
    found: dict[Point, None] = {}
    begun = False
    for line in log.read_text().splitlines():
        called = re.match(r"(\d*) *(\w+)\(", line)
        if called is None:
            continue
        begun = begun or marker in line
        thread, name = called[1], called[2]
        counts[thread, name] = counts.get((thread, name), 0) + 1
        if begun and name in CALLS:
            found[Point(name, counts[thread, name])] = None
    return list(found)


@contextmanager
def traced(module: str, options: Sequence[str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program under strace. It must end by itself: strace alone would leave it behind."""
    child = subprocess.Popen(
        ["strace", "-f", "-qq", *options, sys.executable, "-m", module, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield child
    finally:
        try:
            child.wait(WITHIN)
        except subprocess.TimeoutExpired:
            # The program strace started; without this it would outlive the sweep.
            children = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
            for process in children:
                os.kill(int(process), signal.SIGKILL)
            child.wait()
        for stream in (child.stdout, child.stderr):
            assert stream is not None
            stream.close()
