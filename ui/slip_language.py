"""Slips in the languages of the visit."""

from dataclasses import replace

from kiosk.domain.receipt import Receipt
from ui.texts import Texts
from ui.texts.languages import Language


def in_visits_languages(receipt: Receipt, texts: Texts) -> Receipt:
    """With Korean below the Chinese for whoever reads the pages so."""
    return replace(receipt, with_korean=Language.KOREAN in texts.languages)
