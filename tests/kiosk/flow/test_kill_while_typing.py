"""A kill -9 in the middle of typing costs two seconds of it at most, and the visit goes on."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.flow.steps import Step
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from tests.kiosk.flow.typing_child import FIELD

ROOT = Path(__file__).parents[3]
MOST_LOST = 2.0  # seconds of typing


def child(what: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.kiosk.flow.typing_child", what, str(folder)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_most_two_seconds_of_typing_are_lost_and_the_rest_goes_on(
    tmp_path: Path, seed: int
) -> None:
    folder = tmp_path / "store"
    typing = child("type", folder)
    assert typing.stdout is not None
    said: list[tuple[float, int]] = []
    until = None
    for line in typing.stdout:
        said.append((time.monotonic(), int(line)))
        until = until or time.monotonic() + random.Random(seed).uniform(2.5, 4.5)
        if time.monotonic() > until:
            break
    typing.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    typing.wait()
    typing.stdout.close()
    store = open_store(folder, FileKey(folder / "store.key"))
    draft = store.open_draft()
    store.close()
    assert draft is not None
    kept = int(draft.case.answers[FIELD])
    old = [number for at, number in said if at <= killed - MOST_LOST]
    assert kept >= old[-1] > 0
    assert kept <= said[-1][1] + 1
    going_on = child("go on", folder)
    assert going_on.stdout is not None
    assert going_on.stdout.read().decode().split() == [Step.FORM, str(kept)]
    going_on.wait()
    going_on.stdout.close()
