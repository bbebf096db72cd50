"""Items and groups are called by both names where two languages were chosen."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ui.item_words import case_title, item_title, name_words
from ui.shots import SCENES
from ui.specimens import item_called, longest_item, packaged_catalog
from ui.stage import Stage
from ui.texts import Texts
from ui.texts.languages import Language
from ui.theme.comfort import Comfort

BOTH = Texts(Language.CHINESE, Language.KOREAN)


def test_chinese_stands_first_and_alone_where_nobody_asked() -> None:
    item = item_called("elder_allowance")
    assert item_title(item, BOTH) == f"{item.title}\n{item.title_ko}"
    assert item_title(item, Texts()) == item.title


def test_a_case_keeps_its_own_title_when_the_catalogue_calls_it_otherwise() -> None:
    item = item_called("elder_allowance")
    assert case_title(item.title, item, BOTH) == item_title(item, BOTH)
    assert case_title("旧的名称", item, BOTH) == "旧的名称"
    assert case_title(item.title, None, BOTH) == item.title


def test_every_group_of_the_catalogue_has_its_korean_name() -> None:
    catalog = packaged_catalog()
    for group in (*catalog.themes(), *catalog.life_events(), *catalog.persons()):
        assert "\n" in name_words(group, BOTH), group
    assert name_words("还没有的一类", BOTH) == "还没有的一类"


@pytest.mark.parametrize("scene", ["guide", "read_card", "sign", "review", "progress_decided"])
def test_both_names_stand_where_an_item_is_named(qtbot: QtBot, scene: str) -> None:
    stage = Stage(QSize(1080, 1920), Comfort(languages=(Language.CHINESE, Language.KOREAN)))
    SCENES[scene](stage)
    said = "\n".join(label.text() for label in stage.window.page.findChildren(QLabel))
    assert longest_item().title in said
    assert longest_item().title_ko in said
    stage.close()
