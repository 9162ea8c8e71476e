"""Mail of ours that came back: the cases are told, the addresses remembered."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.merged import survivor_id
from models.tables import CaseRow, OutgoingRow
from models.values import OutgoingState
from workers.record.dead_addresses import mark
from workers.record.journal import Journal
from workers.stages.draft import Draft

_NOTICE = "notice"


def note_bounce(
    session: Session, journal: Journal, draft: Draft, lost: Callable[[Session, Sequence[OutgoingRow]], None]
) -> int | None:
    """Tell the cases whose messages this report speaks of; returns the first of them. `lost` is given the notices to
    our own people among them: no customer is out of reach by those.

    Only a message that quotes an id of ours is believed: a forged notice must not silence anybody's address.
    """
    bounce = draft.verdict.bounce
    ids = {*bounce.original_ids, *draft.stamps} if bounce else set()
    if bounce is None or not ids:
        return None
    rows = session.scalars(select(OutgoingRow).where(OutgoingRow.message_id.in_(ids)).with_for_update()).all()
    for row in rows:
        if bounce.is_delay:
            journal.note(
                survivor_id(session, row.case_id),
                "delayed",
                f"mail to {row.recipient} has not arrived yet; its server still tries",
            )
            continue
        is_known = row.state == OutgoingState.BOUNCED
        row.state, row.due_at = OutgoingState.BOUNCED, None
        if row.kind == _NOTICE:
            lost(session, [] if is_known else [row])
            continue
        because = f"a notice of report {draft.claimed.id}"
        case = session.get(CaseRow, survivor_id(session, row.case_id))
        mark(session, journal, case, row.recipient_key, because, draft.claimed.id)
    return next((survivor_id(session, row.case_id) for row in rows), None)
