"""D-Bus and Avahi, shared by all print systems of this machine: ippeveprinter wants them."""

import contextlib
import fcntl
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.counterparts.programs import quiet, signal_group, start
from tests.counterparts.waiting import wait_until

_SHARED = Path("/run/lock/doorstep-print-test")  # who uses D-Bus and Avahi; pids of what we started

_AVAHI_CONF = """\
[server]
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
publish-workstation=no
"""


def _bus_runs() -> bool:
    ask = ["dbus-send", "--system", "--dest=org.freedesktop.DBus", "--print-reply", "/"]
    return quiet([*ask, "org.freedesktop.DBus.GetId"])


def _avahi_runs() -> bool:
    return quiet(["avahi-daemon", "--check"])


class SharedBus:
    """One user of D-Bus and Avahi; the file it holds locked says: in use."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[bytes]] = []
        _SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        with (_SHARED / "starting").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            self._hold = (_SHARED / "users").open("w")
            fcntl.flock(self._hold, fcntl.LOCK_SH)
            try:
                self._start_what_is_missing()
            except BaseException:
                self._hold.close()
                raise

    def _start_what_is_missing(self) -> None:
        if not _bus_runs():
            Path("/run/dbus").mkdir(exist_ok=True)
            self._run("dbus-daemon", ["--system", "--nofork", "--nopidfile"], _bus_runs)
        if not _avahi_runs():
            conf = _SHARED / "avahi.conf"
            conf.write_text(_AVAHI_CONF)
            privileges = ["--no-drop-root", "--no-chroot", "--no-rlimits"]
            self._run("avahi-daemon", ["-f", str(conf), *privileges], _avahi_runs)

    def _run(self, name: str, options: Sequence[str], answers: Callable[[], bool]) -> None:
        process = start([name, *options], _SHARED / f"{name}.log")
        self._started.append(process)
        (_SHARED / f"{name}.pid").write_text(str(process.pid))
        wait_until(answers, seconds=30.0, what=f"{name} answers")

    def leave(self) -> None:
        """The last one out ends what was started here; what the system started stays."""
        with (_SHARED / "starting").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            try:
                fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # another server goes on with them
                for process in self._started:
                    process.returncode = 0  # else Popen complains that it still runs
            else:
                for name in ("avahi-daemon", "dbus-daemon"):
                    _end_noted(name)
                for process in self._started:
                    process.wait(10)
            self._hold.close()
        self._started.clear()


def _end_noted(name: str) -> None:
    note = _SHARED / f"{name}.pid"
    if not note.exists():
        return
    pid = int(note.read_text())
    note.unlink()
    with contextlib.suppress(OSError):  # long gone; and the number may be another program's now
        if Path(f"/proc/{pid}/comm").read_text().strip() == name:
            signal_group(pid, signal.SIGTERM)
