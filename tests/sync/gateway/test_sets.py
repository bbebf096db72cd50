"""Any number of values goes through a few statements, none left out and none asked twice."""

from hypothesis import given
from hypothesis import strategies as st

from sync.gateway.database import Row, Value
from sync.gateway.sets import MOST_ROWS, SHAPES, each_row, put_rows, rows_among


@given(st.lists(st.integers(), max_size=600, unique=True))
def test_each_value_is_asked_for(values: list[int]) -> None:
    asked: list[Value] = []
    statements: set[str] = set()

    def run(statement: str, *given: Value) -> list[Row]:
        statements.add(statement)
        assert statement.count("?") == len(given)
        asked.extend(given[:-1])
        assert given[-1] == "more"
        return [(one,) for one in dict.fromkeys(given[:-1])]

    assert rows_among(run, "IN ({}) AND x=?", values, "more") == [(one,) for one in values]
    assert set(asked) == set(values)
    assert len(statements) <= len(SHAPES)


@given(st.lists(st.tuples(st.integers(), st.text()), max_size=300))
def test_each_row_is_put_once(rows: list[tuple[int, str]]) -> None:
    def run(statement: str, *given: Value) -> list[Row]:
        assert statement.count("(?, ?)") * 2 == len(given) <= MOST_ROWS * 2
        return list(zip(given[::2], given[1::2], strict=True))

    assert put_rows(run, "VALUES {}", rows) == rows


@given(st.lists(st.tuples(st.integers(), st.text()), max_size=300))
def test_each_row_is_run_once_within_one_statement_or_several(rows: list[tuple[int, str]]) -> None:
    had: list[tuple[Value, ...]] = []

    def run(statement: str, *given: Value) -> list[Row]:
        assert statement.startswith("INSERT INTO t (a, b) VALUES (?, ?)")
        assert statement.endswith(" ON CONFLICT DO NOTHING")
        assert statement.count("?") == len(given)
        had.extend(zip(given[::2], given[1::2], strict=True))
        return []

    each_row(run, "INSERT INTO t (a, b) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
    assert had == rows
