"""A fault served by the scheme netops: the level rises by itself."""

from models.values import CaseState
from tests.conftest import Clock
from tests.flows.schemes.service import (
    climbed,
    due,
    is_confirmed_and_closed,
    notices_of_three_days,
    opened,
    told,
)
from tests.flows.story import Story

SCHEME = "netops"

BRANCH = (
    "One branch office has no connection to the headquarters since noon, its 20 users cannot use the ERP. "
    "Headquarters and the other branches work."
)
DEAD = "The core router is dead, the whole company is offline and no one can work. Everything stands still."


def test_a_fault_that_is_not_restored_in_time_rises_a_level_and_is_closed_in_the_end(story: Story) -> None:
    case_id = opened(story, "Branch office offline", BRANCH, level=2)
    story.later(minutes=2)
    assert told(story, case_id, "call-out") == {"Eve": "email sms voice"}

    story.does(case_id, "move", CaseState.ACCEPTED)
    story.does(case_id, "move", CaseState.IN_PROGRESS)
    story.later(hours=8)

    case = story.case(case_id)
    assert (case.level, case.assigned_team) == (1, "incident")
    assert climbed(story, case_id)["escalate"] == "Mon 18:00"
    assert told(story, case_id, "escalate") == {"Eve": "email sms voice", "Pat": "email sms voice"}
    assert due(story, case_id, "solve") == "Tue 02:00"  # eight hours, as of level 1

    story.later(hours=2)
    assert climbed(story, case_id)["escalate-1"] == "Mon 20:00"
    assert set(told(story, case_id, "escalate-1")) == {"Pat", "Sue", "Dan"}

    is_confirmed_and_closed(story, case_id)
    assert "call-out-again" not in story.steps(case_id)  # somebody was at it all the time


def test_at_night_the_telephone_of_who_is_on_call_rings(story: Story, clock: Clock) -> None:
    clock.forward(hours=13)

    case_id = opened(story, "Whole network down", DEAD, level=1)
    story.later(minutes=1)

    assert told(story, case_id, "call-out") == {"Max": "email sms voice"}


def test_what_could_harm_the_customer_waits_for_his_consent(story: Story) -> None:
    case_id = opened(story, "Branch office offline", BRANCH, level=2)
    story.does(case_id, "move", CaseState.IN_PROGRESS)
    story.does(case_id, "consent", "asked", because="the router has to be started anew")

    story.later(days=2)

    assert story.case(case_id).level == 2  # the clocks stand still
    assert "escalate" not in story.steps(case_id)

    story.does(case_id, "consent", "given", because="by telephone")
    story.later(hours=9)
    assert story.case(case_id).level == 1


def test_a_case_that_nobody_touches_for_three_days_does_not_flood(story: Story) -> None:
    case_id = opened(story, "Whole network down", DEAD, level=1)

    count = notices_of_three_days(story, case_id)

    assert count == 30
