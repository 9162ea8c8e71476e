"""What the desk would do with a mail: the real pipeline, timers and delivery on a database of their own, with a clock
that is moved from one due moment to the next. Nothing is sent, and nothing of the desk is written."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from sqlalchemy import func, select

from classify.model import Classifier
from intake.mail.identity import mail_report
from models import queue
from models.db import Database
from models.errors import NotPossible
from models.settings import Settings
from models.tables import ClockRow, OutgoingRow, StepRow
from workers.cases.due import is_late
from workers.cases.office import Office, keep_versions
from workers.cases.sent import note_sent
from workers.compose import make_desk
from workers.deliver.outgoing import Deliverer
from workers.directory.copying import EVERYTHING, STAFF, copy_directory
from workers.runner import Runner
from workers.timers import PUT_OFF, Timers

_NEVER = datetime.max.replace(tzinfo=UTC)
_OWNER = "simulation"
_TRIES = 3


class Settable(Protocol):
    """A clock that is put forward by hand."""

    now: datetime

    def __call__(self) -> datetime: ...


@dataclass
class HandClock:
    """It stands at `now` until somebody moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Given:
    """What is laid down beforehand: how the mail is judged, and whose it is, which `prepare` puts in the directory."""

    classifier: Classifier
    prepare: Callable[[Database], None]


class Nowhere:
    """Implements `workers.deliver.email.MailSender`, and sends nothing: its messages are read from the database."""

    def send(self, message_id: str, recipient: str, content: bytes) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Simulation:
    """A desk that has just taken in one mail, the report `report_id`; everything about it is in `database`, which goes
    when the simulation does."""

    database: Database
    office: Office
    clock: HandClock
    report_id: str

    def pass_time(self, lasting: timedelta) -> None:
        """Let nobody do anything for so long: what is due happens, what is queued counts as sent."""
        sent = partial(note_sent, office=self.office)
        deliverer = Deliverer(
            self.database, dict.fromkeys(("email", "sms", "voice"), Nowhere()), self.clock, _OWNER, sent
        )
        let_pass(self.database, self.office, self.clock, self.clock() + lasting, deliverer.run)


def let_pass(
    database: Database, office: Office, clock: Settable, until: datetime, deliver: Callable[[], object] | None = None
) -> None:
    """Let time pass until that moment, with the timers looking at each moment at which something is due; what they
    queue is delivered by `deliver`, or waits where there is none.

    Raises:
        NotPossible: something that is due cannot be done; the log says why.
    """
    timers = Timers(database, office)
    tries = 0
    while True:
        if deliver is not None:
            deliver()  # before the timers: a ladder does not wait for an acknowledgement that is on its way
        while timers.run() and deliver is not None:
            deliver()
        soonest = _next_moment(database, with_messages=deliver is not None)
        tries = tries + 1 if soonest is not None and soonest <= clock() else 0
        if tries:
            soonest = clock() + PUT_OFF  # what cannot be done now is tried again then, as it is by real timers
        if tries > _TRIES:
            raise NotPossible(f"what is due at {clock():%Y-%m-%d %H:%M} UTC cannot be done; the log says why")
        if soonest is None or soonest > until:
            break
        clock.now = soonest
    clock.now = until


def _next_moment(database: Database, with_messages: bool) -> datetime | None:
    """When something is due next: a step, a clock that has not been met, a message that waits."""
    due = [
        select(func.min(StepRow.due_at)).where(StepRow.due_at.is_not(None)),
        select(func.min(ClockRow.due_at)).where(is_late(_NEVER)),
    ]
    if with_messages:
        due.append(select(func.min(OutgoingRow.due_at)).where(OutgoingRow.due_at.is_not(None)))
    with database.reading() as session:
        found = [session.scalar(query) for query in due]
    return min((moment for moment in found if moment is not None), default=None)


@contextmanager
def simulate(
    settings: Settings,
    raw: bytes,
    at: datetime,
    desk_database: Database | None = None,
    means: frozenset[str] | None = None,
    given: Given | None = None,
) -> Iterator[Simulation]:
    """Let the mail `raw` arrive at that moment, at a desk of these settings. The directory is that of `desk_database`,
    or empty; `means` are the ways in which staff can be told, those of the desk if left out. With `given` the mail is
    not judged by what it says, and of the directory the staff alone is copied.

    The key of the letters' tokens is made for this once: an answer to such a letter never reaches a real case. Who
    vouches for the mail is not asked: a file has come from nowhere.

    Raises:
        Misconfigured: a setting is wrong, or no classifier is built.
    """
    clock = HandClock(at.astimezone(UTC))
    alone = settings.model_copy(update={"trust": "off", "authserv_id": ""})
    with TemporaryDirectory(prefix="firstline-simulate-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'simulated.db'}")
        try:
            database.migrate()
            if desk_database is not None:
                copy_directory(desk_database, database, EVERYTHING if given is None else STAFF)
            keep_versions(database, clock())
            if given is not None:
                given.prepare(database)
            desk = make_desk(alone, database, secrets.token_bytes(32), clock, given.classifier if given else None)
            if means is not None:
                desk = replace(desk, office=replace(desk.office, means=means))
            with database.transaction() as session:
                [receipt] = queue.add(session, [mail_report(raw, _OWNER, clock())])
            Runner(desk, _OWNER).run()
            yield Simulation(database, desk.office, clock, receipt.report_id)
        finally:
            database.close()
