"""Comfort is chosen on the screen, counts at once, goes on in the same visit, and is forgotten."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from kiosk.flow.equipment import ReceiptPrinted
from kiosk.flow.steps import Step
from kiosk.settings import ComfortSettings
from tests.ui.finger import touch
from tests.ui.measures import contrast, luminance, place_of, settle
from ui.evaluation_walk import EvaluationWalk
from ui.pages.done import DonePage
from ui.shots import SCENES
from ui.specimens import item_called
from ui.stage import Stage
from ui.texts.languages import Language
from ui.theme.comfort import AS_IT_IS, Comfort
from ui.theme.stylesheet import TONES
from ui.theme.tokens import INKS, Colour, Palette, Type
from ui.visit_walk import VisitWalk

BOTH = (Language.CHINESE, Language.KOREAN)
WRITTEN = (  # ink on ground, beside the tones
    (Colour.ON_DARK, Colour.ACCENT),
    (Colour.ON_DARK, Colour.ACCENT_DARK),
    (Colour.ON_DARK, Colour.BLUE_DARK),
    (Colour.BLUE, Colour.SURFACE),
    (Colour.BLUE, Colour.GROUND),
    (Colour.BLUE_DARK, Colour.GROUND),
    (Colour.TEXT, Colour.BLUE_PALE),
    (Colour.TEXT_QUIET, Colour.GROUND),
    (Colour.TEXT_QUIET, Colour.SUNKEN),
    (Colour.BAD, Colour.SURFACE),
)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(QSize(1280, 800))
    yield made
    made.close()


def choose(stage: Stage, *keys: str) -> None:
    for key in keys:
        stage.press(f"comfort_{key}")
    stage.press("comfort_done")
    settle()


def test_chosen_on_standby_it_counts_at_once_and_ends_with_the_visit(stage: Stage) -> None:
    stage.press("door_comfort")
    choose(stage, "elder", "high_contrast", "zh_CN_ko_CN")
    wanted = Comfort(elder=True, high_contrast=True, languages=BOTH)
    assert stage.window._comfort == wanted
    stage.window.show_home()
    assert stage.window._comfort == wanted
    stage.window.show_standby()
    assert stage.window._comfort == AS_IT_IS


def test_in_the_middle_of_a_visit_nothing_is_lost(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.REVIEW)
    before = walk.flow.view
    stage.press("bar_comfort")
    choose(stage, "elder", "zh_CN_ko_CN")
    assert stage.window.walk is walk
    assert walk.flow.view == before
    stage.press("next")
    assert isinstance(stage.window.walk, VisitWalk)
    assert stage.window.walk.flow.view.step is Step.DONE


@pytest.mark.parametrize("printed", [False, True])
def test_on_the_last_page_the_slip_comes_once_all_the_same(stage: Stage, printed: bool) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.DONE)
    assert isinstance(walk.page, DonePage)
    walk.page._print_once()
    if printed:
        stage.tell(ReceiptPrinted())
    case = walk.flow.view.case
    stage.press("bar_comfort")
    choose(stage, "elder", "high_contrast")
    assert stage.window.walk is walk
    page = walk.page
    assert isinstance(page, DonePage)
    assert page.scale.few_choices
    assert page.slip.is_printed is printed
    assert not page._wait.isActive()
    stage.tell(ReceiptPrinted())
    assert page.slip.is_printed
    assert walk.flow.view.case == case
    stage.press("next")
    assert len(stage.equipment.receipts) == 1


def test_a_slip_that_was_not_asked_for_yet_still_comes(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.DONE)
    stage.press("bar_comfort")
    choose(stage, "elder")
    assert isinstance(walk.page, DonePage)
    assert stage.equipment.receipts == []
    assert walk.page._wait.isActive()
    stage.press("next")
    assert len(stage.equipment.receipts) == 1


def test_what_was_rated_and_written_stays(stage: Stage) -> None:
    SCENES["evaluation_chosen"](stage)
    walk = stage.window.walk
    assert isinstance(walk, EvaluationWalk)
    stage.window.page.findChild(QPlainTextEdit, "evaluation_words").setPlainText("很快")
    before = walk.flow.view
    stage.press("bar_comfort")
    choose(stage, "elder", "zh_CN_ko_CN")
    assert walk.flow.view == before
    written = stage.window.page.findChild(QPlainTextEdit, "evaluation_words")
    assert written.toPlainText() == "很快"


def test_people_who_need_more_time_have_twice_as_much(stage: Stage) -> None:
    stage.press("door_comfort")
    choose(stage, "elder")
    stage.window.show_home()
    stage.clock += 119
    stage.window.look_at_the_clock()
    assert not stage.window._inside.question.isVisible()
    stage.clock += 2
    stage.window.look_at_the_clock()
    assert stage.window._inside.question.isVisible()


def test_what_was_chosen_and_not_used_goes_by_itself(stage: Stage) -> None:
    stage.press("door_comfort")
    choose(stage, "high_contrast")
    stage.clock += 1000
    stage.window.look_at_the_clock()
    assert stage.window._comfort == AS_IT_IS


@pytest.mark.parametrize("left", [False, True])
def test_next_lies_at_the_hand_that_touches(qtbot: QtBot, left: bool) -> None:
    stage = Stage(QSize(1080, 1920), Comfort(left_handed=left))
    stage.visit(item_called("elder_allowance"), Step.GUIDE)
    bottom = stage.window._inside.bottom
    back, forward = (
        place_of(button, stage.window) for button in (bottom.back_button, bottom.next_button)
    )
    assert (forward.left() < back.left()) is left
    stage.close()


def test_elder_mode_enlarges_type_and_shows_less_at_once() -> None:
    plain, elder = AS_IT_IS.scale(1080, 1920), Comfort(elder=True).scale(1080, 1920)
    assert elder.px(Type.BODY) == round(plain.px(Type.BODY) * 1.3)
    assert elder.columns(3) < plain.columns(3)


def test_the_site_says_what_visits_begin_with() -> None:
    settings = ComfortSettings(elder=True, languages=("ko_CN", "zh_CN"))
    assert Comfort.named(**settings.model_dump()) == Comfort(elder=True, languages=BOTH[::-1])


@pytest.mark.parametrize("palette", Palette)
def test_every_ink_stands_out_from_its_ground(palette: Palette) -> None:
    least = {Palette.PLAIN: 4.5, Palette.HIGH_CONTRAST: 7.0}[palette]

    def bright(colour: Colour) -> float:
        red, green, blue = bytes.fromhex(INKS[palette][colour][1:])
        return luminance((red, green, blue))

    pairs = (*WRITTEN, *TONES.values())
    found = {(ink, ground): contrast(bright(ink), bright(ground)) for ink, ground in pairs}
    assert {pair: ratio for pair, ratio in found.items() if ratio < least} == {}


def test_the_keys_of_a_desk_set_reach_and_press_what_a_finger_does(desk: Stage) -> None:
    desk.window.show_home()
    desk.window.activateWindow()
    QTest.keyClick(desk.window, Qt.Key.Key_Tab)
    assert desk.window.property("keys") == "true"
    reached = desk.window.focusWidget()
    assert isinstance(reached, QPushButton)
    touch(desk.window._inside.top)
    assert desk.window.property("keys") == ""


def test_no_field_takes_the_focus_by_itself(desk: Stage) -> None:
    desk.visit(item_called("disabled_two_subsidy"), Step.FORM)
    fields = desk.window.page.findChildren(QLineEdit)
    assert fields
    assert not any(field.hasFocus() for field in fields)
