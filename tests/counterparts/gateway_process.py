"""The gateway as a program of its own, moved by its own commands, as an office would run it."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

KIOSK = [sys.executable, "-m", "kiosk", "gateway"]
CHECKOUT = Path(__file__).parents[2]


class GatewayProcess:
    """One gateway over one folder on a port of loopback; not running until `start`."""

    def __init__(self, folder: Path, *options: str) -> None:
        """`options`: more words for `kiosk gateway serve`."""
        self.folder = folder
        self._options = options
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[str] | None = None

    @property
    def base_url(self) -> str:
        """Where the terminal finds it."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Back when it listens."""
        self._process = subprocess.Popen(
            [
                *[*KIOSK, "serve", "--folder", str(self.folder), "--port", str(self.port)],
                *self._options,
            ],
            stdout=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if str(self.port) not in line:
            raise RuntimeError(f"the gateway did not start: {line!r}")

    def stop(self) -> None:
        """End it by its pid; may be repeated."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self.stop()

    def enrol(self, terminal_id: str, token_file: Path) -> str:
        """The gateway's public key; the terminal's token is in the file."""
        (answer,) = self._say("enrol", terminal_id, "--token-file", str(token_file))
        return str(answer["public_key"])

    def review(self, *words: str) -> list[dict[str, Any]]:
        """`kiosk gateway review ...`; its lines."""
        return self._say("review", *words)

    def _say(self, *words: str) -> list[dict[str, Any]]:
        said = subprocess.run(
            [*KIOSK, *words, "--folder", str(self.folder)],
            check=True,
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
            timeout=60,
        )
        return [json.loads(line) for line in said.stdout.splitlines()]
