"""Says what is wrong with a desk that was broken and left alone: by what was promised outside, not by its own word.

The rows are looked at when everything has come to rest; see `settle`.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy import func, or_, select

from models.db import Database
from models.errors import Temporary
from models.queue import LONGEST_WAIT
from models.tables import CaseRow, MailboxRow, OutgoingRow, ReportRow, StepRow
from tests.chaos.traffic import Promised
from tests.chaos.world import World
from tests.simulation.oracle import judge_late
from workers.cases.due import due_steps, late_clocks

SETTLED_SECONDS = 150.0
# What has become due while we look is not skipped.
_JUST_DUE = timedelta(seconds=15)
_LOOK_SECONDS = 0.3


def settle(world: World, promised: Promised, seconds: float = SETTLED_SECONDS) -> list[str]:
    """Wait until the desk has nothing left to do; what is still open after so long."""
    deadline = time.monotonic() + seconds
    leapt = False
    while open_ := still_open(world, promised):
        if time.monotonic() > deadline:
            return [f"did not come to rest within {seconds:g} s: {', '.join(open_)}"]
        if not leapt and time.monotonic() > deadline - seconds * 0.8:
            # What was put off is due in minutes; the rest had its time.
            world.put_clock(LONGEST_WAIT + timedelta(minutes=1))
            leapt = True
        time.sleep(_LOOK_SECONDS)
    return []


def still_open(world: World, promised: Promised) -> list[str]:
    """What there is left to do at the moment."""
    now = world.now
    try:
        with world.database.reading() as session:
            waits = or_(ReportRow.state == "waiting", ReportRow.due_at.is_not(None))
            waiting = session.scalar(select(func.count()).where(waits)) or 0
            stored = set(session.scalars(select(ReportRow.message_id)))
            unsent = session.scalar(select(func.count()).where(OutgoingRow.state.in_(("pending", "sending")))) or 0
            steps = len(session.scalars(due_steps(now, 99)).all()) + len(session.scalars(late_clocks(now, 99)).all())
            mailbox = session.get(MailboxRow, ("support", "INBOX"))
    except Temporary as error:
        return [f"the database: {error}"]
    counted = {
        "reports wait": waiting,
        "mails of the mailbox are not there": len(promised.in_mailbox - stored),
        "messages are unsent": unsent,
        "steps are due": steps if world.of("timers") else 0,
        "mails are in no balance": mailbox.difference if mailbox is not None and mailbox.error is None else 0,
    }
    return [f"{number} {what}" for what, number in counted.items() if number]


def judge(world: World, promised: Promised, hung: Iterable[str] = ()) -> list[str]:
    """Everything that is wrong, a sentence each. `hung` are the Message-IDs of mails that nobody can read."""
    return [
        *promised.stuck,
        *_reports(world.database, promised, set(hung)),
        *_messages(world, promised, set(hung)),
        *(_steps(world) if world.of("timers") else ()),
    ]


def _reports(database: Database, promised: Promised, hung: set[str]) -> Iterator[str]:
    with database.reading() as session:
        reports = session.scalars(select(ReportRow)).all()
        cases = session.scalars(select(CaseRow.id)).all()
    by_mail = Counter(row.message_id for row in reports if row.channel == "email")
    by_call = Counter(row.external_id for row in reports if row.channel == "phone")
    for name in sorted(promised.mails - set(by_mail)):
        yield f"lost: the mail {name} was taken and is no report"
    for name in sorted(promised.calls - set(by_call)):
        yield f"lost: the call {name} was taken and is no report"
    for identity, times in (by_mail + by_call).items():
        if times > 1:
            yield f"doubled: {identity} is {times} reports"
    # Where the clock leaps, a call may count as over while the caller still speaks: the rest of it is a report, too.
    rests = [row for row in reports if row.channel == "phone" and "+" in row.external_id]
    case_of = {row.external_id: row.case_id for row in reports}
    for row in rests:
        if row.case_id != case_of.get(row.external_id.partition("+")[0]):
            yield f"apart: {row.external_id} is not in the case of its call"
    opened = Counter(row.case_id for row in reports if row.case_id is not None and row not in rests)
    for row in reports:
        told = row.message_id or row.external_id
        if row.outcome is None:
            yield f"without an end: {told} is {row.state}; {row.error or 'no error'}"
        elif row.outcome == "shunted":
            if told not in hung:
                yield f"shunted: {told}; {row.error}"
        elif row.case_id is None:
            yield f"without a case: {told} is {row.outcome}"
    for case_id in cases:
        if opened[case_id] != 1:  # every report here is a fault of its own
            yield f"doubled: case {case_id} is of {opened[case_id]} reports"


def _messages(world: World, promised: Promised, hung: set[str]) -> Iterator[str]:
    relay = world.relay
    with world.database.reading() as session:
        rows = session.execute(
            select(
                OutgoingRow.message_id, OutgoingRow.recipient, OutgoingRow.state, OutgoingRow.kind, ReportRow.message_id
            )
            .join_from(OutgoingRow, ReportRow, OutgoingRow.report_id == ReportRow.id, isouter=True)
            .where(OutgoingRow.channel == "email")
        ).all()
        stored = {row.message_id: row for row in session.scalars(select(ReportRow))}
    for message_id, recipient, state, kind, _ in rows:
        if state == "sent" and not relay.taken[message_id]:
            yield f"never sent: the {kind} {message_id} counts as sent, and the relay has not taken it"
        if state == "failed" and not relay.refused[recipient]:
            yield f"given up: the {kind} {message_id} to {recipient}"
        if state not in ("sent", "failed"):
            yield f"unsent: the {kind} {message_id} is {state}"
    for message_id in relay.taken.keys() - {row[0] for row in rows}:
        yield f"under another Message-ID: the relay has taken {message_id}, to {relay.to[message_id]}"
    answers = Counter(answered for _, _, _, kind, answered in rows if kind == "acknowledgement")
    for name in promised.answered.keys() & promised.by_smtp - hung:
        if name in stored and answers[name] != 1:
            yield f"acknowledged {answers[name]} times: {name}"


def _steps(world: World) -> Iterator[str]:
    now = world.now - _JUST_DUE
    with world.database.reading() as session:
        left = session.scalars(due_steps(now, 20)).all()
        doubled = session.execute(
            select(StepRow.case_id, StepRow.name, StepRow.lap)
            .group_by(StepRow.case_id, StepRow.name, StepRow.lap)
            .having(func.count() > 1)
        ).all()
    for case_id in left:
        yield f"skipped: a step of case {case_id} is due and not done"
    for case_id, name, lap in doubled:
        yield f"doubled: step {name} of case {case_id} is there twice in lap {lap}"
    for what in judge_late(world.database, now):
        yield f"ladder: {what}"
