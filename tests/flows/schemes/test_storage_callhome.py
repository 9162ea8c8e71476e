"""Cases served by the scheme storage-callhome: devices call home, events are reviewed as they come."""

from models.values import CaseState
from tests.factories import mail
from tests.flows.schemes.service import (
    climbed,
    is_confirmed_and_closed,
    notices_of_three_days,
    opened,
    told,
)
from tests.flows.story import Story

SCHEME = "storage-callhome"

SHELF = (
    "We would like to book the installation of an additional disk shelf in March. Please suggest a date, there is no "
    "fault."
)
DOWN = "The storage array is down since 9:40, all systems stand still, nobody can work."


def call_home(code: str = "2250") -> bytes:
    return mail(
        f"Customer: Example Trading\nSerial number: ST00012345\nError code: {code}\nSeverity: critical\n"
        "A disk module of the array has failed; the volume is degraded and works on with less performance.\n",
        sender="array@customer.example",
        subject=f"CALL HOME: ST00012345 error {code}",
        headers={"Auto-Submitted": "auto-generated"},
    )


def test_a_device_calls_home_and_nobody_writes_to_it(story: Story) -> None:
    report = story.arrives(call_home(), mail_from="array@customer.example")
    case_id = report.case_id
    assert case_id is not None
    assert story.case(case_id).level_name.startswith("Service Request")
    assert "first_reply" not in story.clocks(case_id)  # nobody waits for one

    again = story.arrives(call_home(), mail_from="array@customer.example")
    assert again.case_id == case_id

    story.later(hours=30)
    assert {"engineering", "respond-late"} <= set(story.steps(case_id))
    assert set(told(story, case_id, "engineering")) >= {"Rob", "Mia"}

    story.does(case_id, "move", CaseState.IN_PROGRESS)
    story.does(case_id, "move", CaseState.RECOVERED)  # by a remote fix, which keeps the promise of a visit
    assert story.clocks(case_id)["on_site"].met_at is not None
    story.does(case_id, "move", CaseState.SOLVED, cause="a disk", solution="another disk")
    story.later(days=6)

    assert story.case(case_id).state == "closed"
    assert story.letters(case_id) == []


def test_events_are_reviewed_in_the_order_of_their_coming_whoever_asks(story: Story) -> None:
    first = opened(story, "Installation of a shelf", SHELF, level=4)
    report = story.arrives(
        mail(SHELF + " We are your largest customer.", subject="Installation of a shelf", sender="bob@big.example"),
        mail_from="bob@big.example",
    )
    second = report.case_id
    assert second is not None
    assert story.case(first).level_name.startswith("Scheduled Event")
    assert story.clocks(first)["review"].due_at < story.clocks(second)["review"].due_at

    story.later(minutes=1)
    assert told(story, first, "review") == {"Mia": "email"}
    assert told(story, second, "review") == {"Mia": "email"}

    story.does(first, "move", CaseState.ACCEPTED, because="reviewed", by="mia@firstline.example")
    story.later(hours=5)
    assert climbed(story, second)["review-late"] == "Mon 14:01"
    assert "review-late" not in story.steps(first)

    is_confirmed_and_closed(story, first)


def test_a_service_request_of_a_caller_is_closed_by_his_word(story: Story) -> None:
    case_id = opened(story, "Array down", DOWN, level=1)
    story.later(minutes=2)
    assert told(story, case_id, "call-out") == {"Eve": "email sms voice"}

    story.does(case_id, "move", CaseState.IN_PROGRESS)

    is_confirmed_and_closed(story, case_id)


def test_a_case_that_nobody_touches_for_three_days_does_not_flood(story: Story) -> None:
    case_id = opened(story, "Array down", DOWN, level=1)

    count = notices_of_three_days(story, case_id)

    assert count == 26
