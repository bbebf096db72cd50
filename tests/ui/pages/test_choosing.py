"""From the themes to one item, by theme, by letters, by common words."""

from typing import cast

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from devices.id_card.card_watch import CardFailed, CardRead
from devices.id_card.specimens import RESIDENT
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.catalog.ways import Way, groups
from kiosk.domain.fault import Fault
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.equipment import NetworkChanged
from kiosk.flow.steps import Step
from ui.find_scenes import finished_case
from ui.pages.again import AgainPage
from ui.pages.guide import GuidePage
from ui.pages.home import HomePage, group_picture
from ui.pages.search import SearchPage
from ui.stage import Stage
from ui.texts import Texts
from ui.theme.icons import Picture
from ui.visit_walk import VisitWalk
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


@pytest.mark.parametrize("way", [Way.LIFE_EVENT, Way.PERSON])
def test_every_item_is_reached_by_life_event_and_by_who_asks(stage: Stage, way: Way) -> None:
    reached: set[str] = set()
    for group in groups(packaged_catalog(), way):
        stage.window.show_home()
        stage.press(f"way_{way}")
        stage.press(f"tile_{group}")
        reached |= set(items_shown(stage))
    assert reached == {item.title for item in packaged_catalog()}


def test_a_card_says_at_a_glance_what_works_how_long_what_it_costs_and_what_to_bring(
    stage: Stage,
) -> None:
    stage.tell(NetworkChanged(None))
    stage.window.show_home("社会救助")
    shown = words_of(stage)
    assert "在这里能办" in shown
    assert "仅提供指南" in shown
    assert "时限10个工作日，不收费" in shown
    assert "要带：居民身份证" in shown


def test_what_was_done_before_at_this_card_begins_again_in_one_touch(stage: Stage) -> None:
    finished_case(stage, "temp_relief")
    stage.window.show_home()
    stage.tell(CardRead(RESIDENT))  # nobody asked for it yet
    stage.press("tile_again")
    assert stage.equipment.asked[-1] == "watch_cards True"
    stage.tell(CardRead(RESIDENT))
    assert stage.equipment.asked[-1] == "watch_cards False"
    stage.press("recent_temp_relief")
    walk = stage.window.walk
    assert isinstance(walk, VisitWalk)
    assert walk.flow.view.item.key == "temp_relief"
    walk.next()
    assert walk.flow.view.step is Step.FORM
    while walk.flow.view.step is not Step.GUIDE:
        walk.back()
    walk.back()
    assert stage.window.findChild(ItemCard) is not None


def test_a_card_that_cannot_be_read_says_so(stage: Stage) -> None:
    stage.window.show_home()
    stage.press("tile_again")
    stage.tell(CardFailed(Fault.CARD_UNREADABLE))
    assert "读" in words_of(stage)
    assert isinstance(stage.window.page, AgainPage)


def test_another_thing_is_done_in_the_same_visit_without_the_card(stage: Stage) -> None:
    stage.visit(item("temp_relief"), Step.DONE)
    stage.press("done_another")
    assert isinstance(stage.window.page, HomePage)
    stage.press("recent_temp_relief")
    walk = stage.window.walk
    assert isinstance(walk, VisitWalk)
    walk.next()
    assert walk.flow.view.step is Step.FORM
    assert walk.flow.view.holder is not None
    stage.window.show_standby()
    stage.window.show_home()
    assert stage.window.page.findChildren(ItemCard) == []  # the next person sees nothing of it


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
