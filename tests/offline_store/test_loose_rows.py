"""Rows are found on any page, and no page, however strange, ends the search with an error."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from offline_store.database import FILE_NAME, open_database
from offline_store.found_rows import table_of
from offline_store.loose_rows import INDEX_INTERIOR, INDEX_LEAF, TABLE_LEAF, LooseRow, rows_on
from offline_store.sealed_pages import USABLE, SealedPages

KEY = bytes(range(32))
KINDS = st.sampled_from([INDEX_INTERIOR, INDEX_LEAF, TABLE_LEAF])


@given(
    kind=KINDS,
    begin=st.binary(max_size=300),
    end=st.binary(max_size=300),
    further=st.none() | st.binary(min_size=USABLE, max_size=USABLE),
    number=st.sampled_from([1, 2]),
)
@settings(deadline=None)  # a page that claims 1690 rows of many megabytes takes its time
def test_a_page_of_anything_gives_rows_or_none(
    kind: int, begin: bytes, end: bytes, further: bytes | None, number: int
) -> None:
    body = bytes(100 if number == 1 else 0) + bytes([kind]) + begin
    page = body + bytes(USABLE - len(body) - len(end)) + end
    for row in rows_on(number, page, lambda _: further):
        assert isinstance(row, LooseRow)
        table_of(row)  # must not raise


def test_a_row_that_goes_on_in_a_ring_of_pages_is_left_out() -> None:
    long = bytes([0x85, 0xF5, 0xE0, 0x00])  # a varint of 12.5 million bytes
    page = bytes([TABLE_LEAF, 0, 0, 0, 1, 0, 0, 0, 0, 10]) + long + bytes(USABLE - 14)
    asked = []

    def read(number: int) -> bytes:
        asked.append(number)
        return bytes(USABLE)

    assert list(rows_on(2, page, read)) == []
    assert len(asked) == 1


@given(values=st.lists(st.none() | st.integers() | st.text() | st.binary(), max_size=20))
def test_any_row_belongs_to_one_table_or_none(values: list[object]) -> None:
    for rowid in (None, 7):
        table_of(LooseRow(rowid, tuple(values)))


def test_rows_that_the_library_wrote_are_found_with_every_value(folder: Path) -> None:
    texts = ["", "短", "长" * 1000, "x" * 20_000]
    numbers = [0, 1, -1, 127, -128, 2**15, -(2**23), 2**31, -(2**47), 2**63 - 1, -(2**63)]
    written = {
        (None, rowid, value, bytes(size))
        for rowid in (1, 2**40)
        for value in [*texts, *numbers]
        for size in (0, 5000)
    }
    database = open_database(folder, KEY)
    with database.writing():
        database.execute("CREATE TABLE odd (row INTEGER PRIMARY KEY, n, value, bytes)")
        for n, row in enumerate(written):
            database.execute("INSERT INTO odd VALUES (?, ?, ?, ?)", (2**n - 9, *row[1:]))
    database.close()
    pages = SealedPages(folder / FILE_NAME, KEY)
    found = {
        row.rowid: row.values
        for number, page in pages.newest_first()
        for row in rows_on(number, page, pages.read)
        if len(row.values) == 4 and isinstance(row.values[3], bytes)
    }
    assert found == {2**n - 9: row for n, row in enumerate(written)}


def test_a_row_whose_rest_is_damaged_is_left_out() -> None:
    cell = bytes([0xC0, 0x00, 0x01, 0x02, 0x0C])  # 8192 bytes under rowid 1
    head = bytes([TABLE_LEAF, 0, 0, 0, 1, 0, 0, 0]) + (USABLE - 100).to_bytes(2, "big")
    page = head + bytes(USABLE - 100 - len(head)) + cell + bytes(95)
    assert list(rows_on(2, page, lambda _: None)) == []
