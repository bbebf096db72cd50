"""The slips of a batch, in the languages of the visit."""

from PySide6.QtCore import QSize

from kiosk.flow.batch_flow import LIST_TITLE
from kiosk.flow.equipment import ReceiptPrinted
from kiosk.papers.slip_layout import SlipLayout
from ui.agency_scenes import batch_of
from ui.stage import Stage
from ui.texts.languages import Language
from ui.theme.comfort import Comfort


def test_every_slip_of_a_batch_has_its_korean_where_the_pages_have_it(stage: Stage) -> None:
    both = Stage(QSize(1080, 1920), Comfort(languages=(Language.CHINESE, Language.KOREAN)))
    try:
        for one, korean in ((stage, False), (both, True)):
            batch_of(one, people=2)
            one.press("batch_slips")
            one.tell(ReceiptPrinted())
            one.tell(ReceiptPrinted())
            one.press("batch_list")
            slips = one.equipment.receipts
            assert [slip.with_korean for slip in slips] == [korean] * len(slips)
            assert slips[-1].title == LIST_TITLE
            title = SlipLayout().paper(slips[-1]).words["title"]
            assert title == (LIST_TITLE, "일괄처리 명단" if korean else "")
    finally:
        both.close()
