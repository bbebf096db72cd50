"""Whether cupsd forgets: asked of one that is set up, one that is not, and one that came later."""

import os
import subprocess
from pathlib import Path

import pytest

from devices.page_printer.api import SpoolRisk
from devices.page_printer.spool import spool_risks
from tests.counterparts.cups_server import CupsServer

HERE = "127.0.0.1"


@pytest.mark.counterpart
def test_a_prepared_print_service_has_no_risk_and_an_unprepared_one_has_both(
    cups_server: CupsServer, tmp_path: Path
) -> None:
    assert spool_risks(HERE, cups_server.spool_word) == ()
    assert spool_risks("print.example", cups_server.spool_word) == (SpoolRisk.ELSEWHERE,)
    assert SpoolRisk.REMEMBERS in spool_risks(HERE, tmp_path / "no word")


@pytest.mark.counterpart
def test_the_word_holds_for_the_cupsd_that_was_started_with_it_and_for_no_later_one(
    cups_server: CupsServer,
) -> None:
    cups_server.kill_cupsd()
    assert spool_risks(HERE, cups_server.spool_word) == (SpoolRisk.REMEMBERS, SpoolRisk.ON_DISK)
    cups_server.start_cupsd()
    assert spool_risks(HERE, cups_server.spool_word) == ()
    number, _, rest = cups_server.spool_word.read_text().partition(" ")
    cups_server.spool_word.write_text(f"{os.getpid()} {rest}")  # its number went to another program
    assert SpoolRisk.REMEMBERS in spool_risks(HERE, cups_server.spool_word)
    assert number.isdecimal()


def test_a_spool_on_the_disk_is_said(tmp_path: Path) -> None:
    started = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
    word = tmp_path / "word"
    word.write_text(f"{os.getpid()} {started} /usr\n")
    assert spool_risks(HERE, word) == (SpoolRisk.ON_DISK,)


@pytest.mark.parametrize("text", ["", "x", "1 2", "one 2 /tmp", "99999999 1 /tmp"])
def test_nonsense_is_no_word(tmp_path: Path, text: str) -> None:
    (tmp_path / "word").write_text(text)
    assert SpoolRisk.REMEMBERS in spool_risks(HERE, tmp_path / "word")


START = Path(__file__).resolve().parents[3] / "packaging/printing/cupsd-on-empty-spool"


def test_the_start_empties_the_spool_and_no_more(tmp_path: Path) -> None:
    spool, outside, word = tmp_path / "spool", tmp_path / "outside", tmp_path / "word"
    (spool / "deep/er").mkdir(parents=True)
    outside.mkdir()
    for place in (spool / "d00001-001", spool / "deep/er/c00001", outside / "kept"):
        place.write_text("x")
    (spool / "link").symlink_to(outside)
    program = ["sh", "-c", "echo $$; cat /proc/$$/stat"]
    done = subprocess.run(
        [START, spool, word, *program], capture_output=True, text=True, check=True, timeout=10
    )
    pid, _, stat = done.stdout.partition("\n")
    assert word.read_text().split() == [pid, stat.rpartition(")")[2].split()[19], str(spool)]
    assert [left.name for left in spool.iterdir()] == ["tmp"]
    assert (outside / "kept").exists()
    assert word.stat().st_mode & 0o444 == 0o444, "the terminal's user may read it"
