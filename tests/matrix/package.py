"""The package on a bare Debian: install, set up, show standby, upgrade with a full queue, remove.

The units of systemd are read and their commands run as they stand, with a virtual screen in the
place of the real one; systemd itself does not run in such a folder.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageGrab

from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import open_store
from sync.gateway.serve import EmbeddedGateway
from tests.counterparts.debian_root import DebianRoot
from tests.counterparts.sample_cases import confirmed_in
from tests.matrix.tally import Broken, Tally, lost, other

PLACE, NAME = "222401103201", "222401103201-01"
QUEUE = 20  # cases that wait while the package is upgraded
PICTURES = Path("build/package/pictures")
UNITS = "lib/systemd/system"
OLDER, NEWER = "0.1.0", "0.1.1"


def sweep(_points: int) -> Tally:
    """All of it, once; the pictures of the screen are left in build/package/pictures."""
    tally = Tally("package on a bare Debian 12")
    PICTURES.mkdir(parents=True, exist_ok=True)
    older, newer = _package(OLDER), _package(NEWER)
    with tempfile.TemporaryDirectory(prefix="doorstep-package-") as folder:
        gateway = EmbeddedGateway(Path(folder) / "gateway")
        gateway.start()
        root = DebianRoot(Path(folder) / "root")
        try:
            machine = _Machine(root, gateway)
            for name, step in (
                ("installs", lambda: machine.installs(older)),
                ("is set up and enrolled", machine.is_set_up),
                ("shows standby, says it lives", lambda: machine.shows("standby")),
                ("is upgraded with a full queue", lambda: machine.upgrades(newer)),
                ("sends the queue, each case once", machine.sends),
                ("is removed, and the cases stay", machine.goes),
            ):
                begun = time.monotonic()
                try:
                    problems = step()
                except OSError as error:
                    problems = [other(f"{error!r}: {machine.log()}")]
                tally.count((name,), problems)
                tally.notes.append(f"{name}: {time.monotonic() - begun:.0f} s")
        finally:
            root.close()
            gateway.stop()
    return tally


class _Machine:
    """One terminal in a folder."""

    def __init__(self, root: DebianRoot, gateway: EmbeddedGateway) -> None:
        self._root = root
        self._gateway = gateway
        self._hashes: dict[str, set[str]] = {}

    def installs(self, package: Path) -> list[Broken]:
        done = self._root.install(package, "xvfb")
        if done.returncode:
            return [other(done.stderr[-500:])]
        verified = self._root.run("systemd-analyze", "verify", "doorstep.service")
        said = [other(f"unit: {verified.stderr}")] if verified.returncode else []
        owner = self._root.run("stat", "-c", "%U %a", "/var/lib/doorstep").stdout.strip()
        return said + ([] if owner == "doorstep 700" else [other(f"data folder: {owner}")])

    def is_set_up(self) -> list[Broken]:
        code = self._gateway.office.enrolling.code_for(NAME, site=PLACE)
        (self._root.folder / "root" / "answers.toml").write_text(
            f'[site]\ncode = "{PLACE}"\nname = "示范村便民服务点"\n'
            f'[gateway]\nurl = "{self._gateway.base_url}"\ncode = "{code}"\n'
            '[devices]\nid_card = "simulated"\ncamera = "simulated"\n'
            'receipt_printer = "simulated"\n',
            "utf-8",
        )
        done = self._root.run("kiosk", "setup", "--answers", "/root/answers.toml")
        return [] if done.returncode == 0 else [other(done.stdout + done.stderr)]

    def shows(self, picture: str) -> list[Broken]:
        """The session as the units start it; a picture of the screen, and two signs of life."""
        display, cookie = self._display()
        try:
            with self._terminal() as heard:
                said = [heard(60)]
                time.sleep(4)  # the first page is painted
                self._grab(cookie).save(PICTURES / f"{picture}.png")
                said += [heard(15)]
        finally:
            display()
        return [] if said == ["READY=1", "WATCHDOG=1"] else [other(f"{said}: {self.log()}")]

    def upgrades(self, package: Path) -> list[Broken]:
        """While the gateway is away and cases wait."""
        self._gateway.cut()
        folder = self._root.folder / "var/lib/doorstep/store"
        key = FileKey(folder.with_name("store.key"), folder)
        store = open_store(folder, key)
        for serial in range(1, QUEUE + 1):
            case = confirmed_in(store, serial)
            self._hashes[case.case_id] = {page.sha256 for page in case.pages}
        store.close()
        self._root.run("chown", "-R", "doorstep:doorstep", "/var/lib/doorstep/store")
        done = self._root.install(package)
        if done.returncode:
            return [other(done.stderr[-500:])]
        version = self._root.run("dpkg-query", "-W", "-f", "${Version}", "doorstep").stdout
        return [] if version == NEWER else [other(f"{version}: {done.stderr[-500:]}")]

    def sends(self) -> list[Broken]:
        """The new version sends what the old one left."""
        self._gateway.mend()
        display, cookie = self._display()
        try:
            with self._terminal() as heard:
                heard(60)
                until = time.monotonic() + 60
                while len(self._gateway.review.every()) < QUEUE and time.monotonic() < until:
                    time.sleep(1)
                self._grab(cookie).save(PICTURES / "after-upgrade.png")
        finally:
            display()
        here = {
            case.case_id: {p.sha256 for p in case.pages} for case in self._gateway.review.every()
        }
        if here == self._hashes:
            return []
        return [lost(f"{len(here)} of {QUEUE} cases, {self.log()}")]

    def goes(self) -> list[Broken]:
        """Purged; what people entrusted to it is still there for whoever looks after it."""
        done = self._root.run("apt-get", "purge", "-y", "-q", "doorstep")
        left = (self._root.folder / "opt/doorstep").exists()
        kept = (self._root.folder / "var/lib/doorstep/store").is_dir()
        said = [other(done.stderr[-500:])] if done.returncode or left else []
        return said + ([] if kept else [lost("the store went with the package")])

    def _display(self) -> tuple[Callable[[], None], Path]:
        command = self._command("doorstep-display.service")
        at = command.index("/usr/bin/Xorg")
        command[at:] = ["/usr/bin/Xvfb", ":0", "-screen", "0", "1080x1920x24", "-nolisten", "tcp"]
        run = self._root.folder / "run/doorstep-display"
        run.mkdir(parents=True, exist_ok=True)
        path = "/usr/sbin:/usr/bin:/sbin:/bin"
        started = self._root.start(
            command, {"RUNTIME_DIRECTORY": "/run/doorstep-display", "PATH": path}
        )
        self._root.run("timeout", "30", *self._command("doorstep-display.service", "ExecStartPost"))

        def end() -> None:
            started.terminate()
            try:
                started.wait(10)
            except subprocess.TimeoutExpired:
                started.kill()

        return end, run / "xauth"

    def _terminal(self) -> "_Terminal":
        unit = (self._root.folder / UNITS / "doorstep.service").read_text("utf-8")
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "WATCHDOG_USEC": "9000000"}
        for line in re.findall(r"^Environment=(.*)$", unit, re.M):
            environment |= dict(part.split("=", 1) for part in line.split())
        return _Terminal(self._root, self._command("doorstep.service"), environment)

    def _command(self, unit: str, which: str = "ExecStart") -> list[str]:
        text = (self._root.folder / UNITS / unit).read_text("utf-8")
        [line] = re.findall(rf"^{which}=(.*)$", text, re.M)
        return shlex.split(line)

    def _grab(self, cookie: Path) -> Image.Image:
        os.environ["XAUTHORITY"] = str(cookie)
        return ImageGrab.grab(xdisplay=":0")

    def log(self) -> str:
        """The end of what the programs inside said."""
        return (self._root.folder / "tmp/log").read_text("utf-8", "replace")[-1500:]


class _Terminal:
    """The terminal as its unit starts it: as its user, with a service manager that listens."""

    def __init__(self, root: DebianRoot, command: list[str], environment: dict[str, str]) -> None:
        self._root = root
        self._command = command
        self._environment = environment
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def __enter__(self) -> Callable[[float], str]:
        notify = self._root.folder / "run/notify"
        notify.unlink(missing_ok=True)
        self._socket.bind(str(notify))
        notify.chmod(0o777)
        self._root.run("install", "-d", "-o", "doorstep", "-m", "0700", "/run/doorstep")
        as_user = ["setpriv", "--reuid=doorstep", "--regid=doorstep", "--init-groups"]
        self._started = self._root.start(
            [*as_user, *self._command], self._environment | {"NOTIFY_SOCKET": "/run/notify"}
        )
        return self._heard

    def _heard(self, seconds: float) -> str:
        self._socket.settimeout(seconds)
        return self._socket.recv(100).decode()

    def __exit__(self, *_: object) -> None:
        self._started.terminate()
        try:
            self._started.wait(20)
        except subprocess.TimeoutExpired:
            self._started.kill()
        self._socket.close()


def _package(version: str) -> Path:
    """That version of this very commit, built unless it is there."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True).stdout
    mark = Path("build/package") / f"{version}.commit"
    if not mark.exists() or mark.read_bytes() != commit:
        for stale in Path("build/package").glob(f"doorstep_{version}_*.deb"):
            stale.unlink()
    found = list(Path("build/package").glob(f"doorstep_{version}_*.deb"))
    if not found:
        subprocess.run(["python", "packaging/build_package.py", version], check=True)
        found = list(Path("build/package").glob(f"doorstep_{version}_*.deb"))
    mark.write_bytes(commit)
    assert shutil.which("debootstrap"), "debootstrap is not installed"
    return found[0]
