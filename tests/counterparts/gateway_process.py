"""The gateway as a program of its own, moved by its own commands, as an office would run it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

KIOSK = [sys.executable, "-m", "kiosk", "gateway"]
CHECKOUT = Path(__file__).parents[2]


class GatewayProcess:
    """One gateway over one folder; not running until `start`."""

    def __init__(
        self,
        folder: Path,
        *,
        database: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
        options: Sequence[str] = (),
        inside: Callable[[Sequence[str]], list[str]] = list,
        log: Path | None = None,
    ) -> None:
        """`database`: its address, "" for SQLite in the folder. `options`: more for `serve`.

        `host` and `inside`: where it listens, and how a command is run there; see VillageLine.
        `port`: 0 for a free one of loopback; another host is expected to have 8470 to itself.
        `log`: where its log goes instead of standard error.
        """
        self.folder = folder
        self.sealing_key = ""
        self.host = host
        self._options = tuple(options)
        self._environment = {**os.environ, "DOORSTEP_GATEWAY_DATABASE": database}
        self._inside = inside
        self._log = log
        self.port: int = port or 8470
        if host == "127.0.0.1" and not port:
            with socket.create_server((host, 0)) as free:
                self.port = free.getsockname()[1]
        self._process: subprocess.Popen[str] | None = None

    @property
    def base_url(self) -> str:
        """Where the terminal finds it."""
        return f"http://{self.host}:{self.port}"

    @property
    def pid(self) -> int:
        """Of the program. Only while it runs."""
        assert self._process is not None, "not running"
        return self._process.pid

    def start(self) -> None:
        """Back when it listens."""
        where = ["--folder", str(self.folder), "--host", self.host, "--port", str(self.port)]
        with ExitStack() as opened:
            log = opened.enter_context(self._log.open("ab")) if self._log is not None else None
            self._process = subprocess.Popen(
                self._inside([*KIOSK, "serve", *where, *self._options]),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=CHECKOUT,
                env=self._environment,
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

    def ask_to_end(self) -> None:
        """As systemd would; it may take its time."""
        assert self._process is not None
        self._process.terminate()

    def is_running(self) -> bool:
        """Not ended yet."""
        return self._process is not None and self._process.poll() is None

    def exit_code(self) -> int:
        """Once it has ended by itself."""
        assert self._process is not None
        return self._process.wait(20)

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self.stop()

    def enrol(self, terminal_id: str, token_file: Path) -> str:
        """The gateway's public key; the terminal's token is in the file. Sets `sealing_key`."""
        (answer,) = self._say("enrol", terminal_id, "--token-file", str(token_file))
        self.sealing_key = str(answer["sealing_key"])
        return str(answer["public_key"])

    def review(self, *words: str) -> list[dict[str, Any]]:
        """`kiosk gateway review ...`; its lines."""
        return self._say("review", *words)

    def issue(self, *words: str) -> list[dict[str, Any]]:
        """`kiosk gateway issue ...`; its lines."""
        return self._say("issue", *words)

    def _say(self, *words: str) -> list[dict[str, Any]]:
        said = subprocess.run(
            [*KIOSK, *words, "--folder", str(self.folder)],
            check=True,
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
            env=self._environment,
            timeout=60,
        )
        return [json.loads(line) for line in said.stdout.splitlines()]
