"""Cases and reports as the pipeline would have written them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from models.db import Database
from models.tables import CaseRow, ClassificationRow, ClockRow, EventRow, OutgoingRow, ReportRow
from models.values import Channel, ReportState
from routing import profile
from routing.decide import decide

_number = count(1)
YILONG = profile.load("yilong")


def case(at: datetime, level: int = 2, category: str = "hardware", **changes: Any) -> CaseRow:
    """A case with its clocks, one classification, one entry in the timeline and its first report."""
    decision = decide(YILONG, level, category, at)
    values: dict[str, Any] = {
        "state": "new",
        "level": level,
        "category": category,
        "level_name": YILONG.level_name(level, "en"),
        "process": decision.process,
        "confidence": 0.9,
        "needs_review": True,
        "language": "en",
        "channel": "email",
        "subject": "Backup failed",
        "profile": YILONG.name,
        "profile_version": YILONG.version,
        "assigned_team": decision.team,
        "missing": ["phone"],
        "created_at": at,
        "clocks": [
            ClockRow(
                name=c.name,
                starts_at=c.starts_at,
                due_at=c.due_at,
                hours=c.hours,
                is_promise=c.is_promise,
                because=c.because,
            )
            for c in decision.clocks
        ],
        "reports": [report(at, outcome="case", state=ReportState.DONE)],
        "events": [EventRow(at=at, actor="firstline", kind="received", text="report by smtp")],
        "classifications": [
            ClassificationRow(
                at=at,
                by="machine",
                model="1",
                level=level,
                category=category,
                level_probs={str(level): 1.0},
                category_probs={category: 1.0},
                evidence=[{"text": "array", "label": category, "weight": 0.5}],
            )
        ],
    }
    return CaseRow(**(values | changes))


def report(at: datetime, **changes: Any) -> ReportRow:
    """A report that is stored and waits, unless it says otherwise."""
    number = next(_number)
    values: dict[str, Any] = {
        "id": f"r{number}",
        "channel": Channel.EMAIL,
        "external_id": f"external {number}",
        "source": "smtp",
        "message_id": f"{number}@customer.example",
        "sender": "ann@customer.example",
        "received_at": at,
        "rcpt_tos": [],
        "state": ReportState.WAITING,
    }
    return ReportRow(**(values | changes))


def shunted(at: datetime, **changes: Any) -> ReportRow:
    """A report that was set aside after failing."""
    ended: dict[str, Any] = {"outcome": "shunted", "outcome_because": "ValueError: no", "error": "ValueError: no"}
    return report(
        at, state=ReportState.SHUNTED, attempts=4, failures=4, finished_at=at + timedelta(seconds=8), **ended, **changes
    )


def acknowledgement(of: CaseRow, at: datetime, **changes: Any) -> OutgoingRow:
    """The mail that acknowledges a stored case."""
    [first, *_] = of.reports
    values: dict[str, Any] = {
        "id": first.id,
        "case_id": of.id,
        "report_id": first.id,
        "kind": "acknowledgement",
        "message_id": f"{first.id}.ack@firstline.example",
        "recipient": "Ann@Customer.example",
        "recipient_key": "ann@customer.example",
        "content": b"",
        "created_at": at,
        "due_at": at,
        "state": "pending",
    }
    return OutgoingRow(**(values | changes))


def store(database: Database, *rows: CaseRow | ReportRow | OutgoingRow) -> None:
    with database.transaction() as session:
        for row in rows:
            session.add(row)
            session.flush()  # ids in the order given
