"""Cases served by the scheme software-project: specialist, support engineer, developers."""

from models.values import CaseState
from tests.flows.schemes.service import (
    climbed,
    is_confirmed_and_closed,
    notices_of_three_days,
    opened,
    told,
)
from tests.flows.story import Story

SCHEME = "software-project"

INVOICES = (
    "Since the morning the invoice module of the order system returns an error for every invoice. The other modules "
    "work."
)
DOWN = "The order system is down since 9:40, nobody can work, the whole company stands still."


def test_a_fault_climbs_the_ladder_of_the_staff(story: Story) -> None:
    case_id = opened(story, "Invoice module fails", INVOICES, level=2)
    story.later(minutes=2)
    assert told(story, case_id, "call-out-by-mail") == {"Eve": "email", "Sam": "email"}

    story.does(case_id, "move", CaseState.ACCEPTED, by="sam@firstline.example")
    story.does(case_id, "move", CaseState.IN_PROGRESS, by="sam@firstline.example")
    story.later(days=1)

    assert climbed(story, case_id) == {
        "call-out-by-mail": "Mon 10:01",
        "support-engineer": "Mon 18:00",  # eight hours of duty, 08:00 to 20:00 every day
        "developers": "Tue 10:00",
    }
    assert told(story, case_id, "support-engineer") == {"Eve": "email sms", "Sam": "email sms"}
    assert told(story, case_id, "developers") == {"Rob": "email", "Mia": "email", "Ian": "email"}

    is_confirmed_and_closed(story, case_id)
    case = story.case(case_id)
    assert (case.cause, case.solution) == ("a broken part", "replaced it")  # for the next like problem


def test_a_case_that_nobody_touches_for_three_days_does_not_flood(story: Story) -> None:
    case_id = opened(story, "Order system down", DOWN, level=1)

    count = notices_of_three_days(story, case_id)

    assert count == 19
