"""The command line, run as people run it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from devices.camera.pictures import to_jpeg
from devices.camera.specimen_pages import Specimen, on_desk
from devices.id_card.specimens import FAMILY
from tests.counterparts.card_blocks import block_of
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.sam_reader_pty import SamReaderPty

CHECKOUT = Path(__file__).parents[2]


def kiosk(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *words],
        check=False,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        timeout=60,
    )


def test_help_explains_every_command() -> None:
    said = kiosk("--help").stdout
    for command in ("run", "demo", "journey", "doctor", "gateway", "card", "scan"):
        assert command in said


def test_a_card_is_read_with_its_number_masked_unless_asked_for() -> None:
    with SamReaderPty() as reader:
        reader.lay_down(block_of(FAMILY[0]))
        masked = kiosk("card", "--serial", reader.port)
        reader.take_away()
        reader.lay_down(block_of(FAMILY[0]))
        full = kiosk("card", "--serial", reader.port, "--full")
    assert json.loads(masked.stdout)["number"] == "222401********9036"
    assert FAMILY[0].number not in masked.stdout + masked.stderr
    assert json.loads(full.stdout)["number"] == FAMILY[0].number
    assert json.loads(full.stdout)["name"] == FAMILY[0].name


def test_a_missing_reader_is_a_fault_and_not_a_traceback() -> None:
    said = kiosk("card", "--serial", "/dev/no-such-port", "--wait", "1")
    assert said.returncode == 1
    assert "R01" in said.stdout + said.stderr
    assert "Traceback" not in said.stderr


def test_card_wants_exactly_one_kind_of_reader() -> None:
    assert kiosk("card").returncode == 2
    assert kiosk("card", "--serial", "/dev/null", "--pcsc").returncode == 2


def test_scan_prints_one_line_a_picture_and_tells_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "form.jpg").write_bytes(to_jpeg(on_desk(Specimen.FORM)))
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    said = kiosk("scan", str(tmp_path))
    broken, form = (json.loads(line) for line in said.stdout.splitlines())
    assert said.returncode == 1
    assert "error" in broken
    assert len(form["corners"]) == 4
    assert form["judgement"] == []
    assert form["milliseconds"] > 0


def test_doctor_ends_with_1_when_the_gateway_is_missing(tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(
        f'folder = "{tmp_path / "store"}"\n[gateway]\nurl = "http://127.0.0.1:9"\n'
        f'public_key = "{"00" * 32}"\n',
        "utf-8",
    )
    said = kiosk("doctor", "--config", str(config))
    assert said.returncode == 1
    assert "异常  网关：N10" in said.stdout
    assert "正常  存储" in said.stdout


def test_wrong_settings_are_told_with_the_entry(tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text('[site]\ncode = "1"\n', "utf-8")
    said = kiosk("doctor", "--config", str(config))
    assert said.returncode == 2
    assert "site.code" in said.stderr


@pytest.fixture
def gateway(tmp_path: Path) -> GatewayProcess:
    return GatewayProcess(tmp_path / "gateway")


def test_enrolling_writes_the_token_to_a_protected_file(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    key = gateway.enrol("terminal-07", token)
    assert len(bytes.fromhex(key)) == 32
    assert token.stat().st_mode & 0o777 == 0o600
    assert len(token.read_text().strip()) > 20


def test_reviewing_an_unknown_case_is_refused_in_words(gateway: GatewayProcess) -> None:
    said = kiosk("gateway", "review", "accept", "none", "--folder", str(gateway.folder))
    assert said.returncode == 2
    assert "没有这个办件" in said.stderr
