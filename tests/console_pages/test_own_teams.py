"""Who is kept to the cases of his own teams sees and touches no other."""

import re

import pytest
from sqlalchemy import select

from console.auth.roles import Role
from models.db import Database
from models.tables import CaseLinkRow, CaseRow, CorrectionRow, ReportPart
from tests.conftest import Clock
from tests.console.builders import acknowledgement, case, shunted, store
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn
from tests.console_pages.test_roles import NEEDED, ask, concrete

OWN, STRANGE = "software", "infrastructure"
NAMING = [key for key in NEEDED if "{number}" in key[1] or "{report_id}" in key[1]]


@pytest.fixture
def both(database: Database, clock: Clock) -> tuple[CaseRow, CaseRow]:
    """A case of one team and a case of another, each with all that a case has."""
    own = case(clock(), subject="Export hangs", assigned_team=OWN)
    strange = case(clock(), subject="Secret outage", assigned_team=STRANGE, customer="bob@customer.example")
    store(database, own, strange)
    for row in (own, strange):
        store(database, acknowledgement(row, clock(), recipient=f"{row.assigned_team}@customer.example"))
    correction = CorrectionRow(
        case_id=strange.id,
        at=clock(),
        by="eve",
        text_hash="",
        body="",
        subject="Secret outage",
        channel="email",
        language="en",
        predicted_level=2,
        predicted_category="data",
        level=1,
        category="data",
    )
    with database.transaction() as session:
        session.add(CaseLinkRow(case_id=strange.id, other_id=own.id, at=clock(), because="the same words"))
        session.add(correction)
        for row in (own, strange):
            session.add(
                ReportPart(report_id=row.reports[0].id, seq=0, kind="message/rfc822", content=b"Subject: x\n\nx")
            )
    return own, strange


def of(row: CaseRow, path: str) -> str:
    """The path of a route with this case and its report in it."""
    return concrete(path.replace("{number}", row.number).replace("{report_id}", row.reports[0].id))


def test_there_are_routes_that_name_a_case() -> None:
    assert len(NAMING) > 15


@pytest.mark.parametrize(("method", "path"), NAMING)
def test_every_route_that_names_a_case_or_a_report_of_another_team_is_a_404(
    log_in: LogIn, both: tuple[CaseRow, CaseRow], method: str, path: str
) -> None:
    own, strange = both
    kept = log_in(Role.SUPERVISOR, name="kept", teams=[OWN], own_teams_only=True)
    free = log_in(Role.SUPERVISOR, name="free", teams=[OWN])

    assert ask(kept, method, of(strange, path)) == 404
    assert ask(kept, method, of(own, path)) == ask(free, method, of(own, path))


@pytest.mark.parametrize("mixed", ["own", "strange"])
def test_a_report_of_another_team_is_not_had_by_the_number_of_an_own_case(
    log_in: LogIn, both: tuple[CaseRow, CaseRow], mixed: str
) -> None:
    own, strange = both
    kept = log_in(Role.SUPERVISOR, teams=[OWN], own_teams_only=True)
    number, report = (own, strange) if mixed == "own" else (strange, own)

    assert kept.get(f"/cases/{number.number}/reports/{report.reports[0].id}/raw").status_code == 404


@pytest.mark.parametrize(
    "path", ["/cases", "/cases?q=Secret", "/cases?q=bob@", "/cases?q=FL-000002", "/cases?due=soon", "/review"]
)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT, Role.SUPERVISOR])
def test_lists_and_searches_hold_own_cases_alone(
    log_in: LogIn, both: tuple[CaseRow, CaseRow], path: str, role: Role
) -> None:
    page = log_in(role, teams=[OWN], own_teams_only=True).get(path).text

    assert "Secret outage" not in page
    assert ("Export hangs" in page) == ("q=" not in path)


@pytest.mark.parametrize("path", ["/deadlines", "/intake/outgoing", "/classifier", "/review/list", "/cases/FL-000001"])
def test_no_other_page_tells_of_a_strange_case(log_in: LogIn, both: tuple[CaseRow, CaseRow], path: str) -> None:
    kept = log_in(Role.SUPERVISOR, teams=[OWN], own_teams_only=True).get(path)
    free = log_in(Role.SUPERVISOR, name="free").get(path)

    assert (kept.status_code, free.status_code) == (200, 200)
    for told in ("FL-000002", "Secret outage", f"{STRANGE}@customer.example"):
        assert told not in kept.text
    assert "FL-000002" in free.text


@pytest.mark.parametrize(
    "path",
    [
        "/intake",
        "/intake/aside",
        "/intake/held",
        "/reports",
        "/reports/desk.csv",
        "/reports/customers",
        "/reports/monthly?customer=C-1&month=2026-11",
        "/audit",
    ],
)
def test_what_is_of_the_whole_desk_is_not_there(log_in: LogIn, database: Database, clock: Clock, path: str) -> None:
    store(database, shunted(clock()))
    kept = log_in(Role.SUPERVISOR, teams=[OWN], own_teams_only=True)

    assert kept.get(path).status_code == 404
    for shown in ("/mine", "/intake/outgoing"):
        assert f'href="{path}' not in re.sub('href="/intake/outgoing', "", kept.get(shown).text)


def test_a_case_of_another_team_is_not_merged_linked_or_found_from_an_own_one(
    log_in: LogIn, both: tuple[CaseRow, CaseRow]
) -> None:
    kept = log_in(Role.SUPERVISOR, teams=[OWN], own_teams_only=True)

    assert "Secret outage" not in kept.get("/cases/FL-000001/others?q=outage").text
    assert kept.get("/cases/FL-000001/merge?other=FL-000002").status_code == 404
    assert kept.post("/cases/FL-000001/merge", into="FL-000002").status_code == 404
    assert kept.post("/cases/FL-000001/links", to="FL-000002", kind="related").status_code == 404
    assert kept.post("/cases/FL-000001/unlink", other="FL-000002").status_code == 404
    assert kept.post("/classifier/ledger", format="csv").status_code == 404


def test_the_queue_counts_and_goes_on_to_own_cases_alone(
    log_in: LogIn, database: Database, both: tuple[CaseRow, CaseRow], clock: Clock
) -> None:
    kept = log_in(Role.AGENT, teams=[OWN], own_teams_only=True)
    seen = kept.page("/review").css_first("[name=seen]")
    assert seen is not None

    answer = kept.post("/review/FL-000001", level=2, category="software", seen=seen.attributes["value"])

    assert answer.status_code == 200
    assert "Secret outage" not in answer.text
    assert "0 to look at" in answer.text


def test_who_has_no_team_sees_nothing_and_an_administrator_sees_all(
    log_in: LogIn, both: tuple[CaseRow, CaseRow]
) -> None:
    nobody = log_in(Role.AGENT, own_teams_only=True)
    admin = log_in(Role.ADMIN, teams=[OWN], own_teams_only=True)

    assert "Nothing here" in text(nobody.page("/cases"), "tbody")
    assert len(admin.page("/cases").css("tbody tr")) == 2


def test_a_case_that_changes_hands_is_seen_by_its_new_team(
    log_in: LogIn, database: Database, both: tuple[CaseRow, CaseRow]
) -> None:
    kept = log_in(Role.VIEWER, teams=[OWN], own_teams_only=True)
    with database.transaction() as session:
        session.scalars(select(CaseRow).where(CaseRow.id == both[1].id)).one().assigned_team = OWN

    assert kept.get("/cases/FL-000002").status_code == 200
