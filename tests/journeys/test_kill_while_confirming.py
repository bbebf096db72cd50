"""Whatever kills the terminal while a case is confirmed, the case is safe or still the draft."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import NOON, NUMBER, SITE, TERMINAL, case_id, draft_in
from tests.journeys.confirm_child import MARKER
from tests.matrix.traced import Point, listing, points_in

ROOT = Path(__file__).parents[2]
MOST_POINTS = 30
FEWEST_POINTS = 10


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store with one draft, as it is just before "confirm"."""
    folder = tmp_path_factory.mktemp("prepared") / "store"
    store = open_store(folder, FileKey(folder / "store.key"))
    draft_in(store, pages=2, size=20_000)
    store.close()
    return folder


@pytest.fixture(scope="module")
def points(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Point]:
    """Every call between the touch of "confirm" and the end of the program, in their order."""
    folder = tmp_path_factory.mktemp("counted")
    log = folder / "calls"
    child = run_child(copied(prepared, folder), *listing(log))
    assert child.stdout == b"SAFE"
    return points_in(log, MARKER)


def copied(prepared: Path, folder: Path) -> Path:
    return Path(shutil.copytree(prepared, folder / "store"))


def run_child(folder: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    """The child under strace, which acts at exactly the call that the options name.

    Not with --seccomp-bpf: strace 6.1 then forgets to send the signal.
    """
    return subprocess.run(
        [
            *("strace", "-f", "-qq", *options),
            *(sys.executable, str(ROOT / "tests/journeys/confirm_child.py")),
            *(str(folder), case_id(1)),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=60,
        check=False,
    )


def inject(folder: Path, point: Point, what: str) -> subprocess.CompletedProcess[bytes]:
    when = f"inject={point.call}:{what}"
    return run_child(folder, "-o", "/dev/null", "-e", f"trace={point.call}", "-e", when)


def state_after(folder: Path) -> CaseState:
    """Check everything that must hold now, then confirm again; the state before that."""
    store = open_store(folder, FileKey(folder / "store.key"))
    assert store.integrity_problems() == []
    found = store.case(case_id(1))
    if found.state is CaseState.QUEUED:
        check_confirmed_once(store)
    else:
        assert found.state is CaseState.DRAFT
        assert store.waiting() == 0
        assert store.next_day_serial(NOON.date()) == 1
    store.confirm(found, site=SITE, terminal=TERMINAL, now=NOON)
    check_confirmed_once(store)
    store.close()
    return found.state


def check_confirmed_once(store: SqlCipherStore) -> None:
    [case] = store.cases_of(NUMBER)
    assert case.state is CaseState.QUEUED
    assert store.case_by_receipt(case.receipt_number) == case
    assert case.signature is not None
    sizes = [len(store.page(page.sha256)) for page in (*case.pages, case.signature)]
    assert sizes == [20_000, 20_000, 5000]
    assert [entry.case_id for entry in store.due(NOON, 10)] == [case.case_id]
    assert store.next_day_serial(NOON.date()) == 2


def test_killed_at_any_call_the_case_is_confirmed_once_or_still_the_draft(
    prepared: Path, points: Sequence[Point], tmp_path: Path
) -> None:
    step = -(-len(points) // MOST_POINTS)
    chosen = points[::step]
    assert len(chosen) >= FEWEST_POINTS

    def kill_at(point: Point) -> tuple[Point, bool, CaseState]:
        folder = copied(prepared, tmp_path / f"{point.call}-{point.number}")
        child = inject(folder, point, f"signal=SIGKILL:when={point.number}")
        assert child.returncode in {-signal.SIGKILL, 128 + signal.SIGKILL}, child.stderr
        said_safe = child.stdout == b"SAFE"
        return point, said_safe, state_after(folder)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(kill_at, chosen))
    broken = [
        point for point, said_safe, state in outcomes if said_safe and state is CaseState.DRAFT
    ]
    assert broken == []
    # The sweep has seen both sides of the commit, and kills after SAFE.
    assert {state for _, _, state in outcomes} == {CaseState.DRAFT, CaseState.QUEUED}
    assert {said_safe for _, said_safe, _ in outcomes} == {True, False}


@pytest.mark.parametrize(
    ("error", "fault"), [("ENOSPC", Fault.STORE_FULL), ("EIO", Fault.STORE_DAMAGED)]
)
def test_a_disk_that_refuses_leaves_the_draft_and_says_so(
    prepared: Path, points: Sequence[Point], tmp_path: Path, error: str, fault: Fault
) -> None:
    first = next(point for point in points if point.call == "pwrite64")
    folder = copied(prepared, tmp_path)
    child = inject(folder, first, f"error={error}:when={first.number}+")
    assert child.stdout.decode() == fault.value
    assert state_after(folder) is CaseState.DRAFT


def test_a_disk_that_cannot_sync_never_makes_the_terminal_say_safe(
    prepared: Path, points: Sequence[Point], tmp_path: Path
) -> None:
    first = next(point for point in points if point.call in {"fsync", "fdatasync"})
    folder = copied(prepared, tmp_path)
    child = inject(folder, first, f"error=EIO:when={first.number}+")
    assert child.stdout.decode() == Fault.STORE_DAMAGED.value
    state_after(folder)  # the frames may have arrived all the same; then it is confirmed, once
