"""The queue in the tables: insert, claim, finish, fail, due.

Every function works inside the caller's transaction. A claim moves `due_at` to the end of its
lease, so a worker that dies gives its reports back by doing nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, func, not_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import again, bodies, leases, webhooks
from models.bodies import Body, Forgotten
from models.direct import Direct
from models.sealing import Tampered
from models.tables import ReportPart, ReportRow
from models.values import Channel, Receipt, ReportState, new_id

LEASE = timedelta(seconds=30)
MAX_FAILURES = 4
# A report whose worker vanished is tried alone and more often: the kill may not be its fault.
MAX_ATTEMPTS = 10
# A batch is held in memory several times over while it is parsed.
BATCH_BYTES = 64 * 1024 * 1024
POSTPONED = timedelta(seconds=5)
# Nothing is put off for longer. What seems to be, was written before the clock was set back.
LONGEST_WAIT = timedelta(minutes=15)
# Old mail, which nobody is answered for, stands behind all others: due, like all beyond LONGEST_WAIT, and last.
BEHIND = timedelta(days=365_000)


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report as a channel hands it in.

    `external_id` identifies the report within its channel: a second delivery has the same one.
    `answer` is False where the sender must not be acknowledged (taken over from an archive): it comes after all others.
    `ready_at` holds the report back from the runner until then, for LONGEST_WAIT at most.
    `client_ip` and `helo` are those of the SMTP session that brought it, where one did.
    """

    channel: Channel
    external_id: str
    content: bytes
    source: str
    received_at: datetime
    mail_from: str | None = None
    rcpt_tos: tuple[str, ...] = ()
    answer: bool = True
    ready_at: datetime | None = None
    message_id: str | None = None
    client_ip: str | None = None
    helo: str | None = None
    kind: str = "message/rfc822"
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A report that this worker may work on until its lease ends."""

    id: str
    lease: str
    channel: Channel
    content: bytes
    received_at: datetime
    mail_from: str | None
    rcpt_tos: tuple[str, ...]
    answer: bool
    attempts: int
    failures: int
    client_ip: str | None = None
    helo: str | None = None
    released: bool = False


def add(session: Session, reports: Sequence[NewReport]) -> list[Receipt]:
    """Store reports that are not stored yet; one receipt each, in order."""
    return store(Direct.of(session), reports)


def store(direct: Direct, reports: Sequence[NewReport]) -> list[Receipt]:
    """The same past a session: with nothing but the statements that it takes."""
    wanted = {(str(r.channel), r.external_id): r for r in reversed(reports)}  # the first of equals counts
    # In an order that is the same for all: two that bring the same reports wait for each other in turn, not at once.
    rows = [_row(wanted[key]) for key in sorted(wanted)]
    if not rows:
        return []
    are_new = direct.insert_new(_REPORTS, rows) == len(rows)
    stored = {key: r.id for key, r in wanted.items()} if are_new else again.stored(direct, wanted)
    fresh = [r for key, r in wanted.items() if stored[key] == r.id]
    if fresh:
        bodies.store(direct, [Body(r.id, 0, r.kind, r.content) for r in fresh])
        webhooks.announce_reports(direct, [(r.id, r.channel, r.received_at) for r in fresh])
    for r in reports if len(fresh) < len(reports) else ():
        if r.channel == Channel.EMAIL and (first := stored[(str(r.channel), r.external_id)]) != r.id:
            again.keep(direct, first, r.content, again.Origin(r.mail_from, r.client_ip, r.helo), r.received_at)
    return [
        Receipt(report_id, created=report_id == r.id)
        for r in reports
        for report_id in [stored[(str(r.channel), r.external_id)]]
    ]


_REPORTS = cast(Table, ReportRow.__table__)


def _row(report: NewReport) -> dict[str, object]:
    return {
        "id": report.id,
        "channel": str(report.channel),
        "external_id": report.external_id,
        "source": report.source,
        "mail_from": report.mail_from,
        "rcpt_tos": list(report.rcpt_tos),
        "answer": report.answer,
        "message_id": report.message_id,
        "client_ip": report.client_ip,
        "helo": report.helo,
        "received_at": report.received_at,
        "state": str(ReportState.WAITING),
        "due_at": report.ready_at or report.received_at + (timedelta() if report.answer else BEHIND),
        "attempts": 0,
        "failures": 0,
    }


def is_due(
    due_at: InstrumentedAttribute[datetime | None], now: datetime, longest: timedelta = LONGEST_WAIT
) -> ColumnElement[bool]:
    """True where the time has come, or is farther ahead than any wait: then the clock was set back since, or the
    report stands BEHIND.

    Not written with OR: SQLite would then collect and sort all that is due instead of walking along the index.
    """
    return and_(due_at.is_not(None), not_(and_(due_at > now, due_at <= now + longest)))


def due(session: Session, now: datetime) -> bool:
    """True where a report waits for the runner."""
    return session.scalar(select(ReportRow.id).where(is_due(ReportRow.due_at, now)).limit(1)) is not None


def claim(session: Session, owner: str, now: datetime, limit: int) -> list[Claimed]:
    """Take up to `limit` due reports. A report that was tried before comes alone, so that one
    which kills its worker takes no neighbour with it."""
    waiting = (
        select(ReportRow.id, ReportRow.attempts, func.length(ReportPart.content).label("size"))
        .join(ReportPart, (ReportPart.report_id == ReportRow.id) & (ReportPart.seq == ReportRow.part_seq))
        .where(is_due(ReportRow.due_at, now), bodies.openable(session))
        .order_by(ReportRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=ReportRow)
    )
    rows = session.execute(waiting).all()
    while worn := [row.id for row in rows if row.attempts >= MAX_ATTEMPTS]:
        for report in session.scalars(select(ReportRow).where(ReportRow.id.in_(worn))):
            shunt(report, f"no verdict after {report.attempts} attempts: whoever worked on it did not come back", now)
        session.flush()
        rows = session.execute(waiting).all()
    if not rows:
        return []
    fresh = [row for row in rows if not row.attempts]
    ids = [rows[0].id] if rows[0].attempts else _within_bytes([(row.id, row.size) for row in fresh])
    lease = f"{owner}:{new_id()}"
    session.execute(
        update(ReportRow)
        .where(ReportRow.id.in_(ids))
        .values(lease=lease, due_at=now + LEASE, attempts=ReportRow.attempts + 1)
    )
    claimed = session.execute(
        select(ReportRow, ReportPart)
        .join(ReportPart, (ReportPart.report_id == ReportRow.id) & (ReportPart.seq == ReportRow.part_seq))
        .where(ReportRow.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    # Put in order here: SQLite would hold the contents once more to sort them.
    ordered = sorted(claimed, key=lambda pair: (pair[0].received_at, pair[0].id))
    return [found for row, part in ordered if (found := _claimed(session, row, part, lease, now)) is not None]


def _within_bytes(sized: Sequence[tuple[str, int]]) -> list[str]:
    """The first of these ids that together are small enough for one batch; always at least one."""
    ids: list[str] = []
    total = 0
    for report_id, size in sized:
        total += size
        if ids and total > BATCH_BYTES:
            break
        ids.append(report_id)
    return ids


def _claimed(session: Session, row: ReportRow, part: ReportPart, lease: str, now: datetime) -> Claimed | None:
    try:
        content = bodies.content(session, part)
    except (Tampered, Forgotten) as error:
        shunt(row, str(error), now)
        return None
    origin = again.origin(row, part)
    return Claimed(
        id=row.id,
        lease=lease,
        channel=Channel(row.channel),
        content=content,
        received_at=row.received_at,
        mail_from=origin.mail_from,
        rcpt_tos=tuple(row.rcpt_tos),
        answer=row.answer,
        attempts=row.attempts,
        failures=row.failures,
        client_ip=origin.client_ip,
        helo=origin.helo,
        released=row.released,
    )


def held(session: Session, claimed: Sequence[Claimed]) -> dict[str, ReportRow]:
    """The rows of those reports whose lease is still ours, by id; what was lost must not be written."""
    leases = {report.id: report.lease for report in claimed}
    rows = session.scalars(select(ReportRow).where(ReportRow.id.in_(leases)).order_by(ReportRow.id).with_for_update())
    return {row.id: row for row in rows if row.lease == leases[row.id]}


_END_STATES = {"quarantined": ReportState.QUARANTINED, "discarded": ReportState.DISCARDED}


def finish(row: ReportRow, outcome: str, because: str, now: datetime) -> None:
    """The report has reached its end; `outcome` says which in a word."""
    row.state = _END_STATES.get(outcome, ReportState.DONE)
    row.outcome, row.outcome_because = outcome, because
    row.due_at = row.lease = row.error = None
    row.finished_at = now


def fail(row: ReportRow, error: str, now: datetime) -> None:
    """The report could not be processed: tried again after 1, 2, 4 seconds, then shunted."""
    row.failures += 1
    row.error = error
    row.lease = None
    if row.failures >= MAX_FAILURES:
        shunt(row, error, now)
    else:
        row.due_at = now + timedelta(seconds=2 ** (row.failures - 1))


def postpone(row: ReportRow, error: str, now: datetime) -> None:
    """Something the report needs is out of reach for the moment; that is not its fault and does not count."""
    row.attempts -= 1
    row.error = error
    row.lease = None
    row.due_at = now + POSTPONED


def shunt(row: ReportRow, error: str, now: datetime) -> None:
    """Set the report aside: kept, visible, retryable by `retry`."""
    row.state = ReportState.SHUNTED
    row.outcome, row.outcome_because = "shunted", error
    row.error = error
    row.due_at = row.lease = None
    row.finished_at = now


def owners(session: Session) -> set[str]:
    """Who holds claims at the moment, dead or alive."""
    return leases.owners(session, ReportRow)


def release(session: Session, owner: str, now: datetime) -> int:
    """Give back what a dead process of this name had claimed; returns how many reports that were."""
    return leases.release(session, ReportRow, owner, now)


def counts(session: Session) -> dict[str, int]:
    """How many reports there are in each state."""
    rows = session.execute(select(ReportRow.state, func.count().label("number")).group_by(ReportRow.state))
    return {row.state: row.number for row in rows}
