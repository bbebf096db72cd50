"""Which work goes over which line, and who takes part: reference/sync.md section 2."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from tests.benchmarks.sync.contestants import Contestant, Ours, post, pouchdb, rsync, tus
from tests.benchmarks.sync.race import Course
from tests.benchmarks.sync.work import Work, work
from tests.counterparts.village_line import Weather

OURS: Final = "doorstep"
TUS3, POUCH, RSYNC, RSYNC_Z, POST = (
    *("tus-js, 3 at once", "PouchDB", "rsync", "rsync -z"),
    "POST per case",
)
QUICK: Final = frozenset({OURS, TUS3})


@dataclass(frozen=True, slots=True)
class Heat:
    """One table. `often`: who runs three times, of which the median counts."""

    name: str
    title: str
    work: str
    course: Course
    contestants: tuple[Contestant, ...]
    often: frozenset[str] = frozenset()


WORKS: Final[dict[str, Callable[[Path], Work]]] = {
    "scans": lambda f: work(f, cases=20, text=3800, pages=2, page=58_500),
    "forms": lambda f: work(f, cases=200, text=3250),
    "few": lambda f: work(f, cases=5, text=3600, pages=1, page=20_000),
    "one": lambda f: work(f, cases=1, text=3800, pages=1, page=2_195_000),
}
LINE_B: Final = Weather(kbit=2000.0, delay=0.06, loss=0.04)
LINE_C: Final = Weather(kbit=512.0, delay=0.1, loss=0.02)
ALL: Final = (Ours(), tus(1), tus(3), pouchdb(), rsync(), post())
CUT: Final = (Ours(), tus(1, together=False), pouchdb(), rsync(resumes=True), post())

HEATS: Final = (
    Heat(
        "cuts",
        "one scan of 2.16 MB, 512 kbit/s, RTT 200 ms, 2 % loss; up 15 s, down 45 s, at most 300 s",
        "one",
        Course(weather=replace(LINE_C, up=15.0, down=45.0), limit=300.0),
        CUT,
    ),
    Heat(
        "short_cuts",
        "one scan of 2.16 MB, 512 kbit/s, RTT 200 ms, 2 % loss; up 20 s, down 10 s",
        "one",
        Course(weather=replace(LINE_C, up=20.0, down=10.0), limit=240.0),
        CUT,
    ),
    Heat(
        "kill",
        "one scan of 2.16 MB, 512 kbit/s, RTT 200 ms, 2 % loss; kill -9 of the client at 20 s",
        "one",
        Course(weather=LINE_C, limit=180.0, kill_at=20.0),
        CUT,
    ),
    Heat(
        "A",
        "A. 20 cases, 512 kbit/s, RTT 200 ms, 2 % loss",
        "scans",
        Course(weather=LINE_C),
        ALL,
        often=frozenset({OURS, TUS3}),
    ),
    Heat(
        "B",
        "B. 20 cases, 2 Mbit/s, RTT 120 ms, 4 % loss, CUBIC",
        "scans",
        Course(weather=LINE_B),
        ALL,
        often=frozenset({OURS, TUS3, RSYNC}),
    ),
    Heat(
        "B_bbr",
        "B. 20 cases, 2 Mbit/s, RTT 120 ms, 4 % loss, BBR",
        "scans",
        Course(weather=LINE_B, congestion="bbr"),
        (Ours(), tus(3), rsync(), post()),
        often=frozenset({OURS, TUS3}),
    ),
    Heat(
        "D",
        "D. 200 forms, 256 kbit/s, RTT 300 ms, 2 % loss",
        "forms",
        Course(weather=Weather(kbit=256.0, delay=0.15, loss=0.02)),
        (Ours(), rsync(packed=True), rsync(), pouchdb(), tus(3), post()),
        often=frozenset({OURS, RSYNC_Z}),
    ),
    Heat(
        "F",
        "F. 5 cases with one page of 20 KB, 64 kbit/s, RTT 400 ms, 3 % loss",
        "few",
        Course(weather=Weather(kbit=64.0, delay=0.2, loss=0.03)),
        (Ours(), tus(3), rsync(packed=True), pouchdb(), post()),
        often=frozenset({OURS, TUS3, RSYNC_Z, POUCH, POST}),
    ),
)
