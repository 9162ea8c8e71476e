"""The rota as a calendar: who is on call, where somebody is missing, who stands in for whom."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from console.auth.roles import Role
from models.db import Database
from models.tables import AuditRow, ShiftRow, StaffRow
from tests.conftest import Clock
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn
from tests.workers.test_query_plans import plans

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def rota(database: Database, clock: Clock) -> None:
    """From Tuesday, the 29th of September, for a week: Ann and Ben for the whole of each day, on Saturday Ben from
    eight on. Cai, a manager, and Di are not on the rota."""
    clock.now = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)
    first = datetime(2026, 9, 29, tzinfo=SHANGHAI)
    with database.transaction() as session:
        for name, role in (("Ann", "engineer"), ("Ben", "second-line"), ("Cai", "service-manager"), ("Di", "engineer")):
            address = f"{name.lower()}@firstline.example"
            session.add(StaffRow(name=name, address=address, address_key=address, role=role, teams=["incident"]))
            session.flush()
        for day in range(7):
            begins, ends = first + timedelta(days=day), first + timedelta(days=day + 1)
            late = begins + timedelta(hours=8) if day == 4 else begins
            session.add(ShiftRow(team="incident", staff_id=1, starts_at=begins, ends_at=ends))
            session.add(ShiftRow(team="incident", staff_id=2, starts_at=late, ends_at=ends))


@pytest.mark.usefixtures("rota")
def test_a_week_shows_who_is_on_call_on_each_day_and_what_day_it_is(log_in: LogIn) -> None:
    page = log_in(Role.VIEWER).page("/rota")

    rows = [" ".join(row.text().split()) for row in page.css(".rota tbody tr")]
    assert rows[1] == "Tue 09-29 incident Ann, Ben"
    assert rows[3] == "Thu 10-01 National Day incident Ann, Ben"
    assert rows[5] == "Sat 10-03 National Day incident 00:00–08:00 Ann 08:00–24:00 Ann, Ben"
    assert [row.attributes["class"] for row in page.css(".rota tbody tr")][6] == "weekend"
    assert page.css("form[action='/rota/shifts']") == []


@pytest.mark.usefixtures("rota")
def test_a_gap_ahead_is_marked_and_one_that_is_over_is_not(log_in: LogIn, clock: Clock) -> None:
    viewer = log_in(Role.VIEWER)

    before = viewer.page("/rota")
    clock.forward(days=5)
    after = log_in(Role.VIEWER, name="eve").page("/rota?day=2026-10-01")

    assert [node.text(strip=True) for node in before.css(".watch.gap")] == ["00:00–08:00Ann"]
    assert "2026-10-03 00:00 – 2026-10-03 08:00 Ann alone" in text(before, "#gaps")
    assert "2026-10-06 00:00" in text(before, "#gaps")  # the rota ends there
    assert after.css(".watch.gap") == []


@pytest.mark.usefixtures("rota")
def test_a_month_shows_whole_weeks_of_one_team_and_the_days_that_are_worked(log_in: LogIn) -> None:
    page = log_in(Role.VIEWER, language="zh-Hans").page("/rota?view=month&day=2026-10-15")

    days = [" ".join(node.text().split()) for node in page.css(".month li")]
    assert len(days) == 35
    assert days[0].startswith("周一 09-28")
    assert days[3] == "周四 10-01 国庆节 Ann, Ben"
    assert "调休上班" in days[12]


@pytest.mark.usefixtures("rota")
def test_the_calendar_can_be_of_one_role(log_in: LogIn) -> None:
    page = log_in(Role.VIEWER).page("/rota?team=incident&role=second-line")

    assert text(page, ".rota tbody tr:nth-child(2)") == "Tue 09-29 incident Ben"


@pytest.mark.usefixtures("rota")
def test_a_supervisor_swaps_two_people_and_the_log_says_who_did_when(log_in: LogIn, database: Database) -> None:
    max_ = log_in(Role.SUPERVISOR, name="max")
    max_.page("/rota")

    swapped = max_.post(
        "/rota/shifts", team="incident", staff=3, replaces=1, starts_at="2026-10-01T08:00", ends_at="2026-10-01T20:00"
    )

    page = max_.page(swapped.headers["location"])
    day = text(page, ".rota tbody tr:nth-child(4)")
    assert day.endswith("00:00–08:00 Ann, Ben 08:00–20:00 Ben, Cai (for Ann) 20:00–24:00 Ann, Ben")
    with database.reading() as session:
        row = session.scalars(select(AuditRow)).one()
        assert (row.who, row.what) == ("max@firstline.example", "swapped on call")
        assert row.about == (
            "incident: cai@firstline.example for ann@firstline.example, 2026-10-01 08:00 to 2026-10-01 20:00"
        )


@pytest.mark.usefixtures("rota")
def test_a_gap_is_filled_and_the_shift_taken_off_again(log_in: LogIn, database: Database) -> None:
    max_ = log_in(Role.SUPERVISOR)
    link = max_.page("/rota").css_first("#gaps li a")
    assert link is not None
    form = max_.page(link.attributes["href"] or "")
    filled = {
        name: form.css_first(f"input[name={name}]").attributes["value"]  # type: ignore[union-attr]
        for name in ("starts_at", "ends_at")
    }

    max_.post("/rota/shifts", team="incident", staff=4, replaces="", **filled)
    assert "2026-10-03" not in text(max_.page("/rota"), "#gaps")
    off = max_.page("/rota?team=incident").css("#change details form[action$='/off']")[-1].attributes["action"] or ""
    with database.reading() as session:
        added = session.scalars(select(ShiftRow).where(ShiftRow.staff_id == 4)).one()
    max_.post(f"/rota/shifts/{added.id}/off", team="incident")

    assert filled == {"starts_at": "2026-10-03T00:00", "ends_at": "2026-10-03T08:00"}
    assert off.startswith("/rota/shifts/")
    with database.reading() as session:
        assert session.get(ShiftRow, added.id) is None
        assert session.scalars(select(AuditRow.what).order_by(AuditRow.id)).all() == ["put on call", "taken off call"]


@pytest.mark.usefixtures("rota")
def test_a_swap_that_would_leave_one_alone_is_refused_in_words(log_in: LogIn, database: Database) -> None:
    max_ = log_in(Role.SUPERVISOR)
    max_.page("/rota")

    answer = max_.post(
        "/rota/shifts", team="incident", staff=2, replaces=1, starts_at="2026-10-01T08:00", ends_at="2026-10-01T20:00"
    )

    assert answer.status_code == 409
    assert "Ben is on call for incident then anyway" in answer.text
    with database.reading() as session:
        assert session.scalars(select(AuditRow)).all() == []


@pytest.mark.parametrize(
    "path",
    [
        "/rota?day=1999-12-31",
        "/rota?day=2099-12-31&view=month",
        "/rota?day=2000-01-01",
        "/rota?start=2026-01-01T00:00%2B99:00",
        "/rota?start=0001-01-01T00:00&end=9999-12-31T23:59",
        "/rota?start=0001-01-01T00:00%2B08:00",
        "/rota?end=9999-12-31T23:59-08:00",
        "/rota?team=<script>&role='",
        "/rota?view=year",
    ],
)
def test_a_strange_address_is_answered(log_in: LogIn, path: str) -> None:
    assert log_in(Role.SUPERVISOR).get(path).status_code in (200, 422)


@pytest.mark.usefixtures("rota")
@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        ("0001-01-01T08:00", "0001-01-01T20:00"),
        ("2026-10-01T08:00", "0001-01-01T00:00"),
        ("2026-10-01T08:00", "9999-12-31T23:59"),
        ("9999-12-31T08:00", "9999-12-31T23:59-08:00"),
    ],
)
def test_a_shift_in_a_year_that_no_calendar_has_is_refused_in_words(
    log_in: LogIn, starts_at: str, ends_at: str
) -> None:
    supervisor = log_in(Role.SUPERVISOR)
    supervisor.page("/rota")

    answer = supervisor.post("/rota/shifts", team="incident", staff=4, starts_at=starts_at, ends_at=ends_at)

    assert answer.status_code == 409
    assert "the rota reaches from 2000 to 2100; look at the years once more" in answer.text


@pytest.mark.on_sqlite
@pytest.mark.usefixtures("rota")
def test_the_shifts_of_a_team_are_read_along_their_index(log_in: LogIn, database: Database) -> None:
    viewer = log_in(Role.VIEWER)

    found = plans(database, lambda: viewer.get("/rota?team=incident"))

    assert any("ix_shifts_team (team=? AND ends_at>?)" in step for step in found)
