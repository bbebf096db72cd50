"""How long a person waits after a fault: from the start of a program to where work goes on."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.matrix import gateway_child
from tests.matrix.world import World

ROOT = Path(__file__).parents[2]
AT_MOST = 5.0  # seconds (the issue: "work resumed within 5 s of restart")


def terminal_after(world: World) -> float:
    """Seconds until the store is looked over and open and the draft is read."""
    return _until_said("tests.matrix.reopening_child", "OPEN", str(world.store))


def gateway_after(world: World) -> float:
    """Seconds until it listens."""
    words = (str(world.gateway), world.database)
    return _until_said("tests.matrix.gateway_child", gateway_child.LISTENS, *words)


def _until_said(module: str, word: str, *words: str) -> float:
    begun = time.monotonic()
    child = subprocess.Popen(
        # First in the queue for a processor, if we may: the rest of the sweep is not the machine's.
        ["nice", "-n", "-20", sys.executable, "-m", module, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdout is not None
    try:
        line = child.stdout.readline().decode()
        seconds = time.monotonic() - begun
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()
    if not line.startswith(word):
        raise RuntimeError(f"{module} said {line!r}")
    return seconds
