"""A few faults of an A4 paper; ./run matrix paper has them all, five times each."""

import random
from datetime import UTC, datetime

import pytest

from kiosk.papers.trial_paper import trial_page
from tests.counterparts.cups_server import CupsServer
from tests.matrix.paper import FALSE_FAILED, Judge
from tests.matrix.paper_faults import FAULTS, Happening, Run
from tests.matrix.tally import Harm, Tally

pytestmark = pytest.mark.counterpart


@pytest.mark.parametrize("fault", ["media empty, power cut", "queue paused before", "cancelled"])
def test_what_was_called_printed_is_in_the_tray(fault: str) -> None:
    judge = _judged(fault, FAULTS[fault])
    assert judge.tally.broken == []
    assert judge.claims[FALSE_FAILED] == 0


def test_a_word_that_is_not_true_is_found() -> None:
    [(_, broken)] = _judged("a careless driver", _careless).tally.broken
    assert broken.harm is Harm.LOST


def _careless(run: Run) -> None:
    """CUPS' own word for a job that a power cut has wiped out: completed."""
    FAULTS["media empty, power cut"](run)
    run.believe_cups()


def _judged(name: str, happening: Happening) -> Judge:
    judge = Judge(Tally("one"))
    page = trial_page(datetime(2026, 5, 12, tzinfo=UTC))
    with CupsServer() as server:
        judge.judge((name,), happening, Run(server, random.Random(1), page))
    return judge
