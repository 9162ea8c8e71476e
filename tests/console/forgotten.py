"""A case with everything that can be deleted of one, and what deletes it."""

from datetime import datetime

from sqlalchemy import select

from models import bodies, forgetting
from models.bodies import Body
from models.db import Database
from models.tables import AttachmentRow, OutgoingRow, ReportRow
from tests.console.builders import acknowledgement, case, store

MAIL = b"From: Ann <ann@customer.example>\r\nSubject: Backup failed\r\n\r\nThe tape is torn.\r\n"


def with_original(database: Database, at: datetime) -> str:
    """FL-000001, closed, with a mail, a recording, a file and a letter; returns the id of its report."""
    row = case(at, state="closed")
    store(database, row)
    store(database, acknowledgement(row, at, content=b"Subject: x\r\n\r\nThank you.", state="sent"))
    report_id = row.reports[0].id
    file = {"sha256": "0" * 64, "filename": "log.txt", "content_type": "text/plain", "size": 1, "inline": False}
    with database.transaction() as session:
        kinds = [("message/rfc822", MAIL), ("audio/wav", b"RIFF")]
        bodies.add(session, [Body(report_id, seq, kind, said) for seq, (kind, said) in enumerate(kinds)])
        session.add(AttachmentRow(report_id=report_id, position=0, **file))
    return report_id


def forget_all(database: Database, by: str, now: datetime) -> None:
    with database.transaction() as session:
        forgetting.texts(session, session.scalars(select(ReportRow)).all(), by, now)
        forgetting.letters(session, session.scalars(select(OutgoingRow)).all(), by, now)
