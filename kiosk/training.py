"""训练: everything pretends, nothing is kept, and no settings of a real terminal are ever read."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.demo import has_display, show
from kiosk.domain.mode import Mode

MEMORY: Final = Path("/dev/shm")  # noqa: S108  memory, not a disk


@contextmanager
def practice_folder() -> Iterator[Path]:
    """A folder in memory, gone afterwards; on the disk only where there is no such memory."""
    made = Path(
        tempfile.mkdtemp(prefix="doorstep-training-", dir=MEMORY if MEMORY.is_dir() else None)
    )
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def run_training(*, size: str = "", mode: Mode = Mode.SELF_SERVICE) -> int:
    """Open it in a window with the panel of its hands; the exit code."""
    if not has_display():
        print("这里没有显示器，打不开窗口。")  # noqa: T201
        return 1
    with practice_folder() as folder:
        return show(folder, size=size, mode=mode, is_training=True)
