"""Answers come from the guide and from nowhere else."""

from dataclasses import replace

import pytest

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.questions import Question, answered
from kiosk.domain.service_item import Need, ServiceItem

EVERY = list(packaged_catalog())


@pytest.mark.parametrize("item", EVERY, ids=[item.key for item in EVERY])
def test_every_item_answers_what_to_bring_in_the_guides_own_words(item: ServiceItem) -> None:
    told = {one.question: one.lines for one in answered(item)}
    assert set(told[Question.BRING]) == {
        one.name for one in item.own_materials() if one.need is Need.REQUIRED
    }
    assert told[Question.WHO] == item.guide.conditions
    assert all(line for lines in told.values() for line in lines)


def test_what_the_guide_does_not_say_is_not_answered() -> None:
    silent = replace(EVERY[0], guide=replace(EVERY[0].guide, promised_limit=""))
    assert Question.TIME not in {one.question for one in answered(silent)}
