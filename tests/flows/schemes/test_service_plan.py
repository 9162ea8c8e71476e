"""Cases served by the scheme service-plan: what comes after hours counts from the next working day."""

from models.tables import CaseRow
from models.values import CaseState
from tests.conftest import Clock
from tests.flows.schemes.service import (
    EVE,
    climbed,
    due,
    is_confirmed_and_closed,
    notice,
    notices_of_three_days,
    opened,
    told,
)
from tests.flows.story import Story
from workers.cases.correct import corrector

SCHEME = "service-plan"

LOGINS = "The mail server partly fails: a third of our users cannot log in to mail, the others work."
FAN = "One of the redundant fans of the server has failed. Everything works normally, users notice nothing."
DEAD = "The core router is dead, the whole company is offline and no one can work. Everything stands still."


def test_what_comes_on_friday_evening_counts_as_received_on_monday(story: Story, clock: Clock) -> None:
    clock.forward(days=4, hours=10)  # Friday 20:00

    case_id = opened(story, "Mail server slow and losing connections", LOGINS, level=2)

    assert story.case(case_id).level_name == "Fault level 3"
    assert due(story, case_id, "respond") == "Mon 10:00"
    assert due(story, case_id, "on_site") == "Mon 16:00"
    assert due(story, case_id, "first_reply") == "Fri 20:30"  # both front doors are always open

    story.later(days=2, hours=14, minutes=30)
    assert climbed(story, case_id)["respond-late"] == "Mon 10:00"
    story.does(case_id, "move", CaseState.IN_PROGRESS)
    story.later(hours=6)
    assert climbed(story, case_id)["escalate-2"] == "Mon 16:00"
    assert told(story, case_id, "escalate-2") == {"Eve": "email sms", "Mia": "email sms", "Ian": "email sms"}

    is_confirmed_and_closed(story, case_id)


def test_a_lost_redundancy_is_its_second_level_and_has_the_experts_at_any_hour(story: Story, clock: Clock) -> None:
    clock.forward(days=4, hours=10)

    case_id = opened(story, "Fan failed", FAN, level=3)
    story.later(minutes=1)

    assert story.case(case_id).level_name == "Fault level 2"
    assert told(story, case_id, "expert-group-2") == {"Max": "email sms voice", "Ian": "email sms voice"}
    assert "To be done:   call for the expert group" in notice(story, case_id, "ian@firstline.example")
    assert due(story, case_id, "on_site") == "Fri 21:00"


def test_its_second_level_is_served_by_night_too(story: Story, clock: Clock) -> None:
    clock.forward(hours=13)  # Monday 23:00

    case_id = opened(story, "Fan failed", FAN, level=3)
    story.later(hours=1, minutes=1)

    assert told(story, case_id, "expert-group-2") == {"Max": "email sms voice", "Ian": "email sms voice"}
    assert told(story, case_id, "on-site-late") == {"Mia": "email sms"}  # within an hour in its own city


def test_the_experts_are_called_though_somebody_has_the_case_already(story: Story) -> None:
    case_id = opened(story, "Mail server slow and losing connections", LOGINS, level=2)
    story.does(case_id, "move", CaseState.ACCEPTED)

    with story.desk.database.transaction() as session:
        case = session.get_one(CaseRow, case_id)
        corrector(story.desk.office, story.desk.profile)(session, case, 1, "software", "all of it", EVE)
    story.later(minutes=5)

    assert story.case(case_id).accepted_by == EVE
    assert told(story, case_id, "expert-group") == {"Ian": "email sms voice"}
    assert "call-out" not in climbed(story, case_id)  # Eve has it


def test_a_case_that_nobody_touches_for_three_days_does_not_flood(story: Story) -> None:
    case_id = opened(story, "Whole network down", DEAD, level=1)

    count = notices_of_three_days(story, case_id)

    assert count == 27
