"""Every named state of a device: brought about, mended, and over within three seconds.

`./run matrix devices` does all of them with real counterparts, measures from the mending until the
device has done its work, and writes the figures into docs/devices.md. `--points N`: N of them, for
a quick look; then nothing is written.
"""

import importlib
import logging
import pkgutil
import sys
import time
import traceback
from pathlib import Path
from statistics import median
from typing import Final

from tests.counterparts.pcsc_card import use_private_service
from tests.matrix import device_states
from tests.matrix.device_states import STATES, NamedState
from tests.matrix.tally import Tally, other

LIMIT: Final = 3.0  # seconds: issue 6, "used again within 3 s of its return"
MOST_TRIES: Final = 3  # of a state that takes too long, on a machine that others use as well
TABLE: Final = Path("docs/devices.md")
BEGIN, END = "<!-- states: begin -->", "<!-- states: end -->"
HEAD: Final = (
    "| 状态 state | 怎么发生 what happens | 真实对手 counterpart | 终端说 told | 恢复 s "
    "| 测试 test |\n"
    "|---|---|---|---|---|---|\n"
)


def named_states() -> dict[str, NamedState]:
    """All of them, in the order of their files."""
    for module in pkgutil.iter_modules(device_states.__path__):
        importlib.import_module(f"{device_states.__name__}.{module.name}")
    return STATES


def place_of(one: NamedState) -> str:
    """Where the test is that brings it about."""
    return f"{one.act.__module__.removeprefix('tests.matrix.')}:{one.key}"


def sweep(points: int) -> Tally:
    """`points` states, spread over all; 0: every one, and the table is written anew."""
    use_private_service()
    logging.getLogger("kiosk").setLevel(logging.CRITICAL)  # hanging is what some of them are about
    every = list(named_states().values())
    chosen = every if not points else every[:: max(1, len(every) // points)][:points]
    tally = Tally("Named states of devices: each is over within three seconds")
    measured: dict[str, float] = {}
    again: list[str] = []
    began = time.monotonic()
    for one in chosen:
        problems = []
        try:
            seconds = measured[one.key] = _measured(one, again)
            if seconds > LIMIT:
                problems.append(other(f"{one.key}: {seconds:.1f} s"))
        except Exception as error:  # noqa: BLE001 - whatever it is, the state did not end well
            traceback.print_exc(limit=-2, file=sys.stderr)
            problems.append(other(f"{one.key}: {type(error).__name__}: {error}"))
        tally.count((one.key.partition(".")[0],), problems)
        sys.stderr.write(f"{one.key} {measured.get(one.key, -1.0):.2f}\n")
    tally.notes.append(_summed_up(measured, len(chosen), time.monotonic() - began))
    if again:
        tally.notes.append(f"measured again, since the machine was busy: {', '.join(again)}")
    if not points and not tally.broken:
        write(measured, " ".join(f"{note}." for note in tally.notes))
    return tally


def _measured(one: NamedState, again: list[str]) -> float:
    """The seconds of one state; up to three times where it took too long, as `again` then tells.

    A state that fails is never tried again: only the time may be somebody else's fault.
    """
    for _ in range(MOST_TRIES - 1):
        seconds = one.act()
        if seconds <= LIMIT:
            return seconds
        again.append(f"{one.key} ({seconds:.1f} s)")
    return one.act()


def _summed_up(measured: dict[str, float], tried: int, took: float) -> str:
    times = sorted(measured.values()) or [0.0]
    within = sum(seconds <= LIMIT for seconds in times)
    return (
        f"{within} of {tried} states over within {LIMIT:.0f} s; median {median(times):.2f} s, "
        f"longest {times[-1]:.2f} s; {took:.0f} s in all"
    )


def rows(measured: dict[str, float]) -> str:
    """The table."""
    lines = [
        f"| `{one.key}` | {one.words} | {one.counterpart} | {one.told} "
        f"| {measured[one.key]:.2f} | `{place_of(one)}` |\n"
        for one in named_states().values()
    ]
    return HEAD + "".join(lines)


def write(measured: dict[str, float], summed_up: str) -> None:
    """The table and its sum into docs/devices.md, between its marks."""
    text = TABLE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    inside = f"{BEGIN}\n\n{summed_up}\n\n{rows(measured)}\n{END}"
    TABLE.write_text(f"{before}{inside}{after}", "utf-8")
