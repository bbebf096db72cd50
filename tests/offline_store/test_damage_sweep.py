"""A small store cut off at every page, with a bit turned in every page: it starts, and says it."""

import os
import random
import shutil
from pathlib import Path

import pytest

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.database import FILE_NAME
from offline_store.file_key import FileKey
from offline_store.mending import NOTHING_LEFT, SALT_NAME
from offline_store.sealed_pages import PAGE_SIZE
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import (
    NUMBER,
    confirmed_in,
    draft_in,
    put_up,
)
from tests.counterparts.started_store import killed_store, started

CASES = 6
LOG_NAME = f"{FILE_NAME}-wal"


def filled(store: SqlCipherStore) -> None:
    for serial in range(1, CASES + 1):
        confirmed_in(store, serial, pages=0)
    draft_in(store, 50, pages=1, size=3000)
    put_up(store)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("closed") / "s"
    with started(folder) as store:
        filled(store)
    with started(folder):
        pass  # notes the salt
    return folder


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose program was killed: nearly everything is in the log."""
    return killed_store(tmp_path_factory, filled)


def number_of(closed: Path) -> int:
    return (closed / FILE_NAME).stat().st_size // PAGE_SIZE


def works_again(store: SqlCipherStore) -> None:
    """Whatever was lost, a new case is taken in, under a number that no slip has."""
    known = {case.receipt_number for case in store.cases_of(NUMBER)}
    new = confirmed_in(store, 900, pages=1)
    assert new.receipt_number not in known
    assert int(new.receipt_number[20:24]) > CASES
    assert store.integrity_problems() == []


@pytest.mark.logs_expected
@pytest.mark.parametrize("where", ["file", "log"])
def test_a_bit_turned_in_any_page_is_turned_back_and_nothing_is_lost(
    closed: Path, killed: Path, tmp_path: Path, where: str
) -> None:
    chance = random.Random(3)
    source, name, head, frame = (
        (closed, FILE_NAME, 0, PAGE_SIZE)
        if where == "file"
        else (killed, LOG_NAME, 32 + 24, PAGE_SIZE + 24)
    )
    with started(Path(shutil.copytree(source, tmp_path / "as it was"))) as store:
        expected = store.cases_of(NUMBER)
    places = range(head, (source / name).stat().st_size, frame)
    chosen = places if where == "file" else chance.sample(places, 15)
    for place in chosen:
        folder = Path(shutil.copytree(source, tmp_path / str(place)))
        flip(folder / name, place + chance.randrange(PAGE_SIZE), chance.randrange(8))
        with started(folder) as store:
            assert store.problems() == []
            assert store.cases_of(NUMBER) == expected
            assert store.integrity_problems() == []
        assert not list(folder.glob("*.damaged-*"))
        shutil.rmtree(folder)


def flip(path: Path, place: int, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1 << bit]))


def test_two_bits_turned_in_a_page_cost_what_lies_on_it_and_are_told(
    closed: Path, tmp_path: Path
) -> None:
    chance, lost = random.Random(3), 0
    for number in range(0, number_of(closed), 3):
        folder = Path(shutil.copytree(closed, tmp_path / str(number)))
        for place in chance.sample(range(PAGE_SIZE // 16, PAGE_SIZE), 2):
            flip(folder / FILE_NAME, number * PAGE_SIZE + place, chance.randrange(8))
        with started(folder) as store:
            assert len(store.problems()) == 1
            lost += CASES - len(store.cases_of(NUMBER))
            works_again(store)
        shutil.rmtree(folder)
    assert lost <= CASES  # each lies on one page


def test_cut_off_at_any_page_it_starts_with_what_is_left(closed: Path, tmp_path: Path) -> None:
    kept = []
    for number in range(number_of(closed)):
        folder = Path(shutil.copytree(closed, tmp_path / str(number)))
        os.truncate(folder / FILE_NAME, number * PAGE_SIZE)
        with started(folder) as store:
            assert len(store.problems()) == 1, number
            kept.append(len(store.cases_of(NUMBER)))
            works_again(store)
        shutil.rmtree(folder)
    assert kept[0] == 0
    assert kept[-1] >= CASES - 1
    assert sorted(kept) == kept


@pytest.mark.parametrize("left", [0, 1, 100, PAGE_SIZE - 1, None])
def test_of_a_store_of_which_nothing_is_left_the_next_slips_have_new_numbers(
    closed: Path, tmp_path: Path, left: int | None
) -> None:
    folder = Path(shutil.copytree(closed, tmp_path / "s"))
    if left is None:
        (folder / FILE_NAME).unlink()
    else:
        os.truncate(folder / FILE_NAME, left)
    for _ in range(2):  # it is told until the file is taken away
        with started(folder) as store:
            [told] = store.problems()
            assert NOTHING_LEFT in told
    with started(folder) as store:
        assert confirmed_in(store, 1).receipt_number[20:24] == "5001"
    [aside] = folder.glob("*.damaged-*")
    assert aside.stat().st_size == (left or 0)
    aside.unlink()
    with started(folder) as store:
        assert store.problems() == []
        assert len(store.cases_of(NUMBER)) == 1


@pytest.mark.parametrize("left", [0, 100])
def test_a_log_without_its_file_gives_back_what_it_has(
    killed: Path, tmp_path: Path, left: int
) -> None:
    folder = Path(shutil.copytree(killed, tmp_path / "s"))
    os.truncate(folder / FILE_NAME, left)
    with started(folder) as store:
        assert len(store.problems()) == 1
        assert len(store.cases_of(NUMBER)) == CASES
        works_again(store)


def test_a_file_of_before_its_first_start_is_no_loss(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    FileKey(folder / "store.key").key()
    (folder / FILE_NAME).touch()
    with started(folder) as store:
        assert store.problems() == []


def test_a_stump_of_a_store_that_was_never_looked_over_is_refused(
    closed: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(closed, tmp_path / "s"))
    (folder / SALT_NAME).unlink()
    os.truncate(folder / FILE_NAME, 100)
    with pytest.raises(StoreError) as refused, started(folder):
        pass
    assert refused.value.fault is Fault.STORE_DAMAGED
    assert (folder / FILE_NAME).stat().st_size == 100


def test_a_log_cut_off_anywhere_costs_only_what_came_after(killed: Path, tmp_path: Path) -> None:
    size, kept = (killed / LOG_NAME).stat().st_size, []
    for share in range(21):
        folder = Path(shutil.copytree(killed, tmp_path / str(share)))
        os.truncate(folder / LOG_NAME, size * share // 20)
        with started(folder) as store:
            kept.append(len(store.cases_of(NUMBER)))
            assert store.integrity_problems() == []
        shutil.rmtree(folder)
    assert kept == sorted(kept)
    assert kept[-1] == CASES
