"""A damaged file that was set aside stays what it is, and is told in a few words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_store.database import FILE_NAME
from offline_store.file_key import FileKey
from offline_store.mending import MENDED, damage_words, look_over
from offline_store.sealed_pages import PAGE_SIZE
from offline_store.sqlcipher_store import SqlCipherStore
from offline_store.store_folder import StoreFolder
from tests.counterparts.sample_cases import NOON, NUMBER, case_id, confirmed_in

LONGEST_LINE = 200  # sync/wire.py, Word
COUNTS = st.integers(min_value=0, max_value=10**6)


def started(folder: Path) -> tuple[StoreFolder, SqlCipherStore]:
    """On a machine whose clock begins at one and the same second at every start."""
    held = StoreFolder(folder, FileKey(folder / "store.key"), program="test", clock=lambda: NOON)
    return held, held.open()


def set_aside(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.damaged-*")}


def spoilt(path: Path) -> bytes:
    """Its bytes, after some of each of the last pages were turned; what was told lies before."""
    content = bytearray(path.read_bytes())
    for begin in range(len(content) - 3 * PAGE_SIZE + 8, len(content), PAGE_SIZE):
        for place in range(begin, begin + 16):
            content[place] ^= 0xFF
    path.write_bytes(content)
    return bytes(content)


@pytest.fixture
def filled(folder: Path) -> Path:
    held, store = started(folder)
    for serial in range(1, 6):
        confirmed_in(store, serial)
    store.close()
    held.close()
    held, store = started(folder)  # keeps the salt
    store.close()
    held.close()
    return folder


def test_a_store_damaged_twice_in_the_same_second_of_the_clock_keeps_both_files(
    filled: Path,
) -> None:
    damaged = []
    for serial in (21, 22, 23):
        damaged.append(spoilt(filled / FILE_NAME))
        held, store = started(filled)
        assert len(store.problems()) == len(damaged)
        confirmed_in(store, serial)
        assert case_id(serial) in {case.case_id for case in store.cases_of(NUMBER)}
        store.close()
        held.close()
    assert sorted(set_aside(filled).values()) == sorted(damaged)


def test_a_store_of_which_nothing_is_left_twice_replaces_nothing_set_aside(filled: Path) -> None:
    first = spoilt(filled / FILE_NAME)
    for _ in range(3):
        held, store = started(filled)
        store.close()
        held.close()
        (filled / FILE_NAME).write_bytes(b"")
    assert sorted(set_aside(filled).values()) == [b"", b"", first]


@pytest.mark.parametrize("cut_at", range(4))
def test_the_name_is_chosen_once_though_a_power_cut_ends_the_change(
    filled: Path, monkeypatch: pytest.MonkeyPatch, cut_at: int
) -> None:
    first = spoilt(filled / FILE_NAME)
    held, store = started(filled)
    store.close()
    held.close()
    second = spoilt(filled / FILE_NAME)
    left = [cut_at]

    def cut(_: Path) -> None:
        if (filled / MENDED).exists():
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1

    with monkeypatch.context() as patched:
        patched.setattr("offline_store.mending.sync_folder", cut)
        with pytest.raises(KeyboardInterrupt):
            look_over(filled, FileKey(filled / "store.key").key(), now=NOON)
    held, store = started(filled)
    assert len(store.problems()) == 2
    store.close()
    held.close()
    assert sorted(set_aside(filled).values()) == sorted([first, second])


@given(pages=COUNTS, incomplete=COUNTS, lost=COUNTS, many=st.integers(0, 2000))
def test_what_was_damaged_fits_on_the_line_that_the_heartbeat_takes(
    pages: int, incomplete: int, lost: int, many: int
) -> None:
    receipts = [f"22240100100101261128{serial:04d}7" for serial in range(many)]
    words = damage_words(pages, incomplete, lost, receipts)
    assert len(f"{words} ({FILE_NAME}.damaged-20261128T003000-10)") <= LONGEST_LINE
    assert all(receipt in words for receipt in receipts[:3])
    assert (f"{many} 个" in words) == (many > 3)
