"""The command line as a clerk mistypes it, and a terminal that cannot begin."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from typer.testing import CliRunner

from kiosk import app as program
from kiosk.__main__ import app
from kiosk.papers.compose import shared_typesetter
from kiosk.settings import Settings
from tests.ui.visits import all_words
from ui.pages import out_of_service


def test_the_doctor_looks_at_everything_though_the_gateway_key_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(f'folder = "{tmp_path / "store"}"\n', "utf-8")
    told = CliRunner().invoke(app, ["doctor", "--config", str(file)])
    assert told.exit_code == 1
    for name in ("网关", "读卡器", "存储", "磁盘", "事项目录"):
        assert f"{name}：" in told.stdout


@pytest.mark.parametrize(
    "wrong", [["--size", "banana"], ["--size", "10x10"], ["--card", "library"]]
)
def test_a_mistyped_size_or_card_is_said_at_once(wrong: list[str], tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["journey", "--out", str(tmp_path / "out"), *wrong])
    assert told.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_terminal_that_cannot_begin_tells_the_person_before_it(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "make_application", QApplication.instance)
    monkeypatch.setattr(out_of_service, "TRY_AGAIN_MS", 50)
    shown: list[str] = []
    QApplication.instance().focusWindowChanged.connect(  # type: ignore[union-attr]
        lambda _window: shown.extend(
            word for page in QApplication.topLevelWidgets() for word in all_words(page)
        )
    )
    with pytest.raises(ValueError, match="32 bytes"):
        program.run(Settings(folder=tmp_path))
    assert "本机暂停服务" in shown


def test_the_doctor_tries_the_templates_of_the_settings(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "entrustment.typ").write_text("#let x = ", "utf-8")
    file = tmp_path / "kiosk.toml"
    file.write_text(f'folder = "{tmp_path}/store"\ntemplates = "{templates}"\n', "utf-8")
    try:
        told = CliRunner().invoke(app, ["doctor", "--config", str(file)])
    finally:
        shared_typesetter().take_templates_from(tmp_path / "nowhere")
    assert "entrustment.typ" in told.output
