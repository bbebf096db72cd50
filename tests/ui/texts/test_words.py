"""Every code and state that people can meet has its words."""

import string

import pytest

from kiosk.domain.answers import Complaint
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.flow.progress_flow import ProgressStep
from kiosk.flow.steps import Step
from ui.case_stages import stages_of
from ui.texts import Texts
from ui.widgets.item_card import Offer

SENTENCES = ("what", "lost", "now")
LONGEST = 34  # characters that fit two lines of the large type beside the sign


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_says_what_happened_what_is_lost_and_what_to_do(fault: Fault) -> None:
    texts = Texts()
    for part in SENTENCES:
        sentence = texts.say(f"faults.{fault.value}.{part}")
        assert sentence.endswith("。")
        assert len(sentence) <= LONGEST


def test_no_words_are_kept_for_faults_that_do_not_exist() -> None:
    keys = Texts().keys()
    codes = {key.split(".")[1] for key in keys if key.startswith("faults.")}
    assert codes == {fault.value for fault in Fault}


@pytest.mark.parametrize("complaint", Complaint)
def test_every_complaint_about_an_answer_has_its_words(complaint: Complaint) -> None:
    assert Texts().say(f"complaint.{complaint}").endswith("。")


def test_no_fault_speaks_of_programs() -> None:
    texts = Texts()
    keys = texts.keys()
    spoken = "".join(texts.say(key) for key in keys if key.startswith("faults."))
    letters = set(spoken) & set(string.ascii_letters)
    assert letters <= {"A", "U"}  # A4 paper, U盘


@pytest.mark.parametrize("state", CaseState)
def test_every_state_and_its_stages_have_words(state: CaseState) -> None:
    texts = Texts()
    assert texts.has(f"state.{state}")
    assert all(texts.has(f"stage.{key}") for key, _ in stages_of(state))


def test_every_step_and_offer_has_words() -> None:
    texts = Texts()
    assert all(texts.has(f"step.{step}") for step in Step)
    assert all(texts.has(f"progress_step.{step}") for step in ProgressStep)
    assert all(texts.has(f"offer.{offer}") for offer in Offer)
