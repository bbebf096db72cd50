"""A real S3-compatible store on loopback (rclone serve s3) over a folder; gone afterwards."""

import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

BUCKET: Final = "packs"


class S3Server:
    """Started by `start` or on entering, ended by its pid. The same address after a restart."""

    def __init__(self, folder: Path) -> None:
        """`folder`: where the buckets are folders."""
        self.folder = folder
        (folder / BUCKET).mkdir(parents=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self.keys = {
            "AWS_ACCESS_KEY_ID": secrets.token_hex(8),
            "AWS_SECRET_ACCESS_KEY": secrets.token_hex(16),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """As `kiosk gateway serve --objects` takes it."""
        return f"s3://{BUCKET}/village/packs?endpoint=http://127.0.0.1:{self._port}"

    def kept(self) -> list[Path]:
        """The files of all objects."""
        return [path for path in (self.folder / BUCKET).rglob("*") if path.is_file()]

    def start(self) -> None:
        """Back when it listens. Raises RuntimeError."""
        words = [
            str(Path(sys.executable).with_name("rclone")),
            *("serve", "s3", str(self.folder), "--addr", f"127.0.0.1:{self._port}"),
            *("--auth-key", ",".join(self.keys.values())),
            *("--config", os.devnull, "--vfs-cache-mode", "off", "--log-level", "ERROR"),
        ]
        self._process = subprocess.Popen(words)
        for _ in range(500):
            if self._process.poll() is not None:
                raise RuntimeError("rclone did not start")
            try:
                with socket.create_connection(("127.0.0.1", self._port), 1):
                    return
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise RuntimeError("rclone does not listen")

    def stop(self) -> None:
        """End it; may be repeated."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
