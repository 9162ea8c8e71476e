"""Which cases a user sees, on every database; and what an open page is told of them."""

import asyncio

import pytest
from fastapi import HTTPException
from sqlalchemy import select

from console.auth import visible
from console.auth.roles import Role, User
from console.auth.visible import of_visible, visible_to
from console.pages.live import Live, _stream, for_own
from models.db import Database
from models.tables import CaseRow, ReportRow
from tests.conftest import Clock
from tests.console.builders import case, report, store

pytestmark = pytest.mark.every_backend


def user(*teams: str, own_teams_only: bool = True) -> User:
    return User(
        id=1,
        name="Ann",
        address="ann@firstline.example",
        role=Role.AGENT,
        language=None,
        theme=None,
        csrf="",
        client="",
        teams=teams,
        own_teams_only=own_teams_only,
    )


@pytest.fixture
def three(database: Database, clock: Clock) -> None:
    teams = ("software", "infrastructure", "security")
    store(database, *(case(clock(), assigned_team=team) for team in teams))
    store(database, report(clock()))


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (user("software"), [1]),
        (user("software", "security"), [1, 3]),
        (user(), []),
        (user("software", own_teams_only=False), [1, 2, 3]),
    ],
)
def test_a_query_finds_the_cases_of_own_teams_and_what_hangs_on_them(
    database: Database, three: None, who: User, seen: list[int]
) -> None:
    with database.reading() as session:
        cases = session.scalars(select(CaseRow.id).where(visible_to(who)).order_by(CaseRow.id)).all()
        reports = select(ReportRow.case_id).where(ReportRow.case_id.is_not(None), of_visible(ReportRow.case_id, who))
        hanging = session.scalars(reports.order_by(ReportRow.case_id)).all()

    assert cases == seen
    assert hanging == seen


def test_a_case_of_another_team_is_not_found_and_what_has_no_case_is_not_seen(database: Database, three: None) -> None:
    ann = user("software")

    with database.reading() as session:
        loose = session.scalars(select(ReportRow.id).where(ReportRow.case_id.is_(None))).one()
        assert visible.find(session, "FL-000001", ann).id == 1
        with pytest.raises(HTTPException) as refused:
            visible.find(session, "FL-000002", ann)
        assert not visible.sees_report(session, ann, loose)
        assert not visible.sees_report(session, ann, "no such report")
        assert visible.sees_report(session, user(own_teams_only=False), loose)

    assert refused.value.status_code == 404


def test_an_open_page_hears_of_own_cases_and_of_its_own_queue(database: Database, three: None) -> None:
    ann = user("software", "security")

    heard = [for_own(database, ann, told) for told in (("case", "1"), ("case", "2"), ("presence", "2"), ("queue", "3"))]

    assert heard == [("case", "1"), None, None, ("queue", "2")]


def test_a_stream_passes_over_what_is_of_other_teams(database: Database, three: None) -> None:
    live = Live(database)

    async def told() -> list[str]:
        stream = _stream(live, database, user("software"))
        heard = [await anext(stream)]
        for case_id in ("2", "1", "3"):
            await asyncio.to_thread(live.tell, "case", case_id)
        await asyncio.to_thread(live.close)
        return heard + [event async for event in stream if event.startswith("event: case")]

    assert asyncio.run(told()) == ["retry: 3000\n\n", "event: case\ndata: 1\n\n"]
