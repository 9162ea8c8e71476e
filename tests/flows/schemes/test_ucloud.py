"""Cases served by the scheme ucloud: second line, research, observation; a question without a time to solve."""

from models.values import CaseState
from tests.flows.schemes.service import (
    climbed,
    is_confirmed_and_closed,
    notices_of_three_days,
    opened,
    told,
)
from tests.flows.story import Story

SCHEME = "ucloud"

DOWN = (
    "All virtual machines of our production cluster have been down since 9:40. Nobody can work, the shop is closed, "
    "all services are stopped."
)
NODE = (
    "One of the three storage nodes has failed. The virtual machines on it are gone, the others still run, and "
    "customers notice slow pages."
)
QUESTION = (
    "Could you please tell us how to enlarge a volume of a virtual machine? There is no hurry, we would like to do it "
    "next month."
)


def test_a_fault_goes_to_the_second_line_and_to_research_and_is_watched_at_the_end(story: Story) -> None:
    case_id = opened(story, "Storage node failed", NODE, level=2)
    story.later(minutes=2)
    assert told(story, case_id, "call-out") == {"Eve": "email sms voice", "Lin": "email sms voice"}

    story.later(hours=1)
    assert climbed(story, case_id)["second-line-accept-late"] == "Mon 11:00"
    assert told(story, case_id, "second-line-accept-late") == {"Lin": "email voice", "Mia": "email voice"}
    story.does(case_id, "move", CaseState.ACCEPTED, by="lin@firstline.example")
    story.does(case_id, "consent", "asked", because="may we log in?")
    story.later(hours=3)
    assert story.case(case_id).level == 2  # the clocks stand still
    story.does(case_id, "consent", "given")
    story.does(case_id, "move", CaseState.IN_PROGRESS, by="lin@firstline.example")

    story.later(hours=4)
    assert story.case(case_id).level == 1
    assert told(story, case_id, "escalate") == {"Lin": "email voice", "Mia": "email voice"}
    story.later(hours=3)
    assert told(story, case_id, "research") == {"Rob": "email voice", "Lin": "email voice"}

    story.does(case_id, "move", CaseState.RECOVERED, by="lin@firstline.example")
    story.later(days=1, minutes=1)
    assert told(story, case_id, "observed") == {"Lin": "email"}
    is_confirmed_and_closed(story, case_id)


def test_a_question_goes_from_desk_to_second_line_to_product_management(story: Story) -> None:
    case_id = opened(story, "How to resize a volume", QUESTION, level=4)

    story.later(days=4)

    assert story.case(case_id).process == "non-fault"
    assert climbed(story, case_id) == {
        "call-out-by-mail": "Mon 10:01",
        "second-line": "Tue 10:00",
        "product-management": "Thu 10:00",
    }
    assert told(story, case_id, "product-management") == {"Pia": "email", "Rob": "email"}
    assert "solve" not in story.clocks(case_id)
    is_confirmed_and_closed(story, case_id)


def test_a_case_that_nobody_touches_for_three_days_does_not_flood(story: Story) -> None:
    case_id = opened(story, "Private cloud down", DOWN, level=1)

    count = notices_of_three_days(story, case_id)

    assert count == 24
