"""The clock leaps: ahead, when a machine wakes up or has its time corrected, and back. No step happens twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from intake.accept import Acceptor
from tests.conftest import Clock
from tests.factories import mail
from tests.flows.story import Story
from tests.surviving import unfinished
from workers import audit
from workers.desk import Desk
from workers.timers import Timers

pytestmark = [pytest.mark.every_backend, pytest.mark.long]

DOWN = "The main file server is down since 9:40, nobody can work, the whole plant stands still. All shares are gone."


@pytest.fixture
def story(make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> Story:
    return Story(make_desk(), acceptor, clock)


def opened(story: Story) -> int:
    case_id = story.arrives(mail(DOWN, subject="Main server down")).case_id
    assert case_id is not None
    return case_id


def run_two_timers(story: Story) -> None:
    """As two processes that look at the same moment."""
    both = [Timers(story.desk.database, story.desk.office) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for run in [pool.submit(timers.run) for timers in both]:
            run.result()


def overdue(story: Story) -> str:
    with story.desk.database.reading() as session:
        return audit.problem(session, story.clock())


def test_where_the_clock_leaps_ahead_each_step_happens_once_whoever_looks(story: Story) -> None:
    case_id = opened(story)

    story.clock.forward(days=2)
    run_two_timers(story)

    steps = story.steps(case_id)
    assert len(steps) == len(set(steps)) > 1
    assert overdue(story) == ""


def test_where_the_clock_is_set_back_nothing_happens_again(story: Story) -> None:
    case_id = opened(story)
    story.clock.forward(days=2)
    run_two_timers(story)
    before = story.steps(case_id), story.told(case_id)

    story.clock.forward(days=-2)
    run_two_timers(story)
    story.clock.forward(days=2)
    run_two_timers(story)

    assert (story.steps(case_id), story.told(case_id)) == before


def test_what_arrives_after_the_clock_was_set_back_is_done_at_once(story: Story) -> None:
    opened(story)
    story.sends()

    story.clock.forward(days=-2)
    report = story.arrives(mail("The printer on the second floor jams.", subject="Printer", sender="bo@other.example"))
    story.sends()

    assert report.outcome == "case"
    assert story.letters(report.case_id) != []
    assert unfinished(story.desk.database) == 0
