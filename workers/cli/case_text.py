"""Cases as tables and lines, for people at a terminal."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from models.tables import CaseRow, ClockRow, CustomerRow
from models.values import CaseState, case_number
from routing.wording import one_line
from workers.cli.shown import facts, local, plain, table

_SUBJECT_CHARS = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases are listed: of that state, or open ones; `is_due` those alone that have a promise to keep, the
    soonest first."""

    state: str | None
    is_open: bool
    team: str | None
    level: int | None
    is_due: bool


def listed(session: Session, wanted: Wanted, limit: int, now: datetime, zone: ZoneInfo) -> Table | None:
    """The table of the cases; None where there is none."""
    deadline = _deadline()
    query = select(CaseRow, deadline.label("deadline"))
    if wanted.is_open:
        query = query.where(CaseRow.state != CaseState.CLOSED)
    for column, value in (
        (CaseRow.state, wanted.state),
        (CaseRow.assigned_team, wanted.team),
        (CaseRow.level, wanted.level),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.is_due:
        query = query.where(deadline.is_not(None)).order_by(deadline, CaseRow.id)
    else:
        query = query.order_by(CaseRow.id.desc())
    found = session.execute(query.limit(limit)).all()
    if not found:
        return None
    rows = table("number", "level", "state", "team", "next deadline", "subject", unbroken=("number", "next deadline"))
    for case, due_at in found:
        due = "" if due_at is None else local(due_at, zone)
        late = " late" if due_at is not None and due_at <= now else ""
        subject = plain(one_line(case.subject, _SUBJECT_CHARS))
        rows.add_row(case.number, str(case.level), case.state, case.assigned_team, due + late, subject)
    return rows


def _deadline() -> ScalarSelect[datetime]:
    """When the next promise of a case is to be kept; one that was broken still is."""
    return (
        select(func.min(ClockRow.due_at))
        .where(ClockRow.case_id == CaseRow.id, ClockRow.met_at.is_(None), ClockRow.paused_at.is_(None))
        .where(ClockRow.is_promise)
        .scalar_subquery()
    )


def print_case(console: Console, session: Session, case: CaseRow, zone: ZoneInfo) -> None:
    """Everything that is known of the case."""
    customer = session.get(CustomerRow, case.customer_id) if case.customer_id is not None else None
    known = f"{customer.name} ({customer.number}), " if customer else ""
    console.print(facts({
        case.number: one_line(case.subject),
        "state": case.state + (", a person should look at it" if case.needs_review else ""),
        "goes on in": case.goes_on_in or "",
        "took in": ", ".join(merged.number for merged in case.merged),
        "level": f"{case.level} ({case.level_name}), {case.category}, {case.process} process, scheme {case.profile}",
        "priority": case.priority,
        "team": case.assigned_team + (f", accepted by {case.accepted_by}" if case.accepted_by else ""),
        "customer": f"{known}{case.customer or ''}",
        "standing": ": ".join(part for part in (case.standing, case.standing_because) if part),
        "consent": case.consent or "",
        "asked for": ", ".join(case.missing),
        "cause": case.cause or "",
        "solution": case.solution or "",
        "linked": ", ".join(_linked(case)),
    }))  # fmt: skip
    _print_reports(console, case, zone)
    _print_timeline(console, case, zone)
    print_clocks(console, case, zone)
    print_ladder(console, case, zone)
    _print_letters(console, case, zone)


def print_clocks(console: Console, case: CaseRow, zone: ZoneInfo) -> None:
    """Each clock with every change of it, and why."""
    console.print(f"\n[bold]Clocks[/bold] (times in {zone.key})")
    rows = table("clock", "at", "change", "due", "because", unbroken=("at", "due"))
    order = {row.name: position for position, row in enumerate(case.clocks)}
    log = sorted(case.clock_events, key=lambda entry: (order.get(entry.name, len(order)), entry.name, entry.id))
    before = ""
    for entry in log:
        name = "" if entry.name == before else entry.name
        rows.add_row(name, local(entry.at, zone), entry.kind, local(entry.due_at, zone), plain(entry.because))
        before = entry.name
    console.print(rows if log else "none")


def print_ladder(console: Console, case: CaseRow, zone: ZoneInfo) -> None:
    """The steps of the ladder: what happened, whom it told, and what would come."""
    console.print("\n[bold]Ladder[/bold]")
    rows = table("step", "when", "state", "told", "because", unbroken=("when",))
    for step in case.steps:
        when = local(step.done_at or step.due_at or step.planned_at, zone)
        rows.add_row(step.name, when, step.state, plain(", ".join(step.told)), plain(step.because))
    console.print(rows if case.steps else "none")


def _print_reports(console: Console, case: CaseRow, zone: ZoneInfo) -> None:
    console.print("\n[bold]Reports[/bold]")
    rows = table("received", "by", "from", "as", "id", unbroken=("received", "id"))
    for row in case.reports:
        sender = plain(row.sender or row.mail_from or "")
        rows.add_row(local(row.received_at, zone), row.channel, sender, row.outcome or row.state, row.id)
    console.print(rows if case.reports else "none")
    for row in case.reports:
        if row.text:
            console.print(f"\n  [bold]{row.id}[/bold]")
            console.print(_indented(row.text))


def _print_timeline(console: Console, case: CaseRow, zone: ZoneInfo) -> None:
    console.print("\n[bold]Timeline[/bold]")
    rows = table("at", "by", "what", "", unbroken=("at",))
    for event in case.events:
        rows.add_row(local(event.at, zone), plain(event.actor), event.kind, plain(event.text))
    console.print(rows)


def _print_letters(console: Console, case: CaseRow, zone: ZoneInfo) -> None:
    console.print("\n[bold]Letters and notices[/bold]")
    rows = table("queued", "by", "kind", "to", "state", unbroken=("queued",))
    for row in case.outgoing:
        state = f"{row.state} {local(row.sent_at, zone)}" if row.sent_at else row.state
        fault = f": {row.error}" if row.error else ""
        rows.add_row(local(row.created_at, zone), row.channel, row.kind, plain(row.recipient), plain(state + fault))
    console.print(rows if case.outgoing else "none")


def _linked(case: CaseRow) -> list[str]:
    links = [(link.other_id, link.kind) for link in case.linked_to]
    links += [(link.case_id, link.kind) for link in case.linked_from]
    return [f"{case_number(other)} ({kind})" for other, kind in links]


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in plain(text.strip()).splitlines())
