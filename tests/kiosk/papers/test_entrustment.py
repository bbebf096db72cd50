"""The entrustment names both, shows both signatures, and takes any words as words."""

import io
from dataclasses import fields, replace
from datetime import date

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from kiosk.papers.compose import PaperError
from kiosk.papers.entrustment import Entrustment, Paper, Signed, entrustment_paper


def signature(shade: int) -> bytes:
    picture = Image.new("L", (480, 160), 255)
    ImageDraw.Draw(picture).rectangle((100, 40, 380, 120), fill=shade)
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG")
    return jpeg.getvalue()


PAPER = Entrustment(
    applicant=Signed("测试甲", "11010519491231002X", signature(0)),
    agent=Signed("测试乙", "440524188001010014", signature(0)),
    relation="亲属",
    item="最低生活保障对象认定申请",
    office="延吉市民政局(示例)",
    site="示范村便民服务点",
    day=date(2026, 5, 12),
)


def said_on(paper: Paper) -> str:
    return "".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper.pdf)
    ).replace("\r\n", "")


def test_one_page_names_both_and_the_item() -> None:
    paper = entrustment_paper(PAPER)
    [page] = pypdfium2.PdfDocument(paper.pdf)
    told = said_on(paper)
    for words in ("授权委托书", "测试甲", "测试乙", "440524188001010014", "最低生活保障"):
        assert words in told
    assert tuple(map(round, page.get_size())) == (595, 842)  # points: A4
    assert (paper.width, paper.height) == Image.open(io.BytesIO(paper.jpeg)).size
    assert entrustment_paper(PAPER).pdf == paper.pdf


def test_both_signatures_are_on_the_picture() -> None:
    def black(applicant: bool, agent: bool) -> int:
        one = Signed("测试甲", "", signature(0) if applicant else b"")
        two = Signed("测试乙", "", signature(0) if agent else b"")
        paper = entrustment_paper(
            Entrustment(one, two, "", PAPER.item, PAPER.office, PAPER.site, PAPER.day)
        )
        histogram = Image.open(io.BytesIO(paper.jpeg)).histogram()
        return sum(histogram[:60])

    neither = black(False, False)
    alone = black(True, False) - neither
    assert alone > 10_000
    assert black(False, True) - neither > 10_000
    assert black(True, True) - neither > 1.8 * alone


def test_the_printed_page_is_marked_and_the_picture_that_goes_up_is_not() -> None:
    plain, marked = (entrustment_paper(PAPER, provisional=offline) for offline in (False, True))
    assert "临时" not in said_on(plain)
    assert "临时 · 未经省网确认" in said_on(marked)
    assert marked.jpeg == plain.jpeg
    both = said_on(entrustment_paper(PAPER, korean=True, provisional=True))
    assert "림시" in both
    assert "위임인과의 관계: 亲属" in both


def test_nothing_is_said_of_a_relation_that_nobody_told() -> None:
    told = said_on(entrustment_paper(replace(PAPER, relation=""), korean=True))
    assert "与委托人的关系" not in told
    assert "위임인과의 관계" not in told


def test_markup_is_only_words() -> None:
    odd = Signed('#image("x") *甲* $', "#sys", b"")
    paper = entrustment_paper(Entrustment(odd, odd, "#", "[#v(9cm)]", "#", "#", PAPER.day))
    assert '#image("x") *甲* $' in said_on(paper)


def test_a_character_without_a_font_is_said_without_saying_it() -> None:
    with pytest.raises(PaperError) as caught:
        entrustment_paper(
            Entrustment(Signed("\U00030010", ""), Signed("", ""), "", "", "", "", PAPER.day)
        )
    assert "\U00030010" not in str(caught.value)


def test_there_is_no_field_for_money() -> None:
    names = [one.name for one in (*fields(Entrustment), *fields(Signed))]
    assert not [name for name in names if any(w in name for w in ("fee", "price", "amount", "pay"))]
