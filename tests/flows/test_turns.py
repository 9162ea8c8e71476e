"""Turns in the life of a case that nobody plans for: taken back, closed while consent was waited for, called a fault
after it was solved."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from models.errors import NotPossible
from models.tables import CaseRow, ReportRow, StaffRow
from models.values import CaseState
from tests.factories import mail
from tests.flows.story import Story
from workers.cases.correct import correct
from workers.learning import Correction
from workers.timers import Timers

pytestmark = pytest.mark.every_backend

DOWN = "The main file server is down since 9:40, nobody can work, the whole plant stands still. All shares are gone."
ASKED = "How do I change my password? Please tell me where to find it."
ENDED = {"cause": "the backplane was broken", "solution": "it was exchanged"}


@pytest.fixture
def opened(story: Story) -> Callable[[str], int]:
    def call(body: str) -> int:
        report = story.arrives(mail(body, subject="Please help"))
        story.sends()
        assert report.case_id is not None
        return report.case_id

    return call


def answers(story: Story, body: str) -> None:
    """The customer answers the last letter."""
    story.sends()
    last = story.answers()[-1]
    story.arrives(mail(body, subject=f"Re: {last['Subject']}"), rcpt_to=str(last["Reply-To"]))


def missing(story: Story) -> int:
    return Timers(story.desk.database, story.desk.office).audit()


def test_the_audit_does_not_miss_what_was_done_before_the_case_was_taken_back(
    story: Story, opened: Callable[[str], int]
) -> None:
    case_id = opened(DOWN)
    story.later(minutes=2)
    story.does(case_id, "move", CaseState.ACCEPTED)

    story.later(minutes=40)

    assert "taken-back" in story.events(case_id)
    assert missing(story) == 0
    assert "repaired" not in story.events(case_id)


def test_the_audit_does_not_miss_what_was_done_before_a_relapse(story: Story, opened: Callable[[str], int]) -> None:
    case_id = opened(DOWN)
    story.later(hours=5)

    for state in (CaseState.IN_PROGRESS, CaseState.RECOVERED, CaseState.IN_PROGRESS):
        story.does(case_id, "move", state)

    assert missing(story) == 0


def test_a_solved_case_that_became_a_fault_is_closed_by_the_customers_word(
    story: Story, opened: Callable[[str], int]
) -> None:
    case_id = opened(ASKED)
    story.does(case_id, "move", CaseState.SOLVED)
    with story.desk.database.transaction() as session:
        said = Correction(2, "hardware", "eve", "it was a fault")
        correct(session, session.get_one(CaseRow, case_id), said, story.desk.office, story.desk.profile, story.clock())
    assert story.case(case_id).process == "fault"

    answers(story, "Yes, it is solved. Thank you.")

    assert story.case(case_id).state == CaseState.CLOSED


def test_a_case_that_comes_back_does_not_wait_for_the_consent_of_its_first_life(
    story: Story, opened: Callable[[str], int]
) -> None:
    case_id = opened(DOWN)
    story.does(case_id, "consent", "asked")
    story.does(case_id, "move", CaseState.CLOSED, **ENDED)

    answers(story, "The server is down again, please help us.")

    assert story.case(case_id).state == CaseState.ACKNOWLEDGED
    assert not any(clock.paused_at for clock in story.clocks(case_id).values())
    story.later(hours=5)
    assert "nobody-responds-1" in story.steps(case_id)


def test_no_consent_is_asked_for_a_case_that_is_closed(story: Story, opened: Callable[[str], int]) -> None:
    case_id = opened(DOWN)
    story.does(case_id, "move", CaseState.CLOSED, **ENDED)

    with pytest.raises(NotPossible, match="nothing to log in for"):
        story.does(case_id, "consent", "asked")


@pytest.mark.parametrize("body", ["Thank you!", "Thanks, confirmed.", "谢谢", "好的，謝謝"])
def test_thanks_open_no_closed_case_again(story: Story, opened: Callable[[str], int], body: str) -> None:
    case_id = opened(DOWN)
    story.does(case_id, "move", CaseState.CLOSED, **ENDED)

    answers(story, body)

    assert story.case(case_id).state == CaseState.CLOSED
    assert "thanked" in story.events(case_id)


@pytest.mark.parametrize("between", ["\n\n", "\n\n--------------------\n"])
def test_a_confirmation_above_the_first_mail_without_any_sign_of_a_quote_is_one(
    story: Story, opened: Callable[[str], int], between: str
) -> None:
    first = DOWN.replace(". ", ".\n")
    case_id = opened(first)
    story.does(case_id, "move", CaseState.SOLVED, **ENDED)

    answers(story, f"It is fixed now, thanks.{between}{first}")

    assert story.case(case_id).state == CaseState.CLOSED


def test_thanks_above_the_first_mail_open_no_closed_case_again(story: Story, opened: Callable[[str], int]) -> None:
    first = "MES 数据库服务器宕机，三条产线全部停产，请马上派人！\n现场联系人在三号车间门口等"
    case_id = opened(first)
    story.does(case_id, "move", CaseState.CLOSED, **ENDED)

    answers(story, f"谢谢\n\n{first}")

    assert story.case(case_id).state == CaseState.CLOSED


def test_one_line_that_was_said_before_may_be_said_anew_below_thanks(
    story: Story, opened: Callable[[str], int]
) -> None:
    case_id = opened(f"Good morning\n{DOWN}\nPlease call our control room.")
    story.does(case_id, "move", CaseState.CLOSED, **ENDED)

    answers(story, f"Thanks for yesterday.\n{DOWN}")

    assert story.case(case_id).state == CaseState.ACKNOWLEDGED


def test_who_writes_the_first_mail_once_more_says_that_it_is_not_over(
    story: Story, opened: Callable[[str], int]
) -> None:
    case_id = opened(DOWN)
    story.does(case_id, "move", CaseState.CLOSED, **ENDED)

    answers(story, DOWN)

    assert story.case(case_id).state == CaseState.ACKNOWLEDGED


def test_thanks_with_news_do(story: Story, opened: Callable[[str], int]) -> None:
    case_id = opened(DOWN)
    story.does(case_id, "move", CaseState.CLOSED, **ENDED)

    answers(story, "Thank you, but it is down again since this morning.")

    assert story.case(case_id).state == CaseState.ACKNOWLEDGED


def test_a_correction_while_the_customer_is_waited_for_makes_nothing_late(
    story: Story, opened: Callable[[str], int]
) -> None:
    case_id = opened(ASKED)
    story.does(case_id, "move", CaseState.WAITING)
    story.later(days=2)
    done = story.steps(case_id)

    with story.desk.database.transaction() as session:
        said = Correction(1, "hardware", "eve", "it is worse")
        correct(session, session.get_one(CaseRow, case_id), said, story.desk.office, story.desk.profile, story.clock())
    story.later(minutes=1)

    assert story.steps(case_id) == done
    clocks = story.clocks(case_id)
    assert clocks["next_update"].due_at == clocks["status_reply"].due_at + timedelta(hours=1)


def test_a_reply_to_a_machines_case_says_that_it_went_nowhere(story: Story, opened: Callable[[str], int]) -> None:
    case_id = opened(ASKED)
    with story.desk.database.transaction() as session:
        session.execute(update(ReportRow).values(auto="auto-generated"))

    story.does(case_id, "reply", "status", "We are at it.")

    assert "status" not in story.letters(case_id)
    assert story.events(case_id)[-1] == "not-written"


def test_one_of_us_with_a_long_address_can_take_a_case(story: Story) -> None:
    address = f"{'e' * 200}@firstline.example"
    story.staff(StaffRow(name="Eve", address=address, address_key=address, role="engineer", teams=["incident"]))
    case_id = story.arrives(mail(DOWN, subject="Please help")).case_id
    story.later(seconds=5)
    notice = [message for message in story.answers() if message["To"] == address][-1]
    headers = {"In-Reply-To": str(notice["Message-ID"])}
    accepted = mail("accept", subject=f"Re: {notice['Subject']}", sender=address, headers=headers)

    story.arrives(accepted, mail_from=address, rcpt_to=str(notice["Reply-To"]))

    assert story.case(case_id).accepted_by == address
