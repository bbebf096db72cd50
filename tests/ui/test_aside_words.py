"""Why a case was set aside, for people who filled in a form."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.case import CaseId
from kiosk.domain.objection import OwnTrouble, objections_in
from kiosk.flow.aside_cases import AsideCase
from ui.aside_words import aside_advice, aside_words
from ui.specimens import item_called
from ui.texts import Texts

ITEM = item_called("pension_enroll")


def aside(reason: str, *, known: bool = True) -> AsideCase:
    item = ITEM if known else None
    return AsideCase(CaseId("c"), "", ITEM.title, None, item, objections_in(reason))


def test_a_field_is_called_as_on_the_form() -> None:
    question = ITEM.questions()[0]
    [sentence] = aside_words(aside(f"answers.{question.key}: 太长了。"), Texts())
    assert sentence == f"{question.label}：太长了"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("pages[0]: 图片打不开", "第 1 页材料：图片打不开"),
        ("signature: required", "签名：没有说清原因"),
        ("answers.unheard: 不对", "填写的内容：不对"),
        ("case: damaged on this disk", "本机的磁盘坏了一块，读不出来了"),
        ("case_id: malformed", "本机给的编号不对"),
        ("whatever", "这份办件：没有说清原因"),
    ],
)
def test_reasons_become_sentences(reason: str, words: str) -> None:
    assert aside_words(aside(reason), Texts()) == (words,)


def test_an_item_that_is_gone_still_has_words() -> None:
    assert aside_words(aside("answers.x: 不对", known=False), Texts()) == ("填写的内容：不对",)


def test_the_advice_fits_whose_trouble_it_is() -> None:
    texts = Texts()
    own, resident, other = (
        aside_advice(aside(reason), texts)
        for reason in (f"case: {OwnTrouble.DAMAGED}", "signature: 空白", "item_code: 停办了")
    )
    assert len({own, resident, other}) == 3
    assert "申请人带证件" in resident


@given(st.text(max_size=60))
def test_no_reason_of_a_gateway_breaks_the_page_or_shows_a_path(reason: str) -> None:
    sentences = aside_words(aside(f"answers.a.b[3]: {reason}"), Texts())
    assert sentences
    assert all("answers" not in s or "answers" in reason for s in sentences)


@given(st.text(alphabet=string.printable, max_size=60))
def test_programs_words_are_not_shown(reason: str) -> None:
    for sentence in aside_words(aside(reason), Texts()):
        assert not set(sentence) & set(string.ascii_letters)
