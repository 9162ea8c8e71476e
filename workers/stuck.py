"""What is stuck, one question a class of it, each answered in a sentence that says what to do: for `/readyz` and
`firstline doctor`. An empty answer is that all is well."""

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import database_clock, read_only
from models.tables import BreakerRow, MailboxRow, OutgoingRow, ReportRow
from models.values import ReportState
from workers import audit, drift
from workers.backup import last
from workers.metrics_stored import is_overdue, is_to_be_worked_on, oldest_waiting, unaccounted, waits_since_before

# The same as in deploy/prometheus/firstline.rules.yml.
WAITS_TOO_LONG = timedelta(minutes=5)
UNSENT_TOO_LONG = timedelta(minutes=15)
SILENT = timedelta(minutes=30)
DRIFTED = 0.3
DISK_LEFT = 0.1
# Leases of 6 s and of 30 s are compared between machines.
CLOCK_OFF = timedelta(seconds=5)

Question = Callable[[Session, datetime], str]


def changes(session: Session, now: datetime) -> str:
    """Whether the database takes changes."""
    because = read_only.because(session)
    return because and (
        f"the database answers and takes no changes ({because}): mail is answered with 451 and comes again, calls are "
        "not recorded; let it be written to, and all goes on by itself"
    )


def waiting(session: Session, now: datetime) -> str:
    """Whether reports are processed."""
    late = is_to_be_worked_on(now), waits_since_before(now - WAITS_TOO_LONG)
    oldest = oldest_waiting(session, *late)
    if oldest is None:
        return ""
    count = session.scalar(select(func.count()).select_from(ReportRow).where(*late))
    return (
        f"{count} reports wait to be processed, the oldest since {oldest:%Y-%m-%d %H:%M} UTC: is a worker running "
        "(firstline up, or firstline worker)? If one is, start another, and look for batch_postponed in its log"
    )


def shunted(session: Session, now: datetime) -> str:
    """Whether reports were set aside because they cannot be processed."""
    query = select(func.count()).select_from(ReportRow).where(ReportRow.state == ReportState.SHUNTED)
    count = session.scalar(query)
    if not count:
        return ""
    return (
        f"{count} reports could not be processed: firstline shunted list says which and why, "
        "firstline shunted retry ID tries one again"
    )


def lost(session: Session, now: datetime) -> str:
    """Whether each accepted report has an end state, or a place in the queue."""
    count = unaccounted(session)
    if not count:
        return ""
    return (
        f"{count} accepted reports are in no queue, which must not be: set due_at of those rows of the table reports "
        "whose state is waiting and whose due_at is NULL, and tell us how it came"
    )


def mailboxes(session: Session, now: datetime) -> str:
    """Whether the mailboxes are read, and all that lies in them is stored."""
    found = []
    for row in session.scalars(select(MailboxRow).order_by(MailboxRow.account, MailboxRow.folder)):
        place = f"{row.account}/{row.folder}"
        if row.difference > 0:
            found.append(f"{row.difference} mails in {place} are not stored: the log of firstline poll says why")
        if row.error is not None:
            found.append(f"{place} needs a look: GET /api/v1/mailboxes has the error")
        if row.seen_at is not None and now - row.seen_at > SILENT:
            found.append(
                f"{place} was last read at {row.seen_at:%Y-%m-%d %H:%M} UTC: is a poller running (firstline up, or "
                "firstline poll)? An account that is no longer in the settings is left as it was"
            )
    return "; ".join(found)


def breakers(session: Session, now: datetime) -> str:
    """Whether loop breakers hold answers back."""
    query = select(BreakerRow.scope, func.max(BreakerRow.closes_at)).where(BreakerRow.closes_at > now)
    rows = session.execute(query.group_by(BreakerRow.scope)).all()
    if not rows:
        return ""
    scopes = ", ".join(sorted(str(scope) for scope, _ in rows))
    until = max(closes_at for _, closes_at in rows)
    return (
        f"loop breakers are open ({scopes}), the last until {until:%Y-%m-%d %H:%M} UTC: GET /api/v1/breakers says why; "
        "answer by hand whom they keep from an answer"
    )


def outgoing(session: Session, now: datetime) -> str:
    """Whether what we write is sent."""
    late = is_overdue(now), OutgoingRow.created_at < now - UNSENT_TOO_LONG
    count, oldest = session.execute(select(func.count(), func.min(OutgoingRow.created_at)).where(*late)).one()
    if not count:
        return ""
    return (
        f"{count} messages of ours are not sent, the oldest of {oldest:%Y-%m-%d %H:%M} UTC: firstline doctor tries the "
        "relay; message_not_sent in the log of the workers has its answers. They are tried for five days"
    )


def classifier(session: Session, now: datetime) -> str:
    """Whether reports have become others than those that the classifier was trained on."""
    found = {of: moved for of, moved in drift.distances(session, now).items() if moved > DRIFTED}
    if not found:
        return ""
    shares = ", ".join(f"{of} by {moved:.0%}" for of, moved in found.items())
    return (
        f"what is reported has changed against the four weeks before ({shares}): correct what is wrong on the page "
        "Review, then firstline train and firstline evaluate"
    )


def clock_offset(session: Session, now: datetime) -> str:
    """Whether our clock and the database's agree."""
    theirs = session.scalar(select(database_clock.now(session))) or now.timestamp()
    offset = theirs - now.timestamp()
    if abs(offset) <= CLOCK_OFF.total_seconds():
        return ""
    side = "behind" if offset > 0 else "before"
    return (
        f"this machine's clock is {abs(offset):.0f} s {side} the database's: promises are noted at wrong times; let "
        "both follow a time server (chrony, systemd-timesyncd)"
    )


def disk(folder: Path, left: float = DISK_LEFT) -> str:
    """Whether there is room where the data folder lies: that share of the disk."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return (
            f"how much room {folder} has cannot be seen: {error.strerror}; see that the folder is there, its disk "
            "mounted, and that this process may enter it"
        )
    if usage.free >= left * usage.total:
        return ""
    return (
        f"the disk of {folder} has {usage.free / 2**20:.0f} MB of {usage.total / 2**20:.0f} MB left: make room or grow "
        "it; when it is full, mail is answered with 451 and comes again"
    )


# By the name that /readyz and the doctor give each.
QUESTIONS: Mapping[str, Question] = {
    "changes": changes,
    "queue": waiting,
    "shunted": shunted,
    "reconciliation": lost,
    "mailboxes": mailboxes,
    "breakers": breakers,
    "outgoing": outgoing,
    "clock": clock_offset,
    "backup": last.problem,
}
# What the doctor asks beside: too dear for a probe, or not of the database.
SLOW: Mapping[str, Question] = {"drift": classifier, "timers": audit.problem}


def remarks(session: Session, now: datetime) -> dict[str, str]:
    """By name, what is stuck; empty where nothing is."""
    return {name: ask(session, now) for name, ask in QUESTIONS.items()}
