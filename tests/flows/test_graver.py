"""What a customer adds may be graver than his case: a line that has stopped since must not wait for somebody to read a
list."""

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from models.tables import ReportRow
from models.values import CaseState
from tests.conftest import Clock
from tests.factories import mail
from tests.flows.story import Story
from tests.flows.test_ladders import person
from workers.cases import heard
from workers.cases.correct import corrector
from workers.cases.office import Office
from workers.cases.work import CaseWork
from workers.desk import Desk

pytestmark = pytest.mark.every_backend

EVE, EVES_PHONE = "eve@firstline.example", "+8613800000001"
STOPPED = "All production lines have stopped, the database server is down and nobody can work."


@pytest.fixture
def story(make_desk: Callable[..., Desk], acceptor: object, clock: Clock, calling_office: Office) -> Story:
    found = Story(make_desk(office=calling_office), acceptor, clock)  # type: ignore[arg-type]
    found.staff(
        person("eve", "engineer", "incident", "service-desk", phone=EVES_PHONE), person("mia", "service-manager")
    )
    return found


def asked(story: Story) -> int:
    """A question has come, and has been acknowledged."""
    report = story.arrives(mail("How do I change the time zone of the monthly report?", subject="Question"))
    assert report.case_id is not None
    assert story.case(report.case_id).level == 4
    story.sends()
    return report.case_id


def adds(story: Story, text: str, subject: str = "Re: Question", quoted: str = "") -> ReportRow:
    answered: EmailMessage = story.answers()[0]
    body = f"{text}\n\nOn Monday, support wrote:\n> {quoted}\n" if quoted else text
    return story.arrives(mail(body, subject=subject, headers={"In-Reply-To": answered["Message-ID"]}))


def test_the_case_is_as_grave_as_what_has_come_and_people_are_called(story: Story) -> None:
    case_id = asked(story)

    adds(story, STOPPED)
    story.later(seconds=5)

    case = story.case(case_id)
    assert (case.level, case.process, case.needs_review) == (1, "fault", True)
    assert {"graver", "raised"} <= set(story.events(case_id))
    assert (EVES_PHONE, "voice") in story.told(case_id)
    assert "escalate" in story.clocks(case_id)


def test_who_works_on_the_case_is_called_and_judges_it_himself(story: Story) -> None:
    case_id = asked(story)
    story.does(case_id, "move", CaseState.ACCEPTED)

    adds(story, STOPPED)

    case = story.case(case_id)
    assert (case.level, case.needs_review) == (4, True)
    assert sorted(story.told(case_id)) == sorted([(EVES_PHONE, "voice"), (EVES_PHONE, "sms"), (EVE, "email")])
    assert story.steps(case_id) == ["graver-1"]
    [notice] = [each for each in story.answers() if each["To"] == EVE]
    assert "the customer has added what reads as level 1" in notice.get_content()
    assert "Told before" not in notice.get_content()  # it is no rung of a ladder: there is nobody who could have been


def test_the_same_once_more_calls_nobody_again(story: Story) -> None:
    case_id = asked(story)
    story.does(case_id, "move", CaseState.ACCEPTED)
    adds(story, STOPPED)
    before = story.told(case_id)

    adds(story, f"{STOPPED} Please call.")

    assert story.told(case_id) == before


def test_what_a_person_has_judged_stays_and_who_is_on_call_is_told(story: Story, calling_office: Office) -> None:
    case_id = asked(story)
    with story.desk.database.transaction() as session:
        case = story.case(case_id)
        corrector(calling_office, story.desk.profile)(session, session.merge(case), 3, "usage", "a test system", EVE)

    adds(story, STOPPED)

    assert story.case(case_id).level == 3
    assert (EVES_PHONE, "voice") in story.told(case_id)


def test_a_grave_subject_or_quotation_alone_says_nothing_new(story: Story) -> None:
    case_id = asked(story)

    adds(story, "Thank you, that is clear now.", subject="AW: All production lines have stopped", quoted=STOPPED)

    assert story.case(case_id).level == 4
    assert story.told(case_id) == []


def passed_on(story: Story, writer: str, *, is_attached: bool) -> None:
    """An answer that has hardly a word of its own, and passes on that all lines have stopped."""
    answered: EmailMessage = story.answers()[0]
    headers = {"In-Reply-To": answered["Message-ID"]}
    if not is_attached:
        head = f"---------- Forwarded message ---------\nFrom: {writer}\nDate: Mon, 9 Nov 2026\nSubject: line"
        story.arrives(mail(f"FYI, from our plant:\n\n{head}\n\n{STOPPED}\n", subject="Re: Question", headers=headers))
        return
    answer = message_from_bytes(mail("See the mail attached.", subject="Re: Question", headers=headers), policy=default)
    answer.add_attachment(message_from_bytes(mail(STOPPED, sender=writer, subject="line"), policy=default))
    story.arrives(answer.as_bytes())


@pytest.mark.parametrize("is_attached", [True, False])
def test_what_an_answer_passes_on_of_somebody_who_has_not_been_heard_is_news(story: Story, is_attached: bool) -> None:
    case_id = asked(story)

    passed_on(story, "plant@customer.example", is_attached=is_attached)

    assert story.case(case_id).level == 1


@pytest.mark.parametrize("writer", ["ann@customer.example", "support@firstline.example"])
def test_what_it_passes_on_of_those_who_have_part_in_the_case_is_the_thread(story: Story, writer: str) -> None:
    case_id = asked(story)

    passed_on(story, writer, is_attached=False)

    assert (story.case(case_id).level, story.told(case_id)) == (4, [])


@pytest.mark.parametrize("first", ["5\n", "Thank you, all fine.\n\nBest regards\nAnn\n\nPS: "])
def test_a_closed_case_is_open_again_and_as_grave_as_what_stands_below_thanks_or_a_score(
    story: Story, first: str
) -> None:
    case_id = asked(story)
    story.does(case_id, "move", CaseState.CLOSED)
    story.sends()

    adds(story, f"{first}{STOPPED}")

    case = story.case(case_id)
    assert (case.state, case.level) == (CaseState.ACKNOWLEDGED, 1)


def test_what_stands_below_a_confirmation_keeps_the_case_open(story: Story) -> None:
    case_id = asked(story)
    story.does(case_id, "move", CaseState.SOLVED)

    adds(story, f"Yes, it is solved, thank you.\n\nBest regards\nAnn\n\nPS: {STOPPED}")

    assert story.case(case_id).state == CaseState.IN_PROGRESS


@pytest.mark.parametrize(("text", "is_looked_at"), [(STOPPED, True), ("If anything is down, call the hotline.", False)])
def test_an_automatic_reply_that_tells_of_a_fault_is_looked_at(story: Story, text: str, is_looked_at: bool) -> None:
    case_id = asked(story)
    headers = {"In-Reply-To": story.answers()[0]["Message-ID"], "Auto-Submitted": "auto-replied"}
    looked_at = story.case(case_id).needs_review

    story.arrives(mail(text, subject="Re: Question", headers=headers))

    assert story.case(case_id).needs_review is (looked_at or is_looked_at)


def test_who_passes_it_on_has_those_of_the_next_rung_told(story: Story) -> None:
    case_id = asked(story)
    story.does(case_id, "move", CaseState.ACCEPTED)
    adds(story, STOPPED)
    [notice] = [each for each in story.answers() if each["To"] == EVE]

    headers = {"In-Reply-To": notice["Message-ID"]}
    story.arrives(mail("2", subject=f"Re: {notice['Subject']}", sender=EVE, headers=headers), mail_from=EVE)

    assert ("mia@firstline.example", "email") in story.told(case_id)


def test_where_the_words_are_not_sure_people_are_written_to_and_not_called(
    story: Story, calling_office: Office
) -> None:
    case_id = asked(story)
    with story.desk.database.transaction() as session:
        work = CaseWork(session, calling_office, session.merge(story.case(case_id)), story.clock(), "firstline")
        heard.graver(work, 1, False, "a-report")

    assert story.case(case_id).level == 4
    assert sorted(story.told(case_id)) == [(EVES_PHONE, "sms"), (EVE, "email")]
