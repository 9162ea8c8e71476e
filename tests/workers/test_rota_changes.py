"""What a supervisor changes on the rota: who comes on it, who stands in for whom, who comes off."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.db import Database
from models.errors import NotPossible
from models.tables import CaseRow, ShiftRow, StaffRow, UserRow
from tests.conftest import Clock
from workers.cases.people import ON_CALL, People
from workers.directory.rota import team_gaps
from workers.directory.rota_changes import put_on, take_off

pytestmark = pytest.mark.every_backend

ANN, BEN, CAI, GONE = 1, 2, 3, 4


@pytest.fixture
def rota(database: Database, clock: Clock) -> Database:
    """Ann and Ben are on call today and tomorrow; Cai and one who has left are not."""
    with database.transaction() as session:
        for name in ("ann", "ben", "cai", "gone"):
            address = f"{name}@firstline.example"
            row = StaffRow(name=name.title(), address=address, address_key=address, role="engineer", teams=["incident"])
            row.is_active = name != "gone"
            session.add(row)
            session.flush()
        for staff_id in (ANN, BEN):
            day = {"starts_at": clock() - timedelta(hours=2), "ends_at": clock() + timedelta(days=2)}
            session.add(ShiftRow(team="incident", staff_id=staff_id, **day))
    return database


def change(rota: Database, clock: Clock, who: int, whom: int | None, begin: float, end: float) -> int:
    """Put somebody on call so many hours from now; returns the shift's id."""
    with rota.transaction() as session:
        starts_at, ends_at = (clock() + timedelta(hours=hours) for hours in (begin, end))
        return put_on(session, "incident", who, whom, starts_at, ends_at, clock()).id


def told(rota: Database, clock: Clock, hours: float) -> list[str]:
    """Who would be called at that time."""
    with rota.reading() as session:
        case = CaseRow(assigned_team="incident")
        return [person.name for person in People(session, clock() + timedelta(hours=hours)).of(case, ON_CALL)]


def test_who_stands_in_is_called_in_the_place_of_the_other(rota: Database, clock: Clock) -> None:
    change(rota, clock, CAI, ANN, 4, 8)

    assert [told(rota, clock, hours) for hours in (3, 5, 9)] == [["Ann", "Ben"], ["Ben", "Cai"], ["Ann", "Ben"]]
    with rota.reading() as session:
        assert team_gaps(session, clock(), clock() + timedelta(days=1)) == ()


def test_who_comes_in_addition_is_called_too(rota: Database, clock: Clock) -> None:
    change(rota, clock, CAI, None, 4, 8)

    assert told(rota, clock, 5) == ["Ann", "Ben", "Cai"]


@pytest.mark.parametrize(
    ("who", "whom", "begin", "end", "said"),
    [
        (CAI, ANN, 8, 4, "write the end after the start"),
        (CAI, ANN, -9, -1, "that time is over"),
        (CAI, ANN, 0, 24 * 40, "longer than 31 days"),
        (CAI, CAI, 4, 8, "Cai is not on call for incident"),
        (CAI, ANN, 100, 108, "Ann is not on call for incident"),
        (BEN, ANN, 4, 8, "Ben is on call for incident then anyway"),
        (BEN, None, 4, 8, "Ben is on call for incident then anyway"),
        (ANN, None, -2, 8, "begins at that moment"),
        (GONE, ANN, 4, 8, "there is nobody of that name"),
        (99, ANN, 4, 8, "there is nobody of that name"),
    ],
)
def test_what_would_leave_one_alone_or_mean_nothing_is_refused(
    rota: Database, clock: Clock, who: int, whom: int | None, begin: float, end: float, said: str
) -> None:
    with pytest.raises(NotPossible, match=said):
        change(rota, clock, who, whom, begin, end)

    with rota.reading() as session:
        assert len(session.scalars(select(ShiftRow)).all()) == 2


def test_whom_an_administrator_has_shut_out_is_on_call_no_more(rota: Database, clock: Clock) -> None:
    with rota.transaction() as session:
        ann = {
            "address": "ann@firstline.example",
            "address_key": "ann@firstline.example",
            "name": "Ann",
            "role": "agent",
        }
        session.add(UserRow(**ann, password="-", is_disabled=True, created_at=clock()))

    called = told(rota, clock, 1)
    change(rota, clock, CAI, ANN, 4, 8)

    assert called == ["Ben"]
    assert told(rota, clock, 5) == ["Ben", "Cai"]
    with rota.reading() as session:
        alone = [gap.names for gap in team_gaps(session, clock(), clock() + timedelta(days=1))]
    assert alone == [("Ben",), ("Ben",)]
    with pytest.raises(NotPossible, match="nobody of that name"):
        change(rota, clock, ANN, BEN, 10, 12)


def test_where_an_override_counts_alone_nobody_is_added_beside_it(rota: Database, clock: Clock) -> None:
    with rota.transaction() as session:
        day = {"starts_at": clock(), "ends_at": clock() + timedelta(hours=12)}
        session.add(ShiftRow(team="incident", staff_id=BEN, is_override=True, **day))

    with pytest.raises(NotPossible, match="an override counts alone"):
        change(rota, clock, CAI, None, 4, 8)


def test_a_team_that_no_scheme_has_gets_no_rota(rota: Database, clock: Clock) -> None:
    with pytest.raises(NotPossible, match="no scheme has a team"), rota.transaction() as session:
        put_on(session, "nobody", CAI, None, clock(), clock() + timedelta(hours=1), clock())


def test_what_has_begun_ends_now_and_what_has_not_is_taken_out(rota: Database, clock: Clock) -> None:
    begun, later = change(rota, clock, CAI, ANN, 0, 4), change(rota, clock, CAI, ANN, 8, 12)
    clock.forward(hours=1)

    with rota.transaction() as session:
        take_off(session, begun, clock())
        take_off(session, later, clock())

    assert told(rota, clock, 0) == ["Ann", "Ben"]
    with rota.reading() as session:
        assert session.get_one(ShiftRow, begun).ends_at == clock()
        assert session.get(ShiftRow, later) is None
    with pytest.raises(NotPossible, match="is over"), rota.transaction() as session:
        take_off(session, begun, clock())


def test_a_shift_in_the_hour_that_comes_twice_is_known_again_and_may_begin_later_on_the_wall_than_it_ends(
    rota: Database, clock: Clock
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    clock.now = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    first, again = datetime(2026, 10, 25, 2, 45, tzinfo=berlin), datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=berlin)

    with rota.transaction() as session:
        put_on(session, "incident", CAI, None, first, again, clock())
    with rota.transaction() as session, pytest.raises(NotPossible, match="begins at that moment"):
        put_on(session, "incident", CAI, None, first, again, clock())

    with rota.reading() as session:
        row = session.scalars(select(ShiftRow).where(ShiftRow.staff_id == CAI)).one()
        assert row.ends_at - row.starts_at == timedelta(minutes=30)
