"""From nothing to a usable home page, against a bare window of the same toolkit."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from tests.counterparts.display import VirtualDisplay

NAME: Final = "startup"
ROUNDS: Final = 7
CHECKOUT: Final = Path(__file__).parents[2]


def run() -> dict[str, float]:
    """Whole processes, interleaved, each round one of either; medians and their ratio."""
    seconds: dict[str, list[float]] = {"bare": [], "product": []}
    with VirtualDisplay(1080, 1920):
        for _ in range(ROUNDS):
            for kind, measured in seconds.items():
                measured.append(_one(kind))
    bare, product = (statistics.median(seconds[kind]) for kind in ("bare", "product"))
    print(f"{'':24}{'median s':>10}{'min':>8}{'max':>8}")
    for kind, label in (("bare", "bare Widgets window"), ("product", "home page")):
        times = seconds[kind]
        median = statistics.median(times)
        print(f"{label:24}{median:10.2f}{min(times):8.2f}{max(times):8.2f}")
    print(f"home page / bare window: {product / bare:.2f}")
    return {
        "bare_window_s": round(bare, 3),
        "home_page_s": round(product, 3),
        "ratio": round(product / bare, 3),
        "rounds": ROUNDS,
    }


def _one(kind: str) -> float:
    """Seconds from starting the interpreter to the first painting that shows the page."""
    started = time.time()
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.startup_child", kind],
        check=True,
        cwd=CHECKOUT,
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=60,
    )
    return float(told.stdout.split()[0]) - started
