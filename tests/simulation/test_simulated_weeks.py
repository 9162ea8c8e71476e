"""A week of a desk with three timer processes that are killed; and that the oracle sees what goes wrong."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.db import Database
from models.tables import CaseRow, ClockEventRow, ClockRow, EventRow, OutgoingRow, StepRow
from models.values import StepState, new_id
from tests.simulation.oracle import judge
from tests.simulation.processes import office_at
from tests.simulation.run import START, Plan, Result, simulate
from workers.timers import Timers

pytestmark = pytest.mark.long

WEEKS = 0.3
END = START + timedelta(weeks=WEEKS)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """Two days with three hundred cases, which all tests here look at."""
    file = tmp_path_factory.mktemp("simulated") / "weeks.db"
    return simulate(Plan(cases=300, weeks=WEEKS, timers=3, kills=6, seed=11), keep=file), file


@pytest.fixture
def copy(simulated: tuple[Result, Path], tmp_path: Path) -> Database:
    """The same database once more, to be tampered with."""
    path = tmp_path / "copy.db"
    path.write_bytes(simulated[1].read_bytes())
    return Database(f"sqlite:///{path}")


@pytest.mark.timeout(600)
def test_everything_happens_once_and_nothing_happens_that_must_not(simulated: tuple[Result, Path]) -> None:
    result, _ = simulated

    assert result.verdict.violations == [], result.lines()
    assert result.verdict.cases == 300
    assert result.kills == 6
    assert result.verdict.steps > 1000


def a_step(session: Session) -> StepRow:
    """A step of a case that is still at the lap in which it was done, and whose clock still runs."""
    query = (
        select(StepRow)
        .join(CaseRow, CaseRow.id == StepRow.case_id)
        .join(ClockRow, (ClockRow.case_id == CaseRow.id) & (ClockRow.name == StepRow.clock))
        .where(StepRow.state == StepState.DONE, StepRow.lap == CaseRow.lap, CaseRow.state != "closed")
        .where(ClockRow.met_at.is_(None), ClockRow.paused_at.is_(None), StepRow.name == "first-reply-late")
        .order_by(StepRow.id)
    )
    return session.scalars(query).first() or pytest.fail("no step to tamper with")


def event_of(session: Session, step: StepRow) -> EventRow:
    query = select(EventRow).where(EventRow.case_id == step.case_id, EventRow.at == step.done_at)
    return session.scalars(query.where(EventRow.text.startswith(f"{step.name}: "))).one()


def is_done_again_by_the_timers(session: Session) -> None:
    step = a_step(session)
    step.state, step.due_at = StepState.WAITING, step.planned_at


def is_not_done(session: Session) -> None:
    step = a_step(session)
    session.delete(event_of(session, step))


def comes_too_early(session: Session) -> None:
    step = a_step(session)
    event = event_of(session, step)
    case = session.get_one(CaseRow, step.case_id)
    event.at = case.created_at


def is_told_twice(session: Session) -> None:
    notice = session.scalars(select(OutgoingRow).where(OutgoingRow.kind == "notice").limit(1)).one()
    values = {name: getattr(notice, name) for name in ("case_id", "step_id", "channel", "kind", "recipient", "content")}
    session.add(
        OutgoingRow(
            **values,
            id=new_id(),
            message_id=new_id(),
            recipient_key="another",
            created_at=notice.created_at,
            attempts=0,
        )
    )


def is_not_told(session: Session) -> None:
    session.delete(session.scalars(select(OutgoingRow).where(OutgoingRow.kind == "notice").limit(1)).one())


def is_met_without_a_word(session: Session) -> None:
    query = select(ClockRow).where(ClockRow.met_at.is_(None), ClockRow.breached_at.is_not(None)).limit(1)
    session.scalars(query).one().met_at = END


def is_missed_without_a_word(session: Session) -> None:
    session.delete(session.scalars(select(ClockEventRow).where(ClockEventRow.kind == "breached").limit(1)).one())


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (is_done_again_by_the_timers, "happened 2 times"),
        (is_not_done, "did not happen"),
        (comes_too_early, "came before"),
        (is_told_twice, "is there, and no step has sent it"),
        (is_not_told, "is missing"),
        (is_met_without_a_word, "and its log differ"),
        (is_missed_without_a_word, "nobody noted it"),
    ],
)
def test_the_oracle_sees_what_goes_wrong(copy: Database, tamper: Callable[[Session], None], words: str) -> None:
    with copy.transaction() as session:
        tamper(session)
    if tamper is is_done_again_by_the_timers:
        with copy.transaction() as session:  # what forbids it is in the way: a notice twice
            session.query(OutgoingRow).filter(OutgoingRow.step_id == a_waiting_step(session).id).delete()
        Timers(copy, office_at(lambda: END)).run()

    found = judge(copy, END).violations
    copy.close()

    assert any(words in violation for violation in found), found[:5]


def a_waiting_step(session: Session) -> StepRow:
    query = select(StepRow).where(StepRow.due_at.is_not(None), StepRow.due_at <= END)
    return session.scalars(query).one()


def test_a_step_that_is_put_back_is_not_told_again(copy: Database) -> None:
    with copy.transaction() as session:
        is_done_again_by_the_timers(session)
    before = notices(copy)

    Timers(copy, office_at(lambda: END)).run()

    assert notices(copy) == before  # a person is told of a step by each means once, whatever the rows of steps say
    copy.close()


def notices(database: Database) -> int:
    with database.reading() as session:
        return session.query(OutgoingRow).filter(OutgoingRow.kind == "notice").count()
