"""Prometheus metrics: what happened in this process, and what the database says at the moment of asking."""

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import queue
from models.db import Database
from models.errors import Temporary
from models.tables import BreakerRow, MailboxRow, OutgoingRow, ReportRow
from models.values import ReportState
from routing.breaker import Scope
from workers import audit, drift


class Metrics:
    """The registry of one process."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.registry = CollectorRegistry()
        self._clock = clock
        self.reports = Counter(
            "firstline_reports_done", "Reports that reached an end state", ["outcome"], registry=self.registry
        )
        self.messages = Counter("firstline_messages", "Tries to send a message", ["result"], registry=self.registry)
        self.webhooks = Counter("firstline_webhooks", "Tries to tell a receiver", ["result"], registry=self.registry)
        self.steps = Counter("firstline_steps_done", "Steps of ladders that happened", ["step"], registry=self.registry)
        self.repaired = Counter(
            "firstline_steps_repaired", "Steps that the self-audit found missing and planned", registry=self.registry
        )
        self.transcripts = Counter(
            "firstline_transcripts",
            "Tries to write down a recording: done, failed, or given-up where it was the last",
            ["result"],
            registry=self.registry,
        )
        self.latency = Histogram(
            "firstline_report_seconds",
            "From the receipt of a report to its end state",
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
            registry=self.registry,
        )
        self.registry.register(_Stored(database, clock))

    def report_done(self, outcome: str, received_at: datetime) -> None:
        self.reports.labels(outcome).inc()
        self.latency.observe(max(0.0, (self._clock() - received_at).total_seconds()))

    def message_tried(self, result: str) -> None:
        self.messages.labels(result).inc()

    def transcribed(self, result: str) -> None:
        self.transcripts.labels(result).inc()

    def webhook_tried(self, result: str) -> None:
        self.webhooks.labels(result).inc()

    def steps_repaired(self, steps: int) -> None:
        self.repaired.inc(steps)

    def step_done(self, step: str) -> None:
        self.steps.labels(step).inc()

    def watch_broker(self, problem: Callable[[], str]) -> None:
        """Show whether the broker between processes answers this one."""
        up = Gauge("firstline_broker_up", "1 where the broker answers", registry=self.registry)
        up.set_function(lambda: not problem())

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class _Stored(Collector):
    """Gauges read from the tables at each scrape."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def describe(self) -> list[Metric]:
        return []  # registering must not ask the database

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("firstline_database_up", "1 where the database answers")
        try:
            gauges = self._gauges()
        except Temporary:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from gauges

    def _gauges(self) -> list[Metric]:
        with self._database.reading() as session:
            states = queue.counts(session)
            oldest = session.scalar(
                select(func.min(ReportRow.received_at)).where(ReportRow.state == ReportState.WAITING)
            )
            unsent = session.scalar(select(func.count(OutgoingRow.due_at)).where(OutgoingRow.due_at.is_not(None)))
            breakers = _breakers(session, self._clock())
            mailboxes = _mailboxes(session)
            classifier = drift.gauges(session, self._clock())
            ladders = audit.gauges(session, self._clock())
        age = max(0.0, (self._clock() - oldest).total_seconds()) if oldest else 0.0
        reports = GaugeMetricFamily("firstline_reports", "Stored reports by state", labels=["state"])
        for state in ReportState:
            reports.add_metric([state], states.get(state, 0))
        oldest_age = GaugeMetricFamily("firstline_oldest_waiting_seconds", "Age of the oldest unprocessed report")
        oldest_age.add_metric([], age)
        waiting = GaugeMetricFamily("firstline_messages_unsent", "Messages of ours that are not sent yet")
        waiting.add_metric([], unsent or 0)
        return [reports, oldest_age, waiting, *breakers, *mailboxes, *classifier, *ladders]


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
    contact = GaugeMetricFamily("firstline_mailbox_contact_time_seconds", "Last reading, in Unix time", labels=place)
    failing = GaugeMetricFamily("firstline_mailbox_failing", "1 where a person has to look", labels=place)
    for row in session.scalars(select(MailboxRow)):
        key = [row.account, row.folder]
        for name, count in (("present", row.present), ("stored", row.stored), ("refused", row.refused)):
            mails.add_metric([*key, name], count)
        difference.add_metric(key, row.difference)
        contact.add_metric(key, row.seen_at.timestamp() if row.seen_at else 0)
        failing.add_metric(key, row.error is not None)
    return [mails, difference, contact, failing]
