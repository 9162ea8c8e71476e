"""A customer with cases as they stand after a month of service."""

from datetime import date, datetime, timedelta
from typing import Any

from models.db import Database
from models.tables import (
    CaseRow,
    ClassificationRow,
    ClockRow,
    ContractRow,
    CustomerRow,
    EventRow,
    StepRow,
    SurveyRow,
)
from tests.console import builders

HOSTILE = '=HYPERLINK("http://evil.example")<script>alert(1)</script><img src=x onerror=alert(2)>'
SAID = "The array in rack 4 shows two red lights. <b>Nobody</b> can book.\n\n-- \nAnn Example\n+86 10 5555 0100"


def customer(database: Database, number: str = "C-100", language: str | None = "en", **changes: Any) -> CustomerRow:
    """A customer with a contract of the profile yilong."""
    key = number.casefold()
    row = CustomerRow(**({"number": number, "number_key": key, "name": "Example Bank", "language": language} | changes))
    with database.transaction() as session:
        session.add(row)
        session.flush()
        session.add(
            ContractRow(
                customer_id=row.id,
                number=f"K-{number}",
                number_key=f"k-{key}",
                profile="yilong",
                starts_on=date(2026, 1, 1),
            )
        )
    return row


def served(database: Database, of: CustomerRow, at: datetime, **changes: Any) -> CaseRow:
    """A case that was served and closed: acknowledged after 2 minutes, accepted after 20, escalated after 40, solved
    after 3 hours, closed after 5. The engineers' names and remarks are on it."""
    solved, closed = at + timedelta(hours=3), at + timedelta(hours=5)
    values: dict[str, Any] = {
        "customer_id": of.id,
        "state": "closed",
        "acknowledged_at": at + timedelta(minutes=2),
        "accepted_by": "bob@firstline.example",
        "solved_at": solved,
        "closed_at": closed,
        "cause": "A power supply had failed.",
        "solution": "It was replaced.",
        "reports": [builders.report(at, outcome="case", state="done", text=SAID)],
        "clocks": [
            _clock("first_reply", at, 10, met=2),
            _clock("respond", at, 15, met=20),
            _clock("solve_online", at, 240, met=180),
            _clock("escalate", at, 30, met=None),
            _clock("on_site", at, 2880, met=None),
        ],
        "events": [
            _event(at, "received", "report r1 by smtp from mail.customer.example"),
            _event(at, "routed", "rule 3: team storage-core"),
            _event(at + timedelta(minutes=2), "acknowledged", "acknowledgement sent"),
            _event(at + timedelta(minutes=20), "accepted", "by bob@firstline.example"),
            _event(at + timedelta(minutes=25), "remark", "this customer always exaggerates"),
            _event(at + timedelta(minutes=40), "escalated", "to carol@firstline.example"),
            _event(at + timedelta(minutes=40), "told", "carol@firstline.example by voice"),
            _event(solved, "solved", "bob@firstline.example swapped it"),
            _event(closed, "closed", "closed by bob@firstline.example"),
        ],
        "steps": [
            StepRow(
                name="a step that the scheme has no more",
                clock="escalate",
                planned_at=at,
                state="done",
                done_at=at + timedelta(minutes=40),
                told=["carol@firstline.example"],
            )
        ],
        "classifications": [
            ClassificationRow(at=at, by="machine", level=3, category="software"),
            ClassificationRow(at=at + timedelta(minutes=21), by="bob", level=2, category="hardware", reason="a fib"),
        ],
    }
    row = builders.case(at, **(values | changes))
    builders.store(database, row)
    return row


def scored(database: Database, case: CaseRow, score: int) -> None:
    with database.transaction() as session:
        session.add(SurveyRow(case_id=case.id, asked_at=case.created_at, score=score))


def _clock(name: str, at: datetime, due: float, met: float | None) -> ClockRow:
    met_at = None if met is None else at + timedelta(minutes=met)
    return ClockRow(name=name, starts_at=at, due_at=at + timedelta(minutes=due), met_at=met_at, because="it is so")


def _event(at: datetime, kind: str, text: str) -> EventRow:
    return EventRow(at=at, actor="bob@firstline.example", kind=kind, text=text)
