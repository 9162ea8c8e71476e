"""The self-audit finds what should have happened and did not."""

from datetime import timedelta

import pytest
from prometheus_client import generate_latest
from sqlalchemy import delete, select, update

from models.db import Database
from models.tables import StepRow
from models.values import CaseState, StepState
from tests.conftest import Clock, make_office
from tests.console.builders import case, store
from workers import audit
from workers.cases.office import Office
from workers.cases.work import CaseWork, lock
from workers.metrics import Metrics
from workers.timers import Timers

pytestmark = pytest.mark.every_backend


def opened(database: Database, clock: Clock) -> None:
    """A case whose ladder is planned."""
    store(database, case(clock(), level=2))
    with database.transaction() as session:
        found = lock(session, 1)
        assert found is not None
        CaseWork(session, make_office(clock), found, clock(), "test").settle()


def waiting(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(StepRow.name).where(StepRow.state == StepState.WAITING)))


def problem(database: Database, clock: Clock) -> str:
    with database.reading() as session:
        return audit.problem(session, clock())


def test_where_the_timers_run_nothing_is_overdue(database: Database, clock: Clock, office: Office) -> None:
    opened(database, clock)
    clock.forward(hours=3)

    Timers(database, office).run()

    assert problem(database, clock) == ""


def test_where_they_do_not_it_says_so_with_what_to_look_at(database: Database, clock: Clock) -> None:
    opened(database, clock)
    clock.forward(hours=3)

    said = problem(database, clock)

    assert "steps should have happened" in said
    assert "firstline timers" in said
    assert b"firstline_steps_overdue 0.0" not in generate_latest(Metrics(database, clock).registry)


def test_what_is_due_this_minute_is_no_fault_yet(database: Database, clock: Clock) -> None:
    opened(database, clock)
    clock.now += audit.GRACE - timedelta(seconds=1)

    assert problem(database, clock) == ""


def test_steps_that_vanished_are_planned_again(database: Database, clock: Clock, office: Office) -> None:
    opened(database, clock)
    before = waiting(database)
    with database.transaction() as session:
        session.execute(delete(StepRow).where(StepRow.name.in_(["escalate", "no-answer-2"])))
        session.execute(update(StepRow).where(StepRow.name == "update-due").values(state="dropped", due_at=None))

    missing = Timers(database, office).audit()

    assert missing == 3
    assert waiting(database) == before
    assert Timers(database, office).audit() == 0


def test_a_closed_case_lacks_nothing(database: Database, clock: Clock, office: Office) -> None:
    opened(database, clock)
    with database.transaction() as session:
        found = lock(session, 1)
        assert found is not None
        CaseWork(session, office, found, clock(), "ann").move(CaseState.CLOSED, "", "a cable", "replaced")

    assert Timers(database, office).audit() == 0
    assert waiting(database) == set()
