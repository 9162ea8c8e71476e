"""Prometheus metrics: what happened in this process, and what the database says at the moment of asking.

A counter or histogram is of this process alone, to be summed over all of them; a gauge of what is stored is the same
whoever is asked.
"""

import math
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from models.db import Database
from models.values import Channel, made_at
from workers.metrics_stored import Stored

_TRIED = ("sent", "failed")
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """The registry of one process."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.registry = CollectorRegistry()
        self._clock = clock
        self._classifiers: list[Callable[[], bool]] = []
        self.accepted = self._counter(
            "firstline_reports_accepted", "Reports stored for the first time", channel=tuple(Channel)
        )
        self.again = self._counter(
            "firstline_reports_redelivered", "Reports that came again and were stored already", channel=tuple(Channel)
        )
        self.reports = self._counter("firstline_reports_done", "Reports that reached an end state", outcome=())
        self.messages = self._counter("firstline_messages", "Tries to send a message", result=_TRIED)
        self.webhooks = self._counter("firstline_webhooks", "Tries to tell a receiver", result=_TRIED)
        self.steps = self._counter("firstline_steps_done", "Steps of ladders that happened", step=())
        self.repaired = self._counter("firstline_steps_repaired", "Steps that the self-audit found missing and planned")
        self.missed = self._counter("firstline_deadlines_missed", "Promises that were found not kept", clock=())
        self.transcripts = self._counter(
            "firstline_transcripts",
            "Tries to write down a recording: done, failed, or given-up where it was the last",
            result=("done", "failed", "given-up"),
        )
        self.latency = self._histogram("firstline_report_seconds", "From the receipt of a report to its end state")
        self.acknowledgement = self._histogram(
            "firstline_acknowledgement_seconds", "From the storing of a report to its acknowledgement being sent"
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(Stored(database, clock))

    def report_accepted(self, channel: str, again: bool) -> None:
        (self.again if again else self.accepted).labels(channel).inc()

    def report_done(self, outcome: str, received_at: datetime) -> None:
        self.reports.labels(outcome).inc()
        self.latency.observe(max(0.0, (self._clock() - received_at).total_seconds()))

    def report_answered(self, report_id: str) -> None:
        self.acknowledgement.observe(max(0.0, (self._clock() - made_at(report_id)).total_seconds()))

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

    def deadline_missed(self, clock: str) -> None:
        self.missed.labels(clock).inc()

    def watch_broker(self, problem: Callable[[], str]) -> None:
        """Show whether the broker between processes answers this one."""
        up = Gauge("firstline_broker_up", "1 where the broker answers", registry=self.registry)
        up.set_function(lambda: not problem())

    def watch_classifier(self, stands_in: Callable[[], bool]) -> None:
        """Show whether a classifier of this process, or of its workers, is not the one that was promoted."""
        self._classifiers.append(stands_in)
        if len(self._classifiers) == 1:
            says = "1 where the promoted classifier is damaged or gone, and another one stands in for it"
            gauge = Gauge("firstline_classifier_stand_in", says, registry=self.registry)
            gauge.set_function(lambda: any(each() for each in self._classifiers))

    def watch_disk(self, folder: Path) -> None:
        """Show how much room there is where the data folder lies."""
        free = Gauge("firstline_disk_free_bytes", "Free on the disk of the data folder", registry=self.registry)
        size = Gauge("firstline_disk_size_bytes", "Size of the disk of the data folder", registry=self.registry)
        free.set_function(lambda: _of_disk(folder, "free"))
        size.set_function(lambda: _of_disk(folder, "total"))

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, says: str, **labels: Sequence[str]) -> Counter:
        """A counter by at most one label. Its values that are known stand at 0 from the start: a series that begins
        with what was to be counted is no increase to Prometheus, and to it nothing at all is not 0."""
        counter = Counter(name, says, list(labels), registry=self.registry)
        for value in (value for values in labels.values() for value in values):
            counter.labels(value)
        return counter

    def _histogram(self, name: str, says: str) -> Histogram:
        return Histogram(name, says, buckets=_SECONDS, registry=self.registry)


def _of_disk(folder: Path, what: str) -> float:
    """Not a number where the disk cannot be asked: the other metrics are given all the same."""
    try:
        return float(getattr(shutil.disk_usage(folder), what))
    except OSError:
        return math.nan
