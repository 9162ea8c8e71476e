"""A new case: its row, its first classification, its clocks."""

from collections.abc import Sequence
from datetime import datetime

from classify.entities import Entity
from classify.text import abridge
from intake.mail import plus
from models.tables import CaseRow, ClassificationRow
from models.values import CaseState, Language, Standing, StepState
from routing import ladder
from routing.clocks import Clock
from routing.entitlement import Party
from routing.ladder import Running
from routing.missing import missing
from routing.profile import Profile
from routing.serving import Serving
from workers.stages import classify
from workers.stages.draft import Draft

_SUBJECT_CHARS = 150

Rows = list[dict[str, object]]


def case_row(draft: Draft, alarm_key: str | None) -> CaseRow:
    """The case that a draft opens."""
    found, decision, mail, reporter = draft.classification, draft.decision, draft.mail, draft.reporter
    assert found is not None
    assert decision is not None
    assert draft.serving is not None
    profile = draft.serving.profile
    contact = reporter.name if reporter else draft.spoken.name if draft.spoken else None
    language = _language(draft)
    names = frozenset(entity.label for entity in draft.entities)
    case = CaseRow(
        state=CaseState.NEW,
        level=found.level,
        category=found.category,
        level_name=profile.level_name(found.level, language, found.category),
        process=decision.process,
        priority=profile.priority.levels[str(found.level)],  # type: ignore[index]
        confidence=found.confidence,
        needs_review=found.needs_review,
        language=language,
        channel=draft.claimed.channel,
        customer=reporter.address if reporter else draft.reported_by,
        subject=mail.subject or _first_line(mail.reply)[:_SUBJECT_CHARS],
        profile=profile.name,
        profile_version=profile.version,
        routing_hint=hint(draft),
        assigned_team=decision.team,
        missing=list(missing(profile, found.category, found.level, draft.searched, contact, names)),
        created_at=draft.claimed.received_at,
        alarm_key=alarm_key,
    )
    if draft.party is not None:
        put_under(case, draft.party)
        explain(case, draft.party, draft.serving)
    return case


def put_under(case: CaseRow, party: Party) -> None:
    """Write down whose case it is, by which contract and for what; he is not asked for what the directory knows."""
    case.customer_id, case.contact_id, case.contract_id = party.customer_id, party.contact_id, party.contract_id
    case.site_id, case.device_id = party.site_id, party.device_id
    case.tier, case.site_class = party.tier, party.site_class
    case.standing = party.standing
    case.missing = [key for key in case.missing if key not in _known_of(party)]


def _known_of(party: Party) -> set[str]:
    """What needs not be asked. Who has but named somebody's device or contract is not known by it."""
    if party.standing == Standing.UNKNOWN:
        return set()
    known = {
        "company": party.customer_id is not None,
        "contact": party.contact_id is not None,
        "serial_number": party.device_id is not None,
        "phone": party.has_phone,
    }
    return {key for key, is_known in known.items() if is_known}


def explain(case: CaseRow, party: Party, served: Serving) -> None:
    """Write down how the case is served by that, and why."""
    case.tier, case.site_class = served.tier, served.site_class
    case.standing_because = "; ".join(part for part in (party.because, served.because) if part)
    case.needs_review = case.needs_review or party.needs_review or served.is_held


def _language(draft: Draft) -> str:
    """The mail's own; the customer's where there is not a letter in it to tell by."""
    own, customers = draft.mail.language, draft.party.language if draft.party else None
    said = draft.mail.subject + draft.mail.reply
    return customers if customers in set(Language) and not any(map(str.isalpha, said)) else own


def classification_row(case_id: int, draft: Draft, now: datetime) -> ClassificationRow:
    """What the classifier said of the report that opened the case."""
    found, read = draft.classification, classify.text_of(draft)
    assert found is not None
    said = draft.searched if classify.is_whole(draft) else f"{read.subject}\n{read.body}"
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
        entities=[{"label": e.label, "value": e.value} for e in draft.entities if _shown(draft, e) in said],
        read={"channel": read.channel, "subject": read.subject, "body": abridge(read.body)},
    )


def _shown(draft: Draft, entity: Entity) -> str:
    return draft.searched[entity.start : entity.end]


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


def hint(draft: Draft) -> str | None:
    """What the customer's address for us had behind its + sign."""
    details = (plus.split(address)[1] for address in draft.claimed.rcpt_tos)
    return next((detail[:64] for detail in details if detail), None)
