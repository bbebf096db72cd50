"""docs/requirements.md names every requirement, and only pages, commands and tests that exist."""

import re
from pathlib import Path
from typing import Final

import pytest
import typer
from click import Group

from kiosk.__main__ import app

CHECKOUT: Final = Path(__file__).parents[1]
TERMINAL: Final = tuple(f"T-{number:02d}" for number in range(3, 50))
PROGRAM: Final = ("kiosk", "ui", "devices", "offline_store", "sync")
ROW: Final = re.compile(
    r"^\| (T-\d\d)[^|]*\|(?P<what>[^|]*)\|(?P<where>[^|]*)\|(?P<shown>[^|]*)\|$"
)
LINES: Final = [
    line
    for line in (CHECKOUT / "docs/requirements.md").read_text("utf-8").splitlines()
    if line.startswith("| T-")
]
SOURCE: Final = "\n".join(
    file.read_text("utf-8") for top in PROGRAM for file in (CHECKOUT / top).rglob("*.py")
)


def row_of(line: str) -> re.Match[str]:
    found = ROW.match(line)
    assert found is not None, f"not four cells: {line[:60]}"
    return found


def test_every_requirement_of_a_terminal_has_a_row() -> None:
    assert set(TERMINAL) <= {row_of(line)[1] for line in LINES}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[2:6])
def test_a_row_names_a_test_that_exists_or_says_why_not(line: str) -> None:
    row = row_of(line)
    tests = re.findall(r"[\w/]*tests?[\w/]*(?:\.py|/)", row["shown"])
    for name in tests:
        assert (CHECKOUT / name).exists(), name
    assert tests or "Not served" in row["what"]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[2:6])
def test_a_row_names_pages_and_commands_that_exist(line: str) -> None:
    row = row_of(line)
    assert row["where"].strip() not in ("", "-") or "Not served" in row["what"]
    for name in re.findall(r"`([^`]+)`", row["where"]):
        if name.startswith("kiosk "):
            assert is_command(name.split()[1:]), name
        elif re.fullmatch(r"[\w/]+(\.py|/)", name):
            assert list(CHECKOUT.glob(name if "/" in name else f"*/**/{name}")), name
        elif re.fullmatch(r"[A-Z]\w+", name):
            assert re.search(rf"^class {name}\b", SOURCE, re.MULTILINE), name


def is_command(words: list[str]) -> bool:
    """Whether the command line has that command; options count for nothing."""
    command = typer.main.get_command(app)
    for word in words:
        if not isinstance(command, Group) or word.startswith("-"):
            return True
        if word not in command.commands:
            return False
        command = command.commands[word]
    return True
