"""Printer profiles: ours can all be read, and what a county writes wrongly is told."""

import contextlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.receipt_printer.profile import (
    DEFAULT,
    PACKAGED,
    PrinterProfile,
    ProfileError,
    profile_named,
)


def test_every_packaged_profile_can_be_read() -> None:
    names = list(tomllib.loads(PACKAGED.read_text("utf-8")))
    assert profile_named(DEFAULT) == PrinterProfile()
    found = {name: profile_named(name) for name in names}
    assert found["escpos-58"].columns == 32
    assert not found["escpos-80-mute"].can_confirm


def test_a_countys_own_profile_goes_first(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[escpos-80]\nbaud = 19200\n[counter]\nwidth_dots = 384\n")
    assert profile_named("escpos-80", own).baud == 19200
    assert profile_named("counter", own).width_dots == 384
    assert profile_named("escpos-58", own).width_dots == 384


@pytest.mark.parametrize(
    "wrong",
    [
        "width_dots = 512",
        'width_dots = "576"',
        "text = true",
        'character_set = "big5"',
        'double_byte = "maybe"',
        "baud = 3",
        "colour = 1",
        "can_cut = 1",
        "no TOML",
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, wrong: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(f"[counter]\n{wrong}\n")
    with pytest.raises(ProfileError, match=r"own\.toml"):
        profile_named("counter", own)


def test_an_unknown_name_is_told_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="escpos-58"):
        profile_named("none such")
    with pytest.raises(ProfileError):
        profile_named(DEFAULT, tmp_path / "missing.toml")


@given(raw=st.binary(max_size=200))
def test_any_bytes_are_a_profile_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "own.toml"
    file.write_bytes(raw)
    with contextlib.suppress(ProfileError):
        assert profile_named(DEFAULT, file)
