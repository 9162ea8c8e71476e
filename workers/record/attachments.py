"""What the reports have attached, to be found by its digest."""

from collections.abc import Sequence

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from models.tables import AttachmentRow
from workers.stages.draft import Draft


def list_attachments(session: Session, drafts: Sequence[Draft]) -> None:
    """Write down the attachments of the batch. A report that comes again, mended, may have others than before."""
    reports = [draft.claimed.id for draft in drafts]
    session.execute(delete(AttachmentRow).where(AttachmentRow.report_id.in_(reports)))
    rows = [
        {
            "report_id": draft.claimed.id,
            "position": position,
            "sha256": found.sha256,
            "filename": found.filename,
            "content_type": found.content_type,
            "sniffed_type": found.sniffed_type,
            "size": found.size,
            "inline": found.inline,
            "content_id": found.content_id,
        }
        for draft in drafts
        for position, found in enumerate(draft.mail.attachments)
    ]
    if rows:
        session.execute(insert(AttachmentRow), rows)
