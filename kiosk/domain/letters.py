"""Which kind of case a letter 互动 is: 咨询, 预约, 投诉, 建议 and 好差评 go the way of any case."""

from collections.abc import Callable, Mapping
from typing import Final

from kiosk.domain.case import CaseKind
from kiosk.domain.service_item import Letter

SEALED: Final = "sealed"  # the one answer of an evaluation that only the gateway can open
# (id of the evaluation, its answers) -> the answers that are kept and sent instead.
Seal = Callable[[str, Mapping[str, str]], Mapping[str, str]]


def kind_of(letter: Letter | None) -> CaseKind:
    """None: what is applied for."""
    if letter is None:
        return CaseKind.APPLICATION
    return CaseKind.EVALUATION if letter is Letter.EVALUATION else CaseKind.LETTER
