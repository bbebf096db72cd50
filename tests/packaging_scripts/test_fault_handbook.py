"""docs/faults.md says what codes and texts say, and the check sees it when one of them moves on."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from kiosk.domain.fault import Fault

CHECKOUT: Final = Path(__file__).parents[2]
SCRIPT: Final = "packaging/fault_handbook.py"
PARTS: Final = ("docs/faults.md", SCRIPT, "packaging/fault_handbook.toml")
LANGUAGES: Final = ("zh_CN", "ko_CN", "en")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the check reads, to be spoilt."""
    for name in (*PARTS, *(f"ui/texts/{language}/faults.toml" for language in LANGUAGES)):
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, copy)
    return tmp_path


def run(checkout: Path, what: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(checkout / SCRIPT), what],
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
    )
    return done.returncode, done.stdout + done.stderr


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_codes_texts_and_handbook_agree(checkout: Path) -> None:
    assert run(checkout, "--check") == (
        0,
        f"fault handbook: {len(Fault)} codes, texts and handbook agree\n",
    )
    written = (checkout / "docs/faults.md").read_text("utf-8")
    assert [fault for fault in Fault if f"\n### {fault.value} " not in written] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_without_words_fails(checkout: Path, language: str) -> None:
    spoil(checkout / f"ui/texts/{language}/faults.toml", "[faults.P14]", "[faults.P99]")
    code, said = run(checkout, "--check")
    assert code == 1
    assert f"{language}/faults.toml: P99 is no fault code" in said
    assert f"{language}/faults.toml: P14 lacks now" in said


def test_a_code_without_the_staffs_part_fails_and_writes_nothing(checkout: Path) -> None:
    before = (checkout / "docs/faults.md").read_text("utf-8")
    spoil(checkout / "packaging/fault_handbook.toml", "[E01]\ncause", "[E01]\nreason")
    code, said = run(checkout, "--write")
    assert code == 1
    assert "E01 lacks cause" in said
    assert "E01 has a strange reason" in said
    assert (checkout / "docs/faults.md").read_text("utf-8") == before


@pytest.mark.parametrize("name", ["docs/faults.md", "ui/texts/ko_CN/faults.toml"])
def test_a_sentence_changed_in_one_place_fails_until_it_is_written_again(
    checkout: Path, name: str
) -> None:
    spoil(checkout / name, "인쇄기에 종이가 걸렸습니다.", "종이가 걸렸습니다.")
    assert run(checkout, "--check")[0] == 1
    assert run(checkout, "--write")[0] == 0
    assert run(checkout, "--check")[0] == 0


def test_every_group_of_codes_has_a_title() -> None:
    groups = runpy.run_path(str(CHECKOUT / SCRIPT))["GROUPS"]
    assert set(groups) == {fault.value[0] for fault in Fault}
