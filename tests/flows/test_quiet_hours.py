"""By night a question makes no telephone ring, from report to notice; a stopped business does (routing/quiet.py)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from intake.accept import Acceptor
from models.tables import CaseRow, OutgoingRow
from tests.conftest import Clock
from tests.factories import mail
from tests.flows.schemes.service import CHINA, service
from tests.flows.story import Story
from workers.cases.correct import corrector
from workers.desk import Desk

pytestmark = pytest.mark.every_backend

MAX = "+8613800000002"  # on call by night
QUESTION = "How do I enlarge a volume that is in use? There is no hurry, we only want to plan it for next month."
DOWN = "The main file server is down since 21:40, nobody can work, the whole plant stands still. All shares are gone."


@pytest.fixture(params=["netops", "ucloud"])
def story(request: pytest.FixtureRequest, make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> Story:
    """It is Monday, half past ten in the evening, at a desk of each scheme that calls people out by night."""
    found = service(make_desk, acceptor, clock, request.param)
    clock.now = datetime(2026, 11, 9, 22, 30, tzinfo=CHINA)
    return found


def arrives(story: Story, body: str, level: int) -> int:
    """Nobody has answered it yet, not even the machine: every promise of a reply runs."""
    report = story.arrives(mail(body, subject=body.partition(".")[0][:60]))
    assert report.case_id is not None
    assert story.case(report.case_id).level == level
    return report.case_id


def until(story: Story, time: str) -> None:
    """Time passes until then, Tuesday in Shanghai."""
    hour, minute = map(int, time.split(":"))
    then = datetime(2026, 11, 10, hour, minute, tzinfo=CHINA)
    story.later(seconds=(then - story.clock()).total_seconds())


def rang(story: Story, case_id: int) -> list[tuple[str, str]]:
    """Whose telephone has rung or shown a text message, and when, in Shanghai."""
    of_case = OutgoingRow.case_id == case_id, OutgoingRow.kind == "notice", OutgoingRow.channel != "email"
    with story.desk.database.reading() as session:
        rows = session.scalars(select(OutgoingRow).where(*of_case).order_by(OutgoingRow.created_at, OutgoingRow.id))
        return [(row.recipient, f"{row.created_at.astimezone(CHINA):%a %H:%M}") for row in rows]


def test_a_question_by_night_rings_nobody(story: Story) -> None:
    case_id = arrives(story, QUESTION, level=4)

    until(story, "06:59")

    assert rang(story, case_id) == []
    assert ("max@firstline.example", "email") in story.told(case_id)


def test_a_stopped_business_rings_at_once(story: Story) -> None:
    case_id = arrives(story, DOWN, level=1)

    story.later(minutes=1)

    assert (MAX, "voice") in story.told(case_id)
    assert {time for _, time in rang(story, case_id)} == {"Mon 22:31"}


def test_a_question_that_turns_out_to_be_a_stopped_business_rings_at_once(story: Story, clock: Clock) -> None:
    case_id = arrives(story, QUESTION, level=4)
    clock.now = datetime(2026, 11, 10, 2, 0, tzinfo=CHINA)

    with story.desk.database.transaction() as session:
        corrector(story.desk.office, story.desk.profile)(
            session,
            session.get_one(CaseRow, case_id),
            1,
            "hardware",
            "they called again: the plant stands still",
            "eve",
        )
    story.later(minutes=1)

    assert (MAX, "voice") in story.told(case_id)
    assert {time for _, time in rang(story, case_id)} == {"Tue 02:00"}


def test_a_reply_that_is_late_by_night_is_told_by_mail_and_one_late_by_day_by_telephone(story: Story) -> None:
    by_night = arrives(story, QUESTION, level=4)
    until(story, "04:00")
    by_day = arrives(story, "May we book a training for two people next month? Any week would suit us.", level=4)

    until(story, "23:00")

    first = {"netops": "Tue 17:00", "ucloud": "Tue 08:00"}[story.desk.profile.name]
    assert {time for _, time in rang(story, by_day)} == {first}
    # Where a reply is promised within four hours the first was late at half past two: nobody was woken.
    assert {time for _, time in rang(story, by_night)} == ({first} if story.desk.profile.name == "netops" else set())
    assert "first-reply-late" in story.steps(by_night)
