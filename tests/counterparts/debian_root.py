"""A bare Debian 12 in a folder, into which the package is installed. Needs root and debootstrap."""

import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

MIRROR = "http://deb.debian.org/debian"
BASE = Path("build/package/debian-root")  # made once
APT = "/etc/apt/apt.conf.d"


class DebianRoot:
    """Ends what runs inside and unmounts with `close`; the folder is gone then."""

    def __init__(self, folder: Path) -> None:
        """A copy of the base, made by debootstrap at first use (a minute and 300 MB)."""
        if not (BASE / "whole").exists():
            shutil.rmtree(BASE, ignore_errors=True)
            BASE.mkdir(parents=True)
            _run("debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm",
                 str(BASE / "root"), MIRROR)  # fmt: skip
            (BASE / "whole").touch()
        self.folder = folder
        _run("cp", "-a", str(BASE / "root"), str(folder))
        for name in ("resolv.conf", "hosts"):
            shutil.copy(f"/etc/{name}", folder / "etc" / name)
        for settings in Path(APT).glob("*registry*"):  # where this machine reaches Debian's mirror
            shutil.copy(settings, f"{folder}{APT}")
        self._running: list[subprocess.Popen[bytes]] = []
        self._mounted: list[Path] = []
        for arguments, name in (
            (("--bind", "/dev"), "dev"),
            (("-t", "tmpfs", "-o", "mode=1777", "shm"), "dev/shm"),
            (("-t", "proc", "proc"), "proc"),
        ):
            _run("mount", *arguments, str(folder / name))
            self._mounted.append(folder / name)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Inside, as root; output is kept. Never raises for an exit code."""
        return subprocess.run(
            ["chroot", str(self.folder), *command], check=False, capture_output=True, text=True
        )

    def install(self, *packages: Path | str) -> subprocess.CompletedProcess[str]:
        """By apt, from files or from Debian, with what they depend on and nothing more."""
        named = []
        for package in packages:
            if isinstance(package, Path):
                shutil.copy(package, self.folder / "tmp" / package.name)
                package = f"/tmp/{package.name}"  # noqa: PLW2901, S108 - inside
            named.append(package)
        self.run("apt-get", "update", "-q")
        return self.run(
            "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q",
            "--no-install-recommends", *named)  # fmt: skip

    def start(self, command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        """Inside, in the background, with that environment alone."""
        given = [f"{name}={value}" for name, value in environment.items()]
        log = (self.folder / "tmp" / "log").open("ab")
        started = subprocess.Popen(
            ["chroot", str(self.folder), "env", "-i", *given, *command],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self._running.append(started)
        return started

    def close(self) -> None:
        """May be repeated."""
        for started in self._running:
            if started.poll() is None:
                started.send_signal(signal.SIGTERM)
                try:
                    started.wait(15)
                except subprocess.TimeoutExpired:
                    started.kill()
                    started.wait()
        self._running.clear()
        while self._mounted:
            _run("umount", "-l", str(self._mounted.pop()))
        shutil.rmtree(self.folder, ignore_errors=True)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
