"""Words in several languages at once, and what a language may lack."""

import string
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from pytestqt.qtbot import QtBot

import ui.texts
from ui.texts import LIST_MARK, Texts, words_of
from ui.texts.languages import Language, Words
from ui.theme.tokens import FONT_FAMILIES

FOLDER = Path(ui.texts.__file__).parent
DRAFT = "# 조선어 초안 — 언어사업위원회 검토 필요"
LISTS = ("bar.weekdays", "search.common_words")


def braces(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3" or "\u1100" <= character <= "\u11ff"


def test_several_languages_stand_below_each_other_in_the_order_of_the_site() -> None:
    assert Texts("zh_CN", "ko_CN").say("visit.next") == "下一步\n다음"
    assert Texts("ko_CN", "zh_CN").say("visit.next") == "다음\n下一步"
    assert Texts("ko_CN", "zh_CN").one("visit.next") == "다음"


def test_words_inside_words_keep_to_their_language() -> None:
    texts = Texts("zh_CN", "ko_CN")
    door = texts.say("standby_upload.door", words=texts.say("standby_upload.fine"))
    assert door == "上传情况：都传好了\n보내는 정황: 다 보냈음"
    assert texts.joined("，", (texts.say("visit.next"), "3")) == "下一步，3\n다음，3"


def test_what_is_the_same_in_both_languages_stands_there_once() -> None:
    assert Texts("zh_CN", "ko_CN").say("home.theme_title", theme="A4") == "A4"


def test_a_list_keeps_the_chinese_word_for_what_is_sent() -> None:
    word = Texts("ko_CN").listed("search.common_words")[0]
    assert (word, word.chinese) == ("양로", "养老")


def test_words_of_the_catalogue_without_korean_stay_chinese() -> None:
    texts = Texts("zh_CN", "ko_CN")
    assert texts.given("低保", "최저생활보장") == "低保\n최저생활보장"
    assert texts.given("低保") == "低保"
    assert Texts("ko_CN").given("低保") == "低保"


def test_english_falls_back_to_chinese_and_a_mistyped_key_is_an_error() -> None:
    texts = Texts("en")
    assert texts.say("visit.next") == "Next"
    assert texts.say("sign.again") == "重签"
    with pytest.raises(KeyError):
        texts.say("visit.nxt")


def test_other_languages_are_read_once() -> None:
    texts = Texts()
    korean = texts.speaking("zh_CN", "ko_CN")
    assert isinstance(korean.say("visit.back"), Words)
    assert korean.speaking("zh_CN").say("visit.back") == "上一步" == texts.say("visit.back")


@pytest.mark.parametrize("language", [Language.KOREAN, Language.ENGLISH])
def test_a_language_says_the_same_with_the_same_braces(language: Language) -> None:
    chinese, other = words_of(Language.CHINESE), words_of(language)
    assert set(other) <= set(chinese)
    if language is Language.KOREAN:
        assert set(chinese) <= set(other)
    assert [key for key in other if braces(other[key]) != braces(chinese[key])] == []
    assert [key for key, words in other.items() if words != words.strip()] == []
    assert [key for key in other if bool(other[key]) != bool(chinese[key])] == []
    for key in other:
        if key in LISTS or key.startswith("form.quick."):
            assert other[key].count(LIST_MARK) == chinese[key].count(LIST_MARK), key


def test_hangul_stands_in_the_korean_files_and_nowhere_else() -> None:
    for language in (Language.CHINESE, Language.ENGLISH):
        assert not any(is_hangul(c) for words in words_of(language).values() for c in words)
    korean = words_of(Language.KOREAN)
    plain = [key for key, words in korean.items() if not any(map(is_hangul, words))]
    assert plain == [key for key in plain if not korean[key].replace("{", "").isalpha()]


def test_korean_is_marked_as_a_draft_for_the_language_office() -> None:
    for file in (FOLDER / Language.KOREAN).glob("*.toml"):
        assert file.read_text("utf-8").splitlines()[0] == DRAFT, file.name


@pytest.mark.parametrize("language", Language)
def test_the_fonts_have_every_character(qtbot: QtBot, language: Language) -> None:
    font = QFont()
    font.setFamilies(list(FONT_FAMILIES))
    metrics = QFontMetrics(font)
    used = {c for words in words_of(language).values() for c in words} - {"\n"}
    assert [c for c in sorted(used) if not metrics.inFontUcs4(ord(c))] == []
