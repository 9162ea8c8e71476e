"""The timeline of a case says of a mail that a person has mended who that was, and of one that counts as it was
delivered again that it does."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.again import AGAIN
from models.tables import ReportPart, ReportRow
from workers.record.journal import Journal


def note_mended(session: Session, journal: Journal, row: ReportRow) -> None:
    """Note it, where the part of the report that counts is not the first."""
    if not row.part_seq or row.case_id is None:
        return
    found = session.execute(
        select(ReportPart.kind, ReportPart.by, ReportPart.at).where(
            ReportPart.report_id == row.id, ReportPart.seq == row.part_seq
        )
    ).one_or_none()
    if found is not None and found.kind == AGAIN:
        because = "read as it was delivered again; nobody vouched for it before"
        journal.note(row.case_id, "delivered-again", because)
    elif found is not None and found.by is not None:
        text = f"report {row.id} is read as {found.by} has mended it on {found.at:%Y-%m-%d %H:%M} UTC"
        journal.note(row.case_id, "mended", f"{text}; what arrived is kept")
