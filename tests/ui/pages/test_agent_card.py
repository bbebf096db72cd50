"""Who has to lay a card down for what only an agent answers, said before anybody is asked."""

import pytest
from PySide6.QtWidgets import QLabel

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import FAMILY
from kiosk.domain.handling import Agent, AgentKind, Handling
from kiosk.flow.steps import Step
from ui.correction_walk import CorrectionWalk
from ui.follow_scenes import agents_rows, show_correction
from ui.pages.agent_card import AgentCardPage
from ui.shots import SCENES
from ui.stage import Stage

AGENT = FAMILY[1]
BY_AGENT = Handling(agent=Agent(AgentKind.RELATIVE, "样本代办", AGENT.number))


def words_of(stage: Stage) -> str:
    """Everything that stands on the page."""
    return "\n".join(one.text() for one in stage.window.findChildren(QLabel) if one.isVisible())


@pytest.fixture
def asked(stage: Stage) -> Stage:
    show_correction(stage, handling=BY_AGENT, asked=agents_rows)
    return stage


def test_the_list_says_that_the_agent_has_to_come(asked: Stage) -> None:
    assert "请代办人样***也来" in words_of(asked)
    asked.press("next")
    walk = asked.window.walk
    assert isinstance(walk, CorrectionWalk)
    assert isinstance(asked.window.page, AgentCardPage)
    assert "请代办人样***放上自己的身份证" in words_of(asked)


def test_the_agents_card_leads_on_and_another_one_does_not(asked: Stage) -> None:
    asked.press("next")
    walk = asked.window.walk
    assert isinstance(walk, CorrectionWalk)
    asked.tell(CardRead(FAMILY[2]))
    assert walk.flow.view.step is Step.AGENT
    assert "R08" in words_of(asked)
    asked.tell(CardRead(AGENT))
    assert walk.flow.view.step is Step.FORM


def test_an_agent_is_told_beforehand_whose_the_result_is(stage: Stage) -> None:
    SCENES["agency_holder_only"](stage)
    assert "代办人看不到，也不能代取" in words_of(stage)
