"""Every adult of the family writes their own name, or it is said why one cannot."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from kiosk.domain.handling import MEMBER_SIGNATURE, Absence
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.steps import Step
from ui.pages.family_sign import FamilySignPage
from ui.pages.handled_page import handled
from ui.shots import SCENES
from ui.stage import Stage
from ui.visit_walk import VisitWalk


def at(stage: Stage, scene: str) -> tuple[FamilySignPage, HandledIntake]:
    SCENES[scene](stage)
    page, walk = stage.window.page, stage.window.walk
    assert isinstance(page, FamilySignPage)
    assert isinstance(walk, VisitWalk)
    return page, handled(walk.flow)


def write_name(page: FamilySignPage) -> None:
    pad, left = page.pad, Qt.MouseButton.LeftButton
    for stroke in (((100, 60), (150, 120), (200, 60)), ((250, 60), (300, 150), (420, 160))):
        QTest.mousePress(pad, left, pos=QPoint(*stroke[0]))
        for point in stroke[1:]:
            QTest.mouseMove(pad, QPoint(*point))
        QTest.mouseRelease(pad, left, pos=QPoint(*stroke[-1]))


def words_of(page: FamilySignPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


def test_one_after_the_other_writes_until_everybody_has_answered(stage: Stage) -> None:
    page, flow = at(stage, "family_signs")
    first, second, _ = flow.who_sign
    assert first.signature
    assert "请点“下一位”" in words_of(page)
    assert not page.can_go_next
    stage.press("sign_family_other")
    assert second.name in words_of(page)
    assert page.pad.blank
    write_name(page)
    stage.press("member_2")  # at once: the last stroke of the one before counts
    assert [one.has_answered for one in flow.who_sign] == [True, True, False]
    assert page.pad.blank
    assert not page.can_go_next
    stage.press("absent_unwell")
    assert flow.who_sign[2].absent is Absence.UNWELL
    assert page.can_go_next
    assert len(flow.view.pages_of(MEMBER_SIGNATURE)) == 2
    flow.next()
    assert flow.view.step is Step.REVIEW


def test_a_reason_is_taken_back_by_touching_it_again(stage: Stage) -> None:
    page, flow = at(stage, "family_absent")
    assert flow.who_sign[1].absent is Absence.AWAY
    stage.press("absent_away")
    assert flow.who_sign[1].absent is None
    stage.press("member_0")  # who has signed is here
    assert not page.findChild(QPushButton, "absent_away").isEnabled()


def test_whoever_lives_alone_goes_on(stage: Stage) -> None:
    page, _ = at(stage, "family_nobody")
    assert "不用签" in words_of(page)
    assert not page.pad.isVisible()
    assert page.can_go_next


@pytest.mark.parametrize("scene", ["family_signs", "family_absent"])
def test_nobody_stays_on_the_page(stage: Stage, scene: str) -> None:
    page, flow = at(stage, scene)
    names = [one.name for one in flow.who_sign]
    flow.leave()
    page.forget()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    said = [one.text() for one in page.findChildren(QLabel)]
    assert not [text for text in said for name in names if name in text]
    assert page.pad.blank
