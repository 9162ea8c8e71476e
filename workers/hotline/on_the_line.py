"""Whether a caller is being connected: our own calls about his case would find, and make, the same telephones busy."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from intake.hotline import spoken
from intake.hotline.call import Step
from models import bodies
from models.errors import FirstlineError
from models.tables import OutgoingRow, ReportPart, ReportRow
from models.values import Channel

# Two people have been tried by then; should nobody tell of the call's end, it is over.
LIMIT_WAIT = timedelta(minutes=2)
LOOK_AGAIN = timedelta(seconds=5)
# A call that came before that is not being connected now.
_LONGEST_CALL = timedelta(hours=1)
_BEING_CONNECTED = frozenset({Step.OPENING, Step.WAIT, Step.TOLD, Step.CONNECT})


def waits_for(session: Session, notice: OutgoingRow, now: datetime) -> bool:
    """True where this notice of ours has to wait until its case's caller has been connected, or could not be."""
    if now - notice.created_at > LIMIT_WAIT:
        return False
    calls = select(ReportRow).where(
        ReportRow.case_id == notice.case_id,
        ReportRow.channel == Channel.PHONE,
        ReportRow.received_at > now - _LONGEST_CALL,
    )
    return any(_is_being_connected(session, row) for row in session.scalars(calls) if row.call_sid)


def _is_being_connected(session: Session, row: ReportRow) -> bool:
    """False where the call cannot be read: nobody waits for what nobody knows."""
    latest = select(ReportPart).where(ReportPart.report_id == row.id).order_by(ReportPart.seq.desc()).limit(1)
    try:
        call = spoken.call_in(bodies.content(session, session.scalars(latest).one()))
    except (FirstlineError, NoResultFound, ValueError, KeyError, TypeError):
        return False
    return call.step in _BEING_CONNECTED and not call.accepted_by
