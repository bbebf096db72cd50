"""The search for planted values finds every one of them where it can be read, and only there."""

from pathlib import Path

from tests.counterparts.sample_cases import NOON
from tests.matrix.planted import ENCODINGS, NAME, VALUES, found_below, lay_out


def test_every_value_is_found_in_every_encoding(tmp_path: Path) -> None:
    lay_out(tmp_path / "plain")
    found = set(found_below([tmp_path]))
    assert len(found) == len(VALUES) * len(ENCODINGS)


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "other").write_text(f"{NAME[:-1]} {NOON}")
    assert list(found_below([tmp_path])) == []
