"""A real A4 print system for tests: a private cupsd and an IPP Everywhere printer with faults.

    with CupsServer() as server:                 # root, Debian packages of packaging/
        CupsPagePrinter(server.queue, port=server.port)
        server.set_fault("media-empty"); server.clear_fault()
        server.unplug(); server.plug_in()        # power cut at the printer, and back
        server.printed_files()                   # what lies in the printer's tray

Listens on 127.0.0.1 only, on free ports, with all files in a folder of its own under /tmp.
ippeveprinter refuses to start without D-Bus and Avahi; those that already run are used, those that
do not are started and ended again by the last server that uses them. No systemd needed.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.counterparts.waiting import wait_until

FAULTS = ("media-empty", "cover-open", "media-jam", "toner-empty", "marker-supply-low")

_SHARED = Path("/run/lock/doorstep-print-test")  # who uses D-Bus and Avahi; pids of what we started
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

_CUPSD_CONF = """\
LogLevel warn
Listen 127.0.0.1:{port}
Listen {folder}/run/cups.sock
Browsing No
DefaultAuthType None
WebInterface No
PreserveJobFiles No
PreserveJobHistory Yes
JobRetryInterval 1
ErrorPolicy retry-current-job
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess default
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""

_CUPS_FILES_CONF = """\
SystemGroup root lpadmin
ServerRoot {folder}/root
RequestRoot {folder}/spool
TempDir {folder}/spool/temp
CacheDir {folder}/cache
StateDir {folder}/run
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
DataDir /usr/share/cups
ServerBin /usr/lib/cups
"""

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

# The print head of ippeveprinter: reads state changes from stderr, waits while there is a fault,
# then puts the sheet into the tray.
_PRINT_HEAD = """\
#!/bin/sh
dir={folder}
for reason in $(cat "$dir/fault" 2>/dev/null); do echo "STATE: +$reason" >&2; done
while [ -e "$dir/fault" ]; do sleep 0.05; done
for reason in {faults}; do echo "STATE: -$reason" >&2; done
cp "$1" "$dir/tray/.coming" && mv "$dir/tray/.coming" "$dir/tray/$(date +%s%N)-$(basename "$1")"
echo "ATTR: job-impressions-completed=1" >&2
"""


class CupsServer:
    """Queue `queue` on 127.0.0.1:`port`; the printer itself answers at `device_uri`."""

    queue = "A4"

    def __init__(self) -> None:
        self.port = 0
        self.device_port = 0
        self.folder = Path()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._bus: _SharedBus | None = None

    @property
    def device_uri(self) -> str:
        return f"ipp://localhost:{self.device_port}/ipp/print"

    def __enter__(self) -> Self:
        if os.geteuid() != 0:
            raise RuntimeError("a private cupsd needs root: its filters run as user lp")
        self.folder = Path(tempfile.mkdtemp(prefix="doorstep-cups-"))
        try:
            self._lay_out_folder()
            self._bus = _SharedBus()
            self.port, self.device_port = _free_port(), _free_port()
            self._start_cupsd()
            self.plug_in()
            self._make_queue()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end()

    # -- what a person does at the printer

    def set_fault(self, fault: str) -> None:
        """The next sheet stops for this reason, one of FAULTS, until `clear_fault`."""
        if fault not in FAULTS:
            raise ValueError(f"{fault} is not one of {FAULTS}")
        (self.folder / "fault").write_text(fault)

    def clear_fault(self) -> None:
        """Refilled, closed, cleared: the sheet goes on."""
        (self.folder / "fault").unlink(missing_ok=True)

    def unplug(self) -> None:
        """Power cut at the printer, whatever it is doing; its memory is lost."""
        device = self._processes.pop("device", None)
        if device is not None:
            os.killpg(device.pid, signal.SIGKILL)  # a group of its own: the print head too
            device.wait(10)
        self.clear_fault()

    def plug_in(self) -> None:
        """Switches the printer on; returns when it answers."""
        self._processes["device"] = _start(
            [
                *("ippeveprinter", "-v", "-r", "off", "-2", "-k", "-M", "Test", "-m", "A4"),
                *("-p", str(self.device_port), "-n", "localhost"),
                *("-f", "application/pdf,image/pwg-raster,image/jpeg"),
                *("-d", str(self.folder / "device"), "-c", str(self.folder / "print_head")),
                "KioskA4",
            ],
            self.folder / "log" / "device",
        )
        self._wait("the printer answers", lambda: _quiet(self._ask_device))

    def freeze(self) -> None:
        """cupsd keeps its port but answers nobody."""
        os.kill(self._processes["cupsd"].pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """cupsd answers again."""
        os.kill(self._processes["cupsd"].pid, signal.SIGCONT)

    def stop_cupsd(self) -> None:
        """The print service of the computer is down; jobs stay in its spool folder."""
        _stop(self._processes.pop("cupsd"))

    def start_cupsd(self) -> None:
        """The print service is up again on the same port."""
        self._start_cupsd()

    def printed_files(self) -> list[Path]:
        """The printed sheets, oldest first."""
        return sorted((self.folder / "tray").glob("[0-9]*"))

    def spooled_files(self) -> list[Path]:
        """Documents that cupsd keeps in its spool folder now."""
        return sorted((self.folder / "spool").glob("d*"))

    # -- starting and ending

    @property
    def _ask_device(self) -> list[str]:
        return ["ipptool", "-q", self.device_uri, "get-printer-attributes.test"]

    def _lay_out_folder(self) -> None:
        self.folder.chmod(0o755)  # the filters run as user lp
        for name in ("log", "tray", "device", "root", "spool", "spool/temp", "cache", "run"):
            (self.folder / name).mkdir()
        for name in ("root", "spool", "spool/temp", "cache", "run"):
            shutil.chown(self.folder / name, group="lp")
            (self.folder / name).chmod(0o770)
        head = self.folder / "print_head"
        head.write_text(_PRINT_HEAD.format(folder=self.folder, faults=" ".join(FAULTS)))
        head.chmod(0o755)

    def _start_cupsd(self) -> None:
        conf, files = self.folder / "cupsd.conf", self.folder / "cups-files.conf"
        conf.write_text(_CUPSD_CONF.format(port=self.port, folder=self.folder))
        files.write_text(_CUPS_FILES_CONF.format(folder=self.folder))
        self._processes["cupsd"] = _start(
            ["cupsd", "-f", "-c", str(conf), "-s", str(files)], self.folder / "log" / "cupsd"
        )
        self._wait("cupsd answers", lambda: _listens(self.port))

    def _make_queue(self) -> None:
        server = f"127.0.0.1:{self.port}"
        make = [
            *("lpadmin", "-h", server, "-p", self.queue, "-E"),
            *("-v", self.device_uri, "-m", "everywhere"),
        ]
        self._wait("the queue is made", lambda: _quiet(make))
        # cupsd asks the printer in the background what it can; before that, jobs are aborted
        ask = ["lpoptions", "-h", server, "-p", self.queue]
        self._wait("cupsd knows the printer", lambda: "IPP Everywhere" in _said(ask))

    def _wait(self, what: str, condition: Callable[[], bool]) -> None:
        def holds() -> bool:
            for name, process in self._processes.items():
                if process.poll() is not None:
                    log = (self.folder / "log" / name).read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"{name} ended while waiting until {what}:\n{log}")
            return condition()

        wait_until(holds, seconds=30.0, what=what)

    def _end(self) -> None:
        for name in ("device", "cupsd"):
            process = self._processes.pop(name, None)
            if process is not None:
                _stop(process)
        if self._bus is not None:
            self._bus.leave()
            self._bus = None
        shutil.rmtree(self.folder, ignore_errors=True)


def _start(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={"PATH": _PATH, "LC_ALL": "C", "HOME": "/root"},
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Asks politely, then not, and takes the children along."""
    for wanted in (signal.SIGCONT, signal.SIGTERM):
        _signal_group(process.pid, wanted)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait(10)


def _signal_group(pid: int, wanted: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, wanted)


def _ran(command: Sequence[str]) -> subprocess.CompletedProcess[str] | None:
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


def _quiet(command: Sequence[str]) -> bool:
    done = _ran(command)
    return done is not None and done.returncode == 0


def _said(command: Sequence[str]) -> str:
    done = _ran(command)
    return done.stdout if done is not None else ""


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


# -- D-Bus and Avahi, shared by all servers of this machine


def _bus_runs() -> bool:
    ask = ["dbus-send", "--system", "--dest=org.freedesktop.DBus", "--print-reply", "/"]
    return _quiet([*ask, "org.freedesktop.DBus.GetId"])


def _avahi_runs() -> bool:
    return _quiet(["avahi-daemon", "--check"])


class _SharedBus:
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
        process = _start([name, *options], _SHARED / f"{name}.log")
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
            _signal_group(pid, signal.SIGTERM)
