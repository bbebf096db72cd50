"""The form is made while people look for their card, and is the same form as without that."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import RESIDENT
from kiosk.flow.steps import Step
from ui.pages.form import FormPage
from ui.pages.read_card import ReadCardPage
from ui.specimens import item_called
from ui.stage import Stage
from ui.visit_walk import VisitWalk
from ui.widgets.field_card import FieldCard


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(QSize(1080, 1920))
    yield made
    made.close()


def forms(stage: Stage) -> list[FormPage]:
    return stage.window.findChildren(FormPage)


def seen_words(stage: Stage) -> list[tuple[int, int, str]]:
    """Words and where they stand."""
    stage.settle()
    page = stage.window.page
    seen = [label for label in page.findChildren(QLabel) if label.isVisible()]
    places = [label.mapTo(page, QPoint()) for label in seen]
    return sorted((at.y(), at.x(), label.text()) for at, label in zip(places, seen, strict=True))


def made_ahead(stage: Stage, bot: QtBot) -> FormPage:
    stage.visit(item_called("disabled_two_subsidy"), Step.READ_CARD)
    bot.waitUntil(lambda: bool(forms(stage)))
    return forms(stage)[0]


def test_the_form_lies_ready_when_the_card_comes(stage: Stage, qtbot: QtBot) -> None:
    form = made_ahead(stage, qtbot)
    assert isinstance(stage.window.page, ReadCardPage)
    assert not form.isVisible()
    ready = set(form.findChildren(FieldCard))
    assert ready
    stage.tell(CardRead(RESIDENT))
    assert stage.window.page is form
    assert ready <= set(form.cards.values())  # none of them was made anew


def test_it_is_the_form_that_it_would_be_otherwise(stage: Stage, qtbot: QtBot) -> None:
    made_ahead(stage, qtbot)
    stage.tell(CardRead(RESIDENT))
    ahead = seen_words(stage)
    stage.window.show_standby()
    stage.visit(item_called("disabled_two_subsidy"), Step.FORM)
    assert seen_words(stage) == ahead


def test_a_card_that_comes_in_the_middle_of_it_waits_for_nothing(
    stage: Stage, qtbot: QtBot
) -> None:
    walk = stage.visit(item_called("disabled_two_subsidy"), Step.READ_CARD)
    pieces = walk._ahead
    for _ in range(3):  # the form, and the first of its questions
        next(pieces)
    stage.tell(CardRead(RESIDENT))
    page = stage.window.page
    assert isinstance(page, FormPage)
    assert len(page.cards) > 1
    assert not walk._next_piece.isActive()


def test_nobody_comes_and_nothing_is_left(stage: Stage, qtbot: QtBot) -> None:
    made_ahead(stage, qtbot)
    stage.window.show_standby()
    qtbot.waitUntil(lambda: not forms(stage))
    assert not isinstance(stage.window.walk, VisitWalk)
