"""docs/devices.md names every state that is brought about, with its figure."""

import re
from pathlib import Path

import pytest

from tests.matrix.devices import BEGIN, END, LIMIT, named_states, place_of

TABLE = Path("docs/devices.md")
LEAST = 40
ROW = re.compile(r"^\| `(?P<key>[^`]+)` \|.*\| (?P<seconds>[\d.]+) \| `(?P<test>[^`]+)` \|$")
KINDS = ("id_card", "id_reader", "social_card", "pcscd", "receipt", "page", "camera", "passport")
# Some of each counterpart that needs no service: half a second each.
QUICK = ("id_reader.unplugged", "id_card.swapped", "receipt.cover_open", "receipt.replaced")


def rows() -> dict[str, re.Match[str]]:
    inside = TABLE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    found = [ROW.match(line) for line in inside.splitlines()]
    return {row["key"]: row for row in found if row is not None}


def test_the_table_and_the_tests_name_the_same_states() -> None:
    assert list(rows()) == list(named_states())
    assert len(rows()) >= LEAST
    assert {key: row["test"] for key, row in rows().items()} == {
        key: place_of(one) for key, one in named_states().items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_device_has_its_states(kind: str) -> None:
    assert any(key.startswith(f"{kind}.") for key in rows())


def test_every_state_was_over_in_time_when_it_was_measured() -> None:
    assert [key for key, row in rows().items() if float(row["seconds"]) > LIMIT] == []


@pytest.mark.parametrize("key", QUICK)
def test_some_are_tried_each_time(key: str) -> None:
    assert named_states()[key].act() < 10 * LIMIT  # measured by the matrix; here it only ends
