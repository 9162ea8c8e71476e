"""What was promised after a correction, a relapse, a reply, a rise: nothing is lost, nothing is promised twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models.db import Database
from models.tables import ClockRow, OutgoingRow, StepRow
from models.values import CaseState
from routing.letters import Kind
from tests.cases.test_clocks import YILONG, Desk, at
from tests.conftest import Clock, make_office
from tests.console.builders import case, store
from workers.cases.correct import correct
from workers.cases.sent import note_sent
from workers.cases.work import lock
from workers.learning import Correction
from workers.timers import Timers


@pytest.fixture
def desk(database: Database, clock: Clock) -> Desk:
    return Desk(database, clock)


def is_corrected(desk: Desk, level: int, when: datetime) -> None:
    desk.clock.now = when
    with desk.database.transaction() as session:
        found = lock(session, 1)
        assert found is not None
        correction = Correction(level, "hardware", "ann@firstline.example", "")
        correct(session, found, correction, make_office(desk.clock), YILONG, when)


def is_sent(desk: Desk, kind: str, when: datetime) -> None:
    desk.clock.now = when
    with desk.database.transaction() as session:
        note_sent(session, [OutgoingRow(kind=kind, case_id=1)], make_office(desk.clock))


def running(desk: Desk) -> set[str]:
    with desk.database.reading() as session:
        return set(session.scalars(select(ClockRow.name).where(ClockRow.met_at.is_(None))))


def is_solved(desk: Desk, when: datetime) -> None:
    desk.does("move", CaseState.SOLVED, when=when, cause="a cable", solution="another cable")


def test_a_correction_keeps_what_was_promised_again_after_a_relapse(desk: Desk) -> None:
    is_solved(desk, at(11))
    desk.does("move", CaseState.IN_PROGRESS, when=at(14))

    is_corrected(desk, 1, at(15))

    assert desk.due("solve_online") == at(18)  # four working hours from its return
    assert "next_update" in running(desk)


def test_a_wait_that_ended_with_the_solution_hides_none_that_follows(desk: Desk) -> None:
    desk.does("move", CaseState.WAITING, when=at(10, 10))
    is_solved(desk, at(11))  # while the customer was waited for
    desk.does("move", CaseState.IN_PROGRESS, when=at(11, 30))
    desk.does("move", CaseState.WAITING, when=at(14))
    desk.does("move", CaseState.IN_PROGRESS, when=at(16))

    is_corrected(desk, 1, at(16))

    assert desk.due("solve_online") == at(9, 30, day=10)  # four working hours from 11:30, and the two of the wait


def test_a_correction_leaves_the_wait_for_the_customers_word_alone(desk: Desk) -> None:
    is_solved(desk, at(11))

    is_corrected(desk, 3, at(14))

    assert running(desk) == {"confirm"}
    assert desk.due("confirm") == at(11, day=12)


def test_a_correction_of_a_case_in_work_promises_no_acceptance(database: Database, clock: Clock) -> None:
    desk = Desk(database, clock, level=4)
    desk.does("move", CaseState.IN_PROGRESS, when=at(10, 30))

    is_corrected(desk, 3, at(11))

    assert "status_reply" in running(desk)
    assert not running(desk) & {"tell_specialist", "tell_manager", "respond", "call_out"}


def test_a_correction_goes_on_with_the_hourly_news_from_the_last(desk: Desk) -> None:
    desk.does("move", CaseState.IN_PROGRESS, when=at(10, 5))
    is_sent(desk, Kind.STATUS, at(10, 20))

    is_corrected(desk, 1, at(11))

    assert desk.due("next_update") == at(11, 20)


def test_what_a_machine_reports_is_promised_no_first_reply_by_a_correction(database: Database, clock: Clock) -> None:
    desk = Desk(database, clock, without="first_reply")

    is_corrected(desk, 1, at(11))

    assert "first_reply" not in running(desk)


def test_news_while_the_customer_is_waited_for_start_no_clock(desk: Desk) -> None:
    desk.does("move", CaseState.WAITING, when=at(10, 10))

    is_sent(desk, Kind.ASK, at(10, 20))

    assert desk.clock_of("next_update").paused_at == at(10, 20)


def test_news_of_a_recovered_case_are_not_repeated(desk: Desk) -> None:
    desk.does("move", CaseState.RECOVERED, when=at(10, 10))
    assert "next_update" in running(desk)  # that it has recovered is news, too

    is_sent(desk, Kind.STATUS, at(10, 20))

    assert "next_update" not in running(desk)


def test_a_level_that_rises_while_the_customer_is_waited_for_starts_no_clock(desk: Desk) -> None:
    desk.does("move", CaseState.WAITING, when=at(10, 10))

    desk.does("raise_level", "it was not met", when=at(10, 20))

    assert desk.clock_of("solve_online").paused_at is not None


def test_the_wait_for_the_customers_word_begins_anew_with_each_solution(desk: Desk) -> None:
    is_solved(desk, at(11))
    desk.does("move", CaseState.IN_PROGRESS, when=at(10, day=11))
    assert "confirm" not in running(desk)

    is_solved(desk, at(11, day=11))

    assert desk.due("confirm") == at(11, day=16)


def test_who_begins_a_case_that_nobody_accepted_has_it(desk: Desk) -> None:
    desk.does("move", CaseState.IN_PROGRESS, when=at(10, 10))

    assert desk.case().accepted_by == "ann@firstline.example"


def test_a_case_that_was_taken_back_tells_nobody_twice_of_the_same_deadline(desk: Desk) -> None:
    desk.does("settle", when=at(10))
    desk.clock.now = at(10, 31)
    Timers(desk.database, make_office(desk.clock)).run()
    desk.does("move", CaseState.ACCEPTED, when=at(11, 10))
    desk.does("move", CaseState.ACKNOWLEDGED, when=at(11, 20))

    Timers(desk.database, make_office(desk.clock)).run()

    with desk.database.reading() as session:
        done = list(session.scalars(select(StepRow.name).where(StepRow.done_at.is_not(None))))
    assert done.count("call-out-by-mail") == 2  # whoever is on call hears that it is free again
    assert done.count("escalate") == done.count("status-reply-late") == 1


def test_timers_that_waited_for_a_case_write_when_they_had_it(database: Database) -> None:
    early = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
    store(database, case(early - timedelta(hours=1)))
    moments = iter([early])

    Timers(database, make_office(lambda: next(moments, early + timedelta(seconds=9)))).run()

    with database.reading() as session:
        assert set(session.scalars(select(ClockRow.breached_at))) == {None, early + timedelta(seconds=9)}


def test_a_desk_without_people_raises_no_level_before_its_time(desk: Desk) -> None:
    desk.does("settle", when=at(10))

    Timers(desk.database, make_office(desk.clock)).run()

    assert desk.case().level == 2
    assert desk.case().needs_review
