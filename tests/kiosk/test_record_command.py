"""`kiosk doctor --record` with a reader on a pty, and its file as a device of the settings."""

from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest
from typer.testing import CliRunner

from devices.card_trace.trace_file import TraceError
from devices.id_card.specimens import RESIDENT
from kiosk.__main__ import app
from kiosk.card_drivers import card_readers_for
from kiosk.record_command import record_command
from kiosk.settings import DeviceSettings
from tests.counterparts.card_blocks import block_of
from tests.counterparts.sam_reader_pty import SamReaderPty

PLANTED = replace(RESIDENT, name="欧阳䶮霖", number="222401196203079010")


def test_what_a_terminal_recorded_is_a_device_of_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "field.trace"
    with SamReaderPty() as far_side:
        far_side.lay_down(block_of(PLANTED))
        settings = DeviceSettings(id_card=f"sam:{far_side.port}")
        assert record_command(settings, file, seconds=0.5) == 0
    said = capsys.readouterr().out
    assert "读出一张卡" in said
    assert PLANTED.name not in said
    [reader] = card_readers_for(DeviceSettings(id_card=f"replay:{file}"))
    reader.open()
    assert reader.card_present()
    card = reader.read_identity()
    assert card.kind is PLANTED.kind
    assert len(card.name) == len(PLANTED.name)
    assert card.name != PLANTED.name
    reader.close()


def test_a_recording_never_takes_the_place_of_another_file(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text("mine")
    assert record_command(DeviceSettings(id_card="sam:auto"), file, seconds=0) == 2
    assert file.read_text() == "mine"


def test_a_terminal_without_real_readers_has_nothing_to_record(tmp_path: Path) -> None:
    file = tmp_path / "none.trace"
    assert record_command(DeviceSettings(id_card="simulated"), file, seconds=0) == 2
    assert not file.exists()


def test_the_doctor_records_when_asked(tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    file = tmp_path / "field.trace"
    with SamReaderPty() as far_side:
        config.write_text(f'[devices]\nid_card = "sam:{far_side.port}"\n')
        Timer(0.2, lambda: far_side.lay_down(block_of(PLANTED))).start()
        asked = ["doctor", "--config", str(config), "--record", str(file), "--seconds", "1"]
        done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0
    assert file.stat().st_size > 1295


@pytest.mark.parametrize("content", ["", '{"format": "doorstep card trace 1"}'])
def test_a_file_that_is_no_trace_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "x.trace"
    file.write_text(content)
    with pytest.raises(TraceError):
        card_readers_for(DeviceSettings(id_card=f"replay:{file}"))
