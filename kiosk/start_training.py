"""Starts the training beside a terminal in service: another process, without its settings."""

import os
import subprocess
import sys
from typing import Final

# What names settings, secrets or another file of them; the training process has none of these.
OURS: Final = ("DOORSTEP_", "CREDENTIALS_DIRECTORY")


def start_training() -> None:
    """Returns at once. The training ends when its window is closed."""
    subprocess.Popen(
        [sys.executable, "-m", "kiosk", "training"],
        env=clean_environment(),
        start_new_session=True,
    )


def clean_environment() -> dict[str, str]:
    """This process's environment without anything of the terminal's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
