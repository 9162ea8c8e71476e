"""What came of a simulated mail, read from its database: the case, its promises, and all that went out, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CaseRow, ContractRow, CustomerRow, EventRow, OutgoingRow, ReportRow, StepRow
from models.values import StepState
from workers.cases.notices import EMAIL
from workers.simulated.desk import Simulation

# Said at the head of the account already, or by the message itself.
_AT_THE_HEAD = frozenset({"received", "classified", "routed"})


@dataclass(frozen=True, slots=True)
class Message:
    """A message that would go out: `number` counts from 1 in the order of time, `kind` is acknowledgement, notice or
    that of the letter, `source` what would be handed to the relay or the telephone."""

    number: int
    at: datetime
    channel: str
    kind: str
    recipient: str
    subject: str
    text: str
    source: bytes


@dataclass(frozen=True, slots=True)
class Promise:
    """A clock of the case; one that is no promise only carries steps of the ladder."""

    name: str
    due_at: datetime
    is_promise: bool
    because: str


@dataclass(frozen=True, slots=True)
class Happening:
    """An entry of the account: something the desk did by itself, or `message` going out."""

    at: datetime
    what: str
    text: str
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder: done, dropped, or waiting at the end."""

    name: str
    at: datetime
    state: str
    told: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Served:
    """The case as it was opened, and what it was promised. `customer` and `contract` are empty where the
    directory knows none; `evidence` are the words by which it was judged."""

    number: str
    level: int
    level_name: str
    category: str
    confidence: float
    evidence: tuple[str, ...]
    judged: str
    needs_review: bool
    process: str
    team: str
    routed: str
    profile: str
    customer: str
    contract: str
    standing: str
    missing: tuple[str, ...]
    not_acknowledged: str
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that came of the mail. `case` is None where it opened none, for the reason in `because`."""

    subject: str
    sender: str
    received_at: datetime
    ends_at: datetime
    outcome: str
    because: str
    case: Served | None
    messages: tuple[Message, ...]
    happened: tuple[Happening, ...]
    ladder: tuple[Rung, ...]

    @property
    def to_come(self) -> list[Rung]:
        """The steps that would follow later."""
        return sorted((rung for rung in self.ladder if rung.state == StepState.WAITING), key=lambda rung: rung.at)


def account(simulation: Simulation, lasting: timedelta) -> Account:
    """What has come of the mail, and what comes of it while nobody does anything for so long."""
    with simulation.database.reading() as session:
        opened = _case(session, simulation)
        served = _served(session, opened) if opened is not None else None
    simulation.pass_time(lasting)
    with simulation.database.reading() as session:
        report = session.get_one(ReportRow, simulation.report_id)
        case = _case(session, simulation)
        messages = tuple(_messages(session, case)) if case is not None else ()
        return Account(
            subject=report.subject or "",
            sender=report.sender or "",
            received_at=report.received_at,
            ends_at=simulation.clock(),
            outcome=report.outcome or "failed",
            because=report.outcome_because or report.error or "",
            case=served,
            messages=messages,
            happened=tuple(_happened(case, messages)) if case is not None else (),
            ladder=tuple(_rung(row) for row in case.steps) if case is not None else (),
        )


def _case(session: Session, simulation: Simulation) -> CaseRow | None:
    report = session.get_one(ReportRow, simulation.report_id)
    return session.get(CaseRow, report.case_id) if report.case_id is not None else None


def _messages(session: Session, case: CaseRow) -> Iterator[Message]:
    rows = session.scalars(select(OutgoingRow).where(OutgoingRow.case_id == case.id)).all()
    ordered = sorted(rows, key=lambda row: (row.sent_at or row.created_at, row.step_id or 0, row.channel, row.id))
    for number, row in enumerate(ordered, start=1):
        subject, text = _read(row)
        at = row.sent_at or row.created_at
        yield Message(number, at, row.channel, row.kind, row.recipient, subject, text, row.content)


def _read(row: OutgoingRow) -> tuple[str, str]:
    if row.channel != EMAIL:
        return "", row.content.decode("utf-8", "replace")
    mail = message_from_bytes(row.content, policy=policy.default)
    body = mail.get_body(("plain",))
    return str(mail["Subject"] or ""), body.get_content() if body is not None else ""


def _served(session: Session, case: CaseRow) -> Served:
    contract = session.get(ContractRow, case.contract_id) if case.contract_id is not None else None
    customer = session.get(CustomerRow, case.customer_id) if case.customer_id is not None else None
    [judged] = case.classifications
    return Served(
        number=case.number,
        level=case.level,
        level_name=case.level_name,
        category=case.category,
        confidence=case.confidence,
        evidence=tuple(f"{found['text']} ({found['label']}, {found['weight']:+.2f})" for found in judged.evidence),
        judged=judged.reason or "",
        needs_review=judged.needs_review,
        process=case.process,
        team=case.assigned_team,
        routed=_text(case.events, "routed"),
        profile=case.profile,
        customer=f"{customer.name} ({customer.number})" if customer else "",
        contract=f"{contract.number}, {case.tier or 'no tier'}" if contract else "",
        standing=": ".join(part for part in (case.standing, case.standing_because) if part),
        missing=tuple(case.missing),
        not_acknowledged=_text(case.events, "not-acknowledged"),
        promises=tuple(Promise(row.name, row.due_at, row.is_promise, row.because) for row in case.clocks),
    )


def _rung(row: StepRow) -> Rung:
    return Rung(row.name, row.done_at or row.due_at or row.planned_at, row.state, tuple(row.told), row.because)


def _text(events: Sequence[EventRow], kind: str) -> str:
    return next((event.text for event in events if event.kind == kind), "")


def _happened(case: CaseRow, messages: Sequence[Message]) -> Iterator[Happening]:
    found = [Happening(row.at, row.kind, row.text) for row in case.events if row.kind not in _AT_THE_HEAD]
    found += [
        Happening(one.at, one.channel, f"#{one.number} to {one.recipient}: {one.subject or one.text}", one)
        for one in messages
    ]
    yield from sorted(found, key=lambda happening: happening.at)  # what was done, then what was sent of it
