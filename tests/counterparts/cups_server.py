"""A real A4 print system for tests: a private cupsd and an IPP Everywhere printer with faults.

    with CupsServer() as server:                 # root, Debian packages of packaging/
    with CupsServer(prepared=False) as server:   # as on a machine where cupsd was left as it came
        CupsPagePrinter(server.queue, port=server.port)
        server.set_fault("media-empty"); server.clear_fault()
        server.unplug(); server.plug_in()        # power cut at the printer, and back
        server.printed_files()                   # what lies in the printer's tray

Listens on 127.0.0.1 only, on free ports, with all files in a folder of its own under /tmp.
ippeveprinter refuses to start without D-Bus and Avahi; those that already run are used, those that
do not are started and ended again by the last server that uses them. No systemd needed.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.counterparts.print_bus import SharedBus
from tests.counterparts.programs import (
    free_port,
    listens,
    quiet,
    said,
    signal_group,
    signal_session,
    start,
    stop,
)
from tests.counterparts.waiting import wait_until

FAULTS = ("media-empty", "cover-open", "media-jam", "toner-empty", "marker-supply-low")


# As the terminal gets it, but quick, elsewhere and for whoever asks: these people are the tests.
_PRINTING = Path(__file__).resolve().parents[2] / "packaging/printing"
_HERE = """\
Listen 127.0.0.1:{port}
Listen {folder}/run/cups.sock
JobRetryInterval 1
DirtyCleanInterval 0
"""
_BY_THE_TERMINAL = ("Listen ", "JobRetryInterval ", "MaxLogSize ")
# What Debian 12 does where nobody has set the terminal up, and cupsd writes its jobs at once.
_UNPREPARED = {"PreserveJobFiles No": "PreserveJobFiles 86400"}

_CUPS_FILES_CONF = """\
SystemGroup root lpadmin
ServerRoot {folder}/root
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
CacheDir {folder}/cache
StateDir {folder}/run
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
DataDir /usr/share/cups
ServerBin /usr/lib/cups
"""

# The print head of ippeveprinter: reads state changes from stderr, waits while there is a fault,
# then puts each copy into the tray. An empty file "fault" stops it without a word; "fault_in"
# stops it after the first copy, "fault_after" lies there when the last one is out. Like a printer,
# it feeds no sheet of a job that was taken back; ippeveprinter itself does not see to that.
_PRINT_HEAD = """\
#!/bin/sh
dir={folder}
wait_while() {{
    for reason in $(cat "$dir/$1" 2>/dev/null); do echo "STATE: +$reason" >&2; done
    while [ -e "$dir/$1" ]; do sleep 0.05; done
    for reason in {faults}; do echo "STATE: -$reason" >&2; done
}}
wait_while fault
sleep $(cat "$dir/seconds" 2>/dev/null || echo 0)
tray=$dir/tray
[ -e "$dir/other" ] && tray=$dir/elsewhere
copies=${{IPP_COPIES:-1}}
for copy in $(seq "$copies"); do
    ipptool -c -d job="$IPP_JOB_ID" -d user="$IPP_JOB_ORIGINATING_USER_NAME" {uri} $dir/job.test |
        grep -q processing-to-stop-point && exit 0
    cp "$1" "$tray/.coming" && mv "$tray/.coming" "$tray/$(date +%s%N)-$(basename "$1")"
    echo "ATTR: job-impressions-completed=$copy" >&2
    [ "$copy" -lt "$copies" ] && wait_while fault_in
done
for reason in $(cat "$dir/fault_after" 2>/dev/null); do echo "STATE: +$reason" >&2; done
rm -f "$dir/fault_after"
echo "$IPP_SIDES" >"$dir/sides"
"""
_ASK_JOB = """\
{
    OPERATION Get-Job-Attributes
    GROUP operation-attributes-tag
    ATTR charset attributes-charset utf-8
    ATTR language attributes-natural-language en
    ATTR uri printer-uri $uri
    ATTR integer job-id $job
    ATTR name requesting-user-name $user
    DISPLAY job-state-reasons
}
"""
_OWN = "KioskA4"
_KINDS = ("fault", "fault_in", "fault_after")


class CupsServer:
    """Queue `queue` on 127.0.0.1:`port`; the printer itself answers at `device_uri`."""

    queue = "A4"

    def __init__(self, *, prepared: bool = True) -> None:
        """`prepared`: set up by the files of packaging/printing, with its spool in memory."""
        self._prepared = prepared
        self.port = 0
        self.device_port = 0
        self.folder = Path()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._bus: SharedBus | None = None
        self._fault_after = False

    @property
    def device_uri(self) -> str:
        return f"ipp://localhost:{self.device_port}/ipp/print"

    def __enter__(self) -> Self:
        if os.geteuid() != 0:
            raise RuntimeError("a private cupsd needs root: its filters run as user lp")
        self.folder = Path(tempfile.mkdtemp(prefix="doorstep-cups-"))
        try:
            self.port, self.device_port = free_port(), free_port()
            self._lay_out_folder()
            self._bus = SharedBus()
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

    def set_fault(self, fault: str, *, when: str = "fault") -> None:
        """The next sheet stops for this reason, one of FAULTS, until `clear_fault`.

        "": it stops without a word. `when`: "fault_in", after the first of two copies;
        "fault_after", when the last one is out.
        """
        if fault and fault not in FAULTS:
            raise ValueError(f"{fault} is not one of {FAULTS}")
        self._fault_after = self._fault_after or when == "fault_after"
        (self.folder / when).write_text(fault)

    def clear_fault(self) -> None:
        """Refilled, closed, cleared: the sheet goes on."""
        for when in _KINDS:
            (self.folder / when).unlink(missing_ok=True)

    def unplug(self) -> None:
        """Power cut at the printer, whatever it is doing; its memory is lost."""
        device = self._processes.pop("device", None)
        if device is not None:
            os.killpg(device.pid, signal.SIGKILL)  # a group of its own: the print head too
            device.wait(10)
        self.clear_fault()

    def plug_in(self, name: str = _OWN) -> None:
        """Switches the printer on, or another one in its place; returns when it answers."""
        other = self.folder / "other"
        if name == _OWN:
            other.unlink(missing_ok=True)
        else:
            other.touch()
        self._processes["device"] = start(
            [
                *("ippeveprinter", "-v", "-r", "off", "-2", "-k", "-M", "Test", "-m", "A4"),
                *("-p", str(self.device_port), "-n", "localhost"),
                *("-f", "application/pdf,image/pwg-raster,image/jpeg"),
                *("-d", str(self.folder / "device"), "-c", str(self.folder / "print_head")),
                name,
            ],
            self.folder / "log" / "device",
        )
        self._wait("the printer answers", lambda: quiet(self._ask_device))

    def freeze_device(self) -> None:
        """The printer keeps its port but answers nobody."""
        signal_group(self._processes["device"].pid, signal.SIGSTOP)

    def thaw_device(self) -> None:
        """It answers again."""
        signal_group(self._processes["device"].pid, signal.SIGCONT)

    def pause(self) -> None:
        """Somebody stops the queue."""
        self._tell("cupsdisable")

    def let_go(self) -> None:
        """Somebody lets it go on."""
        self._tell("cupsenable")

    @property
    def sides(self) -> str:
        """As the printer was told to print the last document."""
        return (self.folder / "sides").read_text().strip()

    def freeze(self) -> None:
        """cupsd keeps its port but answers nobody."""
        os.kill(self._processes["cupsd"].pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """cupsd answers again."""
        os.kill(self._processes["cupsd"].pid, signal.SIGCONT)

    def stop_cupsd(self) -> None:
        """The print service of the computer is down; jobs stay in its spool folder."""
        stop(self._processes.pop("cupsd"))

    def kill_cupsd(self) -> None:
        """It dies with all that it had started, as by a power cut, and cannot tell the printer."""
        cupsd = self._processes.pop("cupsd")
        signal_group(cupsd.pid, signal.SIGKILL)
        cupsd.wait(10)
        signal_session(cupsd.pid, signal.SIGKILL)

    @property
    def spool_word(self) -> Path:
        """What the start of cupsd says of its spool."""
        return self.folder / "word"

    def start_cupsd(self) -> None:
        """The print service is up again on the same port."""
        self._start_cupsd()

    def work_for(self, seconds: float) -> None:
        """How long the print head works on each document from now on."""
        (self.folder / "seconds").write_text(str(seconds))

    def mend_everything(self) -> None:
        """Printer, queue and print service work again."""
        if "cupsd" in self._processes:
            self.thaw()
        else:
            self.start_cupsd()
        # what ippeveprinter was told after its last job stays until it is switched off and on
        stays = self._fault_after
        self._fault_after = False
        if stays or "device" not in self._processes or (self.folder / "other").exists():
            self.unplug()
            self.plug_in()
        self.thaw_device()
        self.clear_fault()
        self.let_go()

    def printed_files(self, *, elsewhere: bool = False) -> list[Path]:
        """The printed sheets, oldest first; `elsewhere`: in the tray of another printer."""
        return sorted((self.folder / ("elsewhere" if elsewhere else "tray")).glob("[0-9]*"))

    def spooled_files(self) -> list[Path]:
        """Documents that cupsd keeps in its spool folder now."""
        return sorted(self.spool.glob("d*"))

    # -- starting and ending

    def _tell(self, command: str) -> None:
        if not quiet([command, "-h", str(self.folder / "run/cups.sock"), self.queue]):
            raise RuntimeError(f"{command} did not work")

    @property
    def _ask_device(self) -> list[str]:
        return ["ipptool", "-q", self.device_uri, "get-printer-attributes.test"]

    def _lay_out_folder(self) -> None:
        self.folder.chmod(0o755)  # the filters run as user lp
        for name in (
            "log",
            "tray",
            "elsewhere",
            "device",
            "root",
            "spool",
            "cache",
            "run",
        ):
            (self.folder / name).mkdir()
        if self._prepared:
            options = "mode=0710,size=128m,nosuid,nodev,noexec"
            mount = ["mount", "-t", "tmpfs", "-o", options, "doorstep-test", str(self.spool)]
            if not quiet(mount):
                raise RuntimeError("no memory can be put where the spool is: needs CAP_SYS_ADMIN")
        (self.folder / "spool/tmp").mkdir(mode=0o770)  # comes with Debian's package
        for name in ("root", "spool", "spool/tmp", "cache", "run"):
            shutil.chown(self.folder / name, group="lp")
            (self.folder / name).chmod(0o770)
        (self.folder / "job.test").write_text(_ASK_JOB)
        head = self.folder / "print_head"
        words = {"folder": self.folder, "faults": " ".join(FAULTS), "uri": self.device_uri}
        head.write_text(_PRINT_HEAD.format(**words))
        head.chmod(0o755)

    def _start_cupsd(self) -> None:
        conf, files = self.folder / "cupsd.conf", self.folder / "cups-files.conf"
        shipped = (_PRINTING / "doorstep-cupsd.conf").read_text().splitlines(keepends=True)
        text = "".join(line for line in shipped if not line.startswith(_BY_THE_TERMINAL))
        for ours, debians in {} if self._prepared else _UNPREPARED.items():
            text = text.replace(ours, debians)
        conf.write_text(_HERE.format(port=self.port, folder=self.folder) + text)
        files.write_text(_CUPS_FILES_CONF.format(folder=self.folder))
        start_it = [str(_PRINTING / "cupsd-on-empty-spool"), str(self.spool), str(self.spool_word)]
        self._processes["cupsd"] = start(
            [
                *(start_it if self._prepared else ()),
                *("/usr/sbin/cupsd", "-f", "-c", str(conf), "-s", str(files)),
            ],
            self.folder / "log" / "cupsd",
        )
        self._wait("cupsd answers", lambda: listens(self.port))

    @property
    def spool(self) -> Path:
        """Where cupsd keeps documents while they are printed."""
        return self.folder / "spool"

    def _make_queue(self) -> None:
        server = str(self.folder / "run/cups.sock")
        make = [
            *("lpadmin", "-h", server, "-p", self.queue, "-E"),
            *("-v", self.device_uri, "-m", "everywhere"),
        ]
        self._wait("the queue is made", lambda: quiet(make))
        # cupsd asks the printer in the background what it can; before that, jobs are aborted
        ask = ["lpoptions", "-h", server, "-p", self.queue]
        self._wait("cupsd knows the printer", lambda: "IPP Everywhere" in said(ask))

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
                stop(process)
        if self._bus is not None:
            self._bus.leave()
            self._bus = None
        if self._prepared:
            quiet(["umount", "--lazy", str(self.spool)])
        shutil.rmtree(self.folder, ignore_errors=True)
