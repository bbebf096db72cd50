"""Reading aloud, with Qt's engine for tests, which takes its time and makes no sound."""

import pytest
from PySide6.QtCore import QLocale, QSize
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from devices.id_card.specimens import RESIDENT
from kiosk.flow.steps import Step
from tests.ui.measures import settle
from ui.events import EventBridge
from ui.main_window import MainWindow
from ui.reading import sentences
from ui.shots import SCENES
from ui.specimen_store import MemoryStore
from ui.specimens import MOMENT, QuietEquipment, item_called, terminal_for
from ui.stage import Stage
from ui.texts import Texts
from ui.texts.languages import Language
from ui.theme.comfort import Comfort
from ui.voice import PRETENDING, Voice

ENGLISH = {language: QLocale.Language.English for language in Language}


def reading(stage: Stage) -> QPushButton:
    return stage.window._inside.top._read


def voice_of(stage: Stage) -> Voice:
    voice = stage.window._reader._voice
    assert voice is not None
    return voice


def test_a_voice_says_one_sentence_after_the_other(qtbot: QtBot) -> None:
    voice = Voice(PRETENDING, spoken=ENGLISH)
    voice.read(["one", "two"], Language.CHINESE)
    assert voice.is_reading
    qtbot.waitUntil(lambda: not voice.is_reading, timeout=10_000)


def test_it_is_silent_at_once(qtbot: QtBot) -> None:
    voice = Voice(PRETENDING, spoken=ENGLISH)
    voice.read(["a long sentence that takes some seconds"] * 9, Language.CHINESE)
    voice.stop()
    assert not voice.is_reading


def test_no_voice_for_the_language_is_no_voice() -> None:
    voice = Voice(PRETENDING)  # it has English, and neither Chinese nor Korean
    assert voice.speaks(Language.CHINESE, Language.KOREAN) is None
    assert voice.speaks(Language.KOREAN, Language.ENGLISH) is Language.ENGLISH
    voice.read(["您好"], Language.CHINESE)
    assert not voice.is_reading


def test_the_engine_for_tests_is_never_taken_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.voice.QTextToSpeech.availableEngines", lambda: [PRETENDING])
    assert Voice().speaks(*Language) is None


def test_a_touch_reads_the_page_and_the_next_is_silence(stage: Stage) -> None:
    stage.window.show_home()
    reading(stage).click()
    assert voice_of(stage).is_reading
    assert reading(stage).text() == Texts().say("voice.quiet")
    reading(stage).click()
    assert not voice_of(stage).is_reading
    assert reading(stage).text() == Texts().say("voice.read")


def test_another_page_and_the_end_are_silence(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.GUIDE)
    reading(stage).click()
    stage.press("next")
    assert not voice_of(stage).is_reading
    reading(stage).click()
    assert voice_of(stage).is_reading
    stage.window.show_standby()
    assert not voice_of(stage).is_reading


def test_without_a_voice_the_button_is_gone_and_the_sheet_says_why(qtbot: QtBot) -> None:
    window = MainWindow(
        terminal_for(MemoryStore(MOMENT), QuietEquipment()),
        EventBridge(),
        size=QSize(1080, 1920),
        voice=Voice(PRETENDING),
    )
    window.show()
    window.show_home()
    assert not window._inside.top._read.isVisible()
    window._inside.sheet.open()
    assert window._inside.sheet._no_voice.isVisible()
    window.close()


@pytest.mark.parametrize("scene", SCENES)
def test_every_page_can_be_read_and_tells_no_number(qtbot: QtBot, scene: str) -> None:
    stage = Stage(QSize(1080, 1920))
    SCENES[scene](stage)
    settle()
    said = "\n".join(sentences(stage.window.page, stage.window._texts, Language.CHINESE))
    assert said.strip()
    assert RESIDENT.number not in said
    assert RESIDENT.address not in said
    assert "*" not in said
    stage.close()


def test_only_one_of_two_languages_is_read(qtbot: QtBot) -> None:
    stage = Stage(QSize(1080, 1920), Comfort(languages=(Language.CHINESE, Language.KOREAN)))
    stage.window.show_home()
    page, texts = stage.window.page, stage.window._texts
    chinese = "".join(sentences(page, texts, Language.CHINESE))
    korean = "".join(sentences(page, texts, Language.KOREAN))
    title = texts.say("home.title").lines
    assert title[Language.CHINESE] in chinese
    assert title[Language.KOREAN] not in chinese
    assert title[Language.KOREAN] in korean
    assert title[Language.CHINESE] not in korean
    stage.close()
