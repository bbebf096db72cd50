"""A commit of which a power cut left a part on the disk never happened, and is no damage."""

import shutil
from pathlib import Path

import pytest

from offline_store.sealed_pages import FRAME_HEADER, LOG_HEADER, PAGE_SIZE
from tests.counterparts.sample_cases import draft, page
from tests.counterparts.started_store import started

LOG = "doorstep.db-wal"
FRAME = FRAME_HEADER + PAGE_SIZE
ID, PAGE = draft(1).case_id, page(1, size=30_000)
LOST = {
    "header": slice(0, FRAME_HEADER),
    "page": slice(FRAME_HEADER, FRAME),
    "both": slice(0, FRAME),
}


@pytest.fixture(params=["over an older one", "over nothing"])
def torn(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, bytes, bytes]:
    """A store with a draft, and its log before and after a page was added."""
    folder, killed = tmp_path / "alive", tmp_path / "killed"
    with started(folder) as store:
        if request.param == "over an older one":
            store.save_draft(draft(2))
            store.add_page(draft(2).case_id, page(2, size=90_000))
            store._database.execute("PRAGMA wal_checkpoint(RESTART)")  # the log begins anew
        store.save_draft(draft(1))
        before = (folder / LOG).read_bytes()
        store.add_page(ID, PAGE)
        shutil.copytree(folder, killed)
    after = (killed / LOG).read_bytes()
    return killed, before.ljust(len(after), b"\0"), after


@pytest.mark.parametrize("what", LOST)
def test_a_commit_of_which_a_part_never_came_is_left_out_and_nobody_is_alarmed(
    torn: tuple[Path, bytes, bytes], tmp_path: Path, what: str
) -> None:
    killed, before, after = torn
    places = range(LOG_HEADER, len(after), FRAME)
    written = [at for at in places if before[at : at + FRAME] != after[at : at + FRAME]]
    assert len(written) > 5
    for at in written[:-1]:  # the last one is the commit itself
        part = range(at, at + FRAME)[LOST[what]]
        folder = Path(shutil.copytree(killed, tmp_path / str(at)))
        log = after[: part.start] + before[part.start : part.stop] + after[part.stop :]
        (folder / LOG).write_bytes(log)
        with started(folder) as store:
            assert store.problems() == []
            assert store.integrity_problems() == []
            assert store.case(ID) == draft(1)
            with pytest.raises(KeyError):
                store.page(PAGE.sha256)
            store.add_page(ID, PAGE)  # the resident takes it again
            assert store.page(PAGE.sha256) == PAGE.jpeg


@pytest.mark.parametrize("place", [4, 16, 20, 24, 28])
def test_a_spoiled_beginning_of_the_log_costs_no_commit(tmp_path: Path, place: int) -> None:
    folder, killed = tmp_path / "alive", tmp_path / "killed"
    with started(folder) as store:
        store.save_draft(draft(1))
        store._database.execute("PRAGMA wal_checkpoint(RESTART)")
        store.add_page(ID, PAGE)  # the only commit since the log began anew
        shutil.copytree(folder, killed)
    log = bytearray((killed / LOG).read_bytes())
    log[place] ^= 0xFF
    (killed / LOG).write_bytes(log)
    with started(killed) as store:
        assert store.page(PAGE.sha256) == PAGE.jpeg
