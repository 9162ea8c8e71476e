"""An acceptor that tells when each report came and how long its commit took."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from intake.accept import Acceptor
from models.db import Database
from models.queue import NewReport
from models.values import Receipt
from workers.tracing.traces import Attribute, Traces


class TracedAcceptor(Acceptor):
    """As its parent; what was stored already has a trace, and gets no second beginning."""

    def __init__(
        self, database: Database, wake: Callable[[], None], observe: Callable[[str, bool], None], traces: Traces
    ) -> None:
        self._traces = traces
        super().__init__(database, wake, observe=observe)

    def submit(self, report: NewReport) -> "Future[Receipt]":
        if not self._traces.is_on:
            return super().submit(report)
        began = time.time_ns()
        future = super().submit(report)
        future.add_done_callback(
            lambda done: None if done.exception() else self._received(report, done.result(), began)
        )
        return future

    def accept_all(self, reports: Sequence[NewReport]) -> list[Receipt]:
        began = time.time_ns()
        receipts = super().accept_all(reports)
        new = [receipt.report_id for receipt in receipts if receipt.created]
        self._traces.span("accept", new, began, time.time_ns(), firstline__batch__size=len(reports))
        return receipts

    def accept_fetched(self, reports: Sequence[NewReport]) -> list[Receipt]:
        """Store what was fetched from a mailbox, in one commit of its own."""
        began = time.time_ns()
        receipts = self.accept_all(reports)
        for report, receipt in zip(reports, receipts, strict=True):
            self._received(report, receipt, began)
        return receipts

    def _received(self, report: NewReport, receipt: Receipt, began: int) -> None:
        if not receipt.created:
            return
        said: dict[str, Attribute] = {
            "firstline.channel": str(report.channel),
            "network.protocol.name": report.source.partition(":")[0],
            "messaging.message.body.size": len(report.content),
        }
        self._traces.received(receipt.report_id, began, time.time_ns(), **said)
