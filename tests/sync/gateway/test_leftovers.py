"""What no row names goes once it is old; what counts, or may be under way, stays."""

import os
import time
from pathlib import Path

import pytest

from sync.gateway.database import Database
from sync.gateway.leftovers import AFTER, ASKED_AT_ONCE, AT_A_START, Leftovers
from sync.gateway.packs import Content, Packs, Span
from sync.wire import hash_of

ONE, TWO = b"one" * 1000, b"two" * 1000
BOTH_ENGINES = True


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def packs(tmp_path: Path, database: Database) -> Packs:
    return Packs(tmp_path, database)


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "pack").rglob("*") if path.is_file()]


def test_a_pack_without_a_row_goes_once_it_is_old(
    packs: Packs, database: Database, tmp_path: Path
) -> None:
    packs.write([Content(hash_of(ONE), ONE)])
    kept = packs.put(TWO)
    clock = Clock()
    leftovers = Leftovers(database, packs, clock=clock)
    assert leftovers.drop() == 0  # it may be a request that is under way
    clock.now += AFTER + 60
    assert leftovers.drop() == 1
    assert packs.read(kept) == TWO
    assert len(files(tmp_path)) == 1


def test_a_start_looks_back_for_days_and_a_clock_that_was_set_back_does_no_harm(
    packs: Packs, database: Database
) -> None:
    packs.write([Content(hash_of(ONE), ONE)])
    clock = Clock()
    clock.now += AT_A_START
    leftovers = Leftovers(database, packs, clock=clock)
    assert leftovers.drop() == 1
    packs.write([Content(hash_of(ONE), ONE)])
    clock.now -= AT_A_START - AFTER - 60  # until long before that
    assert leftovers.drop() == 1


def test_however_many_there_are_only_those_without_a_row_go(
    packs: Packs, database: Database, tmp_path: Path
) -> None:
    contents = [Content(hash_of(b"%d" % n), b"%d" % n) for n in range(ASKED_AT_ONCE + 10)]
    for one in contents:
        packed = packs.write([one])
        if int(one.content) % 2:
            database.write(packed.note)
    clock = Clock()
    clock.now += AFTER + 60
    assert Leftovers(database, packs, clock=clock).drop() == len(contents) / 2
    assert all(packs.read(one.sha256) == one.content for one in contents[1::2])
    assert len(files(tmp_path)) == len(contents) / 2


def test_files_taken_over_from_before_there_were_packs_are_left_alone(
    packs: Packs, database: Database, tmp_path: Path
) -> None:
    old = tmp_path / "pack" / "before" / hash_of(ONE)
    old.parent.mkdir()
    old.write_bytes(ONE)
    clock = Clock()
    clock.now += AFTER + 60
    assert Leftovers(database, packs, clock=clock).drop() == 0
    assert old.exists()


def test_a_body_that_cannot_be_adopted_leaves_no_second_name(
    packs: Packs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = tmp_path / "body"
    body.write_bytes(ONE)

    def full(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("sync.gateway.packs.os.fsync", full)
        with pytest.raises(OSError, match="Input"):
            packs.adopt(body, [Span(hash_of(ONE), 0, len(ONE))])
    assert files(tmp_path) == []
    assert os.stat(body).st_nlink == 1
