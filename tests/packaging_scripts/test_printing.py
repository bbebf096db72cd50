"""The files that set cupsd up: put where they belong, as often as one likes, and read by cupsd."""

import subprocess
from pathlib import Path

PRINTING = Path(__file__).resolve().parents[2] / "packaging/printing"
UNITS = Path("usr/lib/systemd/system")
FILES = {
    "usr/lib/doorstep/cupsd-on-empty-spool",
    f"{UNITS}/var-spool-cups.mount",
    f"{UNITS}/cups.service.d/doorstep.conf",
    "etc/cups/doorstep-cupsd.conf",
}


def _installed(root: Path) -> str:
    command = [PRINTING / "install", "--root", root]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout


def test_the_files_are_put_once_and_mended_when_changed(tmp_path: Path) -> None:
    assert _installed(tmp_path).count("put ") == len(FILES)
    there = {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*") if one.is_file()}
    assert there == FILES
    assert (tmp_path / "usr/lib/doorstep/cupsd-on-empty-spool").stat().st_mode & 0o111
    assert _installed(tmp_path) == ""
    (tmp_path / "etc/cups/doorstep-cupsd.conf").write_text("PreserveJobFiles Yes\n")
    assert _installed(tmp_path).count("put ") == 1
    assert "PreserveJobFiles No\n" in (tmp_path / "etc/cups/doorstep-cupsd.conf").read_text()


def test_what_the_service_starts_is_what_is_installed(tmp_path: Path) -> None:
    _installed(tmp_path)
    drop_in = (tmp_path / UNITS / "cups.service.d/doorstep.conf").read_text()
    *_, command = [line for line in drop_in.splitlines() if line.startswith("ExecStart=")]
    starter, spool, _word, _cupsd, *options = command.removeprefix("ExecStart=").split()
    assert starter.lstrip("/") in FILES
    assert options[options.index("-c") + 1].lstrip("/") in FILES
    assert f"Where={spool}\n" in (tmp_path / UNITS / "var-spool-cups.mount").read_text()


def test_cupsd_reads_the_settings() -> None:
    settings = PRINTING / "doorstep-cupsd.conf"
    command = ["/usr/sbin/cupsd", "-t", "-c", settings, "-s", "/etc/cups/cups-files.conf"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert f'"{settings}" is OK' in done.stdout, done.stderr
