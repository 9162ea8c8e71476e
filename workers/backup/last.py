"""When the last backup was made: noted in the log of acts, since a night in which none was made says nothing itself."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.db import Database
from models.errors import Temporary
from models.tables import AuditRow

log = logging.getLogger(__name__)

# The same as in deploy/prometheus/firstline.rules.yml: a night was left out, and the morning has come.
LATE = timedelta(hours=36)
_WHO, _WHAT, _ABOUT = "firstline backup", "backed up", "backup"


def note(database: Database, now: datetime) -> None:
    """Write down that one was made. It is good whether or not this can be written."""
    try:
        with database.transaction(gives_way=True) as session:
            session.add(AuditRow(at=now, who=_WHO, what=_WHAT, about=_ABOUT))
    except Temporary as error:
        log.warning("backup_not_noted", extra={"error": str(error)})


def made_at(session: Session) -> datetime | None:
    """When the last one was; None where none ever was by `firstline backup`."""
    noted = select(AuditRow.at).where(AuditRow.about == _ABOUT, AuditRow.what == _WHAT)
    return session.scalar(noted.order_by(AuditRow.id.desc()).limit(1))


def problem(session: Session, now: datetime) -> str:
    """Whether one was left out. Who makes them by other means is not asked."""
    last = made_at(session)
    if last is None or now - last <= LATE:
        return ""
    return (
        f"the last backup is of {last:%Y-%m-%d %H:%M} UTC: see why firstline backup does not run each night, or fails "
        "(systemctl status backup-firstline), and make one now"
    )
