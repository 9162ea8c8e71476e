"""What the reports have attached, to be found by its digest."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, delete
from sqlalchemy.orm import Session

from models.inserting import insert_rows
from models.tables import AttachmentRow
from workers.stages.draft import Draft

# By the table itself: of the mapped class the session would look through all that it has, and write it first.
_ATTACHMENTS = cast(Table, AttachmentRow.__table__)


def list_attachments(session: Session, drafts: Sequence[Draft]) -> None:
    """Write down the attachments of the batch. A report that comes again, mended, may have others than before."""
    reports = [draft.claimed.id for draft in drafts]
    session.connection().execute(delete(_ATTACHMENTS).where(_ATTACHMENTS.c.report_id.in_(reports)))
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
    insert_rows(session, AttachmentRow, rows)
