"""Starts programs of the system for tests, asks them, and ends them with their children."""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def start(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """In a process group of its own; what it says goes to `log`."""
    with log.open("wb") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={"PATH": _PATH, "LC_ALL": "C", "HOME": "/root"},
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Asks politely, then not, and takes the children along."""
    for wanted in (signal.SIGCONT, signal.SIGTERM):
        signal_group(process.pid, wanted)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    signal_group(process.pid, signal.SIGKILL)
    process.wait(10)


def signal_group(pid: int, wanted: signal.Signals) -> None:
    """To the program and its children; one that is gone is no error."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, wanted)


def signal_session(session: int, wanted: signal.Signals) -> None:
    """To everything that a program of `start` left behind, in whatever group."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:  # the sixth field, counted after the name
                os.kill(int(stat.parent.name), wanted)


def ran(command: Sequence[str]) -> subprocess.CompletedProcess[str] | None:
    """None when it takes longer than ten seconds."""
    try:
        return subprocess.run(
            command,
            capture_output=True,
            check=False,
            timeout=10,
            text=True,
            env={"PATH": _PATH, "LC_ALL": "C", "HOME": "/root"},
        )
    except subprocess.TimeoutExpired:
        return None


def quiet(command: Sequence[str]) -> bool:
    """Whether it ended without an error."""
    done = ran(command)
    return done is not None and done.returncode == 0


def said(command: Sequence[str]) -> str:
    """What it wrote."""
    done = ran(command)
    return done.stdout if done is not None else ""


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port of 127.0.0.1 that nobody had a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
