"""A case of 20 MB on the slowest line, cut again and again; and how soon every text is across.

The first is played twenty times as fast: rate up; delay, turns of light and dark, patience and
clock of the terminal down. TCP's own times stay, so its pauses weigh twenty times as much as they
would. The second is played in real time.
"""

import json
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.sync.contestants import Ours
from tests.benchmarks.sync.race import Course, race
from tests.benchmarks.sync.work import Work, work
from tests.counterparts.village_line import CHECKOUT, VillageLine, Weather
from tests.matrix.tally import bench

NAME: Final = "long_case"
FASTER: Final = 20
PAGES: Final = 30
PAGE: Final = 680_000  # bytes; together 20 MB
LIGHT, DARK = 60.0, 45.0  # seconds; TCP alone would bridge a shorter darkness
CHUNK: Final = 64 * 1024  # bytes again per cut, at most
LIMIT: Final = 900.0  # seconds, of which LIGHT and DARK take FASTER at once

WAITING: Final = 500  # cases of 5 pages of 200 KB: 500 MB
BACK_LINE: Final = Weather(kbit=2000.0, delay=0.06, loss=0.01)
# Seconds of darkness: the waits have grown by then, and the returns meet them in different places.
AWAY: Final = (95.0, 106.0, 118.0)
TEXTS_WITHIN: Final = 10.0  # seconds after the line's return
GIVE_UP: Final = 120.0


def run() -> dict[str, float]:
    """About ten minutes."""
    return {name: round(value, 3) for name, value in (_long_case() | _texts()).items()}


def _long_case() -> dict[str, float]:
    course = Course(
        weather=Weather(
            kbit=64.0 * FASTER, delay=0.2 / FASTER, up=LIGHT / FASTER, down=DARK / FASTER
        ),
        limit=LIMIT,
    )
    with bench("long-case") as folder:
        one = work(folder, cases=1, text=3800, pages=PAGES, page=PAGE)
        sent = race(Ours(faster=FASTER), one, course)
    again = sent.again / max(1, sent.cuts)
    seconds = sent.seconds * FASTER if sent.seconds is not None else -1.0
    least = one.payload / (64_000 / 8) * (LIGHT + DARK) / LIGHT
    print(f"\n{one.payload / 1e6:.1f} MB in {PAGES} pages, 64 kbit/s, RTT 400 ms,")
    print(f"up {LIGHT:g} s, down {DARK:g} s, {FASTER} times as fast")
    print(f"  done after {seconds:.0f} s (the line alone: {least:.0f} s), {sent.cuts} cuts")
    print(f"  wire/payload {sent.wire:.3f}; {sent.requests} requests")
    print(f"  bytes again per cut, at most {again:.0f}; goal {CHUNK}: {_met(0 <= again <= CHUNK)}")
    return {
        "long_case_s": seconds,
        "long_case_least_s": least,
        "long_case_cuts": sent.cuts,
        "long_case_wire_to_payload": sent.wire,
        "long_case_again_per_cut": again,
    }


@dataclass(frozen=True, slots=True)
class Return:
    """Seconds after the line's return. -1: not within GIVE_UP."""

    first_packet: float
    every_text: float


def _texts() -> dict[str, float]:
    with bench("texts") as folder:
        waiting = work(folder / "work", cases=WAITING, text=3250, pages=5, page=200_000)
        with ThreadPoolExecutor(len(AWAY)) as lanes:
            returns = list(lanes.map(lambda away: _back(folder, waiting, away), AWAY))
    pages = (waiting.payload - waiting.texts) / 1e6
    print(f"\n{waiting.cases} cases with {pages:.0f} MB of pages wait; 2 Mbit/s, RTT 120 ms, 1 %")
    print(f"{'dark for s':>12}{'first packet':>14}{'every text':>12}  s after the return")
    for away, one in zip(AWAY, returns, strict=True):
        print(f"{away:12.0f}{one.first_packet:14.1f}{one.every_text:12.1f}")
    worst = max(one.every_text if one.every_text >= 0 else GIVE_UP for one in returns)
    print(
        f"  every text, worst {worst:.1f} s; goal {TEXTS_WITHIN:g}: {_met(worst <= TEXTS_WITHIN)}"
    )
    return {"texts_worst_s": worst, "texts_least_s": min(one.every_text for one in returns)}


def _back(folder: Path, waiting: Work, away: float) -> Return:
    """The line is dark before anything is sent, and then it is there again."""
    ours, own = Ours(), folder / f"away-{away:.0f}"
    own.mkdir()
    with VillageLine() as line, ours.serving(line, own):
        command = line.at_terminal(ours.client(line, waiting, own))
        line.set(BACK_LINE)
        line.cut()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as client:
            texts = _Texts(client)
            texts.start()
            time.sleep(away)
            line.fresh()
            line.mend()
            back = time.monotonic()
            texts.all_there.wait(GIVE_UP)
            first = line.state().up.first
            client.kill()
        texts.join()
    there = texts.at - back if texts.at else -1.0
    return Return(first - back if first else -1.0, there)


class _Texts(threading.Thread):
    """Listens to the terminal until it knows that every text is at the gateway."""

    def __init__(self, client: subprocess.Popen[str]) -> None:
        super().__init__(name="texts", daemon=True)
        self._client = client
        self.at = 0.0
        self.all_there = threading.Event()

    def run(self) -> None:
        """Until the terminal ends."""
        assert self._client.stdout is not None
        for line in self._client.stdout:
            said = json.loads(line)
            if said.get("count") == WAITING and "text" in said:
                self.at = said["text"]
                self.all_there.set()


def _met(is_met: bool) -> str:
    return "met" if is_met else "NOT met"
