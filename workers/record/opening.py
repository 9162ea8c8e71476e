"""A new case: its row, its first classification, its clocks."""

from collections.abc import Sequence
from datetime import datetime

from classify import entities
from classify.text import abridge
from intake.mail import plus
from models.tables import CaseRow, ClassificationRow, ClockRow
from models.values import CaseState
from routing.clocks import Clock
from routing.missing import missing
from workers.desk import Desk
from workers.stages import classify
from workers.stages.draft import Draft

_SUBJECT_CHARS = 150


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


def clock_rows(case_id: int, clocks: Sequence[Clock]) -> list[ClockRow]:
    return [
        ClockRow(case_id=case_id, name=c.name, starts_at=c.starts_at, due_at=c.due_at, hours=c.hours, because=c.because)
        for c in clocks
    ]


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _hint(draft: Draft) -> str | None:
    """What the customer's address for us had behind its + sign."""
    details = (plus.split(address)[1] for address in draft.claimed.rcpt_tos)
    return next((detail[:64] for detail in details if detail), None)
