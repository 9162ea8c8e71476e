"""Nobody logs in to a customer's system without his consent, and his answer to the question counts (SERVICE.md)."""

import pytest

from models.values import CaseState
from tests.factories import mail
from tests.flows.story import Story

DOWN = "The main file server is down since 9:40, nobody can work, the whole plant stands still. All shares are gone."


@pytest.fixture
def case_id(story: Story) -> int:
    """A case whose customer was asked ten minutes ago."""
    report = story.arrives(mail(DOWN, subject="Main server down"))
    story.sends()
    story.does(report.case_id, "move", CaseState.IN_PROGRESS)
    story.does(report.case_id, "consent", "asked")
    story.sends()
    story.clock.forward(minutes=10)
    assert report.case_id is not None
    return report.case_id


def answers(story: Story, body: str, **changes: str) -> None:
    last = story.answers()[-1]
    headers = {"In-Reply-To": str(last["Message-ID"]), "References": str(last["Message-ID"])}
    headers |= {"Auto-Submitted": changes["submitted"]} if "submitted" in changes else {}
    sender = changes.get("sender", "ann@customer.example")
    to = str(last["Reply-To"])
    story.arrives(mail(body, subject=f"Re: {last['Subject']}", sender=sender, to=to, headers=headers), mail_from=sender)


@pytest.mark.parametrize("body", ["I agree. You may log in now.", "同意，现在可以远程登录", "我們同意遠端登入"])
def test_a_consent_lets_the_clocks_go_on(story: Story, case_id: int, body: str) -> None:
    due = story.clocks(case_id)["solve_online"].due_at
    assert story.clocks(case_id)["solve_online"].paused_at is not None

    answers(story, body)

    clock = story.clocks(case_id)["solve_online"]
    assert (story.case(case_id).consent, clock.paused_at) == ("given", None)
    assert clock.due_at > due
    assert "consent-given" in story.events(case_id)


def test_who_is_waited_for_is_told_no_time_that_depends_on_him(story: Story, case_id: int) -> None:
    [asked] = [letter for letter in story.answers() if ".consent@" in letter["Message-ID"]]
    assert "What happens next" not in asked.get_content()

    answers(story, "I agree. You may log in now.")
    story.does(case_id, "reply", "status", "We are at it.")

    [status] = [letter for letter in story.answers() if ".status@" in letter["Message-ID"]]
    assert "solved remotely" in status.get_content()


def test_a_question_to_who_is_waited_for_names_no_time_either(story: Story) -> None:
    report = story.arrives(mail(DOWN, subject="Main server down"))
    story.does(report.case_id, "move", CaseState.WAITING)

    story.does(report.case_id, "reply", "ask", "Which server is it?")

    [asked] = [letter for letter in story.answers() if ".ask@" in letter["Message-ID"]]
    assert "solved remotely" not in asked.get_content()


@pytest.mark.parametrize("body", ["I do not agree.", "不同意，请安排工程师到现场", "不同意遠端登入"])
def test_a_refusal_is_recorded_and_a_person_looks(story: Story, case_id: int, body: str) -> None:
    answers(story, body)

    case = story.case(case_id)
    assert (case.consent, case.needs_review) == ("refused", True)
    assert story.clocks(case_id)["solve_online"].paused_at is None


def test_what_is_not_clear_is_left_to_a_person_and_the_clocks_stand_still(story: Story, case_id: int) -> None:
    answers(story, "I agree, but only after our backup.")

    case = story.case(case_id)
    assert (case.consent, case.needs_review) == ("asked", True)
    assert story.clocks(case_id)["solve_online"].paused_at is not None
    assert "consent-unclear" in story.events(case_id)


def test_only_who_was_asked_lets_us_in(story: Story, case_id: int) -> None:
    answers(story, "I agree.", sender="bob@customer.example")

    assert story.case(case_id).consent == "asked"


def test_a_yes_to_the_end_of_a_case_is_no_consent(story: Story, case_id: int) -> None:
    story.does(case_id, "move", CaseState.SOLVED, cause="a cable", solution="replaced")

    answers(story, "Yes, solved.")

    assert (story.case(case_id).state, story.case(case_id).consent) == ("closed", None)


def test_who_was_waited_for_has_answered_too(story: Story, case_id: int) -> None:
    story.does(case_id, "move", CaseState.WAITING)

    answers(story, "Yes, please go ahead.")

    case = story.case(case_id)
    assert (case.state, case.consent) == ("in-progress", "given")


def test_what_the_customers_ticket_system_writes_is_no_consent_and_no_confirmation(story: Story, case_id: int) -> None:
    answers(story, "Approved", submitted="auto-generated")
    assert story.case(case_id).consent == "asked"
    assert story.case(case_id).needs_review
    story.does(case_id, "move", CaseState.SOLVED, cause="a cable", solution="replaced")

    answers(story, "Status: Resolved", submitted="auto-generated")

    assert story.case(case_id).state == CaseState.SOLVED
    assert "confirmed" not in story.events(case_id)
