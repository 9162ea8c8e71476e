"""Everything that happened on a case, in one line of time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, defer, undefer

from console.pages.services import MailView, Stretch
from models import bodies
from models.merged import merged_ids
from models.sealing import KeyMissing, Tampered
from models.tables import AttachmentRow, CaseRow, MergeRow, OutgoingRow, ReportPart, ReportRow, TranscriptRow
from models.values import MACHINE, NOTE, Channel, case_number

# Taking a mail apart takes time: of longer conversations the newest are shown whole.
_WHOLE = 40
_MANY = 4
# What a mail, a letter or a clock says by itself.
_SAID_ELSEWHERE = frozenset({"received"})
_CLOCKS = frozenset({"paused", "resumed"})


@dataclass(frozen=True, slots=True)
class Recording:
    """What a caller recorded: the report that a machine has written down of it, else how far that has come
    (`models.values.TranscriptState`, empty where nobody tries) and why it came to nothing."""

    transcript: ReportRow | None = None
    state: str = ""
    error: str = ""


class Gone(Protocol):
    """What was deleted: when, and by what rule or an erasure (`models.bodies`)."""

    forgotten_at: Any
    forgotten_by: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `form` is mail, letter, notice, note, event or clock; `kind` says more. `mail` is
    there for what was written, `report` for what came in, `recording` for what can be listened to, `sent` for what
    went out; `of` is the number of the merged case that it came with, `gone` what is no longer kept of it; `shut` says
    why its original cannot be opened: damaged or no-key."""

    at: datetime
    form: str
    kind: str
    who: str
    text: str = ""
    mail: MailView | None = None
    report: ReportRow | None = None
    recording: Recording | None = None
    sent: OutgoingRow | None = None
    files: Sequence[AttachmentRow] = field(default=())
    of: str = ""
    gone: Gone | None = None
    shut: str = ""


def timeline(session: Session, case: CaseRow, read: Callable[[bytes], MailView]) -> list[Entry]:
    """The entries, oldest first; `read` makes a mail fit to be shown."""
    merged = merged_ids(session, case.id)
    entries = [*_came_in(session, case, read, _came_with(session, merged)), *_went_out(case.outgoing, read)]
    for each in _letters_of(session, merged):
        entries += _went_out([each], read, case_number(each.case_id))
    for event in case.events:
        if event.kind not in _SAID_ELSEWHERE:
            form = "note" if event.kind == NOTE else "event"
            entries.append(Entry(event.at, form, event.kind, event.actor, event.text))
    for entry in case.clock_events:
        if entry.kind in _CLOCKS:
            entries.append(Entry(entry.at, "clock", entry.kind, entry.name, entry.because))
    return sorted(entries, key=lambda entry: entry.at)


def folded(entries: Sequence[Entry]) -> list[list[Entry]]:
    """The entries in groups: what the machine did by itself, many things in a row, is one group to be opened; all else
    stands alone."""
    groups: list[list[Entry]] = []
    for is_own, run in groupby(entries, key=lambda entry: entry.form == "event" and entry.who == MACHINE):
        members = list(run)
        groups += [members] if is_own and len(members) >= _MANY else [[entry] for entry in members]
    return groups


def _came_with(session: Session, merged: Sequence[int]) -> dict[str, str]:
    """Of the reports that came with merged cases: by report, the number of the case that it was on first."""
    found: dict[str, str] = {}
    if merged:
        query = select(MergeRow).where(MergeRow.case_id.in_(merged), MergeRow.undone_at.is_(None))
        for row in session.scalars(query.order_by(MergeRow.id)):
            for report_id in row.reports:
                found.setdefault(report_id, case_number(row.case_id))
    return found


def _letters_of(session: Session, merged: Sequence[int]) -> Sequence[OutgoingRow]:
    """What the customer was written in the merged cases."""
    if not merged:
        return ()
    query = select(OutgoingRow).where(OutgoingRow.case_id.in_(merged), OutgoingRow.kind != "notice")
    return session.scalars(query.order_by(OutgoingRow.created_at)).all()


def _came_in(
    session: Session, case: CaseRow, read: Callable[[bytes], MailView], came_with: Mapping[str, str]
) -> list[Entry]:
    reports = session.scalars(
        select(ReportRow)
        .where(ReportRow.case_id == case.id)
        .order_by(ReportRow.received_at.desc())
        .options(undefer(ReportRow.text))
    ).all()
    ids = [row.id for row in reports]
    files: dict[str, list[AttachmentRow]] = {}
    attached = select(AttachmentRow).where(AttachmentRow.report_id.in_(ids))
    for file in session.scalars(attached.order_by(AttachmentRow.report_id, AttachmentRow.position)):
        files.setdefault(file.report_id, []).append(file)
    mails, shut = _mails(session, [row for row in reports[:_WHOLE] if row.channel != Channel.PHONE], read)
    recordings = _recordings(session, [row for row in reports if row.channel == Channel.PHONE])
    gone = _gone(session, ids)
    entries = []
    for row in reports:
        if row.transcript_of in recordings:
            continue  # shown beside its recording
        mail = mails.get(row.id) or MailView([Stretch("new", row.text or "")], None)
        entries.append(
            Entry(
                row.received_at,
                "mail",
                row.outcome or row.state,
                row.sender or row.source,
                row.subject or "",
                mail,
                report=row,
                recording=recordings.get(row.external_id),
                files=files.get(row.id, ()),
                of=came_with.get(row.id, ""),
                gone=row if row.forgotten_at else gone.get(row.id),
                shut=shut.get(row.id, ""),
            )
        )
    return entries


def _recordings(session: Session, calls: Sequence[ReportRow]) -> dict[str, Recording]:
    """What can be listened to, by its RecordingSid."""
    if not calls:
        return {}
    transcripts = {row.transcript_of: row for row in calls if row.transcript_of}
    found = session.execute(
        select(ReportRow.external_id, TranscriptRow.state, TranscriptRow.error)
        .join(ReportPart, ReportPart.report_id == ReportRow.id)
        .outerjoin(TranscriptRow, TranscriptRow.report_id == ReportRow.id)
        .where(ReportRow.id.in_([row.id for row in calls]), ReportPart.kind.startswith("audio/"))
        .where(ReportPart.forgotten_at.is_(None))
    )
    return {sid: Recording(transcripts.get(sid), state or "", error or "") for sid, state, error in found}


def _mails(
    session: Session, reports: Sequence[ReportRow], read: Callable[[bytes], MailView]
) -> tuple[dict[str, MailView], dict[str, str]]:
    """What counts of each of these reports, the part that it names, and why some cannot be opened; of their sources,
    which may have megabytes each, one is in memory at a time."""
    found = session.scalars(
        select(ReportPart)
        .join(ReportRow, and_(ReportRow.id == ReportPart.report_id, ReportRow.part_seq == ReportPart.seq))
        .where(ReportRow.id.in_([row.id for row in reports]), ReportPart.forgotten_at.is_(None))
        .execution_options(yield_per=1)
    )
    mails, shut = {}, {}
    for part in found:
        try:
            mails[part.report_id] = read(bodies.content(session, part))
        except (KeyMissing, Tampered) as error:
            shut[part.report_id] = "no-key" if isinstance(error, KeyMissing) else "damaged"
    return mails, shut


def _gone(session: Session, ids: Sequence[str]) -> dict[str, ReportPart]:
    """Of these reports those of which something was deleted, with what was."""
    found = session.scalars(
        select(ReportPart)
        .options(defer(ReportPart.content))
        .where(ReportPart.report_id.in_(ids), ReportPart.forgotten_at.is_not(None))
        .order_by(ReportPart.seq.desc())
    )
    return {part.report_id: part for part in found}


def _went_out(rows: Iterable[OutgoingRow], read: Callable[[bytes], MailView], of: str = "") -> list[Entry]:
    entries = []
    for row in rows:
        if row.channel == "email":
            mail = read(row.content)
        else:
            mail = MailView([Stretch("new", row.content.decode("utf-8", "replace"))], None)
        gone = row if row.forgotten_at else None
        form = "notice" if row.kind == "notice" else "letter"
        entries.append(Entry(row.created_at, form, row.kind, row.recipient, mail=mail, sent=row, of=of, gone=gone))
    return entries
