"""From the themes to one item, by theme, by letters, by common words."""

from typing import cast

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.fault import Fault
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.steps import Step
from ui.pages.guide import GuidePage
from ui.pages.home import group_picture
from ui.pages.search import SearchPage
from ui.stage import Stage
from ui.texts import Texts
from ui.theme.icons import Picture
from ui.widgets.item_card import ItemCard, Offer, offer_of


def items_shown(stage: Stage) -> list[str]:
    """Titles of the cards people can see."""
    QApplication.processEvents()
    cards = stage.window.page.findChildren(ItemCard)
    return [card.item.title for card in cards if card.isVisible()]


def words_of(stage: Stage) -> str:
    """Every label people can see."""
    QApplication.processEvents()
    labels = stage.window.page.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


@pytest.mark.parametrize("theme", packaged_catalog().themes())
def test_every_theme_shows_its_items(stage: Stage, theme: str) -> None:
    stage.window.show_home()
    stage.press(f"tile_{theme}")
    expected = {item.title for item in packaged_catalog() if item.theme == theme}
    assert set(items_shown(stage)) == expected


def test_every_theme_of_the_catalogue_has_its_own_picture() -> None:
    pictures = [group_picture(theme) for theme in packaged_catalog().themes()]
    assert Picture.DOCUMENT not in pictures
    assert len(set(pictures)) == len(pictures)


def test_letters_find_items_by_the_beginning_of_their_pinyin(stage: Stage) -> None:
    stage.window.show_home()
    stage.press("tile_search")
    for letter in "GLJT":
        stage.press(f"key_{letter}")
    assert items_shown(stage) == ["高龄津贴申领"]


@pytest.mark.parametrize("word", Texts().say("search.common_words").split("、"))
def test_every_common_word_finds_something(stage: Stage, word: str) -> None:
    stage.window.show_home()
    stage.press("tile_search")
    cast(SearchPage, stage.window.page).field.setText(word)
    assert items_shown(stage)


def test_finding_nothing_says_what_to_try(stage: Stage) -> None:
    stage.window.show_home()
    stage.press("tile_search")
    cast(SearchPage, stage.window.page).field.setText("QQQ")
    assert "没有找到“QQQ”" in words_of(stage)


def test_touching_an_item_opens_its_guide(stage: Stage) -> None:
    stage.window.show_home("就业创业")
    QApplication.processEvents()
    card = stage.window.page.findChildren(ItemCard)[0]
    card.click()
    page = stage.window.page
    assert isinstance(page, GuidePage)
    assert page.flow.view.step is Step.GUIDE


@pytest.mark.parametrize(("key", "told"), [("elder_allowance", True), ("dibao_apply", False)])
def test_a_guide_says_at_once_that_no_case_fits_on_the_disk(
    stage: Stage, key: str, told: bool
) -> None:
    stage.store.fault = Fault.STORE_FULL
    stage.window.show_visit(item(key))
    assert ("存储空间满了" in words_of(stage)) is told
    if told:  # for what is done elsewhere, the disk does not matter
        stage.window.walk.next()
        assert isinstance(stage.window.page, GuidePage)


def item(key: str) -> ServiceItem:
    """By its short key."""
    return next(item for item in packaged_catalog() if item.key == key)


@pytest.mark.parametrize(
    ("key", "online", "offer"),
    [
        ("elder_allowance", True, Offer.HERE),
        ("elder_allowance", False, Offer.COLLECT_FIRST),
        ("benefit_qualify", True, Offer.COLLECT_FIRST),
        ("si_record_print", True, Offer.NEEDS_NETWORK),
        ("dibao_apply", True, Offer.GUIDE_ONLY),
    ],
)
def test_the_badge_says_what_works_here(key: str, online: bool, offer: Offer) -> None:
    assert offer_of(item(key), online=online) is offer
