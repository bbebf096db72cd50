"""A4 papers that an office takes: complete, the signature in its box, the code readable."""

import io
from dataclasses import fields
from datetime import UTC, date, datetime

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from devices.page_printer.preview import page_picture, page_sizes
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.catalog.specimen_answers import specimen_answer
from kiosk.domain.service_item import ServiceItem
from kiosk.papers.compose import Paper, pdf
from kiosk.papers.daily_list import DailyLine, daily_list
from kiosk.papers.form_paper import FilledForm, filled_form, form_paper
from kiosk.papers.guide_paper import guide_paper
from kiosk.papers.paper_words import PaperWords
from kiosk.papers.trial_paper import trial_page

ITEMS = {item.key: item for item in packaged_catalog()}
FORMS = [item for item in ITEMS.values() if item.fields]
DAY = date(2026, 5, 12)
CODE = "DS1/222401001201260512000001"
A4 = (595, 842)  # points


def signature() -> bytes:
    picture = Image.new("L", (900, 300), 255)
    ImageDraw.Draw(picture).rectangle((0, 0, 899, 299), fill=0)  # all ink: its edges are seen
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG")
    return jpeg.getvalue()


def own(
    item: ServiceItem, *, signed: bool = True, korean: bool = False, official: str = ""
) -> Paper:
    answers = {question.key: specimen_answer(question) for question in item.fields}
    form = FilledForm(
        answers,
        DAY,
        "示范村便民服务点",
        signature=signature() if signed else b"",
        receipt_number="2224 0100 1201 2605 1200 01",
        official_number=official,
        query_code=CODE,
        materials=tuple(material.name for material in item.own_materials()),
    )
    return filled_form(item, form, korean=korean)


def words_in(document: bytes) -> list[str]:
    """Of each page, without spaces."""
    pages = pypdfium2.PdfDocument(document)
    return ["".join(page.get_textpage().get_text_range().split()) for page in pages]


@pytest.mark.parametrize("korean", [False, True], ids=["chinese", "korean"])
@pytest.mark.parametrize("item", FORMS, ids=lambda item: item.key)
def test_a_form_holds_every_answer_a_number_and_its_pages(item: ServiceItem, korean: bool) -> None:
    made = pdf(own(item, korean=korean))
    pages = words_in(made)
    said = "".join(pages)
    for size in page_sizes(made):
        assert (round(size.width), round(size.height)) == A4
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页" in page
        assert f"共{len(pages)}页" in page
    assert "2224010012012605120001" in said
    assert "11010519491231002X" in said
    assert ("접수증번호" in said) is korean
    answers = {question.key: specimen_answer(question) for question in item.fields}
    for question in item.asked(answers):
        assert "".join(question.label.split()) in said


@pytest.mark.parametrize("korean", [False, True], ids=["chinese", "korean"])
def test_every_page_is_provisional_until_there_is_an_official_number(korean: bool) -> None:
    item = max(FORMS, key=lambda one: len(one.fields))
    before = words_in(pdf(own(item, korean=korean)))
    assert len(before) > 1
    assert all("临时·未经省网确认" in page for page in before)
    assert "确认以后才有效" in before[0]
    assert "2224010012012605120001" in before[1], "a loose sheet says to which form it belongs"
    assert all(("림시" in page) is korean for page in before)
    later = words_in(pdf(own(item, korean=korean, official="1122240142A0120260512000137")))
    assert "办件编号" in later[0]
    assert "1122240142A0120260512000137" in later[0]
    assert not any("临时" in page or "림시" in page for page in later)
    for paper in (form_paper(item, filled=True), form_paper(item, filled=False)):
        assert "临时" not in "".join(words_in(pdf(paper)))


@pytest.mark.parametrize("korean", [False, True], ids=["chinese", "korean"])
def test_the_signature_stands_inside_its_box(korean: bool) -> None:
    item = ITEMS["elder_allowance"]
    [with_ink, without] = [
        page_picture(pdf(own(item, signed=signed, korean=korean)), dpi=100).convert("L")
        for signed in (True, False)
    ]
    different = Image.eval(
        Image.merge("RGB", (with_ink, without, with_ink)).convert("L"), lambda _: 0
    )
    pixels = zip(with_ink.tobytes(), without.tobytes(), strict=True)
    different.putdata([255 if abs(a - b) > 100 else 0 for a, b in pixels])
    left, top, right, bottom = different.getbbox()
    millimetre = 100 / 25.4
    assert (right - left) / millimetre <= 56
    assert (bottom - top) / millimetre <= 20
    # its box: dashed lines just round it, which are on both
    around = without.crop((left - 12, top - 12, right + 12, bottom + 12))
    assert sum(value < 160 for value in around.tobytes()) > 100
    assert sum(value < 160 for value in without.crop((left, top, right, bottom)).tobytes()) == 0


def test_the_code_is_read_from_the_page() -> None:
    page = page_picture(pdf(own(ITEMS["pension_enroll"])), dpi=150)
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [CODE]
    guide = guide_paper(ITEMS["pension_enroll"], site="点", phone="", version="1", day=DAY)
    page = page_picture(pdf(guide), dpi=150)
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [
        ITEMS["pension_enroll"].guide.online_url
    ]


def test_no_word_of_a_form_leaves_the_paper() -> None:
    """Nothing dark in the outer centimetre, where printers cannot print."""
    for item in FORMS:
        for paper in (own(item), own(item, korean=True), form_paper(item, filled=False)):
            made = pdf(paper)
            for number in range(len(page_sizes(made))):
                page = page_picture(made, number=number, dpi=40).convert("L")
                edge = 15
                inner = page.crop((edge, edge, page.width - edge, page.height - edge))
                darkest = inner.copy()
                page.paste(255, (edge, edge, page.width - edge, page.height - edge))
                assert page.getextrema()[0] > 200, item.key
                assert darkest.getextrema()[0] < 100


def test_the_daily_list_shows_no_more_than_is_needed() -> None:
    assert {field.name for field in fields(DailyLine)} == {
        *("receipt_number", "item", "who", "state", "note"),
    }
    lines = [
        DailyLine(f"222401999001-01-260512-{n:04d}R", "高龄津贴申领", "王**", "已受理")
        for n in range(60)
    ]
    now = datetime(2026, 5, 12, 17, 30, tzinfo=UTC)
    pages = words_in(pdf(daily_list(lines, site="示范村", printed_by="李**", now=now)))
    assert len(pages) > 1
    assert all("回执编号" in page for page in pages[:-1]), "the head stands on every page"
    assert "共60件" in "".join(pages)
    assert "王**" not in repr(lines)
    [page] = words_in(pdf(daily_list([], site="示范村", printed_by="李**", now=now)))
    assert "没有办件" in page


def test_every_word_of_a_paper_is_there_in_korean_too() -> None:
    both = PaperWords(korean=True)
    alone = PaperWords()
    for key in ("signs", "page_number", "entrustment", "promise_label"):
        assert both.say(key)["ko"]
        assert alone.say(key)["ko"] == ""
    with pytest.raises(KeyError):
        both.say("nothing")


@pytest.mark.parametrize("korean", [False, True], ids=["chinese", "korean"])
def test_the_trial_page_is_one_page(korean: bool) -> None:
    made = trial_page(datetime(2026, 5, 12, tzinfo=UTC), korean=korean)
    [page] = words_in(made)
    assert "打印测试" in page
    assert ("인쇄시험" in page) is korean
