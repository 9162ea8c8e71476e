"""What an accident report is made of, where the command line does not show it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.db import Database
from models.tables import CaseRow, DeviceRow, SiteRow
from models.values import CaseState, Language
from routing import profile
from routing.rules import LadderRule
from tests.conftest import Clock
from tests.workers.reports.serving import customer, served
from workers.reports.accident import AccidentReport, accident_report

YILONG = profile.load("yilong")
LADDER = (
    LadderRule(name="up", clock="escalate", tell=("service-manager", "supervision"), does=("expert",), row="own"),
    LadderRule(name="back", clock="escalate", does=("take-back",), row="own"),
)
OWN = YILONG.model_copy(update={"name": "own", "ladder": LADDER})


def told(session: Session, case: CaseRow, clock: Clock, language: Language | None = None) -> AccidentReport:
    return accident_report(session, session.get_one(CaseRow, case.id), language, OWN, clock())


def texts(report: AccidentReport) -> list[str]:
    return [entry.text for entry in report.timeline]


def test_a_step_of_the_ladder_is_told_by_roles_and_what_is_the_desks_own_is_not(
    database: Database, clock: Clock
) -> None:
    case = served(database, customer(database), clock(), profile="own")
    with database.transaction() as session:
        [step] = session.get_one(CaseRow, case.id).steps
        step.name = "up"

    with database.reading() as session:
        up = texts(told(session, case, clock))
    with database.transaction() as session:
        session.get_one(type(step), step.id).name = "back"
    with database.reading() as session:
        back = texts(told(session, case, clock))

    assert "Escalated to: service manager, supervision; An expert was brought in" in up
    assert not any("scalated" in text for text in back)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CaseState.WAITING, "We are waiting for information"),
        (CaseState.RECOVERED, "The service is back"),
        (CaseState.SOLVED, "Please confirm that it is solved"),
        (CaseState.CLOSED, "within 14 days opens it again"),
    ],
)
def test_what_follows_depends_on_where_the_case_stands(
    database: Database, clock: Clock, state: CaseState, said: str
) -> None:
    case = served(database, customer(database), clock(), state=state)

    with database.reading() as session:
        [sentence] = told(session, case, clock).next

    assert said in sentence


def test_while_it_is_worked_on_the_promises_to_come_are_named(database: Database, clock: Clock) -> None:
    still_open: dict[str, Any] = {"state": CaseState.IN_PROGRESS, "solved_at": None, "closed_at": None}
    case = served(database, customer(database), clock(), **still_open)
    clock.forward(hours=1)

    with database.reading() as session:
        report = told(session, case, clock)

    assert report.is_draft
    assert report.next == (
        "We keep working on it until it is solved.",
        "By 2026-11-11 10:00: An engineer on site",
    )


def test_a_promise_still_waited_for_when_it_was_broken_is_missed(database: Database, clock: Clock) -> None:
    still_open: dict[str, Any] = {"state": CaseState.IN_PROGRESS, "solved_at": None, "closed_at": None}
    case = served(database, customer(database), clock(), **still_open)
    clock.forward(days=3)

    with database.reading() as session:
        outcomes = {record.name: record.outcome for record in told(session, case, clock).promises}

    assert outcomes == {"first_reply": "kept", "respond": "missed", "solve_online": "kept", "on_site": "missed"}


def test_device_and_site_are_named_where_they_are_known(database: Database, clock: Clock) -> None:
    bank = customer(database)
    with database.transaction() as session:
        site = SiteRow(customer_id=bank.id, number="S1", number_key="s1", name="Branch 4", city="Suzhou")
        device = DeviceRow(customer_id=bank.id, serial_number="SN42", serial_key="sn42", model="Array 9")
        session.add_all([site, device])
        session.flush()
    case = served(database, bank, clock(), site_id=site.id, device_id=device.id)

    with database.reading() as session:
        report = told(session, case, clock)

    assert (report.device, report.site) == ("Array 9 SN42", "Branch 4 Suzhou")


@pytest.mark.parametrize(
    ("known", "wrote", "expected"),
    [
        ("zh-Hans", "en", Language.SIMPLIFIED),
        (None, "zh-Hans", Language.ENGLISH),
        ("fr", "zh-Hans", Language.ENGLISH),
    ],
)
def test_the_report_is_in_the_language_of_the_customer(
    database: Database, clock: Clock, known: str | None, wrote: str, expected: Language
) -> None:
    case = served(database, customer(database, language=known), clock(), language=wrote)

    with database.reading() as session:
        assert told(session, case, clock).language == expected


def test_a_customer_the_directory_does_not_know_is_answered_as_he_wrote(database: Database, clock: Clock) -> None:
    case = served(database, customer(database), clock(), customer_id=None, language="zh-Hant", customer="a@b.example")

    with database.reading() as session:
        report = told(session, case, clock)

    assert (report.language, report.customer) == (Language.TRADITIONAL, "a@b.example")


def test_a_long_report_is_cut(database: Database, clock: Clock) -> None:
    case = served(database, customer(database), clock())
    with database.transaction() as session:
        session.get_one(CaseRow, case.id).reports[0].text = "It fails. " * 1000

    with database.reading() as session:
        report = told(session, case, clock)

    assert report.is_cut
    assert len(report.impact) == 3000


def test_of_many_reports_the_first_says_what_the_impact_was(database: Database, clock: Clock) -> None:
    bank = customer(database)
    case = served(database, bank, clock())
    later = served(database, bank, clock() + timedelta(hours=1))
    with database.transaction() as session:
        [report] = session.get_one(CaseRow, later.id).reports
        report.case_id, report.text = case.id, "Never mind."

    with database.reading() as session:
        assert told(session, case, clock).impact.startswith("The array in rack 4")
