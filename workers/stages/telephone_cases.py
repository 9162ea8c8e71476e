"""Which case a report by telephone belongs to. As with mail, each way needs a proof."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from intake.hotline import spoken
from intake.hotline.spoken import Spoken, What
from models import bodies
from models.bodies import Forgotten
from models.db import Database
from models.merged import survivor
from models.sealing import Tampered
from models.staff import is_there
from models.tables import TRANSCRIPT_MARK, CaseRow, ContactRow, OutgoingRow, ReportPart, ReportRow, StaffRow
from models.values import CaseState, Channel, ReportState
from routing import token

# A text message from a number is an answer to what that number was sent for so long.
ANSWERED_WITHIN = timedelta(days=3)
_LATEST = 20
_NUMBER = re.compile(r"\bFL-?\s?(\d{1,9})\b", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Belonging:
    """The case, where there is one, and why. `is_under_way`: the call that it is part of is not processed yet;
    `by_staff`: one of us has texted it. Of a transcript: the report that may have opened the case, and its call as it
    reads with all that is written down of it.
    """

    case_id: int | None = None
    because: str = ""
    is_under_way: bool = False
    by_staff: bool = False
    opener: str | None = None
    call: Spoken | None = None


def belongings(database: Database, said: Sequence[Spoken], key: bytes, now: datetime) -> list[Belonging]:
    """Where each of these belongs to."""
    with database.reading() as session:
        return [_belonging(session, one, key, now) for one in said]


def _belonging(session: Session, said: Spoken, key: bytes, now: datetime) -> Belonging:
    if said.case_id is not None:
        return Belonging(said.case_id, "the caller gave the case's number, and it is his")
    if said.of_call:
        return _of_call(session, said)
    if said.what is not What.SMS:
        return Belonging()
    return replace(_of_text(session, said, key, now), by_staff=_is_staff(session, said.caller))


def _of_call(session: Session, said: Spoken) -> Belonging:
    call = _report(session, said.of_call)
    if call is not None and call.state == ReportState.WAITING:
        return Belonging(is_under_way=True)
    if said.what is not What.TRANSCRIPT:
        return Belonging(call.case_id, "it is part of the same call") if call is not None else Belonging()
    recorded = _report(session, said.recording_sid)
    if recorded is not None and call is not None and recorded.case_id not in (None, call.case_id):
        return _of_recording(session, said)  # it names another call than the one that was recorded
    if call is not None and call.case_id is not None:
        return Belonging(
            call.case_id, "it is part of the same call", opener=call.id, call=_read_with(session, call, said)
        )
    return _of_recording(session, said)


def _of_recording(session: Session, said: Spoken) -> Belonging:
    """The case of the recording itself: nobody has told us of its call, or the call could not be read."""
    recording = _report(session, said.recording_sid)
    if recording is None:
        return Belonging()
    if recording.state == ReportState.WAITING:
        return Belonging(is_under_way=True)
    return Belonging(recording.case_id, "it is what the recording says", opener=recording.id)


def _report(session: Session, external_id: str) -> ReportRow | None:
    query = select(ReportRow).where(ReportRow.channel == Channel.PHONE, ReportRow.external_id == external_id)
    return session.scalar(query)


def _read_with(session: Session, row: ReportRow, said: Spoken) -> Spoken | None:
    """The call with what is written down of it so far, in the order in which it was recorded; None where it cannot be
    read any more."""
    try:
        return _read(session, row, said)
    except (Forgotten, Tampered):
        return None  # what was recorded counts without it


def _read(session: Session, row: ReportRow, said: Spoken) -> Spoken:
    call = spoken.call_in(bodies.read(session, row.id, row.part_seq))
    recordings = dict.fromkeys((*call.recordings, said.recording_sid))
    query = (
        select(ReportRow.external_id, ReportPart)
        .join(ReportPart, (ReportPart.report_id == ReportRow.id) & (ReportPart.seq == ReportRow.part_seq))
        .where(
            ReportRow.channel == Channel.PHONE,
            ReportRow.external_id.in_([f"{sid}{TRANSCRIPT_MARK}" for sid in recordings]),
            ReportPart.forgotten_at.is_(None),
        )
    )
    written = {sid: spoken.read(bodies.content(session, part)).words for sid, part in session.execute(query)}
    texts = [text for sid in recordings if (text := written.get(f"{sid}{TRANSCRIPT_MARK}"))]
    return spoken.with_transcripts(call, texts)


def _of_text(session: Session, said: Spoken, key: bytes, now: datetime) -> Belonging:
    for case_id in token.find(said.words, key):
        if session.get(CaseRow, case_id) is not None:
            return Belonging(case_id, "it shows the case's token")
    for match in _NUMBER.finditer(said.words):
        case = session.get(CaseRow, int(match[1]))
        if case is not None and _is_theirs(session, case, said.caller):
            return Belonging(case.id, "it gives the case's number, and comes from the customer's")
    return _answered(session, said.caller, now)


def _is_staff(session: Session, number: str) -> bool:
    query = select(StaffRow.id).where(StaffRow.phone == number, is_there())
    return bool(number) and session.scalar(query.limit(1)) is not None


def _is_theirs(session: Session, case: CaseRow, number: str) -> bool:
    if case.customer == number:
        return True
    query = select(ContactRow.id).where(ContactRow.phone == number, ContactRow.customer_id == case.customer_id)
    return case.customer_id is not None and session.scalar(query.limit(1)) is not None


def _answered(session: Session, number: str, now: datetime) -> Belonging:
    """The open case that this number was last sent a text message about; of one that was merged, the case that it goes
    on in."""
    query = (
        select(CaseRow)
        .join(OutgoingRow, OutgoingRow.case_id == CaseRow.id)
        .where(
            OutgoingRow.recipient_key == number,
            OutgoingRow.created_at > now - ANSWERED_WITHIN,
            OutgoingRow.channel == "sms",
            OutgoingRow.step_id.is_(None),
            or_(CaseRow.state != CaseState.CLOSED, CaseRow.merged_into.is_not(None)),
        )
        .order_by(OutgoingRow.created_at.desc())
        .limit(_LATEST)
    )
    latest = session.scalars(query).all() if number else ()
    cases = (survivor(session, case) for case in latest)
    case = next((case for case in cases if case.state != CaseState.CLOSED), None)
    return Belonging(case.id, "it answers a text message of ours") if case is not None else Belonging()
