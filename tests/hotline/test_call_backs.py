"""Whoever is to call back hears of it when it is promised, and once more, with the manager, when it was not kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.tables import CaseRow, OutgoingRow, StaffRow
from models.values import CaseState
from tests.conftest import make_office
from tests.hotline.conftest import ENGINEER, Hotline
from tests.hotline.outgoing import MANAGER
from workers.cases.work import CaseWork
from workers.simulated.desk import let_pass

pytestmark = pytest.mark.every_backend


@pytest.fixture
def desk(hotline: Hotline) -> Hotline:
    """One with an engineer on call, and a manager."""
    office = make_office(hotline.clock, means=frozenset({"email", "sms", "voice"}))
    hotline.desk = replace(hotline.desk, office=office)
    hotline.on_call(ENGINEER)
    with hotline.database.transaction() as session:
        session.add(StaffRow(name="Manager", address=MANAGER, address_key=MANAGER, role="service-manager"))
    return hotline


def promised(desk: Hotline) -> CaseRow:
    """A case whose caller is to be called back."""
    caller = desk.english().presses("3").says("Do you offer training in May").presses("9").presses("1")
    return desk.case(caller.hears("case number").stays_silent().hears("will call you back"))


def later(desk: Hotline, **by: float) -> None:
    desk.clock.forward(seconds=1)
    let_pass(desk.database, desk.desk.office, desk.clock, desk.clock() + timedelta(**by))


def told(desk: Hotline, of: str) -> list[str]:
    """Who was written to of it."""
    with desk.database.reading() as session:
        rows = session.scalars(select(OutgoingRow).where(OutgoingRow.kind == "notice").order_by(OutgoingRow.id))
        return sorted(row.recipient for row in rows if row.channel == "email" and of in row.content.decode())


def test_who_is_on_call_is_told_at_once_that_somebody_waits(desk: Hotline) -> None:
    promised(desk)

    assert told(desk, "Caller is to be called back") == ["e0@desk.example"]


def test_a_call_back_that_was_not_made_is_told_to_the_manager_too(desk: Hotline) -> None:
    case = promised(desk)

    later(desk, minutes=32)

    assert told(desk, "Caller was not called back in time") == ["e0@desk.example", MANAGER]
    assert "breached" in desk.events(case)


def test_one_that_was_made_is_not(desk: Hotline) -> None:
    case = promised(desk)
    with desk.database.transaction() as session:
        row = session.get_one(CaseRow, case.id)
        CaseWork(session, desk.desk.office, row, desk.clock(), "e0@desk.example").meet("call_back", "called")

    later(desk, minutes=32)

    assert told(desk, "Caller was not called back in time") == []


def test_who_works_on_the_case_is_the_one_who_is_told(desk: Hotline) -> None:
    first = promised(desk)
    with desk.database.transaction() as session:
        row = session.get_one(CaseRow, first.id)
        CaseWork(session, desk.desk.office, row, desk.clock(), "eve@desk.example").move(CaseState.ACCEPTED)
    desk.caller().presses("0#").presses("4").presses("1#").presses("9").presses("1").hears("added").stays_silent()
    desk.work()

    assert told(desk, "Caller is to be called back") == ["e0@desk.example", "eve@desk.example"]
