"""What came down before a cut is there afterwards, whatever happened in between."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.arrivals import Arrivals
from offline_store.database import open_database
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import NOON, confirmed_in, document, page, take_in

CONTENT = page(1, size=200_001).jpeg
NAME = hashlib.sha256(CONTENT).hexdigest()


def test_pieces_add_up_and_survive_a_restart(folder: Path, key: FileKey) -> None:
    for start in range(0, len(CONTENT), 30_000):
        store = open_store(folder, key)
        assert store.staged(NAME) == start
        piece = CONTENT[start : start + 30_000]
        assert store.stage(NAME, start, piece) == start + len(piece)
        store.close()
    store = open_store(folder, key)
    assert store.staged_content(NAME) == CONTENT
    assert CONTENT[:100] not in b"".join(file.read_bytes() for file in folder.iterdir())
    store.close()


def test_what_is_here_already_is_skipped_and_a_gap_is_refused(store: SqlCipherStore) -> None:
    store.stage(NAME, 0, CONTENT[:1000])
    assert store.stage(NAME, 0, CONTENT[:400]) == 1000
    assert store.stage(NAME, 500, CONTENT[500:1500]) == 1500
    for offset in (1501, -1):
        with pytest.raises(ValueError, match="gap"):
            store.stage(NAME, offset, b"x")
    assert store.staged_content(NAME) == CONTENT[:1500]
    assert store.staged("0" * 64) == 0
    assert store.staged_content("0" * 64) == b""


@given(cuts=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 900)), max_size=12))
@settings(max_examples=30)
def test_any_order_of_pieces_leaves_a_beginning_of_the_content(
    store_in_memory: SqlCipherStore, cuts: list[tuple[int, int]]
) -> None:
    store, name = store_in_memory, hashlib.sha256(str(cuts).encode()).hexdigest()
    for offset, length in cuts:
        held = store.staged(name)
        if offset > held:
            with pytest.raises(ValueError, match="gap"):
                store.stage(name, offset, CONTENT[offset : offset + length])
        else:
            store.stage(name, offset, CONTENT[offset : offset + length])
    assert store.staged_content(name) == CONTENT[: store.staged(name)]


@pytest.fixture(scope="module")
def store_in_memory(tmp_path_factory: pytest.TempPathFactory) -> SqlCipherStore:
    """One for all examples; every example has a name of its own."""
    folder = tmp_path_factory.mktemp("staging")
    return open_store(folder, FileKey(folder / "store.key"))


def test_a_document_is_taken_from_what_was_staged(store: SqlCipherStore) -> None:
    case = confirmed_in(store)
    paper, content = document(case.case_id, CONTENT)
    store.stage(paper.sha256, 0, content[:70_000])
    assert take_in(store, papers=[(paper, content)]) == (case.case_id,)
    assert store.document(paper.sha256) == content
    assert store.staged(paper.sha256) == 0


def test_a_document_that_is_kept_already_needs_no_bytes(store: SqlCipherStore) -> None:
    first, second = confirmed_in(store, 1), confirmed_in(store, 2)
    take_in(store, papers=[document(first.case_id, CONTENT)])
    paper, _ = document(second.case_id, CONTENT)
    assert take_in(store, papers=[(paper, b"")], cursor="2") == (second.case_id,)


@pytest.mark.parametrize("bytes_here", [b"", CONTENT[:-1], CONTENT[:-1] + b"?"])
def test_bytes_that_do_not_fit_the_name_are_dropped_and_fetched_anew(
    store: SqlCipherStore, bytes_here: bytes
) -> None:
    case = confirmed_in(store)
    paper, content = document(case.case_id, CONTENT)
    with pytest.raises(StoreError) as refused:
        take_in(store, papers=[(paper, bytes_here)], cursor="9")
    assert refused.value.fault is Fault.STORE_DAMAGED
    assert (store.cursor(), store.staged(paper.sha256)) == ("", 0)
    take_in(store, papers=[(paper, content)], cursor="9")
    assert store.cursor() == "9"


def test_what_was_staged_of_a_catalogue_goes_when_the_catalogue_comes(
    store: SqlCipherStore,
) -> None:
    store.stage(NAME, 0, CONTENT)
    store.stage("1" * 64, 0, b"of something else")
    arrivals = Arrivals(catalog=("2", b"{}"), transfers=(NAME,))
    store.apply(arrivals, cursor="c", now=NOON)
    assert store.staged(NAME) == 0
    assert store.staged("1" * 64) == len(b"of something else")


def test_papers_of_a_case_that_is_not_here_leave_nothing(folder: Path, key: FileKey) -> None:
    store = open_store(folder, key, clock=lambda: NOON)
    case = confirmed_in(store)
    stranger = document(case.case_id.replace("0001", "00ff", 1), CONTENT)  # type: ignore[arg-type]
    assert take_in(store, papers=[stranger]) == ()
    store.close()
    database = open_database(folder, key.key())
    assert database.execute("SELECT count(*) FROM staged") == [(0,)]
    database.close()
