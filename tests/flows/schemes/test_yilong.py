"""A fault served by the scheme yilong: replies by the clock, a superior who hears of it, a confirmation."""

from models.values import CaseState
from routing.letters import Kind
from tests.flows.schemes.service import (
    climbed,
    due,
    is_confirmed_and_closed,
    notice,
    notices_of_three_days,
    opened,
    told,
)
from tests.flows.story import Story

SCHEME = "yilong"

DOWN = "The main file server is down since 9:40, nobody can work, the whole plant stands still. All shares are gone."


def test_a_critical_fault_from_report_to_score(story: Story) -> None:
    case_id = opened(story, "Main server down", DOWN, level=1)  # Monday 10:00
    assert story.clocks(case_id)["first_reply"].met_at is not None  # within 10 minutes

    story.later(minutes=3)
    assert told(story, case_id, "call-out") == {"Eve": "email sms voice", "Sam": "email sms voice"}
    assert told(story, case_id, "notice") == {"Mia": "email", "Quin": "email"}

    story.does(case_id, "move", CaseState.ACCEPTED)
    story.does(case_id, "move", CaseState.IN_PROGRESS)
    story.later(minutes=20)
    story.does(case_id, "reply", Kind.STATUS, "A controller has failed; we are at it.")
    story.sends()
    assert story.clocks(case_id)["status_reply"].met_at is not None  # within 30 minutes
    assert due(story, case_id, "next_update") == "Mon 11:24"  # and from then on hourly

    story.later(hours=1, minutes=6)
    assert climbed(story, case_id) == {
        "call-out": "Mon 10:01",
        "notice": "Mon 10:01",
        "escalate": "Mon 10:30",
        "assign-help": "Mon 11:00",
        "update-due": "Mon 11:24",
    }
    assert told(story, case_id, "escalate") == {"Mia": "email sms"}
    assert told(story, case_id, "assign-help") == {"Pat": "email sms", "Mia": "email sms"}
    assert told(story, case_id, "update-due") == {"Eve": "email", "Sam": "email"}

    story.does(case_id, "reply", Kind.INTERIM, "The part is on its way.")
    story.sends()
    assert due(story, case_id, "next_update") == "Mon 12:30"

    is_confirmed_and_closed(story, case_id)
    assert told(story, case_id, "confirmed") == {"Mia": "email"}  # at once
    assert "missed" not in notice(story, case_id, "mia@firstline.example").casefold()


def test_what_nobody_answers_in_time_rises_by_itself(story: Story) -> None:
    case_id = opened(story, "Power supply of a switch", LAMP, level=3)

    story.later(hours=26)  # eight working hours, until Tuesday 10:00

    assert story.case(case_id).level == 2
    assert climbed(story, case_id)["nobody-responds-3"] == "Tue 10:00"
    assert told(story, case_id, "nobody-responds-3") == {"Pat": "email"}

    story.later(days=1)

    assert story.case(case_id).level == 1
    assert told(story, case_id, "nobody-responds-2") == {"Dan": "email sms"}


def test_a_case_that_nobody_touches_for_three_days_does_not_flood(story: Story) -> None:
    case_id = opened(story, "Main server down", DOWN, level=1)

    count = notices_of_three_days(story, case_id)

    assert count == 39


LAMP = "One of the two power supplies of the switch shows a red light. Everything works, but without redundancy."
