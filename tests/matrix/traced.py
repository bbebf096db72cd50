"""Strace, which kills a program or refuses a call at exactly one numbered place."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# What changes a disk, and what is said to the other side or to the screen.
CALLS = (
    *("write", "pwrite64", "fsync", "fdatasync", "rename", "unlink", "ftruncate", "sendto"),
    *("writev", "link", "mkdir"),
)
_CALLED = re.compile(r"(?P<thread>\d*) *(?P<name>\w+)\((?:\d+<(?P<file>[^>]*)>)?")
WITHIN = 60  # seconds for one program


@dataclass(frozen=True, slots=True)
class Point:
    """The n-th call of that name in its thread, counted from where strace began.

    `on_disk`: in none of the threads it goes to a socket, or to another thread.
    """

    call: str
    number: int
    on_disk: bool = True

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
    return ("-y", "-o", str(log), "-e", f"trace={','.join((*CALLS, 'access', 'faccessat'))}")


def points_in(log: Path, marker: str) -> list[Point]:
    """Every call after the marker, in order. strace counts each thread on its own."""
    counts: dict[tuple[str, str], int] = {}
    found: dict[tuple[str, int], bool] = {}
    begun = False
    for line in log.read_text().splitlines():
        called = _CALLED.match(line)
        if called is None:
            continue
        begun = begun or marker in line
        thread, name, file = called.group("thread", "name", "file")
        number = counts[thread, name] = counts.get((thread, name), 0) + 1
        if begun and name in CALLS:
            on_disk = file is None or file.startswith("/")
            found[name, number] = found.get((name, number), True) and on_disk
    return [Point(name, number, on_disk) for (name, number), on_disk in found.items()]


def tracing(pid: int, options: Sequence[str]) -> subprocess.Popen[bytes]:
    """Strace on a program that waits for it; ends with the program."""
    return subprocess.Popen(
        ["strace", "-f", "-qq", "-p", str(pid), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
