"""What is written of reports by telephone alone: what was recorded or sent, the text message that
acknowledges, a second try."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from intake.hotline.outcome import is_owed
from intake.hotline.spoken import What, call_in
from models import bodies, transcripts
from models.bodies import Body
from models.tables import ATTACHED, CaseRow, OutgoingRow, ReportPart, ReportRow
from models.values import Language, OutgoingState
from routing.acknowledge import TOLD
from workers.cases.office import Office
from workers.hotline.life import CaseLife
from workers.stages.draft import Draft
from workers.stages.telephone import CALL_GOES_ON

SMS = "sms"
_TEXTS = {
    Language.ENGLISH: ("Your report is recorded as case {number}.", " Next step by {due}.", " Answer to add to it."),
    Language.SIMPLIFIED: ("您的报告已登记，工单号{number}。", "下一步时限：{due}。", "回复本短信可补充内容。"),
    Language.TRADITIONAL: ("您的報告已登記，工單號{number}。", "下一步時限：{due}。", "回覆本簡訊可補充內容。"),
}


def put_off(rows: Mapping[str, ReportRow], drafts: Sequence[Draft], now: datetime) -> list[Draft]:
    """The drafts that can be written; the others come again later."""
    for draft in drafts:
        if draft.later is not None:
            row = rows[draft.claimed.id]
            row.due_at, row.lease = now + draft.later, None
            if draft.later == CALL_GOES_ON:
                row.attempts -= 1  # that is not its fault
    return [draft for draft in drafts if draft.later is None]


def keep_media(session: Session, drafts: Sequence[Draft], is_written_down: bool, now: datetime) -> None:
    """Store what was recorded, and have it written down, and the pictures of text messages, beside what arrived."""
    for draft in drafts:
        if draft.audio is not None:
            kind, content = draft.audio
            _add_parts(session, draft.claimed.id, [draft.audio])
            if is_written_down and kind.startswith("audio/"):
                transcripts.ask(session, draft.claimed.id, content, draft.mail.language, now)
        elif draft.spoken is not None and draft.spoken.pictures:
            before = ReportPart.report_id == draft.claimed.id, ReportPart.kind == ATTACHED
            session.execute(delete(ReportPart).where(*before))  # the report may come again
            _add_parts(session, draft.claimed.id, [(ATTACHED, found.content) for found in draft.mail.attachments])


def _add_parts(session: Session, report_id: str, parts: Sequence[tuple[str, bytes]]) -> None:
    last = session.scalar(select(func.max(ReportPart.seq)).where(ReportPart.report_id == report_id)) or 0
    bodies.add(session, [Body(report_id, seq, kind, content) for seq, (kind, content) in enumerate(parts, last + 1)])


def call_backs(session: Session, drafts: Sequence[Draft], rows: Mapping[str, ReportRow], office: Office) -> None:
    """Promise to call them back to those who have asked for it and hung up, also while their report was processed."""
    for draft in drafts:
        said, case_id = draft.spoken, rows[draft.claimed.id].case_id
        if said is None or said.what is not What.CALL or not said.wants_call_back or case_id is None:
            continue
        query = select(ReportPart).where(ReportPart.report_id == draft.claimed.id)
        part = session.scalars(query.order_by(ReportPart.seq.desc()).limit(1)).one()
        call = call_in(bodies.content(session, part))
        if is_owed(call):
            CaseLife(office).promised(session, case_id, call.phone or call.caller, office.clock())


def text_for(case: CaseRow, draft: Draft, now: datetime) -> OutgoingRow:
    """The acknowledgement as a text message to be sent."""
    said, decision, serving = draft.spoken, draft.decision, draft.serving
    assert said is not None
    assert decision is not None
    assert serving is not None
    recorded, due, answer = _TEXTS[Language(case.language)]
    next_step = min((one.due_at for one in decision.clocks if one.name in TOLD and one.due_at > now), default=None)
    text = recorded.format(number=case.number)
    if next_step is not None:
        text += due.format(due=f"{next_step.astimezone(serving.profile.hours.zone):%Y-%m-%d %H:%M}")
    return OutgoingRow(
        id=draft.claimed.id,
        case_id=case.id,
        report_id=draft.claimed.id,
        channel=SMS,
        kind="acknowledgement",
        message_id=f"{draft.claimed.id}.ack@sms",
        recipient=said.phone,
        recipient_key=said.phone,
        content=(text + answer).encode(),
        created_at=now,
        due_at=now,
        state=OutgoingState.PENDING,
        attempts=0,
    )
