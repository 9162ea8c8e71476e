"""Who waits for the customer hears of his answer by mail."""

from collections.abc import Callable

import pytest

from models.values import CaseState
from tests.conftest import Clock
from tests.factories import mail
from tests.flows.story import Story
from tests.flows.test_ladders import person
from workers.desk import Desk

pytestmark = pytest.mark.every_backend

EVE = "eve@firstline.example"


@pytest.fixture
def story(make_desk: Callable[..., Desk], acceptor: object, clock: Clock) -> Story:
    found = Story(make_desk(), acceptor, clock)  # type: ignore[arg-type]
    found.staff(person("eve", "engineer", "software", "infrastructure"))
    return found


def taken(story: Story) -> int:
    """Eve works on a case."""
    report = story.arrives(mail())
    assert report.case_id is not None
    story.sends()
    story.does(report.case_id, "move", CaseState.ACCEPTED)
    return report.case_id


def answers(story: Story, text: str, to: int = 0) -> None:
    story.arrives(mail(text, subject="Re: Backup failed", headers={"In-Reply-To": story.answers()[to]["Message-ID"]}))


def notices(story: Story) -> list[str]:
    return [each.get_content() for each in story.answers() if ".step" in each["Message-ID"] and each["To"] == EVE]


def test_each_answer_that_was_waited_for(story: Story) -> None:
    case_id = taken(story)
    for text in ("The log is attached.", "The serial number is X1."):
        story.does(case_id, "move", CaseState.WAITING)
        before = len(notices(story))

        answers(story, text)
        answers(story, f"{text} As I said.")

        assert len(notices(story)) == before + 1
        assert "The customer has answered" in notices(story)[-1]
    assert "missed" not in notices(story)[-1].lower()
    assert story.case(case_id).state == CaseState.IN_PROGRESS


def test_that_it_is_not_solved(story: Story) -> None:
    case_id = taken(story)
    story.does(case_id, "move", CaseState.IN_PROGRESS)
    story.does(case_id, "move", CaseState.SOLVED, cause="a full disk", solution="space was made")
    story.sends()

    answers(story, "No, it still fails.")

    assert "the customer says that it is not solved" in notices(story)[-1]


def test_consent_and_its_refusal(story: Story) -> None:
    case_id = taken(story)
    for text, said in (("No, I do not agree.", "does not let us"), ("Yes, I agree.", "lets us log in")):
        story.does(case_id, "consent", "asked")
        story.sends()

        answers(story, text)

        assert said in notices(story)[-1]


def test_where_nobody_has_the_case_nobody_is_written_to(story: Story) -> None:
    report = story.arrives(mail())
    before = story.told(report.case_id)

    answers(story, "The serial number is X1.")

    assert story.told(report.case_id) == before
