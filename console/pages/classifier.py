"""`/classifier`: how the machine's word compares with people's, week by week, and what they taught it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, load_only

from console.auth.roles import User
from console.auth.visible import of_visible
from console.pages.drift import DriftView
from console.pages.gate import Viewer
from console.pages.render import page
from console.services import Services
from models.classifications import is_last_word
from models.tables import ClassificationRow, CorrectionRow
from models.values import CATEGORIES, LEVELS

router = APIRouter()
WEEKS = 12
_COMPARED = 5000  # the cases corrected last, which the tables are made of
_LISTED = 50


@dataclass(frozen=True, slots=True)
class Week:
    """One week: `judged` by the machine, of which it asked a person to look at `asked`; people looked at `looked`
    cases, and said in the end that `right` were right as they were."""

    begins: datetime
    judged: int
    asked: int
    looked: int
    right: int

    @property
    def accuracy(self) -> float | None:
        return self.right / self.looked if self.looked else None


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often the machine said one thing where a person said another: rows are the machine's word."""

    labels: Sequence[str]
    counts: Counter[tuple[str, str]]

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def right(self) -> int:
        return sum(count for (said, is_so), count in self.counts.items() if said == is_so)


@router.get("/classifier")
def show_classifier(request: Request, user: Viewer) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        ledger = _ledger(session, user)
        levels, categories = _confusions(session, user)
        weeks = _weeks(session, services.clock())
        week, before = services.pages.admin.drift(session, services.clock())
        model = session.scalar(
            select(ClassificationRow.model)
            .where(ClassificationRow.model.is_not(None))
            .order_by(ClassificationRow.at.desc())
            .limit(1)
        )
    return page(
        request,
        "classifier.html",
        levels=levels,
        kinds=categories,
        weeks=weeks,
        most=max((week.judged for week in weeks), default=0) or 1,
        ledger=ledger,
        model=model,
        drift=DriftView(week, before),
        models=services.pages.admin.classifiers.show(),
    )


def _ledger(session: Session, user: User) -> list[CorrectionRow]:
    """The newest corrections of cases that `user` sees, without their texts."""
    said = load_only(
        CorrectionRow.case_id,
        CorrectionRow.at,
        CorrectionRow.by,
        CorrectionRow.reason,
        CorrectionRow.subject,
        CorrectionRow.predicted_level,
        CorrectionRow.predicted_category,
        CorrectionRow.level,
        CorrectionRow.category,
        CorrectionRow.withdrawn_at,
    )
    seen = select(CorrectionRow).options(said).where(of_visible(CorrectionRow.case_id, user))
    return list(session.scalars(seen.order_by(CorrectionRow.id.desc()).limit(_LISTED)))


def _confusions(session: Session, user: User) -> tuple[Confusion, Confusion]:
    """How the machine's word compares with what people said of a case in the end."""
    newest = select(
        CorrectionRow.predicted_level,
        CorrectionRow.level,
        CorrectionRow.predicted_category,
        CorrectionRow.category,
    )
    newest = newest.where(of_visible(CorrectionRow.case_id, user), is_last_word())
    compared = newest.order_by(CorrectionRow.id.desc()).limit(_COMPARED).subquery().c
    said = compared.predicted_level, compared.level, compared.predicted_category, compared.category
    levels, categories = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    counted = select(*said, func.count()).group_by(*said)
    for predicted_level, level, predicted_category, category, number in session.execute(counted):
        levels[str(predicted_level), str(level)] += number
        categories[predicted_category, category] += number
    return Confusion([str(level) for level in LEVELS], levels), Confusion(CATEGORIES, categories)


def _weeks(session: Session, now: datetime) -> list[Week]:
    """The last weeks, the oldest first, each read along the index on its times."""
    found = []
    for ago in range(WEEKS, 0, -1):
        begins = now - timedelta(weeks=ago)
        ends = begins + timedelta(weeks=1)
        judged, asked = session.execute(
            select(func.count(), func.sum(case((ClassificationRow.needs_review.is_(True), 1), else_=0))).where(
                ClassificationRow.at >= begins, ClassificationRow.at < ends, ClassificationRow.model.is_not(None)
            )
        ).one()
        is_right = and_(
            CorrectionRow.level == CorrectionRow.predicted_level,
            CorrectionRow.category == CorrectionRow.predicted_category,
        )
        looked, right = session.execute(
            select(func.count(), func.sum(case((is_right, 1), else_=0))).where(
                CorrectionRow.at >= begins, CorrectionRow.at < ends, is_last_word()
            )
        ).one()
        found.append(Week(begins, judged, asked or 0, looked, right or 0))
    return found
