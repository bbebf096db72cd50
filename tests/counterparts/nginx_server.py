"""A real nginx on loopback with a configuration of the test's own; gone afterwards."""

import os
import re
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

# Debian's nginx-light; its own folders are replaced, so that nothing outside `folder` is touched.
FRAME: Final = """
daemon off;
user {account};
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/unused-fastcgi;
    uwsgi_temp_path {folder}/unused-uwsgi;
    scgi_temp_path {folder}/unused-scgi;
{http}
}}
"""


class NginxServer:
    """One nginx with one worker for each core, started on entering and ended by its pid."""

    def __init__(self, folder: Path, http: str, *, account: str = "") -> None:
        """`http`: what stands in its http block; "{port}" in it is a free port of loopback.

        `account`: of its workers; that of this process when empty.
        """
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        folder.mkdir(parents=True, exist_ok=True)
        self._configuration = folder / "nginx.conf"
        self._configuration.write_text(
            FRAME.format(
                folder=folder,
                account=account or ("root" if os.geteuid() == 0 else "nobody"),
                http=http.replace("{port}", str(self.port)),
            )
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of its master. Only while it runs."""
        assert self._process is not None, "not running"
        return self._process.pid

    def __enter__(self) -> Self:
        words = ["/usr/sbin/nginx", "-c", str(self._configuration), "-p", str(self.folder)]
        self._process = subprocess.Popen([*words, "-e", str(self.folder / "error.log")])
        for _ in range(200):
            if self._process.poll() is not None:
                raise RuntimeError(f"nginx did not start: {self.errors()}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return self
            except OSError:
                time.sleep(0.02)
        self._end()
        raise RuntimeError("nginx does not listen")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def errors(self) -> str:
        """What it complained about, warnings too."""
        log = self.folder / "error.log"
        return log.read_text() if log.exists() else ""

    def _end(self) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def as_packaged(*gateways: int, bodies: Path) -> str:
    """The configuration that is shipped, on loopback without TLS, in front of gateways there."""
    shipped = (Path(__file__).parents[2] / "packaging/nginx/doorstep-gateway.conf").read_text()
    servers = "".join(f"    server 127.0.0.1:{port};\n" for port in gateways)
    for pattern, ours in (
        (r"(    server 127\.0\.0\.1:\d+;\n)+", servers),
        (r"listen 443 ssl;", "listen 127.0.0.1:{port};"),
        (r" *ssl_certificate(_key)? .*\n", ""),
        (r"client_body_temp_path \S+;", f"client_body_temp_path {bodies};"),
    ):
        shipped, count = re.subn(pattern, ours, shipped)
        assert count, f"the packaged configuration has no {pattern}"
    return shipped
