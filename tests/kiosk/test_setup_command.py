"""The first start of a terminal, against a real gateway."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.__main__ import app
from kiosk.app import gateway_for
from kiosk.domain.mode import Mode
from kiosk.settings import read_settings
from kiosk.setup_answers import AnswersError, read_answers
from sync.gateway.serve import EmbeddedGateway

PLACE, NAME = "222401103201", "222401103201-01"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[EmbeddedGateway]:
    gateway = EmbeddedGateway(tmp_path / "gateway")
    gateway.start()
    yield gateway
    gateway.stop()


def answers(tmp_path: Path, url: str, code: str, *, place: str = PLACE) -> Path:
    file = tmp_path / "answers.toml"
    file.write_text(
        f'mode = "desk"\n[site]\ncode = "{place}"\nname = "示范村便民服务点"\n'
        f'[gateway]\nurl = "{url}"\ncode = "{code}"\n[devices]\nid_card = "sam:auto"\n',
        "utf-8",
    )
    return file


def set_up(tmp_path: Path, file: Path) -> Result:
    folders = ["--settings", str(tmp_path / "etc"), "--store", str(tmp_path / "var" / "store")]
    return CliRunner().invoke(app, ["setup", "--answers", str(file), *folders, "--account", ""])


def code_of(gateway: EmbeddedGateway) -> str:
    return gateway.office.enrolling.code_for(NAME, site=PLACE)


def test_a_terminal_that_was_set_up_is_let_in(gateway: EmbeddedGateway, tmp_path: Path) -> None:
    file = answers(tmp_path, gateway.base_url, code_of(gateway))
    done = set_up(tmp_path, file)
    assert done.exit_code == 0, done.output
    settings = read_settings(tmp_path / "etc" / "kiosk.toml")
    assert settings.mode.kind is Mode.DESK
    assert settings.devices.id_card == "sam:auto"
    assert settings.gateway.terminal_id == NAME
    assert gateway_for(settings).reachable() is None
    for secret in ("token", "terminal.key", "terminal.pem", "kiosk.toml"):
        assert stat.S_IMODE((tmp_path / "etc" / secret).stat().st_mode) == 0o600
    before = (tmp_path / "etc" / "token").read_bytes()
    assert set_up(tmp_path, file).exit_code == 0  # once more, as after a power cut
    assert (tmp_path / "etc" / "token").read_bytes() == before
    assert gateway_for(settings).reachable() is None
    again = answers(tmp_path, gateway.base_url, "")  # another device, without another code
    assert set_up(tmp_path, again).exit_code == 0
    assert read_settings(tmp_path / "etc" / "kiosk.toml").gateway == settings.gateway


@pytest.mark.logs_expected
def test_what_goes_wrong_is_said_and_nothing_is_half_done(
    gateway: EmbeddedGateway, tmp_path: Path
) -> None:
    url = gateway.base_url
    for code, place, said in (
        ("AAAA-AAAA-AAAA", PLACE, "没有这个登记码"),
        (code_of(gateway), "222401001001", "登记码是给另一个服务点的"),
    ):
        done = set_up(tmp_path, answers(tmp_path, url, code, place=place))
        assert done.exit_code == 1
        assert said in done.output
        assert not (tmp_path / "etc" / "kiosk.toml").exists()
    code = code_of(gateway)
    gateway.stop()
    done = set_up(tmp_path, answers(tmp_path, url, code))
    assert "连不上网关" in done.output


def test_answers_that_cannot_be_used(tmp_path: Path) -> None:
    for place, url in (("110101001001", "https://g"), ("2224", "https://g"), (PLACE, "ftp://g")):
        with pytest.raises(AnswersError):
            read_answers(answers(tmp_path, url, "", place=place))
    with pytest.raises(AnswersError):
        read_answers(tmp_path / "nowhere.toml")
    (tmp_path / "noise.toml").write_bytes(b"\xff\x00")
    with pytest.raises(AnswersError):
        read_answers(tmp_path / "noise.toml")
