"""Kept answers in the words of people, private parts hidden."""

import pytest

from kiosk.domain.service_item import FieldSource, FieldType, FormField
from kiosk.flow.site import Site
from ui.answer_words import answer_words
from ui.texts import Texts


def field(kind: FieldType, *, sensitive: bool = False) -> FormField:
    """A question of that kind."""
    options = (("1", "男"), ("2", "女"))
    return FormField("k", "问", kind, FieldSource.USER, True, options, sensitive=sensitive)


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        (FieldType.CODE, "2", "女"),
        (FieldType.MULTICHOICE, "1、2", "男、女"),
        (FieldType.CONSENT, "yes", "同意"),
        (FieldType.TABLE, "测试乙\t女\n测试丙\t男", "第 1 行：测试乙，女\n第 2 行：测试丙，男"),
        (FieldType.TEXT, "", "没有填"),
        (FieldType.DIVISION, "222401999001", "示范村便民服务点"),
        (FieldType.DIVISION, "222401101000 丙村", "吉林省延边朝鲜族自治州延吉市依兰镇丙村"),
        (FieldType.DIVISION, "110101001001", "110101001001"),
    ],
)
def test_answers_are_said_in_words(kind: FieldType, answer: str, words: str) -> None:
    site = Site("222401999001", "示范村便民服务点", "01")
    assert answer_words(field(kind), answer, Texts(), hidden=True, site=site) == words


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        (FieldType.MOBILE, "13800001234", "138****1234"),
        (FieldType.ID_NUMBER, "11010519491231002X", "110105********002X"),
        (FieldType.TEXT, "吉林省延吉市示范村1组", "吉林省延吉市****"),
        (FieldType.TEXT, "测试甲", "测**"),
    ],
)
def test_private_answers_are_starred_out(kind: FieldType, answer: str, words: str) -> None:
    assert answer_words(field(kind, sensitive=True), answer, Texts(), hidden=True) == words
    assert answer_words(field(kind, sensitive=True), answer, Texts(), hidden=False) == answer
