"""Deadlines, intake, classifier, reports, directory and the log of acts."""

import re
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from console.auth.roles import Role
from models.db import Database
from models.tables import (
    AuditRow,
    BreakerRow,
    CaseRow,
    ClassificationRow,
    CorrectionRow,
    CustomerRow,
    DeadAddressRow,
    MailboxRow,
    ReportPart,
    ReportRow,
    ShiftRow,
    StaffRow,
)
from models.values import ReportState
from tests import directory
from tests.conftest import Clock, make_office
from tests.console.builders import acknowledgement, case, report, shunted, store
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn
from tests.workers.test_query_plans import plans
from workers.cases.due import late_clocks
from workers.timers import Timers

HOSTILE = "<script>alert(1)</script>"


def test_deadlines_are_listed_soonest_first_and_what_was_missed_apart(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    store(database, case(clock(), level=1), case(clock(), level=4))
    clock.forward(minutes=31)
    Timers(database, make_office(clock)).run()
    viewer = log_in(Role.VIEWER)

    following = [row.text() for row in viewer.page("/deadlines").css("#clocks tbody tr")]
    missed = text(viewer.page("/deadlines?show=breached"), "#clocks")

    assert "in " in following[0]
    assert "Status to the customer" in missed
    assert "ago" in missed
    assert "Nothing here" in text(viewer.page("/deadlines?show=standing"), "#clocks")
    assert "Nothing here" in text(viewer.page("/deadlines?team=nobody"), "#clocks")


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("path", "index"),
    [
        ("/deadlines", "ix_clocks_running"),
        ("/deadlines?show=breached", "ix_clocks_missed"),
        ("/deadlines?show=standing", "ix_clocks_standing"),
        ("/cases?due=breached", "ix_clocks_missed"),
        ("/cases?due=soon", "ix_clocks_running"),
    ],
)
def test_each_kind_of_deadline_is_read_along_an_index_of_its_own(
    log_in: LogIn, database: Database, clock: Clock, path: str, index: str
) -> None:
    store(database, case(clock()))
    viewer = log_in(Role.VIEWER)

    found = plans(database, lambda: viewer.get(path))

    assert any(index in step for step in found)
    assert [step for step in found if step in ("SCAN clocks", "SCAN steps")] == []


@pytest.mark.on_sqlite
def test_the_timers_still_find_what_is_late_along_the_index_of_running_clocks(database: Database, clock: Clock) -> None:
    def act() -> None:
        with database.reading() as session:
            session.execute(late_clocks(clock(), 50)).all()

    assert ["ix_clocks_running" in step for step in plans(database, act)] == [True]


def aside(database: Database, clock: Clock, state: ReportState, **changes: object) -> str:
    row = shunted(clock()) if state == ReportState.SHUNTED else report(clock(), state=state)
    for name, value in changes.items():
        setattr(row, name, value)
    with database.transaction() as session:
        session.add(row)
        session.flush()
        session.add(ReportPart(report_id=row.id, seq=0, kind="message/rfc822", content=b"Subject: raw\r\n\r\nHello"))
    return row.id


def test_what_could_not_be_read_is_tried_again_or_discarded_with_a_reason(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    first, second = (aside(database, clock, ReportState.SHUNTED, subject=HOSTILE) for _ in range(2))
    supervisor = log_in(Role.SUPERVISOR, name="max")
    page = supervisor.page("/intake/aside?state=shunted")
    assert "ValueError: no" in text(page, "article")
    assert page.css("main script") == []

    assert supervisor.post(f"/intake/reports/{first}/retry").status_code == 303
    assert supervisor.post(f"/intake/reports/{second}/discard", reason=" ").status_code == 409
    assert supervisor.post(f"/intake/reports/{second}/discard", reason="advertising").status_code == 303
    assert supervisor.post(f"/intake/reports/{first}/retry").status_code == 409
    assert supervisor.post("/intake/reports/nothing/retry").status_code == 404

    with database.reading() as session:
        rows = {row.id: row for row in session.scalars(select(ReportRow))}
        assert rows[first].state == ReportState.WAITING
        assert rows[second].outcome_because == "max@firstline.example: advertising"
        assert session.scalars(select(AuditRow.what).order_by(AuditRow.id)).all() == ["retried", "discarded"]


def test_mail_in_quarantine_is_released_by_a_supervisor_alone(log_in: LogIn, database: Database, clock: Clock) -> None:
    held = aside(database, clock, ReportState.QUARANTINED, outcome_because="it is not from where it says")

    assert log_in().post(f"/intake/reports/{held}/release").status_code == 403
    assert "release" not in log_in(name="eve").get("/intake/aside?state=quarantined").text
    assert log_in(Role.SUPERVISOR).post(f"/intake/reports/{held}/release").status_code == 303

    with database.reading() as session:
        assert session.get_one(ReportRow, held).released


def test_what_a_mail_in_quarantine_says_is_read_before_anybody_vouches_for_it(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    aside(database, clock, ReportState.QUARANTINED, text=f"Our array is down. {HOSTILE}" + "x" * 100_000)

    answer = log_in(Role.SUPERVISOR).get("/intake/aside?state=quarantined")

    page = LexborHTMLParser(answer.text)
    assert text(page, "article .letter-text").startswith("Our array is down. " + HOSTILE)
    assert text(page, "title").startswith("Quarantined")
    assert len(answer.content) < 50_000


def test_the_source_of_a_mail_is_a_download(log_in: LogIn, database: Database, clock: Clock) -> None:
    held = aside(database, clock, ReportState.SHUNTED)

    answer = log_in().get(f"/intake/reports/{held}/raw")

    assert answer.content.startswith(b"Subject: raw")
    assert answer.headers["content-disposition"].startswith("attachment")


def test_mailboxes_breakers_and_dead_addresses_are_seen_and_mended(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    with database.transaction() as session:
        session.add(MailboxRow(account="desk", folder="INBOX", uidvalidity=1, present=9, stored=7, error="no log-in"))
        session.add(
            BreakerRow(
                scope="address",
                key="a/b@x.example",
                opened_at=clock(),
                closes_at=clock() + timedelta(hours=1),
                held_back=3,
                because="too many",
            )
        )
        session.add(DeadAddressRow(address_key="gone@x.example", since=clock(), because="550 no such user"))
    supervisor = log_in(Role.SUPERVISOR)

    page = text(supervisor.page("/intake"), "main")
    supervisor.post("/intake/breakers/close", scope="address", key="a/b@x.example")
    supervisor.post("/intake/dead/revive", address="gone@x.example")

    for said in ("desk", "no log-in", "open until", "3 held back", "550 no such user"):
        assert said in page
    assert supervisor.post("/intake/dead/revive", address="gone@x.example").status_code == 404
    with database.reading() as session:
        assert session.scalars(select(BreakerRow)).all() == []


def test_what_was_sent_is_listed_with_its_fate(log_in: LogIn, database: Database, clock: Clock) -> None:
    stored = case(clock())
    store(database, stored)
    with database.reading() as session:
        row = session.get_one(CaseRow, 1)
        mail = acknowledgement(row, clock(), state="bounced", error="550 no")
    store(database, mail)

    page = log_in().page("/intake/outgoing?trouble=1")

    assert "came back" in text(page, "tbody")
    assert "550 no" in text(page, "tbody")


def test_of_many_messages_of_one_moment_none_is_left_out_between_two_pages(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    store(database, case(clock()))
    with database.reading() as session:
        row = session.get_one(CaseRow, 1)
        ids = {f"{one}@x.example": {"id": f"m{one}", "message_id": f"m{one}", "report_id": None} for one in range(60)}
        made = [acknowledgement(row, clock(), recipient=to, **each) for to, each in ids.items()]
    store(database, *made)
    viewer = log_in()

    first = viewer.page("/intake/outgoing")
    older = first.css_first("a[rel=next]")
    assert older is not None
    second = viewer.page(older.attributes["href"] or "")

    assert set(re.findall(r"\d+@x\.example", text(first, "tbody") + text(second, "tbody"))) == set(ids)


def test_the_classifier_is_compared_with_people_and_what_was_taken_back_does_not_count(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    store(database, case(clock()), case(clock()), case(clock()))
    said = {"by": "ann", "text_hash": "", "channel": "email", "language": "en", "subject": "", "body": ""}
    with database.transaction() as session:
        for case_id, level, is_withdrawn in ((1, 1, False), (2, 2, False), (3, 2, True)):
            session.add(
                CorrectionRow(
                    **said,
                    case_id=case_id,
                    at=clock() - timedelta(days=1),
                    predicted_level=1,
                    predicted_category="data",
                    level=level,
                    category="data",
                    withdrawn_at=clock() if is_withdrawn else None,
                )
            )
        session.add(
            ClassificationRow(
                case_id=1, at=clock() - timedelta(days=1), by="machine", model="older", level=1, category="data"
            )
        )

    page = log_in().page("/classifier")

    assert "1 of 2 right (50 %)" in text(page, "#levels")
    assert "2 of 2 right" in (page.html or "")
    assert "taken back" in (page.html or "")
    assert text(page, ".facts") == "Model in force 1"


def test_a_list_of_the_directory_is_in_order_of_its_first_column(log_in: LogIn, database: Database) -> None:
    for number in ("C-3", "C-1", "C-2"):
        directory.customer(database, number)

    page = log_in().page("/directory")

    assert [row.text(strip=True) for row in page.css("tbody tr td:first-child")] == ["C-1", "C-2", "C-3"]


@pytest.mark.parametrize("table", ["customers", "contacts", "contracts", "sites", "devices", "staff", "shifts"])
def test_every_list_of_the_directory_is_shown(log_in: LogIn, database: Database, clock: Clock, table: str) -> None:
    with database.transaction() as session:
        session.add(CustomerRow(number="C-1", number_key="c-1", name=HOSTILE))
        eve = StaffRow(
            name="Eve", address="eve@x.example", address_key="eve@x.example", role="engineer", teams=["a", "b"]
        )
        session.add(eve)
        session.flush()
        session.add(ShiftRow(team="incident", staff_id=eve.id, starts_at=clock(), ends_at=clock() + timedelta(hours=8)))
    viewer = log_in(Role.VIEWER)

    page = viewer.page(f"/directory?table={table}&q=" + ("e" if table != "shifts" else ""))

    expected = {"customers": "C-1", "staff": "a, b", "shifts": "incident"}
    assert expected.get(table, "Nothing here") in text(page, "tbody")
    assert page.css("main script") == []


def test_monthly_reports_are_a_click_away(log_in: LogIn, database: Database) -> None:
    with database.transaction() as session:
        session.add(CustomerRow(number="C 1/2", number_key="c1/2", name="Bank"))
    viewer = log_in(Role.VIEWER)
    link = viewer.page("/reports/customers").css_first("tbody a")
    assert link is not None

    answer = viewer.get(link.attributes["href"] or "")

    assert answer.status_code == 200
    assert "Bank" in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    assert viewer.get("/reports/monthly?customer=nobody&month=2026-10").status_code == 404


def test_the_log_of_acts_links_the_case_that_an_act_was_about(log_in: LogIn, database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        about = ("FL-000002 into FL-000001", "FL-000003", "r1")
        session.add_all(AuditRow(at=clock(), who="eve", what="did", about=each, client="") for each in about)

    page = log_in(Role.SUPERVISOR).page("/audit")

    cells = [" ".join(cell.text().split()) for cell in page.css("tbody td.wide")]
    links = [link.attributes["href"] for link in page.css("tbody td a")]
    assert cells == ["r1", "FL-000003", "FL-000002 into FL-000001"]
    assert links == ["/cases/FL-000003", "/cases/FL-000002"]


def test_the_log_of_acts_says_who_did_what_and_from_where(log_in: LogIn, database: Database, clock: Clock) -> None:
    store(database, case(clock(), process="non-fault"))
    log_in(name="ann").post("/cases/FL-000001/state", to="accepted")

    cells = log_in(Role.SUPERVISOR).page("/audit?about=FL-000001").css("tbody td")

    assert [cell.text() for cell in cells] == ["10:00", "ann@firstline.example", "accepted", "FL-000001", "testclient"]
