"""The recordings that wait to be written down: a queue in a table, like that of the reports.

Every function works inside the caller's transaction. A claim moves `due_at` to the end of its lease and counts a try:
no worker that dies is waited for, and no recording that kills one is tried, for ever.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from models import bodies, leases, queue
from models.inserting import insert
from models.tables import ReportPart, ReportRow, TranscriptRow
from models.values import TranscriptState, new_id

# Longer than the program may take, with time to write down what it said.
LEASE = timedelta(minutes=3)
# How long a recording rests after each try that came to nothing; after the last one nobody tries again.
PAUSES = (timedelta(seconds=30), timedelta(minutes=3))
LIMIT_TRIES = len(PAUSES) + 1


@dataclass(frozen=True, slots=True)
class Job:
    """A recording that this worker may write down until its lease ends. `report` is what the recording's report says of
    it, `kind` and `audio` its content type and bytes, `known` what the same sound was written down as before."""

    report_id: str
    lease: str
    language: str
    report: bytes
    kind: str
    audio: bytes
    known: str | None


def ask(session: Session, report_id: str, audio: bytes, language: str, now: datetime) -> None:
    """Have a recording written down; asked again it is written down once."""
    row = {
        "report_id": report_id,
        "sha256": sha256(audio).hexdigest(),
        "language": language,
        "state": str(TranscriptState.WAITING),
        "due_at": now,
        "attempts": 0,
    }
    session.execute(insert(session, TranscriptRow).values(row).on_conflict_do_nothing())


def first_due(session: Session, now: datetime) -> TranscriptRow | None:
    """The recording that has waited longest, which nobody else claims meanwhile. What is sealed by a key that is not
    here is another's to see to, who has it, and holds up none behind it."""
    sealed = select(ReportPart).where(ReportPart.report_id == TranscriptRow.report_id, not_(bodies.openable(session)))
    return session.scalar(
        select(TranscriptRow)
        .where(queue.is_due(TranscriptRow.due_at, now), ~sealed.exists())
        .order_by(TranscriptRow.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def claim(session: Session, row: TranscriptRow, owner: str, now: datetime) -> Job:
    """Take a recording for one more try.

    Raises:
        Forgotten, Tampered: it cannot be had any more.
    """
    row.attempts += 1
    row.due_at, row.lease = now + LEASE, f"{owner}:{new_id()}"
    report = session.get_one(ReportRow, row.report_id)
    said = bodies.read(session, row.report_id, report.part_seq)
    sounds = ReportPart.report_id == row.report_id, ReportPart.kind.startswith("audio/")
    audio = session.scalars(select(ReportPart).where(*sounds).order_by(ReportPart.seq.desc()).limit(1)).one()
    same = TranscriptRow.sha256 == row.sha256, TranscriptRow.language == row.language, TranscriptRow.text.is_not(None)
    known = session.scalar(select(TranscriptRow.text).where(*same).limit(1))
    return Job(row.report_id, row.lease, row.language, said, audio.kind, bodies.content(session, audio), known)


def held(session: Session, claimed: Job) -> TranscriptRow | None:
    """The row where its lease is still ours; what was lost must not be written."""
    query = select(TranscriptRow).where(TranscriptRow.report_id == claimed.report_id).with_for_update()
    row = session.scalar(query)
    return row if row is not None and row.lease == claimed.lease else None


def finish(row: TranscriptRow, text: str) -> None:
    """It is written down."""
    row.state, row.text, row.error = TranscriptState.DONE, text, None
    row.due_at = row.lease = None


def fail(row: TranscriptRow, error: str, now: datetime) -> None:
    """The try came to nothing: there is another one after a while."""
    row.error, row.lease = error, None
    row.due_at = now + PAUSES[row.attempts - 1]


def give_up(row: TranscriptRow, error: str) -> None:
    """Nobody will write it down."""
    row.state, row.error = TranscriptState.FAILED, error
    row.due_at = row.lease = None


def postpone(row: TranscriptRow, now: datetime) -> None:
    """The try was broken off by us; that is not the recording's fault and does not count."""
    row.attempts -= 1
    row.due_at, row.lease = now, None


def owners(session: Session) -> set[str]:
    """Who is at a recording at the moment, dead or alive."""
    return leases.owners(session, TranscriptRow)


def release(session: Session, owner: str, now: datetime) -> None:
    """Give back what a dead process of this name was at."""
    leases.release(session, TranscriptRow, owner, now)
