"""Guides and forms on paper: complete, readable by a machine, and never taking words as markup."""

import subprocess
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.catalog.specimen_answers import NUMBER
from kiosk.domain.service_item import ServiceItem
from kiosk.papers.compose import PaperError, pdf, pictures
from kiosk.papers.form_paper import form_paper
from kiosk.papers.guide_paper import guide_paper

ITEMS = list(packaged_catalog())
DAY = date(2026, 5, 12)


def guide_of(item: ServiceItem) -> bytes:
    return pdf(guide_paper(item, site="示范村便民服务点", phone="0433-0", version="0.3", day=DAY))


def words_in(document: bytes) -> str:
    """Without spaces. -raw keeps the words of a cell together."""
    read = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=document, capture_output=True, check=True
    )
    return "".join(read.stdout.decode().split())


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_a_printed_guide_has_every_element_that_is_published(item: ServiceItem) -> None:
    said = words_in(guide_of(item))
    guide = item.guide
    wanted = [item.title, guide.department, guide.place, guide.statutory_limit]
    wanted += [guide.promised_limit, guide.fee, guide.result, item.code]
    wanted += [*guide.conditions, *guide.legal_basis, *guide.notes]
    wanted += [text for step in guide.flow for text in step]
    wanted += [c.phone for c in (*guide.consult, *guide.complain)]
    for material in item.materials:
        wanted += [material.name, material.form, material.signature, material.exempt_when]
    for words in wanted:
        assert "".join(words.split()) in said, words


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_every_form_can_be_set_blank_and_filled(item: ServiceItem) -> None:
    filled, blank = (words_in(pdf(form_paper(item, filled=f))) for f in (True, False))
    assert NUMBER in filled
    assert "编的" in filled
    assert NUMBER not in blank
    labels = [q.label for q in item.questions() if q.shown_when is None]
    for label in labels:
        assert "".join(label.split()) in blank


def test_the_same_words_give_the_same_bytes() -> None:
    assert guide_of(ITEMS[0]) == guide_of(ITEMS[0])


def test_the_screen_gets_a_picture_of_each_page() -> None:
    paper = guide_paper(ITEMS[5], site="点", phone="", version="0.3", day=DAY)
    pages = pictures(paper)
    assert len(pages) == 2
    assert all(page.startswith(b"\x89PNG") for page in pages)


def test_a_character_without_a_glyph_is_refused_and_not_named() -> None:
    item = replace(ITEMS[0], title="标题\U0001f9ff")
    with pytest.raises(PaperError) as caught:
        guide_of(item)
    assert "\U0001f9ff" not in str(caught.value)


@settings(max_examples=15, deadline=None)
@given(st.text(st.sampled_from("#[]{}$*_`\\/\"'<>@=~养老a1 "), min_size=1, max_size=30))
def test_words_are_never_markup(words: str) -> None:
    said = words_in(guide_of(replace(ITEMS[0], title=f"始{words}终")))
    assert "始" + "".join(words.split()) + "终" in said
