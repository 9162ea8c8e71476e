"""A desk that has worked for months: cases by the hundred thousand, written in bulk, the same on each run."""

import random
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.orm import Session

from bench import stored_rows as made
from bench.stored_rows import CUSTOMERS, NOW
from models.case_search import fill
from models.db import Database
from models.tables import (
    AttachmentRow,
    Base,
    CaseRow,
    ClassificationRow,
    ClockRow,
    ContactRow,
    CorrectionRow,
    CustomerRow,
    DeviceRow,
    OutgoingRow,
    ReportPart,
    ReportRow,
    SiteRow,
    StepRow,
)
from models.values import CATEGORIES

EVENTS_A_CASE = 10
_BATCH = 5000
_NOTES = (
    ("received", "firstline", "report by smtp: a person wrote it"),
    ("recognised", "firstline", "entitled: contract in force"),
    ("classified", "firstline", "by the model"),
    ("routed", "firstline", "by the scheme"),
    ("acknowledged", "firstline", "the letter was sent"),
    ("accepted", "eve@desk.example", "on it"),
    ("begun", "eve@desk.example", "looking at the logs of the controller"),
    ("replied", "eve@desk.example", "status letter: the part is on its way"),
    ("repeat", "firstline", "the same alarm again"),
    ("kept", "firstline", "first_reply"),
)


def store(database: Database, cases: int) -> None:
    """Fill an empty database, statistics and all."""
    says = made.Says(random.Random(7))
    with database.transaction() as session:
        _directory(session)
    for first in range(1, cases + 1, _BATCH):
        numbers = range(first, min(first + _BATCH, cases + 1))
        with database.transaction() as session:
            _cases(session, numbers, cases, says)
    with database.transaction() as session:
        _events(session)
        _corrections(session, cases)
        fill(session)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
            "ANALYZE" if connection.dialect.name == "sqlite" else "VACUUM ANALYZE"
        )


def _directory(session: Session) -> None:
    numbers = range(1, CUSTOMERS + 1)
    customers = [
        {"id": n, "number": f"C-{n:05d}", "number_key": f"c-{n:05d}", "name": f"Customer {n} Ltd", "note": ""}
        for n in numbers
    ]
    contacts = [
        {"id": n, "customer_id": n, "name": f"Ann {n}", "address": f"ann@customer{n}.example"}
        | {"address_key": f"ann@customer{n}.example", "phone": f"+86215{n:07d}", "is_named_asker": False}
        for n in numbers
    ]
    sites = [
        {"id": n, "customer_id": n, "number": f"S-{n}", "number_key": f"s-{n}", "name": "", "city": ""} for n in numbers
    ]
    devices = [
        {"id": n, "customer_id": n, "site_id": n, "serial_number": f"SN-{n:06d}-X", "serial_key": f"sn-{n:06d}-x"}
        | {"model": "AX 200"}
        for n in numbers
    ]
    for row, values in ((CustomerRow, customers), (ContactRow, contacts), (SiteRow, sites), (DeviceRow, devices)):
        _insert(session, row, values)


def _cases(session: Session, numbers: range, total: int, says: made.Says) -> None:
    rows = [made.case(n, total, says) for n in numbers]
    _insert(session, CaseRow, rows)
    texts = [(row, says(number, 80)) for number, row in zip(numbers, rows, strict=True)]
    reports = [report for row, said in texts for report in made.reports(row, said, total)]
    _insert(session, ReportRow, reports)
    _insert(session, ReportPart, [made.part(report) for report in reports])
    _insert(session, AttachmentRow, [made.attachment(r) for r in reports if r["case_id"] % 5 == 0])
    _insert(session, ClassificationRow, [made.classification(row, said) for row, said in texts])
    _insert(session, ClockRow, [clock for row in rows for clock in made.clocks(row)])
    _insert(session, OutgoingRow, [made.outgoing(row) for row in rows])
    _insert(session, StepRow, [made.step(row) for row in rows if row["state"] != "closed"])


def _events(session: Session) -> None:
    """The timelines, which the database writes by itself; the newest case has four hundred entries more."""
    kinds = " UNION ALL ".join(
        f"SELECT {n} AS n, '{kind}' AS kind, '{actor}' AS actor, '{said}' AS said"
        for n, (kind, actor, said) in enumerate(_NOTES)
    )
    session.execute(
        text(
            "INSERT INTO events (case_id, at, actor, kind, text) SELECT cases.id, cases.created_at, actor, kind, said"
            f" FROM cases CROSS JOIN ({kinds}) AS notes ORDER BY cases.id, n"
        )
    )
    session.execute(
        text(
            "INSERT INTO events (case_id, at, actor, kind, text) SELECT newest, at, actor, kind, text FROM events"
            " CROSS JOIN (SELECT max(id) AS newest FROM cases) AS last WHERE case_id <= 40"
        )
    )


def _corrections(session: Session, cases: int) -> None:
    values = [
        {"case_id": n, "at": NOW - timedelta(minutes=10 * (cases - n)), "by": "eve@desk.example", "text_hash": str(n)}
        | {"channel": "email", "language": "en", "subject": "", "body": "", "model": "1", "predicted_level": n % 4 + 1}
        | {"predicted_category": "hardware", "level": 2, "category": CATEGORIES[n % 12]}
        for n in islice(range(cases, 0, -1), 5000)
    ]
    _insert(session, CorrectionRow, values)


def _insert(session: Session, row: type[Base], values: list[dict[str, Any]]) -> None:
    if values:
        target = row.__table__
        assert isinstance(target, Table)
        session.connection().execute(insert(target), values)
