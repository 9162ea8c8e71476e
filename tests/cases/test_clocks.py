"""The clocks of a case: they stand still while the customer is waited for, and every change is in their log."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.db import Database
from models.tables import CaseRow, ClockEventRow, ClockRow
from models.values import CaseState
from routing import profile
from routing.decide import decide
from tests.conftest import Clock, make_office
from tests.console.builders import case, store
from workers.cases.work import CaseWork, lock

pytestmark = pytest.mark.every_backend

CHINA = ZoneInfo("Asia/Shanghai")
YILONG = profile.load("yilong")


def at(hour: int, minute: int = 0, day: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


class Desk:
    """One case, opened at 10:00 on Monday 2026-11-09, in the hands of staff."""

    def __init__(self, database: Database, clock: Clock, level: int = 2, without: str = "") -> None:
        self.database, self.clock = database, clock
        clock.now = at(10)
        opened = case(clock(), level=level)
        opened.clocks = [row for row in opened.clocks if row.name != without]
        store(database, opened)

    def does(self, act: str, *arguments: object, when: datetime, **named: object) -> None:
        self.clock.now = when
        with self.database.transaction() as session:
            found = lock(session, 1)
            assert found is not None
            getattr(CaseWork(session, make_office(self.clock), found, when, "ann@firstline.example"), act)(
                *arguments, **named
            )

    def clock_of(self, name: str) -> ClockRow:
        with self.database.reading() as session:
            rows = session.scalars(select(ClockRow).where(ClockRow.name == name).order_by(ClockRow.id)).all()
            return rows[-1]

    def due(self, name: str) -> datetime:
        return self.clock_of(name).due_at.astimezone(CHINA)

    def log(self, name: str) -> list[str]:
        with self.database.reading() as session:
            rows = session.scalars(select(ClockEventRow).where(ClockEventRow.name == name).order_by(ClockEventRow.id))
            return [row.kind for row in rows]

    def case(self) -> CaseRow:
        with self.database.reading() as session:
            return session.get_one(CaseRow, 1)


@pytest.fixture
def desk(database: Database, clock: Clock) -> Desk:
    return Desk(database, clock)


def test_a_pause_over_the_lunch_break_gives_back_its_working_time_alone(desk: Desk) -> None:
    assert desk.due("solve_online") == at(10, day=10)  # 8 working hours, and one of lunch

    desk.does("move", CaseState.WAITING, when=at(11, 30))
    desk.does("move", CaseState.IN_PROGRESS, when=at(13, 30))

    assert desk.due("solve_online") == at(11, day=10)  # half an hour before lunch and half an hour after it
    assert desk.log("solve_online") == ["paused", "resumed"]


def test_what_runs_around_the_clock_gets_all_of_it_back(desk: Desk) -> None:
    desk.does("move", CaseState.WAITING, when=at(10, 5))
    desk.does("move", CaseState.IN_PROGRESS, when=at(12, 5))

    assert desk.due("next_update") == at(13, 30)


def test_a_case_that_waits_twice_gets_both_times_back(desk: Desk) -> None:
    for begin, end in ((at(10, 30), at(11)), (at(14), at(15))):
        desk.does("move", CaseState.WAITING, when=begin)
        desk.does("move", CaseState.IN_PROGRESS, when=end)

    assert desk.due("solve_online") == at(11, 30, day=10)


def test_a_clock_that_missed_its_time_does_not_stand_still(desk: Desk) -> None:
    desk.does("move", CaseState.WAITING, when=at(11))

    assert desk.clock_of("status_reply").paused_at is None  # due at 10:30
    assert desk.clock_of("solve_online").paused_at == at(11)


def test_the_consent_that_is_waited_for_gives_its_time_back(desk: Desk) -> None:
    desk.does("move", CaseState.IN_PROGRESS, when=at(10, 10))
    desk.does("consent", "asked", when=at(10, 30))
    desk.does("consent", "given", when=at(11, 30))

    assert desk.case().consent == "given"
    assert desk.due("solve_online") == at(11, day=10)


def test_consent_that_comes_while_the_customer_is_waited_for_starts_nothing(desk: Desk) -> None:
    desk.does("move", CaseState.WAITING, when=at(10, 10))
    desk.does("consent", "asked", when=at(10, 20))
    desk.does("consent", "given", when=at(10, 30))

    assert desk.clock_of("solve_online").paused_at == at(10, 10)


def test_a_correction_counts_the_time_for_which_the_case_stood_still(desk: Desk) -> None:
    desk.does("move", CaseState.WAITING, when=at(11, 30))
    desk.does("move", CaseState.IN_PROGRESS, when=at(13, 30))

    with desk.database.transaction() as session:
        found = lock(session, 1)
        assert found is not None
        work = CaseWork(session, make_office(desk.clock), found, at(14), "ann")
        found.level = 1
        work.book.correct(decide(YILONG, 1, "hardware", found.created_at).clocks, "corrected")
        work.settle()

    assert desk.due("solve_online") == at(16)  # 4 working hours from 10:00, lunch, and the hour it stood still


def test_what_is_met_stays_met(desk: Desk) -> None:
    desk.does("move", CaseState.ACCEPTED, when=at(10, 20))

    assert desk.clock_of("respond").met_at == at(10, 20)
    assert desk.clock_of("solve_online").met_at is None
    assert desk.log("respond") == ["met"]


def test_a_fault_that_is_over_needs_no_visit(desk: Desk) -> None:
    desk.does("move", CaseState.RECOVERED, when=at(12))

    assert desk.clock_of("on_site").met_at == at(12)
    assert desk.clock_of("solve_online").met_at == at(12)


def test_the_row_of_a_clock_follows_from_its_log(desk: Desk) -> None:
    desk.does("move", CaseState.WAITING, when=at(11))
    desk.does("move", CaseState.IN_PROGRESS, when=at(15))

    with desk.database.reading() as session:
        for row in session.scalars(select(ClockRow)):
            log = session.scalars(
                select(ClockEventRow).where(ClockEventRow.name == row.name).order_by(ClockEventRow.id)
            ).all()
            if log:
                assert log[-1].due_at == row.due_at
                assert (log[-1].kind == "met") == (row.met_at is not None)


def test_a_relapse_needs_the_visit_again(desk: Desk) -> None:
    desk.does("move", CaseState.RECOVERED, when=at(12))
    desk.does("move", CaseState.IN_PROGRESS, when=at(14))

    again = desk.clock_of("on_site")
    assert again.met_at is None
    assert again.starts_at == desk.clock_of("solve_online").due_at
    assert desk.due("on_site") == at(14, day=13)  # eight working hours, until Tuesday 14:00, and three working days


def test_a_relapse_promises_again(desk: Desk) -> None:
    desk.does("move", CaseState.RECOVERED, when=at(12))
    desk.does("move", CaseState.IN_PROGRESS, when=at(14))

    again = desk.clock_of("solve_online")
    assert again.met_at is None
    assert again.due_at - at(14) > timedelta(hours=8)
    assert desk.case().lap == 1
