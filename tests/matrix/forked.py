"""Starts programs by forking one that has everything imported: milliseconds instead of a second.

The one that is forked has between.c in front of its C library, so that each of the programs can be
watched, or struck at one numbered step.
"""

import ctypes
import multiprocessing
import multiprocessing.forkserver
import os
import subprocess
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.matrix.disk import Step, steps_in

PRELOADED = [
    "tests.matrix.terminal_child",
    "tests.matrix.gateway_child",
    "tests.matrix.first_start_child",
    "tests.matrix.careless_child",
    "tests.matrix.certificate_child",
]
WITHIN = 60.0  # seconds for one program
LOOK_EVERY = 0.002
PR_SET_PTRACER = 0x59616D61  # linux/prctl.h: without it only a parent may trace, if not root


@dataclass(frozen=True, slots=True)
class Strike:
    """The n-th step of the program fails with that errno, or (0) kills it.

    `goes_on`: everything after it that needs room on the disk fails too.
    """

    step: int
    errno: int = 0
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a program runs. All paths are its own.

    `watched`: the folder on which its steps count. `journal`: where they are written down.
    `traced`: it waits until somebody traces it.
    """

    beside: Path
    watched: Path
    strike: Strike | None = None
    journal: Path | None = None
    traced: bool = False

    @property
    def said(self) -> Path:
        """What it said."""
        return self.beside / "said"

    @property
    def log(self) -> Path:
        """Its error stream."""
        return self.beside / "log"

    @property
    def struck(self) -> Path:
        """There once the strike has happened."""
        return self.beside / "struck"


class Forked:
    """One program. `words`: what it was given."""

    def __init__(
        self, main: Callable[..., int], words: Sequence[str], around: Circumstances
    ) -> None:
        self.around = around
        context = multiprocessing.get_context("forkserver")
        self._process: BaseProcess = context.Process(target=_run, args=(main, words, around))
        self._process.start()

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def code(self) -> int | None:
        """As of Popen.returncode."""
        return self._process.exitcode

    @property
    def said(self) -> list[str]:
        """Each line that is complete."""
        try:
            return self.around.said.read_text().split("\n")[:-1]
        except FileNotFoundError:
            return []

    def wait(self) -> int:
        """Its exit code. Raises TimeoutError, with it killed."""
        self._process.join(WITHIN)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
            raise TimeoutError(f"a program still ran after {WITHIN:g} s")
        return self._process.exitcode

    def says(self, word: str) -> str | None:
        """The rest of the line that begins with that word; None when it ends without."""
        end = time.monotonic() + WITHIN
        while time.monotonic() < end:
            is_over = not self._process.is_alive()
            for line in self.said:
                if line.startswith(word):
                    return line.removeprefix(word).strip()
            if is_over:
                return None
            time.sleep(LOOK_EVERY)
        raise TimeoutError(f"{word} was not said in {WITHIN:g} s")

    def end(self) -> int:
        """Ask it to end."""
        self._process.terminate()
        return self.wait()


def be_ready(library: Path) -> None:
    """Start what is forked, with that library in front. Once in a process, before anything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    os.environ["LD_PRELOAD"] = str(library)
    try:
        multiprocessing.forkserver.ensure_running()
    finally:
        del os.environ["LD_PRELOAD"]


def built(folder: Path) -> Path:
    """between.c as a library in that folder, which must allow programs. Needs gcc."""
    library = folder / "between.so"
    source = Path(__file__).with_name("between.c")
    flags = ("-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC")
    subprocess.run(["gcc", *flags, "-o", str(library), str(source), "-ldl"], check=True)
    return library


def counted(journal: Path) -> list[Step]:
    """The steps in a journal that count for a strike, in order."""
    return [step for step in steps_in(journal) if step.kind != "c" and not _is_known(step)]


def _is_known(step: Step) -> bool:
    """An opening of a file that was there before."""
    return step.kind == "o" and not step.number >> 32


def _run(main: Callable[..., int], words: Sequence[str], around: Circumstances) -> None:
    """In the forked process."""
    for path, descriptor in ((around.said, 1), (around.log, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), descriptor)
    tempfile.tempdir = os.environ["TMPDIR"] = str(around.beside)
    if around.traced:
        _wait_for_tracer()
    between = ctypes.CDLL(None)
    watched = str(around.watched).encode()
    if around.journal is not None:
        between.between_write_down(watched, str(around.journal).encode())
    if around.strike is not None:
        strike = around.strike
        mark = str(around.struck).encode()
        step = ctypes.c_long(strike.step)
        between.between_strike(watched, step, strike.errno, int(strike.goes_on), mark)
    try:
        code = main(*words)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - the top of a program
        traceback.print_exc()
        code = 1
    os._exit(code)


def _wait_for_tracer() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
    while "TracerPid:\t0\n" in Path("/proc/self/status").read_text():
        time.sleep(LOOK_EVERY)
