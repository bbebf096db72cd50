"""kiosk.toml: read, or refused in words that name the entry."""

from pathlib import Path

import pytest

from kiosk.settings import SettingsError, read_settings

GOOD = """
folder = "/tmp/doorstep"
idle_ask_seconds = 30
[site]
code = "222401001001"
name = "示范村便民服务点"
terminal = "02"
[devices]
id_card = "sam:/dev/ttyUSB0"
receipt_printer = "network:192.168.1.9:9100"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "kiosk.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_file_is_read(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, GOOD))
    assert settings.site.terminal == "02"
    assert settings.devices.id_card == "sam:/dev/ttyUSB0"
    assert settings.devices.camera == "none"
    assert settings.idle_ask_seconds == 30


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD.replace('"02"', '"2"'), "site.terminal"),
        (GOOD.replace("sam:", "usb:"), "devices.id_card"),
        (GOOD.replace("idle_ask_seconds = 30", "idle_ask_seconds = -1"), "idle_ask_seconds"),
        (GOOD.replace("idle_ask_seconds = 30", "idle_ask_seconds = 300"), "idle_end_seconds"),
        (GOOD + "\n[devicez]\n", "devicez"),
        ("folder = ", "kiosk.toml"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(written(tmp_path, text))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        read_settings(tmp_path / "none.toml")


def test_the_environment_comes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORSTEP_IDLE_ASK_SECONDS", "45")
    assert read_settings(written(tmp_path, GOOD)).idle_ask_seconds == 45
