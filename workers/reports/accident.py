"""The accident report of a case, as its customer may read it: what happened when, cause, solution, promises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CaseRow, ClassificationRow, CustomerRow, DeviceRow, EventRow, ReportRow, SiteRow, StepRow
from models.values import CaseState, Channel, Language, StepState
from routing.ladder import rule_of
from routing.profile import Profile
from routing.statistics import ClockRecord
from workers.reports.monthly import language_of, scheme_named
from workers.reports.records import end_of, promise
from workers.reports.words import PROMISED, Words, local

# What is the desk's own business (who was told, remarks, mail that did not arrive) is not in this list. The events'
# texts never go out: they name staff.
_SHOWN = (
    "received",
    "acknowledged",
    "accepted",
    "begun",
    "waiting",
    "resumed",
    "recovered",
    "solved",
    "confirmed",
    "closed",
    "reopened",
    "raised",
    "escalated",
    "replied",
    "consent-asked",
    "consent-given",
    "follow-up",
    "repeat",
    "recovery",
)
_ESCALATED = "escalated"
# An alarm that comes every minute for days is not to fill a book.
_EVENTS = 2000
_IMPACT_CHARS = 3000


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline; it happened `count` times, the last time at `until`."""

    at: datetime
    text: str
    count: int
    until: datetime


@dataclass(frozen=True, slots=True)
class AccidentReport:
    """What is said of a case. `impact` is what the reporter wrote first, cut where `is_cut`; `promises` are those that
    the customer was told of; `next` says what follows, a sentence each."""

    number: str
    subject: str
    customer: str
    level_name: str
    category: str
    state: str
    device: str
    site: str
    language: Language
    scheme: Profile
    made_at: datetime
    received_at: datetime
    solved_at: datetime | None
    timeline: tuple[Moment, ...]
    impact: str
    is_cut: bool
    cause: str
    solution: str
    promises: tuple[ClockRecord, ...]
    next: tuple[str, ...]

    @property
    def is_draft(self) -> bool:
        """True until the case is closed."""
        return self.state != CaseState.CLOSED


def accident_report(
    session: Session, case: CaseRow, language: Language | None, default: Profile, now: datetime
) -> AccidentReport:
    """The report as of `now`, in `language` or else that of the customer. `default` stands in where the profile that
    the case was planned by is no more."""
    customer = session.get(CustomerRow, case.customer_id) if case.customer_id is not None else None
    words = Words(language or _language(customer, case))
    scheme = scheme_named(case.profile, default)
    end = end_of(case.state, case.solved_at, case.closed_at)
    promises = tuple(promise(clock, end, now) for clock in case.clocks if clock.name in PROMISED)
    impact = _impact(session, case)
    return AccidentReport(
        number=case.number,
        subject=case.subject,
        customer=customer.name if customer is not None else case.customer or "",
        level_name=scheme.level_name(case.level, words.language, case.category),
        category=case.category,
        state=case.state,
        device=_device(session, case),
        site=_site(session, case),
        language=words.language,
        scheme=scheme,
        made_at=now,
        received_at=case.created_at,
        solved_at=case.solved_at,
        timeline=_timeline(session, case, scheme, words),
        impact=impact[:_IMPACT_CHARS],
        is_cut=len(impact) > _IMPACT_CHARS,
        cause=case.cause or "",
        solution=case.solution or "",
        promises=promises,
        next=tuple(_next(case, promises, scheme, words)),
    )


def _language(customer: CustomerRow | None, case: CaseRow) -> Language:
    if customer is None and case.language in set(Language):
        return Language(case.language)
    return language_of(customer)


def _timeline(session: Session, case: CaseRow, scheme: Profile, words: Words) -> tuple[Moment, ...]:
    steps = [step for step in case.steps if step.state == StepState.DONE and step.done_at is not None]
    # A step says whom it went to, its event does not.
    kinds = [kind for kind in _SHOWN if kind != _ESCALATED or not steps]
    happened = session.execute(
        select(EventRow.at, EventRow.kind)
        .where(EventRow.case_id == case.id, EventRow.kind.in_(kinds))
        .order_by(EventRow.id)
        .limit(_EVENTS)
    )
    found = [(at, words.of("event", kind)) for at, kind in happened]
    found += _judgements(case.classifications, scheme, words)
    found += [(step.done_at, text) for step in steps if step.done_at and (text := _step(step, scheme, words))]
    found.sort(key=lambda entry: entry[0])  # stable: what happened at one moment stays as it was written
    lines = [list(group) for _, group in groupby(found, key=lambda entry: entry[1])]
    return tuple(Moment(line[0][0], line[0][1], len(line), line[-1][0]) for line in lines)


def _judgements(rows: Sequence[ClassificationRow], scheme: Profile, words: Words) -> Iterator[tuple[datetime, str]]:
    for place, row in enumerate(rows):
        sentence = words.of("event", "reclassified" if place else "classified")
        level = scheme.level_name(row.level, words.language, row.category)
        yield row.at, sentence.format(level=level, category=words.of("categories", row.category))


def _step(step: StepRow, scheme: Profile, words: Words) -> str:
    """A step of the ladder by its roles, never by the people; empty where it was the desk's own business."""
    rule = rule_of(scheme, step.name)
    if rule is None:
        return words.of("event", _ESCALATED)
    roles = ", ".join(words.of("roles", role) for role in rule.tell)
    said = [words.of("event", "escalated-to").format(roles=roles)] if roles else []
    if "expert" in rule.does:
        said.append(words.of("event", "expert"))
    return "; ".join(said)


def _impact(session: Session, case: CaseRow) -> str:
    """What the report that opened the case said, without quotations and signature."""
    query = select(ReportRow.text).where(ReportRow.case_id == case.id).order_by(ReportRow.received_at).limit(1)
    text = (session.scalar(query) or "").strip()
    if case.channel == Channel.PHONE:
        return text
    from intake.mail import reply  # noqa: PLC0415 - brings the readers of all forms of text

    return reply.new_text(text, reply.split(text)).strip() or text


def _device(session: Session, case: CaseRow) -> str:
    device = session.get(DeviceRow, case.device_id) if case.device_id is not None else None
    return f"{device.model} {device.serial_number}".strip() if device is not None else ""


def _site(session: Session, case: CaseRow) -> str:
    site = session.get(SiteRow, case.site_id) if case.site_id is not None else None
    return " ".join(filter(None, (site.name or site.number, site.city))) if site is not None else ""


def _next(case: CaseRow, promises: Sequence[ClockRecord], scheme: Profile, words: Words) -> Iterator[str]:
    if case.state == CaseState.CLOSED:
        days = scheme.threads.reopen_days
        yield words["next_reopen"].format(days=days) if days else words["next_new"]
        return
    if case.state in (CaseState.SOLVED, CaseState.RECOVERED, CaseState.WAITING):
        yield {
            CaseState.SOLVED: words["next_confirm"],
            CaseState.RECOVERED: words["next_watch"],
            CaseState.WAITING: words["next_waiting"],
        }[CaseState(case.state)]
        return
    yield words["next_working"]
    for clock in sorted(promises, key=lambda clock: clock.due_at):
        if clock.outcome == "running":
            due = local(clock.due_at, scheme.hours.zone)
            yield words["next_promise"].format(time=due, promise=words.of("clock", clock.name))
