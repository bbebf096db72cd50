"""Whether the print service of this machine forgets what it printed, as docs/decisions/0035 asks.

A cupsd that keeps its jobs hands what it was printing over once more after its next start: two
papers of one approval. What it keeps on the disk, others can read.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from devices.page_printer.api import SpoolRisk

WORD: Final = Path("/run/doorstep-cupsd")  # of packaging/printing/cupsd-on-empty-spool
SPOOL: Final = Path("/var/spool/cups")  # RequestRoot of cups-files.conf(5) as Debian builds it
_LOCAL: Final = ("127.0.0.1", "localhost", "::1")
_IN_MEMORY: Final = ("tmpfs", "ramfs")
_MOUNTS: Final = Path("/proc/self/mountinfo")  # proc(5)
_STARTED: Final = (
    19  # starttime, the 22nd field of /proc/PID/stat (proc(5)), counted after the name
)


def spool_risks(server: str, word: Path = WORD) -> tuple[SpoolRisk, ...]:
    """What is wrong with the spool of cupsd at `server`; () where it is as it should be.

    Never raises; any thread and any user; below a millisecond.
    """
    if server not in _LOCAL:
        return (SpoolRisk.ELSEWHERE,)
    spool = _emptied(word)
    risks = [] if spool is not None else [SpoolRisk.REMEMBERS]
    try:
        mounts = _MOUNTS.read_text().splitlines()
    except OSError:
        mounts = []
    if _kind_of(spool or SPOOL, mounts) not in _IN_MEMORY:
        risks.append(SpoolRisk.ON_DISK)
    return tuple(risks)


def _emptied(word: Path) -> Path | None:
    """The spool that was emptied before the cupsd that runs now; None: nobody says so."""
    try:
        number, started, spool = word.read_text().strip().split(" ", 2)
        now = Path(f"/proc/{int(number)}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    # a number may be another program's by now, but its start then is another one
    return Path(spool) if now[_STARTED] == started else None


def _kind_of(folder: Path, mounts: Iterable[str]) -> str:
    """The type of the file system in which a folder lies; "" where nobody says it."""
    best, kind = -1, ""
    for line in mounts:
        about, _, source = line.partition(" - ")
        fields = about.split()
        if len(fields) < 5 or not source:  # noqa: PLR2004 - the fifth is the place
            continue
        place = Path(fields[4].replace("\\040", " "))
        # what was mounted later at the same place lies above
        if folder.is_relative_to(place) and len(place.parts) >= best:
            best, kind = len(place.parts), source.split()[0]
    return kind
