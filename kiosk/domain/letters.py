"""Which kind of case a letter 互动 is: 咨询, 预约, 投诉, 建议 and 好差评 go the way of any case."""

from kiosk.domain.case import CaseKind
from kiosk.domain.service_item import Letter


def kind_of(letter: Letter | None) -> CaseKind:
    """None: what is applied for."""
    if letter is None:
        return CaseKind.APPLICATION
    return CaseKind.EVALUATION if letter is Letter.EVALUATION else CaseKind.LETTER
