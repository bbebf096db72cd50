"""Who has the original beside the page says so with one touch; nobody else can."""

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from kiosk.domain.page import ScanLevel
from kiosk.domain.staff import StaffMember
from kiosk.flow.equipment import PageCaptured
from kiosk.flow.steps import Step
from ui.agency_scenes import ASSISTANT, agency
from ui.pages.materials import MaterialsPage
from ui.specimens import item_called, specimen_page
from ui.stage import Stage
from ui.visit_walk import VisitWalk


def photographed(stage: Stage, staff: StaffMember | None) -> VisitWalk:
    walk = agency(stage, item_called("pension_enroll"), Step.MATERIALS, staff=staff)
    material = walk.flow.view.item.pages_to_photograph()[0]
    stage.tell(PageCaptured(specimen_page(material.key, material.name)))
    return walk


def button(stage: Stage) -> QPushButton:
    found = stage.window.findChild(QPushButton, "page_checked")
    assert isinstance(found, QPushButton)
    return found


def test_a_checked_page_is_b_level_with_the_words_in_its_bytes(stage: Stage, qtbot: QtBot) -> None:
    walk = photographed(stage, ASSISTANT)
    assert walk.flow.view.pages == ()
    page = stage.window.page
    assert isinstance(page, MaterialsPage)
    held = page.held
    assert held is not None
    button(stage).click()
    qtbot.waitUntil(lambda: bool(walk.flow.view.pages))
    [kept] = walk.flow.view.pages
    assert kept.level is ScanLevel.CHECKED
    assert kept.sha256 != held.sha256
    assert stage.store.pages[kept.sha256] == kept.content


def test_without_the_original_it_stays_a_scan_of_the_applicants_own(stage: Stage) -> None:
    walk = photographed(stage, ASSISTANT)
    page = stage.window.page
    assert isinstance(page, MaterialsPage)
    page._use.click()
    assert [one.level for one in walk.flow.view.pages] == [ScanLevel.OWN_SCAN]


def test_a_resident_cannot_call_their_own_scan_checked(stage: Stage) -> None:
    walk = photographed(stage, None)
    assert [one.level for one in walk.flow.view.pages] == [ScanLevel.OWN_SCAN]
    assert not button(stage).isVisibleTo(stage.window)
