"""Real child processes that hang, crash, answer rubbish, or answer a picture."""

import contextlib
import sys
import time
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from devices.id_card.photo_hook import HEIGHT, WIDTH, PhotoHook
from devices.id_card.portrait_reader import PortraitReader
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import RESIDENT
from kiosk.domain.identity import Portrait
from tests.counterparts.waiting import wait_until

PHOTO = bytes(range(256)) * 4
# Answers a picture in which the pixel at the top left is made of the first bytes it was given.
DECODER = """
    import sys
    photo = sys.stdin.buffer.read()
    assert len(photo) == 1024, len(photo)
    head = b"BM" + (38862).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    head += (40).to_bytes(4, "little") + (102).to_bytes(4, "little") + (126).to_bytes(4, "little")
    head += b"\\x01\\x00\\x18\\x00" + bytes(24)
    row = bytes(308)
    last = photo[1:4][::-1] + bytes(305)  # rows go upwards, blue comes first
    sys.stdout.buffer.write(head + row * 125 + last)
"""


def hook(source: str, *, limit_seconds: float = 5) -> PhotoHook:
    return PhotoHook((sys.executable, "-c", dedent(source)), limit_seconds=limit_seconds)


def test_a_picture_is_taken_as_it_is() -> None:
    portrait = hook(DECODER).portrait(PHOTO)
    assert portrait is not None
    assert (portrait.width, portrait.height) == (WIDTH, HEIGHT)
    assert portrait.rgb[:6] == bytes([1, 2, 3, 0, 0, 0])
    assert len(portrait.rgb) == WIDTH * HEIGHT * 3


def test_the_picture_never_shows_in_a_log_line() -> None:
    assert "rgb" not in repr(Portrait(1, 1, b"abc"))


@pytest.mark.parametrize(
    "source",
    [
        "import os; os.kill(os.getpid(), 11)",
        "raise SystemExit(3)",
        DECODER + "\n    raise SystemExit(1)",
        "print('hello')",
        "",
        "import sys; sys.stdout.buffer.write(bytes(38862))",
        "import sys; sys.stdout.buffer.write(b'BM' + bytes(range(256)) * 151 + bytes(204))",
        DECODER + "\n    sys.stdout.buffer.write(b'x')",
    ],
    ids=["crash", "status", "late status", "words", "nothing", "zeros", "rubbish", "too much"],
)
def test_whatever_is_no_picture_costs_nothing_but_the_photo(source: str) -> None:
    assert hook(source).portrait(PHOTO) is None


@pytest.mark.parametrize(
    "source",
    [
        "import time; time.sleep(60)",
        DECODER + "\n    sys.stdout.flush(); import time; time.sleep(60)",
        "import sys; sys.stdout.buffer.write(bytes(9)); sys.stdout.flush(); sys.stdin.read(9999)\n"
        "import time; time.sleep(60)",
        "import signal, time\nfor s in (2, 15): signal.signal(s, signal.SIG_IGN)\ntime.sleep(60)",
    ],
    ids=["at once", "after its picture", "in the middle", "deaf to signals"],
)
def test_a_program_that_hangs_is_killed_at_the_limit(source: str) -> None:
    began = time.monotonic()
    assert hook(source, limit_seconds=0.4).portrait(PHOTO) is None
    assert time.monotonic() - began < 3


def test_endless_output_ends() -> None:
    endless = "import sys\nwhile True: sys.stdout.buffer.write(bytes(4096))"
    assert hook(endless).portrait(PHOTO) is None


def test_what_it_started_ends_with_it() -> None:
    mark = f"{time.monotonic_ns()}"
    source = f"""
        import subprocess, time
        subprocess.Popen(["sleep", "300.{mark}"])
        time.sleep(60)
    """
    assert hook(source, limit_seconds=0.7).portrait(PHOTO) is None
    wait_until(lambda: not runs(mark), seconds=3, what="the grandchild ends")


def runs(mark: str) -> bool:
    """Whether some process has this in its command line."""
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f"300.{mark}".encode() in one.read_bytes().split(b"\0"):
                return True
    return False


def test_it_may_write_no_file(tmp_path: Path) -> None:
    target = tmp_path / "photo.wlt"
    source = f"""
        import signal, sys
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        photo = sys.stdin.buffer.read()
        try:
            with open({str(target)!r}, "wb") as file: file.write(photo)
        except OSError:
            pass
    """
    assert hook(source).portrait(PHOTO) is None
    assert not target.exists() or target.read_bytes() == b""


def test_the_photo_is_neither_an_argument_nor_in_the_environment() -> None:
    check = """
    import os
    assert sorted(os.environ) == ["LC_ALL", "PATH"], os.environ
    assert sys.argv == ["-c"], sys.argv
    """
    assert hook(DECODER + check).portrait(PHOTO) is not None


@pytest.mark.parametrize("program", [("/no/such/program",), ("/etc/passwd",)])
def test_a_program_that_cannot_be_run_costs_nothing_but_the_photo(program: tuple[str]) -> None:
    assert PhotoHook(program).portrait(PHOTO) is None


@pytest.mark.parametrize("photo", [b"", bytes(1023), bytes(2048)])
def test_what_is_no_photo_is_given_to_nobody(photo: bytes) -> None:
    assert hook("import sys; sys.exit(1 / 0)").portrait(photo) is None


def reader_with(source: str, **limit: float) -> PortraitReader:
    simulated = SimulatedIdentityReader()
    simulated.lay_down(replace(RESIDENT, photo=PHOTO))
    reader = PortraitReader(simulated, hook(source, **limit))
    reader.open()
    return reader


def test_a_card_is_read_with_its_face_and_without() -> None:
    card = reader_with(DECODER).read_identity()
    assert card.portrait is not None
    assert "portrait=Portrait(width=102, height=126)" in repr(card)
    assert reader_with("raise SystemExit(9)").read_identity() == replace(RESIDENT, photo=PHOTO)


def test_a_program_that_is_late_three_times_keeps_nobody_waiting_again() -> None:
    reader = reader_with("import time; time.sleep(60)", limit_seconds=0.2)
    for _ in range(3):
        assert reader.read_identity().portrait is None
    began = time.monotonic()
    assert reader.read_identity() == replace(RESIDENT, photo=PHOTO)
    assert time.monotonic() - began < 0.1
