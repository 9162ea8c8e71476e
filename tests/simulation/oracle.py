"""Says what had to happen to each case and what had not, from the logs and the schemes, and compares it with what did.

The rows by which the timers plan are no witness here: of steps only those count that the timeline tells of.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.db import Database
from models.tables import CaseRow, ClockEventRow, EventRow, OutgoingRow, ReportRow, StaffRow, StepRow
from models.values import CaseState, StepState
from routing import ladder, life
from routing import profile as profiles
from routing.profile import Profile
from routing.rules import LadderRule
from tests.simulation.history import Contradiction, Done, History, Running, read
from workers.cases import heard

BATCH = 200
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Verdict:
    """What was looked at, and what is wrong."""

    cases: int = 0
    clocks: int = 0
    breached: int = 0
    steps: int = 0
    notices: int = 0
    laps: int = 0
    most_notices: int = 0
    violations: list[str] = field(default_factory=list)


def judge(database: Database, end: datetime) -> Verdict:
    """Look at every case of the database as it is at `end`, when all that was due has been done."""
    verdict = Verdict()
    for case, steps, reach in _cases(database):
        found = _judge_case(case, steps, reach, end, verdict)
        verdict.violations += [f"{case.number} ({case.profile}): {what}" for what in found]
    return verdict


def judge_late(database: Database, end: datetime) -> list[str]:
    """What is wrong with the ladders of the database at `end`, where the timers may have been late with anything, and
    the clock may have been set back: steps that were doubled, or skipped for good, and notices that are no step's."""
    found = []
    for case, steps, reach in _cases(database):
        found += [f"{case.number} ({case.profile}): {what}" for what in _judge_late(case, steps, reach, end)]
    return found


def _judge_late(
    case: CaseRow, steps: dict[int, tuple[str, int]], reach: dict[tuple[str, str], str], end: datetime
) -> Iterator[str]:
    told = Counter(event.text.partition(": ")[0] for event in case.events if event.kind == "escalated")
    done = Counter(row.name for row in case.steps if row.state == StepState.DONE)
    for name in (told - done) + (done - told):
        yield f"step {name} is done {done[name]} times, and the timeline tells of {told[name]}"
    if not (_in_order(case.events) and _in_order(case.clock_events)):
        return  # the clock was set back while it lived: its timeline cannot be read as a history
    try:
        history = read(case.events, case.clock_events, end)
    except Contradiction as error:
        yield str(error)
        return
    profile = profiles.load(case.profile)
    yield from _doubled(history, profile)
    yield from _missing(replace(history, moments=history.moments[-1:]), profile, end, may_be_late=True)
    yield from _notices_follow(history, [row for row in case.outgoing if row.kind == "notice"], steps, reach)


def _in_order(rows: Iterable[EventRow | ClockEventRow]) -> bool:
    moments = [at for _, at in sorted((row.id, row.at) for row in rows)]
    return moments == sorted(moments)


def _cases(database: Database) -> Iterator[tuple[CaseRow, dict[int, tuple[str, int]], dict[tuple[str, str], str]]]:
    """Each case with all that hangs on it, what its steps are called, and how people are reached."""
    last = 0
    while True:
        with database.reading() as session:
            reach = _reach(session)
            cases = session.scalars(
                select(CaseRow)
                .where(CaseRow.id > last)
                .order_by(CaseRow.id)
                .limit(BATCH)
                .options(
                    selectinload(CaseRow.events),
                    selectinload(CaseRow.clocks),
                    selectinload(CaseRow.clock_events),
                    selectinload(CaseRow.steps),
                    selectinload(CaseRow.reports).load_only(ReportRow.auto, ReportRow.case_id),
                    selectinload(CaseRow.outgoing).load_only(
                        OutgoingRow.case_id,
                        OutgoingRow.step_id,
                        OutgoingRow.channel,
                        OutgoingRow.kind,
                        OutgoingRow.recipient,
                    ),
                )
            ).all()
            steps = _names(session, [case.id for case in cases])
        if not cases:
            return
        for case in cases:
            yield case, steps, reach
        last = cases[-1].id


def _names(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """What the numbers mean by which notices name their steps."""
    rows = session.execute(select(StepRow.id, StepRow.name, StepRow.lap).where(StepRow.case_id.in_(case_ids)))
    return {step_id: (name, lap) for step_id, name, lap in rows}


def _reach(session: Session) -> dict[tuple[str, str], str]:
    rows = session.scalars(select(StaffRow)).all()
    return {(row.name, way): row.address if way == "email" else row.phone or "" for row in rows for way in _WAYS}


_WAYS = ("email", "sms", "voice")


def _judge_case(
    case: CaseRow, steps: dict[int, tuple[str, int]], reach: dict[tuple[str, str], str], end: datetime, verdict: Verdict
) -> list[str]:
    try:
        history = read(case.events, case.clock_events, end)
    except Contradiction as error:
        return [str(error)]
    profile = profiles.load(case.profile)
    notices = [row for row in case.outgoing if row.kind == "notice"]
    verdict.cases += 1
    verdict.clocks += len(history.clocks)
    verdict.breached += sum(clock.breached is not None for clock in history.clocks)
    verdict.steps += len(history.done)
    verdict.notices += len(notices)
    verdict.laps += history.moments[-1].lap
    verdict.most_notices = max(verdict.most_notices, len(notices))
    return [
        *_doubled(history, profile),
        *_missing(history, profile, end),
        *_unfounded(history, profile),
        *_clocks_run_as_they_may(history, profile, end),
        *_rows_follow(case, history),
        *_notices_follow(history, notices, steps, reach),
        *_machines_are_left_alone(case),
    ]


def _doubled(history: History, profile: Profile) -> Iterator[str]:
    told: set[tuple[str, datetime]] = set()
    for step in history.done:
        dues = {(step.name, due) for due in _dues(profile, step, history)}
        if dues and dues <= told:
            yield f"step {step.name} happened again at {step.at} for the same deadline"
        told |= dues if len(dues) == 1 else set()
    for (name, lap), times in Counter((done.name, done.lap) for done in history.done).items():
        if times > 1 and heard.rule_of(name) is None:  # a customer may answer as often as he likes
            yield f"step {name} happened {times} times in lap {lap}"


def _missing(history: History, profile: Profile, end: datetime, may_be_late: bool = False) -> Iterator[str]:
    """Steps whose time came while their clock ran, and which were not done by then, or ever where they may be late: in
    the same lap, or in an earlier one for the same deadline."""
    done = {(step.name, step.lap): step.at for step in reversed(history.done)}
    told = {(step.name, due): step.at for step in reversed(history.done) for due in _dues(profile, step, history)}
    for moment in history.moments:
        if moment.state == CaseState.CLOSED:
            continue
        newest = {clock.name: (clock, due, is_paused) for clock, due, is_paused in moment.clocks}
        for rule in profile.ladder:
            if rule.clock not in newest or moment.level not in rule.levels:
                continue
            clock, due, is_paused = newest[rule.clock]
            step_due = _step_due(profile, rule, due, clock.hours)
            time = max(moment.at, step_due)
            is_there = time < moment.until or (moment.until == end and time <= end)
            when = [at for at in (done.get((rule.name, moment.lap)), told.get((rule.name, step_due))) if at is not None]
            if is_there and not is_paused and min(when, default=NEVER) > (end if may_be_late else time):
                yield f"step {rule.name} did not happen in lap {moment.lap}, its time was {time}"


def _unfounded(history: History, profile: Profile) -> Iterator[str]:
    """Steps that happened though no clock called for them."""
    at = {moment.at: moment for moment in history.moments}
    early: Counter[datetime] = Counter()
    for done in history.done:
        rule = ladder.rule_of(profile, done.name)
        if heard.rule_of(done.name) is not None:
            continue  # no clock calls for it: a mail of the customer does
        if rule is None:
            yield f"step {done.name} is none of the scheme"
            continue
        moment = at[done.at]
        if not set(moment.levels) & set(rule.levels):
            yield f"step {done.name} at {done.at} is none of level {moment.level}"
        if set(moment.states) == {CaseState.CLOSED}:
            yield f"step {done.name} at {done.at} happened to a closed case"
        ran = [clock for clock in history.clocks if clock.name == rule.clock and _ran(clock, done.at)]
        if not ran:
            yield f"step {done.name} at {done.at} happened though {rule.clock} did not run"
        elif not any(_is_due(profile, rule, clock, done) for clock in ran):
            early[done.at] += 1
    for moment_, count in early.items():
        if count > history.causes.count(moment_):
            yield f"{count} steps at {moment_} came before their time"


def _dues(profile: Profile, step: Done, history: History) -> set[datetime]:
    """The deadline for which that step happened: that of the newest clock of the name; of a clock that was started at
    the same moment perhaps, too."""
    rule = ladder.rule_of(profile, step.name)
    if rule is None:
        return set()
    ran = [clock for clock in history.clocks if clock.name == rule.clock and _ran(clock, step.at)]
    meant = [clock for clock in ran if clock.start < step.at][-1:] + [clock for clock in ran if clock.start == step.at]
    return {
        _step_due(profile, rule, due, clock.hours) for clock in meant for since, due in clock.dues if since <= step.at
    }


def _ran(clock: Running, at: datetime) -> bool:
    if at < clock.start or (clock.end is not None and clock.end < at):
        return False
    return not any(since < at and (until is None or at < until) for since, until in clock.pauses)


def _is_due(profile: Profile, rule: LadderRule, clock: Running, done: Done) -> bool:
    dues = [due for since, due in clock.dues if since <= done.at]
    return any(_step_due(profile, rule, due, clock.hours) <= done.at for due in dues)


def _clocks_run_as_they_may(history: History, profile: Profile, end: datetime) -> Iterator[str]:
    for moment in history.moments:
        over = life.happened(moment.state) - ({"acknowledged"} if moment.state == CaseState.ACKNOWLEDGED else set())
        fresh: Counter[str] = Counter()
        for clock, due, is_paused in moment.clocks:
            if life.met_by(profile, clock.name) in over:
                yield f"{clock.name} runs at {moment.at}, and what keeps it has happened: the case is {moment.state}"
            is_breached = clock.breached is not None and clock.breached <= moment.at
            fresh[clock.name] += not is_breached
            if moment.state == CaseState.WAITING and not is_paused and not is_breached and due > moment.at:
                yield f"{clock.name} runs at {moment.at} while the customer is waited for"
            time = max(moment.at, due)
            is_there = time < moment.until or (moment.until == end and time <= end)
            if is_there and not is_paused and (clock.breached is None or clock.breached > time):
                yield f"{clock.name} missed its time at {time}, and nobody noted it"
        for name, count in fresh.items():
            if count > 1:
                yield f"{count} clocks {name} run at {moment.at}"
    for clock in history.clocks:
        if clock.breached is not None and clock.breached < clock.due:
            yield f"{clock.name} was noted as missed at {clock.breached}, before {clock.due}"


def _rows_follow(case: CaseRow, history: History) -> Iterator[str]:
    """The rows of the clocks say what their logs say."""
    logged = Counter(
        (clock.name, clock.due, clock.end, clock.breached, clock.paused if clock.end is None else None)
        for clock in history.clocks
        if clock.end is None or clock.is_met
    )
    kept = Counter((row.name, row.due_at, row.met_at, row.breached_at, row.paused_at) for row in case.clocks)
    for row in (logged - kept) + (kept - logged):
        yield f"clock {row[0]} and its log differ: {row}"
    last = history.moments[-1]
    if (case.state, case.level, case.lap) != (last.state, last.level, last.lap):
        yield f"the case is {case.state}, level {case.level}, lap {case.lap}; its timeline says {last}"


def _notices_follow(
    history: History,
    notices: Sequence[OutgoingRow],
    steps: dict[int, tuple[str, int]],
    reach: dict[tuple[str, str], str],
) -> Iterator[str]:
    """Each person is told of each step once by each means, as the timeline says."""
    said: Counter[tuple[str, int, str, str]] = Counter()
    for done in history.done:
        for who in done.told:
            name, _, way = who.rpartition(" by ")
            said[*_place(done.name, done.lap), way, reach[name, way]] += 1
    sent = Counter((*_place(*steps[row.step_id or 0]), row.channel, row.recipient) for row in notices)
    for what in said - sent:
        yield f"the notice {what} is missing"
    for what in sent - said:
        yield f"the notice {what} is there, and no step has sent it"
    for what, times in Counter((*steps[row.step_id or 0], row.channel, row.recipient) for row in notices).items():
        if times > 1:
            yield f"the notice {what} is there {times} times"


def _machines_are_left_alone(case: CaseRow) -> Iterator[str]:
    if any(report.auto for report in case.reports) and any(row.kind != "notice" for row in case.outgoing):
        yield "a letter was written to a machine"


@lru_cache(maxsize=100_000)
def _due_by_name(name: str, step: str, due: datetime, hours: str) -> datetime:
    profile = profiles.load(name)
    rule = ladder.rule_of(profile, step)
    assert rule is not None
    return ladder._step(profile, rule, ladder.Running(due, hours)).due_at


def _place(name: str, lap: int) -> tuple[str, int]:
    """By which a step is told from others; those that a mail brings about are of no lap."""
    return name, lap if heard.rule_of(name) is None else 0


def _step_due(profile: Profile, rule: LadderRule, due: datetime, hours: str) -> datetime:
    return due if rule.after is None else _due_by_name(profile.name, rule.name, due, hours)
