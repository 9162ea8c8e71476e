"""A fault served by the scheme vodecn: not handled in time, it rises and an expert comes."""

from models.values import CaseState
from tests.flows.schemes.service import (
    due,
    is_confirmed_and_closed,
    notice,
    notices_of_three_days,
    opened,
    replies,
    told,
)
from tests.flows.story import Story

SCHEME = "vodecn"

CARD = "A line card of the core switch has failed. Two floors have no network, the rest of the company works normally."
DEAD = "The core router is dead, the whole company is offline and no one can work. Everything stands still."


def test_a_failed_part_with_an_expert_and_a_spare(story: Story) -> None:
    case_id = opened(story, "Core switch: one line card dead", CARD, level=2)
    story.later(minutes=2)
    assert told(story, case_id, "call-out-by-mail") == {"Eve": "email"}
    assert due(story, case_id, "spare_part") == "Tue 18:00"  # the next calendar day

    story.does(case_id, "move", CaseState.ACCEPTED)
    story.does(case_id, "move", CaseState.IN_PROGRESS)
    story.later(hours=8)

    assert story.case(case_id).level == 1
    assert told(story, case_id, "escalate") == {"Ian": "email sms", "Eve": "email sms", "Mia": "email sms"}

    story.later(hours=4)
    assert set(told(story, case_id, "escalate-1")) == {"Ian", "Mia", "Dan"}
    story.later(hours=2)
    assert told(story, case_id, "supervision") == {"Sue": "email", "Amy": "email"}

    story.does(case_id, "meet", "spare_part", because="signed for by the customer")
    story.does(case_id, "move", CaseState.RECOVERED)
    story.later(days=1)
    assert "spare-part-late" not in story.steps(case_id)

    is_confirmed_and_closed(story, case_id)


def test_supervision_reads_when_it_was_due_and_not_when_they_are_told(story: Story) -> None:
    case_id = opened(story, "Whole network down", DEAD, level=1)  # Monday 10:00

    story.later(hours=6)

    assert told(story, case_id, "supervision") == {"Sue": "email", "Amy": "email"}
    assert "solution before escalation, due by 2026-11-09 14:00" in notice(story, case_id, "sue@firstline.example")


def test_a_relapse_is_promised_again_and_an_old_silence_closes_nothing(story: Story) -> None:
    case_id = opened(story, "Core switch: one line card dead", CARD, level=2)
    story.does(case_id, "move", CaseState.SOLVED, cause="a card", solution="another card")
    story.sends()
    story.later(days=2)
    replies(story, "No, it is still broken.")
    assert story.case(case_id).state == "in-progress"
    assert due(story, case_id, "spare_part") == "Thu 18:00"  # the card that was replaced was not all

    story.does(case_id, "move", CaseState.SOLVED, cause="a cable", solution="another cable")
    story.later(days=2)

    assert story.case(case_id).state == "solved"  # three working days, counted anew

    story.later(days=4)
    assert story.case(case_id).state == "closed"


def test_a_case_that_nobody_touches_for_three_days_does_not_flood(story: Story) -> None:
    case_id = opened(story, "Whole network down", DEAD, level=1)

    count = notices_of_three_days(story, case_id)

    assert count == 24
