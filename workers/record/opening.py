"""A new case: its row, its first classification, its clocks."""

from collections.abc import Sequence
from datetime import datetime

from classify import entities
from classify.text import abridge
from intake.mail import plus
from models.tables import CaseRow, ClassificationRow
from models.values import CaseState, StepState
from routing import ladder
from routing.clocks import Clock
from routing.ladder import Running
from routing.missing import missing
from routing.profile import Profile
from workers.desk import Desk
from workers.stages import classify
from workers.stages.draft import Draft

_SUBJECT_CHARS = 150

Rows = list[dict[str, object]]


def case_row(draft: Draft, desk: Desk, alarm_key: str | None) -> CaseRow:
    """The case that a draft opens."""
    found, decision, mail, reporter = draft.classification, draft.decision, draft.mail, draft.reporter
    assert found is not None
    assert decision is not None
    profile = desk.profile
    text = f"{mail.subject}\n{mail.text}"
    contact = reporter.name if reporter else None
    named = frozenset(entity.label for entity in entities.find(text))
    return CaseRow(
        state=CaseState.NEW,
        level=found.level,
        category=found.category,
        level_name=profile.level_name(found.level, mail.language, found.category),
        process=decision.process,
        confidence=found.confidence,
        needs_review=found.needs_review,
        language=mail.language,
        channel=draft.claimed.channel,
        customer=reporter.address if reporter else None,
        subject=mail.subject or _first_line(mail.reply)[:_SUBJECT_CHARS],
        profile=profile.name,
        profile_version=profile.version,
        routing_hint=_hint(draft),
        assigned_team=decision.team,
        missing=list(missing(profile, found.category, found.level, text, contact, named)),
        created_at=draft.claimed.received_at,
        alarm_key=alarm_key,
    )


def classification_row(case_id: int, draft: Draft, now: datetime) -> ClassificationRow:
    """What the classifier said of the report that opened the case."""
    found, read = draft.classification, classify.text_of(draft)
    assert found is not None
    return ClassificationRow(
        case_id=case_id,
        report_id=draft.claimed.id,
        at=now,
        by="machine",
        model=found.model,
        level=found.level,
        category=found.category,
        level_probs={str(level): round(p, 4) for level, p in found.level_probs.items()},
        category_probs={name: round(p, 4) for name, p in found.category_probs.items()},
        needs_review=found.needs_review,
        evidence=[{"text": e.text, "label": e.label, "weight": round(e.weight, 4)} for e in found.evidence],
        reason=found.because or None,
        entities=[{"label": e.label, "value": e.value} for e in entities.find(f"{read.subject}\n{read.body}")],
        read={"channel": read.channel, "subject": read.subject, "body": abridge(read.body)},
    )


def promises(case: CaseRow, clocks: Sequence[Clock], profile: Profile, now: datetime) -> tuple[Rows, Rows, Rows]:
    """The clocks of a new case, the beginning of their log, and the steps of its ladder, as values to be inserted."""
    running = {clock.name: Running(clock.due_at, clock.hours) for clock in clocks}
    planned: Rows = [{"case_id": case.id, **_clock(clock)} for clock in clocks]
    log: Rows = [
        {
            "case_id": case.id,
            "name": clock.name,
            "at": now,
            "kind": "started",
            "due_at": clock.due_at,
            "because": clock.because,
        }
        for clock in clocks
    ]
    climbed: Rows = [
        {
            "case_id": case.id,
            "name": step.name,
            "lap": 0,
            "clock": step.clock,
            "planned_at": step.due_at,
            "due_at": step.due_at,
            "state": StepState.WAITING,
            "told": [],
            "because": step.because,
        }
        for step in ladder.steps(profile, case.level, running)
    ]
    return planned, log, climbed


def _clock(clock: Clock) -> dict[str, object]:
    return {
        "name": clock.name,
        "starts_at": clock.starts_at,
        "due_at": clock.due_at,
        "hours": clock.hours,
        "is_promise": clock.is_promise,
        "because": clock.because,
    }


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _hint(draft: Draft) -> str | None:
    """What the customer's address for us had behind its + sign."""
    details = (plus.split(address)[1] for address in draft.claimed.rcpt_tos)
    return next((detail[:64] for detail in details if detail), None)
