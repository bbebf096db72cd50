"""The program as the service manager runs it: it begins, and ends when told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.counterparts.display import VirtualDisplay
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.waiting import wait_until

CHECKOUT = Path(__file__).parents[2]
MEMORY = Path("/dev/shm")  # noqa: S108 - memory, not a disk


def test_sigterm_ends_the_terminal_and_leaves_nothing_in_memory(tmp_path: Path) -> None:
    gateway = GatewayProcess(tmp_path / "gateway")
    key = gateway.enrol("terminal-01", tmp_path / "token")
    config = tmp_path / "kiosk.toml"
    config.write_text(
        f'folder = "{tmp_path / "store"}"\n[gateway]\nurl = "{gateway.base_url}"\n'
        f'token_file = "{tmp_path / "token"}"\npublic_key = "{key}"\n',
        "utf-8",
    )
    before = set(MEMORY.glob("doorstep-*"))
    with VirtualDisplay(1280, 800):
        terminal = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "run", "--config", str(config)],
            cwd=CHECKOUT,
            env=os.environ,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until((tmp_path / "store" / "doorstep.db").exists, seconds=30, what="the store")
        wait_until(lambda: set(MEMORY.glob("doorstep-*")) > before, what="the keyboard's folder")
        terminal.send_signal(signal.SIGTERM)
        _, said = terminal.communicate(timeout=30)
    assert terminal.returncode == 0, said
    assert set(MEMORY.glob("doorstep-*")) <= before
