"""One case that knows of the person: everything that is kept of it and for it."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, delete, inspect, or_, select
from sqlalchemy.orm import Session

from models import case_search
from models.bodies import ERASURE
from models.knowledge import put
from models.tables import (
    ApiAnswerRow,
    Base,
    CaseLinkRow,
    CaseRow,
    ClassificationRow,
    ClockEventRow,
    ClockRow,
    CorrectionRow,
    EventRow,
    KnowledgeRow,
    MergeRow,
    OutgoingRow,
    ParticipantRow,
    ReportRow,
    StepRow,
    SurveyRow,
)
from workers.erasing import reports
from workers.erasing.found import Found
from workers.erasing.person import Person
from workers.erasing.words import ERASED, Traces

# What hangs on a case, and is looked through word by word.
_OF_CASE = (ClassificationRow, ClockEventRow, ClockRow, CorrectionRow, EventRow, StepRow, SurveyRow)
_REPLIED = "replied"


def erase(
    session: Session, case_id: int, person: Person, found: Found, traces: Traces, token: str, now: datetime
) -> int:
    """Take the person out of it; returns how many texts the classifier may have learnt from were his."""
    case = session.get_one(CaseRow, case_id, with_for_update=True)
    all_reports = reports.rows(session, session.scalars(select(ReportRow.id).where(ReportRow.case_id == case_id)).all())
    known = set(found.reports)  # and what has come since they were looked for
    his_ids = {row.id for row in all_reports if row.id in known or person.is_his(row.sender or row.mail_from)}
    his = [row for row in all_reports if row.id in his_ids]
    reports.erase(session, his, person, token, now)
    others = [row for row in all_reports if row.id not in his_ids]
    changed = reports.cleanse(session, others, traces, now)
    is_his = (bool(all_reports) and all_reports[0].id in his_ids) or person.is_his(case.customer)
    lessons = _lessons(session, case, is_his, {*changed, *(row.id for row in his)}, traces)
    _letters(session, case, person, set(found.letters), traces, token, now)
    _case(session, case, person, is_his, traces, token)
    _knowledge(session, case, traces)
    session.execute(
        delete(ParticipantRow).where(
            ParticipantRow.case_id == case_id, person.column_is_his(ParticipantRow.address_key)
        )
    )
    for merge in session.scalars(select(MergeRow).where(or_(MergeRow.case_id == case_id, MergeRow.into_id == case_id))):
        merge.participants = [one for one in merge.participants if not person.is_his(one)]
        cleanse(merge, traces)
    for table in _OF_CASE:
        for row in session.scalars(select(table).where(table.case_id == case_id)):
            cleanse(row, traces)
    links = or_(CaseLinkRow.case_id == case_id, CaseLinkRow.other_id == case_id)
    for link in session.scalars(select(CaseLinkRow).where(links)):
        cleanse(link, traces)
    for answer in session.scalars(select(ApiAnswerRow)):
        if case.number.encode() in answer.content:
            session.delete(answer)
    session.flush()
    case_search.rebuild(session, [case_id])
    return lessons


def cleanse(row: Base, traces: Traces, but: Sequence[str] = ()) -> None:
    """Take the traces out of every text of a row, whatever the column is called, and out of its JSON."""
    for column in inspect(type(row)).column_attrs:
        kind = column.columns[0].type
        value: Any = getattr(row, column.key)
        if not value or column.columns[0].primary_key or column.key in but or not isinstance(kind, (String, JSON)):
            continue
        if (after := traces.out_of(value)) != value:
            setattr(row, column.key, after)


def _case(session: Session, case: CaseRow, person: Person, is_his: bool, traces: Traces, token: str) -> None:
    if is_his:
        case.subject, case.customer, case.routing_hint = ERASED, token, None
    if case.contact_id in person.contacts:
        case.contact_id = None
    cleanse(case, traces)
    if is_his:
        for event in session.scalars(select(EventRow).where(EventRow.case_id == case.id, EventRow.kind == _REPLIED)):
            event.text = event.text.partition(":")[0]  # that a letter went out, and not what it said
        survey = session.get(SurveyRow, case.id)
        if survey is not None:
            survey.remark = ""


def _lessons(session: Session, case: CaseRow, is_his: bool, gone: set[str], traces: Traces) -> int:
    """What the classifier read of these reports, and what it was taught by them; returns how many texts that were,
    however often each was corrected."""
    for judgement in session.scalars(select(ClassificationRow).where(ClassificationRow.case_id == case.id)):
        if judgement.report_id in gone or is_his:
            judgement.read, judgement.evidence, judgement.entities = None, [], None
    texts = set()
    for lesson in session.scalars(select(CorrectionRow).where(CorrectionRow.case_id == case.id)):
        if is_his or traces.are_in(f"{lesson.subject}\n{lesson.body}"):
            texts.add(lesson.text_hash)
            lesson.subject = lesson.body = ""
            lesson.text_hash = secrets.token_hex(32)  # the digest of a short text can be guessed
    return len(texts)


def _letters(
    session: Session, case: CaseRow, person: Person, to_him: set[str], traces: Traces, token: str, now: datetime
) -> None:
    """Messages to him go with his address; of those to others, which speak of him, only the content."""
    for row in session.scalars(select(OutgoingRow).where(OutgoingRow.case_id == case.id).with_for_update()):
        is_to_him = row.id in to_him or person.is_his(row.recipient_key)
        if is_to_him or traces.are_in(_content(row)):
            row.content, row.forgotten_at, row.forgotten_by, row.content_key = b"", now, ERASURE, None
            if row.due_at is not None or row.is_held:
                row.due_at = row.lease = None
                row.state, row.error = "failed", "erased before it was sent"
        if is_to_him:
            row.recipient = row.recipient_key = token
            row.domain_key = row.error = None
        cleanse(row, traces, but=("message_id",))


def _content(row: OutgoingRow) -> str:
    return reports.spelt_out(row.content) if row.channel == "email" else row.content.decode("utf-8", "replace")


def _knowledge(session: Session, case: CaseRow, traces: Traces) -> None:
    """What the case has taught stays as cause and solution; what was reported goes."""
    row = session.scalar(select(KnowledgeRow).where(KnowledgeRow.case_id == case.id))
    if row is not None:
        row.title, row.problem = case.subject, ""
        cleanse(row, traces)
        put(session, row)
