"""The papers: camera on and off, doubts held until accepted, nothing left behind."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.fault import Fault
from kiosk.domain.page import PageDoubt
from kiosk.flow.equipment import CameraFailed, NetworkChanged, PageCaptured, PreviewSeen
from kiosk.flow.steps import Step
from tests.ui.specimens import PAPER_CORNERS, paper_frame, taken_page
from tests.ui.visits import Shown, all_words, settle, shown
from ui.pages.materials import MaterialsPage


@pytest.fixture
def papers(qtbot: QtBot) -> Shown[MaterialsPage]:
    it = shown(MaterialsPage, "dibao_apply", Step.MATERIALS)
    qtbot.addWidget(it.desk)
    return it


def state(papers: Shown[MaterialsPage]) -> str:
    return papers.page._state.text()


def test_the_camera_runs_only_while_the_page_is_shown(papers: Shown[MaterialsPage]) -> None:
    papers.page.happened(PreviewSeen(paper_frame(), PAPER_CORNERS))
    assert papers.page.camera.shows_picture
    papers.page.left()
    assert [what for what in papers.equipment.asked if what[0] == "watch_camera"] == [
        ("watch_camera", True),
        ("watch_camera", False),
    ]
    assert not papers.page.camera.shows_picture


def test_the_words_follow_what_the_camera_sees(papers: Shown[MaterialsPage]) -> None:
    say = papers.texts.say
    papers.page.happened(PreviewSeen(paper_frame(), None))
    assert state(papers) == say("materials.searching")
    papers.page.happened(PreviewSeen(paper_frame(), PAPER_CORNERS, frozenset({PageDoubt.GLARE})))
    assert state(papers) == say("materials.glare")
    papers.page.happened(PreviewSeen(paper_frame(), PAPER_CORNERS))
    assert state(papers) == say("materials.found")


def test_a_clear_page_is_kept_at_once_with_a_word(papers: Shown[MaterialsPage]) -> None:
    papers.page._shoot.click()
    assert papers.equipment.asked[-1] == ("capture_page", papers.page.material.key)
    assert not papers.page._shoot.isEnabled()
    papers.page.happened(PageCaptured(taken_page(papers.page.material.key)))
    assert len(papers.flow.view.pages) == 1
    assert len(papers.cases.pages) == 1
    papers.page.happened(PreviewSeen(paper_frame(), PAPER_CORNERS))
    assert state(papers) == papers.texts.say("materials.accepted")


def test_a_doubtful_page_waits_for_the_person(papers: Shown[MaterialsPage]) -> None:
    doubtful = taken_page(papers.page.material.key, doubts=frozenset({PageDoubt.BLURRED}))
    papers.page.happened(PageCaptured(doubtful))
    assert papers.flow.view.pages == ()
    assert state(papers) == papers.texts.say("materials.doubt_blurred")
    papers.page.happened(PreviewSeen(paper_frame(), PAPER_CORNERS))  # the held page stays in sight
    assert papers.page.held == doubtful
    papers.page._use.click()
    assert papers.flow.view.pages == (replace(doubtful, overridden=True),)


def test_nobody_goes_past_a_page_that_is_being_taken_or_judged(
    papers: Shown[MaterialsPage],
) -> None:
    papers.page._shoot.click()
    assert not papers.page.can_go_next
    assert not papers.page._after.isEnabled()
    papers.page.happened(
        PageCaptured(taken_page(papers.page.material.key, doubts=frozenset({PageDoubt.DARK})))
    )
    assert not papers.page.can_go_next
    papers.page._use.click()
    assert papers.page.can_go_next
    assert papers.page._after.isEnabled()
    assert len(papers.flow.view.pages) == 1


def test_a_doubtful_page_can_be_taken_again(papers: Shown[MaterialsPage]) -> None:
    papers.page.happened(
        PageCaptured(taken_page(papers.page.material.key, doubts=frozenset({PageDoubt.DARK})))
    )
    papers.page._again_button.click()
    assert papers.page.held is None
    assert papers.flow.view.pages == ()
    assert papers.page._shoot.isVisible()


def test_a_page_can_be_thrown_away(papers: Shown[MaterialsPage]) -> None:
    page = taken_page(papers.page.material.key)
    papers.page.happened(PageCaptured(page))
    papers.page.thumbs.dropped.emit(page.sha256)
    assert papers.flow.view.pages == ()
    assert papers.cases.pages == {}


def test_what_the_office_fetches_itself_need_not_be_brought(
    papers: Shown[MaterialsPage],
) -> None:
    """T-14: with the reason; offline it will be fetched later, and is never counted as missing."""
    assert papers.page.material.fetched
    assert papers.page._need.text() == "联网后自动获取"
    assert "不算缺材料" in papers.page._note.text()
    papers.page.happened(NetworkChanged(None))
    assert papers.page._need.text() == "不用带"
    assert papers.page.material.exempt_when in papers.page._note.text()
    papers.flow.next()
    assert papers.flow.view.missing == ()
    assert papers.flow.view.step is not Step.MATERIALS


def test_a_paper_shown_before_is_taken_over_in_one_touch(papers: Shown[MaterialsPage]) -> None:
    page = taken_page("m5")
    papers.cases.pages[page.sha256] = page
    assert not papers.page._before_shown.isVisible()
    key = papers.page.material.key
    papers.flow.view = replace(papers.flow.view, shown_before={key: (page.sha256,)})
    papers.page.draw(papers.flow.view)
    assert papers.page._before_shown.isVisible()
    papers.page._before_shown.click()
    assert [taken.sha256 for taken in papers.flow.view.pages_of(key)] == [page.sha256]
    assert not papers.page._before_shown.isVisible()


def test_going_on_too_early_names_what_is_missing(qtbot: QtBot) -> None:
    papers = shown(MaterialsPage, "residence_permit", Step.MATERIALS)
    qtbot.addWidget(papers.desk)
    papers.page._after.click()
    first = papers.page.material
    papers.page.happened(PageCaptured(taken_page(first.key)))
    assert not papers.page._missing.isVisible()  # one of several papers is no complaint yet
    papers.flow.next()
    assert papers.page._missing.isVisible()
    assert papers.page.material is papers.flow.view.missing[0]
    assert papers.page.material is not first


def test_papers_that_may_be_left_out_are_marked(papers: Shown[MaterialsPage]) -> None:
    while papers.page.material.fetched:
        papers.page._after.click()
    assert papers.page._need.text() == papers.texts.say("materials.optional")


def test_a_camera_that_is_gone_says_so_and_comes_back(papers: Shown[MaterialsPage]) -> None:
    papers.page._shoot.click()
    papers.page.happened(CameraFailed(Fault.CAMERA_GONE))
    assert state(papers) == papers.texts.say("materials.gone")
    assert not papers.page._shoot.isEnabled()
    papers.page.happened(PreviewSeen(paper_frame(), None))
    assert papers.page._shoot.isEnabled()


def test_a_full_store_is_told_and_nothing_is_shown_as_kept(papers: Shown[MaterialsPage]) -> None:
    papers.cases.full = True
    papers.page.happened(PageCaptured(taken_page(papers.page.material.key)))
    assert papers.page._trouble.fault is Fault.STORE_FULL
    assert state(papers) != papers.texts.say("materials.accepted")


def test_no_picture_stays(papers: Shown[MaterialsPage]) -> None:
    papers.page.happened(PageCaptured(taken_page(papers.page.material.key)))
    papers.page.happened(PreviewSeen(paper_frame(), PAPER_CORNERS))
    assert papers.page.camera.shows_picture
    papers.page.forget()
    settle()
    assert not papers.page.camera.shows_picture
    assert "第 1 页" not in set(all_words(papers.page.thumbs))
    assert papers.page.held is None
