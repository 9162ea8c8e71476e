"""People's corrections: written down with what they correct, and read as reports to learn from."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from classify.model import ReportText
from classify.training.corpus import Row
from models.classifications import by_machine
from models.tables import CaseRow, ClassificationRow, CorrectionRow, ReportRow
from models.values import Channel, Language

# Every correction is a writer of its own: the next one is by somebody else, on something else.
_WRITER = "desk"


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says a case is, and why."""

    level: int
    category: str
    by: str
    reason: str


def correction_row(session: Session, case: CaseRow, correction: Correction, now: datetime) -> CorrectionRow:
    """The row that remembers a correction of the report that opened `case`."""
    judged = by_machine(session, case)
    text = _read(session, case, judged)
    return CorrectionRow(
        case_id=case.id,
        at=now,
        by=correction.by,
        reason=correction.reason or None,
        text_hash=text_hash(text),
        channel=text.channel,
        language=case.language,
        subject=text.subject,
        body=text.body,
        model=judged.model if judged else None,
        predicted_level=judged.level if judged else case.level,
        predicted_category=judged.category if judged else case.category,
        level=correction.level,
        category=correction.category,
        before_level=case.level,
        before_category=case.category,
    )


def text_hash(text: ReportText) -> str:
    """SHA-256 of a text as the classifier was given it, in hexadecimal digits."""
    return hashlib.sha256("\0".join((text.channel, text.subject, text.body)).encode("utf-8", "replace")).hexdigest()


def corrections(session: Session) -> list[Row]:
    """The last word on each corrected text, oldest first, as reports to learn from. What was taken back does not count.
    Texts without a letter are left out: there is nothing in them to learn."""
    stands = CorrectionRow.withdrawn_at.is_(None)
    last = select(func.max(CorrectionRow.id)).where(stands).group_by(CorrectionRow.text_hash)
    found = session.scalars(select(CorrectionRow).where(CorrectionRow.id.in_(last)).order_by(CorrectionRow.id))
    return [_as_row(row) for row in found if (row.subject + row.body).strip()]


def _as_row(row: CorrectionRow) -> Row:
    return Row(
        id=f"correction-{row.id}",
        writer=f"{_WRITER}-{row.text_hash}",
        theme=row.text_hash,
        language=Language(row.language),
        text=ReportText(Channel(row.channel), row.subject, row.body),
        level=row.level,
        category=row.category,
    )


def _read(session: Session, case: CaseRow, judged: ClassificationRow | None) -> ReportText:
    """What the classifier read; of cases from before that was kept, what the first report says. Nothing where that is
    gone: what is left of the case, "[erased]" for one, is no report."""
    if judged is not None and judged.read:
        return ReportText(Channel(judged.read["channel"]), judged.read["subject"], judged.read["body"])
    report = session.scalar(
        select(ReportRow)
        .where(ReportRow.case_id == case.id)
        .order_by(ReportRow.received_at)
        .options(undefer(ReportRow.text))
        .limit(1)
    )
    if report is None or report.forgotten_at is not None:
        return ReportText(Channel(case.channel), "", "")
    return ReportText(Channel(case.channel), case.subject, report.text or "")
