"""The battery as the kernel shows it, in a folder like the kernel's."""

from pathlib import Path

import pytest

from devices.power.battery import Battery, battery


def supply(folder: Path, name: str, **files: str) -> None:
    (folder / name).mkdir()
    for file, word in files.items():
        (folder / name / file).write_text(f"{word}\n")


def test_a_machine_without_one(tmp_path: Path) -> None:
    assert battery(tmp_path / "nothing") is None
    supply(tmp_path, "AC", type="Mains", online="1")
    assert battery(tmp_path) is None


@pytest.mark.parametrize(
    ("status", "online", "plugged_in"),
    [("Discharging", "0", False), ("Charging", "1", True), ("Not charging", "1", True)],
)
def test_how_full_and_whether_plugged_in(
    tmp_path: Path, status: str, online: str, plugged_in: bool
) -> None:
    supply(tmp_path, "AC", type="Mains", online=online)
    supply(tmp_path, "BAT0", type="Battery", capacity="14", status=status)
    assert battery(tmp_path) == Battery(14, plugged_in)


def test_the_emptiest_of_several_counts_and_a_mouse_does_not(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", capacity="80", status="Discharging")
    supply(tmp_path, "BAT1", type="Battery", capacity="30", status="Discharging")
    supply(tmp_path, "mouse", type="Battery", capacity="2", status="Discharging", scope="Device")
    assert battery(tmp_path) == Battery(30, False)


def test_nonsense_is_no_battery(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", capacity="unknown", status="")
    assert battery(tmp_path) is None
