"""The product with one safeguard off at a time: functions of it are replaced inside its processes, and the checks have
to see what comes of it. See `tests.chaos.alterations` and docs/chaos.md."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, select

from intake.accept import Acceptor
from intake.channels import imap_settle
from intake.channels.imap_folder import FolderReader
from models import mailbox_leases, queue
from models.queue import Claimed, NewReport
from models.tables import OutgoingRow, ReportRow, StepRow
from models.values import OutgoingState, Receipt, StepState, new_id
from tests.chaos.alterations import put
from tests.waiting import wait_until
from workers import runner, timers
from workers.cases.people import People
from workers.deliver.email import Relay
from workers.deliver.outgoing import Deliverer
from workers.sweep import Sweeper

_BOTH_SECONDS = 60.0
ENDLESS = 1e6


def durable_before_answered() -> None:
    """A 250 is given at once, and the commit comes with that of the next mail."""
    uncommitted: list[NewReport] = []

    def submit(acceptor: Acceptor, report: NewReport) -> "Future[Receipt]":
        done: Future[Receipt] = Future()
        done.set_result(Receipt(report.id, created=True))
        acceptor.accept_all(uncommitted)
        uncommitted[:] = [report]
        return done

    put(Acceptor, "submit", submit)


def one_identity() -> None:
    """A mail that is delivered twice is two reports."""
    real = queue.store

    def store(direct: Any, reports: Sequence[NewReport]) -> list[Receipt]:
        return real(direct, [replace(report, external_id=new_id()) for report in reports])

    put(queue, "store", store)


def claims_with_leases() -> None:
    """What one is at, others take, too; and nobody asks at the end whose it is."""
    real = queue.claim

    def claim(session: Any, owner: str, now: datetime, limit: int) -> list[Claimed]:
        claimed = real(session, owner, now, limit)
        for report in claimed:
            session.get_one(ReportRow, report.id).due_at = now
        return [replace(report, attempts=1) for report in claimed]

    put(queue, "claim", claim)
    results_only_by_lease()


def results_only_by_lease() -> None:
    """Who has lost his lease writes his result all the same; what does not work the first time is not tried again."""

    def held(session: Any, claimed: Sequence[Claimed]) -> dict[str, ReportRow]:
        rows = session.scalars(select(ReportRow).where(ReportRow.id.in_([one.id for one in claimed])))
        return {row.id: row for row in rows}

    put(queue, "held", held)
    put(queue, "MAX_FAILURES", 1)


def one_message_id() -> None:
    """Each try to send goes out under a Message-ID of its own."""
    real = Relay.send

    def send(relay: Relay, message_id: str, recipient: str, content: bytes) -> None:
        other = f"Message-ID: <{new_id()}@firstline.example>".encode()
        real(relay, message_id, recipient, re.sub(rb"(?m)^Message-ID: <[^>]*>", other, content, count=1))

    put(Relay, "send", send)


def sent_only_when_taken() -> None:
    """A message counts as sent when it is claimed, not when the relay has taken it."""
    real = Deliverer._claim

    def claim(deliverer: Deliverer) -> Any:
        rows = real(deliverer)
        with deliverer._database.transaction() as session:
            for row in rows:
                found = session.get_one(OutgoingRow, row.id)
                found.state, found.due_at = OutgoingState.SENT, None
        return rows

    put(Deliverer, "_claim", claim)


def sweeper() -> None:
    """Nobody looks for work that no wake-up has told of."""
    put(Sweeper, "sweep", lambda self: None)


def stored_before_moved() -> None:
    """Mails are moved out of the inbox before they are stored, and whoever is about to store them comes to nothing
    more."""
    real = FolderReader._take_batch

    def take_batch(reader: FolderReader, client: Any, uids: Sequence[int]) -> int:
        accept_all = reader._accept_all

        def accept_late(reports: Sequence[NewReport]) -> list[Receipt]:
            imap_settle.Settler(reader._after).settle(client, uids)
            time.sleep(ENDLESS)
            return accept_all(reports)

        reader._accept_all = accept_late
        try:
            return real(reader, client, uids)
        finally:
            reader._accept_all = accept_all

    put(FolderReader, "_take_batch", take_batch)


def mailbox_lease() -> None:
    """Every poller reads every mailbox."""
    put(mailbox_leases, "take", lambda session, account, owner: f"{owner}:{new_id()}")
    put(mailbox_leases, "renew", lambda session, account, lease: True)
    put(mailbox_leases, "hold", lambda session, account, lease: None)


def case_lock() -> None:
    """Two timers do the steps of one case one after the other: rows are not locked, and the second has read them before
    the first writes."""
    real = People
    beside = Path.cwd().parent  # the folders of all processes of a desk are in one
    turns = iter(("once",))

    def people(session: Any, now: datetime) -> Any:
        if next(turns, ""):
            _after_both_have_read(session, beside)
        return real(session, now)

    put(Select, "with_for_update", lambda self, **_: self)
    put(timers, "People", people)


def _after_both_have_read(session: Any, beside: Path) -> None:
    """The first goes on when the second has read, the second when the first has committed."""

    def done() -> int:
        return session.scalar(select(func.count()).where(StepRow.state == StepState.DONE)) or 0

    second = beside / "second"
    try:
        (beside / "first").touch(exist_ok=False)
    except FileExistsError:
        before = done()
        second.touch()
        wait_until(lambda: done() > before, _BOTH_SECONDS)
    else:
        wait_until(second.exists, _BOTH_SECONDS)


def time_limit() -> None:
    """Nobody gives up on a stage that hangs, and its lease does not end."""
    put(runner, "LIMIT_SECONDS", ENDLESS)
    put(queue, "LEASE", timedelta(minutes=14))


OFF: Mapping[str, Callable[[], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        durable_before_answered,
        one_identity,
        claims_with_leases,
        results_only_by_lease,
        one_message_id,
        sent_only_when_taken,
        sweeper,
        stored_before_moved,
        mailbox_lease,
        case_lock,
        time_limit,
    )
}
