"""The metrics that are read from the tables: the same whichever process is asked, and right after any restart."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from console.asking import OneAtATime
from models import database_clock, queue, read_only
from models.db import Database
from models.errors import Temporary
from models.tables import BreakerRow, ClockRow, MailboxRow, OutgoingRow, ReportRow
from models.values import ReportState, id_at, made_at
from routing.breaker import Scope

# What costs a walk over much of a table, and changes slowly, is asked for once in this time however often it is shown.
KEPT = timedelta(minutes=1)
# Prometheus waits for ten seconds, and is to hear that the database does not answer.
LIMIT_SECONDS = 5.0
# Those that a few reports are in, found by their index; and those that nearly all end in.
_FEW = (ReportState.WAITING, ReportState.SHUNTED, ReportState.QUARANTINED)
_MANY = (ReportState.DONE, ReportState.DISCARDED)

T = TypeVar("T")


class Kept(Generic[T]):
    """An answer of the database that is given again until it is KEPT old."""

    def __init__(self, ask: Callable[[Session, datetime], T]) -> None:
        self._ask = ask
        self._known: tuple[datetime, T] | None = None

    def get(self, session: Session, now: datetime) -> T:
        known = self._known
        if known is None or not timedelta(0) <= now - known[0] < KEPT:
            known = self._known = (now, self._ask(session, now))
        return known[1]


class Stored(Collector):
    """Gauges read from the tables at each scrape."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._finished = Kept(lambda session, now: queue.counts(session))
        self._drift = Kept(_drift)
        self._asked = OneAtATime(self._gauges, "metrics of the database")

    def describe(self) -> list[Metric]:
        return []  # registering must not ask the database

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("firstline_database_up", "1 where the database answers")
        try:
            gauges = self._asked.ask().result(LIMIT_SECONDS)
        except (Temporary, TimeoutError):
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from gauges

    def _gauges(self) -> list[Metric]:
        with self._database.reading() as session:
            now = self._clock()
            return [
                _gauge(
                    "firstline_database_writable",
                    "1 where the database takes changes",
                    float(not read_only.because(session)),
                ),
                _gauge(
                    "firstline_clock_offset_seconds",
                    "How far the database's clock is before ours",
                    session.scalar(select(database_clock.now(session))) or now.timestamp(),
                    less=now.timestamp(),
                ),
                _gauge(
                    "firstline_backup_time_seconds",
                    "When firstline backup last made one, 0 where it never did",
                    made.timestamp() if (made := _last_backup(session)) else 0.0,
                ),
                *_reports(session, now, self._finished.get(session, now)),
                *_messages(session, now),
                *_deadlines(session),
                *_breakers(session, now),
                *_mailboxes(session),
                *self._drift.get(session, now),
                *_audit(session, now),
            ]


def _drift(session: Session, now: datetime) -> list[Metric]:
    from workers import drift  # noqa: PLC0415 - brings the life of a case, which takes as much memory as SMTP itself

    return drift.gauges(session, now)


def _last_backup(session: Session) -> datetime | None:
    from workers.backup import last  # noqa: PLC0415 - as above

    return last.made_at(session)


def _audit(session: Session, now: datetime) -> list[Metric]:
    from workers import audit  # noqa: PLC0415 - as above

    return audit.gauges(session, now)


def unaccounted(session: Session) -> int:
    """How many reports have neither an end state nor a time at which somebody looks at them: accepted, and lost."""
    lost = and_(ReportRow.state == ReportState.WAITING, ReportRow.due_at.is_(None))
    return session.scalar(select(func.count()).select_from(ReportRow).where(lost)) or 0


def is_to_be_worked_on(now: datetime) -> ColumnElement[bool]:
    """True for reports that a worker should be at: a call that goes on waits for its end, and is due then; what is
    tried again is due soon."""
    return and_(ReportRow.state == ReportState.WAITING, queue.is_due(ReportRow.due_at, now + 2 * queue.LEASE))


def waits_since_before(moment: datetime) -> ColumnElement[bool]:
    """True for reports that have waited from before then: since they were received; old mail, which nobody is answered
    for, since it came to us, whatever its age."""
    return or_(
        and_(ReportRow.answer, ReportRow.received_at < moment),
        and_(not_(ReportRow.answer), ReportRow.id < id_at(moment)),
    )


def oldest_waiting(session: Session, *which: ColumnElement[bool]) -> datetime | None:
    """Since when the one of these has waited that has done so longest, in the same way."""
    received = select(func.min(ReportRow.received_at)).where(*which, ReportRow.answer)
    came = select(func.min(ReportRow.id)).where(*which, not_(ReportRow.answer))
    first = session.scalar(came)
    found = [session.scalar(received), made_at(first) if first is not None else None]
    return min((since for since in found if since is not None), default=None)


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """True for messages of ours that should have been sent: due, or tried in vain. Those that are delayed on purpose
    are not."""
    return and_(OutgoingRow.due_at.is_not(None), or_(OutgoingRow.due_at <= now, OutgoingRow.attempts > 0))


def _reports(session: Session, now: datetime, finished: dict[str, int]) -> list[Metric]:
    few = select(ReportRow.state, func.count().label("number")).where(ReportRow.state.in_(_FEW))
    states = {row.state: row.number for row in session.execute(few.group_by(ReportRow.state))}
    states |= {state: finished.get(state, 0) for state in _MANY}
    reports = GaugeMetricFamily("firstline_reports", "Stored reports by state", labels=["state"])
    for state in ReportState:
        reports.add_metric([state], states.get(state, 0))
    oldest = oldest_waiting(session, is_to_be_worked_on(now))
    return [
        reports,
        _gauge(
            "firstline_oldest_waiting_seconds", "Age of the oldest report that waits for a worker", _age(oldest, now)
        ),
        _gauge(
            "firstline_reports_unaccounted",
            "Accepted reports that have neither an end state nor a place in the queue: 0 where nothing is lost",
            unaccounted(session),
        ),
    ]


def _messages(session: Session, now: datetime) -> list[Metric]:
    is_failing = and_(OutgoingRow.error.is_not(None), OutgoingRow.attempts > 0)
    unsent, failing, oldest = session.execute(
        select(
            func.count(),
            func.sum(case((is_failing, 1), else_=0)),
            func.min(case((is_overdue(now), OutgoingRow.created_at))),
        ).where(OutgoingRow.due_at.is_not(None))
    ).one()
    return [
        _gauge("firstline_messages_unsent", "Messages of ours that are not sent yet", unsent),
        _gauge("firstline_messages_failing", "Those of them that were tried in vain", failing or 0),
        _gauge(
            "firstline_oldest_unsent_seconds", "Age of the oldest message that should have been sent", _age(oldest, now)
        ),
    ]


def _deadlines(session: Session) -> list[Metric]:
    missed = and_(ClockRow.met_at.is_(None), ClockRow.breached_at.is_not(None), ClockRow.is_promise.is_(True))
    count = session.scalar(select(func.count(ClockRow.due_at)).where(missed))
    return [_gauge("firstline_deadlines_overdue", "Promises that were not kept and are still open", count or 0)]


def _breakers(session: Session, now: datetime) -> list[Metric]:
    """The loop breakers: a few rows, one for each that has ever opened."""
    rows = session.scalars(select(BreakerRow)).all()
    open_now = GaugeMetricFamily("firstline_breakers_open", "Loop breakers that are open", labels=["scope"])
    held_back = GaugeMetricFamily(
        "firstline_breaker_held_back", "Messages that loop breakers have held back so far", labels=["scope"]
    )
    for scope in Scope:
        mine = [row for row in rows if row.scope == scope]
        open_now.add_metric([scope], sum(row.closes_at > now for row in mine))
        held_back.add_metric([scope], sum(row.held_back for row in mine))
    return [open_now, held_back]


def _mailboxes(session: Session) -> list[Metric]:
    """How the folders and what is stored of them agree, and when each was last read."""
    place = ["account", "folder"]
    mails = GaugeMetricFamily(
        "firstline_mailbox_mails", "Mails in a folder, by what became of them", labels=[*place, "as"]
    )
    difference = GaugeMetricFamily(
        "firstline_mailbox_difference", "Mails in a folder that are neither stored nor refused", labels=place
    )
    contact = GaugeMetricFamily(
        "firstline_mailbox_contact_time_seconds", "Last reading, in Unix time; 0 before the first", labels=place
    )
    failing = GaugeMetricFamily("firstline_mailbox_failing", "1 where a person has to look", labels=place)
    for row in session.scalars(select(MailboxRow)):
        key = [row.account, row.folder]
        for name, count in (("present", row.present), ("stored", row.stored), ("refused", row.refused)):
            mails.add_metric([*key, name], count)
        difference.add_metric(key, row.difference)
        contact.add_metric(key, row.seen_at.timestamp() if row.seen_at else 0)
        failing.add_metric(key, row.error is not None)
    return [mails, difference, contact, failing]


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _gauge(name: str, says: str, value: float, less: float = 0.0) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says)
    family.add_metric([], float(value) - less)
    return family
