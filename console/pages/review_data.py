"""What the review page shows of the queue and of one case."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from console.auth.roles import User
from console.auth.visible import visible_to
from console.pages.highlight import Piece, pieces
from models.classifications import by_machine
from models.tables import CaseRow, ClassificationRow, ClockRow, EventRow, ReportRow
from models.values import CATEGORIES, LEVELS

LISTED = 40
_LONGEST_TEXT = 20_000
_MANY_BREAKS = re.compile(r"\n(?:[ \t]*\n){2,}")
# Entries of the timeline that say why a person should look.
_REASONS = (
    "not-acknowledged",
    "not-written",
    "undeliverable",
    "graver",
    "new-matter",
    "answered-elsewhere",
    "taken-back",
    "passed-on",
    "uncorrected",
    "transcript",
    "not-transcribed",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as a reviewer sees it. `seen` is its newest classification: the page is out of date when there is a newer
    one. `level_shares` and `category_shares` are the machine's probabilities."""

    case: CaseRow
    seen: int
    why: Sequence[str]
    text: Sequence[Piece]
    elsewhere: Sequence[Piece]
    entities: Sequence[Mapping[str, str]]
    level_shares: Sequence[tuple[int, float]]
    category_shares: Sequence[tuple[str, float]]
    clocks: Sequence[ClockRow]
    model: str | None
    last_by: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a case promises: taken before and after a correction, the difference is what it changed."""

    level: int
    category: str
    team: str
    due: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a correction changed; a clock that was not there before, or is no more, has None."""

    what: str
    before: str | datetime | None
    after: str | datetime | None

    @property
    def is_clock(self) -> bool:
        return self.what.startswith("clock.")


def queue(session: Session, user: User, limit: int = LISTED) -> list[CaseRow]:
    """The cases that wait for a look and that `user` sees, gravest first, then oldest."""
    waiting = select(CaseRow).where(CaseRow.needs_review.is_(True), visible_to(user))
    return list(session.scalars(waiting.order_by(CaseRow.level, CaseRow.id).limit(limit)))


def following(session: Session, user: User, case: CaseRow, level: int) -> CaseRow | None:
    """The case after this one, which stood at `level` in the queue; the first one where none is after it."""
    after = or_(CaseRow.level > level, and_(CaseRow.level == level, CaseRow.id > case.id))
    waiting = select(CaseRow).where(CaseRow.needs_review.is_(True), visible_to(user), CaseRow.id != case.id)
    in_order = waiting.order_by(CaseRow.level, CaseRow.id).limit(1)
    return session.scalar(in_order.where(after)) or session.scalar(in_order)


def newest_class(session: Session, case_id: int) -> ClassificationRow | None:
    return session.scalar(
        select(ClassificationRow)
        .where(ClassificationRow.case_id == case_id)
        .order_by(ClassificationRow.id.desc())
        .limit(1)
    )


def show(session: Session, case: CaseRow) -> Shown:
    newest = newest_class(session, case.id)
    judged = by_machine(session, case)
    said = _MANY_BREAKS.sub("\n\n", _text(session, case, judged))
    text, elsewhere = pieces(said, judged.evidence if judged else [])
    return Shown(
        case=case,
        seen=newest.id if newest else 0,
        why=_why(session, case, judged),
        text=text,
        elsewhere=elsewhere,
        entities=(judged.entities or []) if judged else [],
        level_shares=[(level, _share(judged.level_probs if judged else {}, str(level))) for level in LEVELS],
        category_shares=[(name, _share(judged.category_probs if judged else {}, name)) for name in CATEGORIES],
        clocks=running(case.clocks),
        model=judged.model if judged else None,
        last_by=newest.by if newest else "",
    )


def plan_of(case: CaseRow) -> Plan:
    return Plan(case.level, case.category, case.assigned_team, {row.name: row.due_at for row in running(case.clocks)})


def changes(before: Plan, after: Plan) -> list[Change]:
    """What is otherwise than it was: level, category, team, then the clocks by the time they are due."""
    pairs = [
        ("level", str(before.level), str(after.level)),
        ("category", before.category, after.category),
        ("team", before.team, after.team),
    ]
    found = [Change(what, old, new) for what, old, new in pairs if old != new]
    names = sorted({*before.due, *after.due}, key=lambda name: after.due.get(name) or before.due[name])
    clocks = [Change(f"clock.{name}", before.due.get(name), after.due.get(name)) for name in names]
    return found + [each for each in clocks if each.before != each.after]


def running(clocks: Sequence[ClockRow]) -> list[ClockRow]:
    """The promises that are not kept yet, of several of one name the newest, the soonest first."""
    newest = {row.name: row for row in sorted(clocks, key=lambda row: row.starts_at) if row.met_at is None}
    return sorted(newest.values(), key=lambda row: row.due_at)


def _share(shares: Mapping[str, object], name: str) -> float:
    share = shares.get(name)
    return float(share) if isinstance(share, int | float) else 0.0


def _text(session: Session, case: CaseRow, judged: ClassificationRow | None) -> str:
    """What the classifier read; of cases from before that was kept, what the first report says."""
    if judged is not None and judged.read:
        return str(judged.read.get("body", ""))[:_LONGEST_TEXT]
    first = select(ReportRow.text).where(ReportRow.case_id == case.id).order_by(ReportRow.received_at).limit(1)
    return (session.scalar(first) or "")[:_LONGEST_TEXT]


def _why(session: Session, case: CaseRow, judged: ClassificationRow | None) -> list[str]:
    """Why a person should look: what the classifier was unsure of, then what has happened since."""
    found = [judged.reason] if judged is not None and judged.needs_review and judged.reason else []
    entries = select(EventRow.text).where(EventRow.case_id == case.id, EventRow.kind.in_(_REASONS))
    return [*found, *session.scalars(entries.order_by(EventRow.id.desc()).limit(3))]
