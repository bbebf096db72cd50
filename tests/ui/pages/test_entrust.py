"""The entrustment at the window: as it will be printed, marked where the province is not there."""

from typing import cast

import pypdfium2
from PySide6.QtWidgets import QPushButton

from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PaperKind
from kiosk.flow.equipment import DocumentMoved, NetworkChanged
from ui.agency_scenes import AGENCY_SCENES
from ui.pages.entrust import EntrustPage
from ui.stage import Stage


def page_of(stage: Stage, scene: str) -> EntrustPage:
    AGENCY_SCENES[scene](stage)
    return cast(EntrustPage, stage.window.page)


def said_on(document: bytes) -> str:
    [page] = pypdfium2.PdfDocument(document)
    return cast(str, page.get_textpage().get_text_range())


def test_what_is_printed_offline_is_provisional_on_paper_and_in_the_ledger(stage: Stage) -> None:
    page = page_of(stage, "agency_paper_offline")
    stage.press("entrust_print")
    stage.tell(NetworkChanged(None))
    page.make_now()
    stage.press("entrust_print")
    offline, online = stage.equipment.orders
    assert offline.kind is online.kind is PaperKind.ENTRUSTMENT
    assert (offline.provisional, online.provisional) == (True, False)
    marked, plain = stage.equipment.documents
    assert "临时 · 未经省网确认" in said_on(marked)
    assert "临时" not in said_on(plain)


def test_the_paper_that_goes_to_the_province_is_never_marked(stage: Stage) -> None:
    page = page_of(stage, "agency_paper_offline")
    material = page.flow.view.item.entrustment
    assert material is not None
    [before] = page.flow.view.pages_of(material.key)
    stage.tell(NetworkChanged(None))
    page.make_now()
    assert page.flow.view.pages_of(material.key) == (before,)


def test_nothing_is_printed_while_the_paper_is_made_anew(stage: Stage) -> None:
    page_of(stage, "agency_paper")
    stage.tell(NetworkChanged(Fault.NETWORK_DOWN))
    stage.press("entrust_print")
    assert stage.equipment.documents == []


def test_the_paper_grows_by_buttons_and_all_of_it_can_be_seen(stage: Stage) -> None:
    page = page_of(stage, "agency_paper")
    before = page.sheet.zoom
    stage.press("entrust_larger")
    assert page.sheet.zoom > before
    stage.press("entrust_whole")
    assert page.sheet.zoom < before
    smaller = page.findChild(QPushButton, "entrust_smaller")
    assert isinstance(smaller, QPushButton)
    assert not smaller.isEnabled(), "there is nothing smaller than a whole page"


def test_whether_it_came_out_is_entered_by_the_persons_word(stage: Stage) -> None:
    page_of(stage, "agency_paper")
    stage.press("entrust_print")
    stage.tell(DocumentMoved(PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_UNCERTAIN)))
    stage.press("document_no")
    [(order, came_out)] = stage.equipment.seen
    assert order.kind is PaperKind.ENTRUSTMENT
    assert not came_out
