"""Everything that happened on a case, in one line of time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, undefer

from console.pages.services import MailView, Stretch
from models.tables import AttachmentRow, CaseRow, OutgoingRow, ReportPart, ReportRow
from models.values import Channel

# Taking a mail apart takes time: of longer conversations the newest are shown whole.
_WHOLE = 40
_MACHINE = "firstline"  # as whom it writes into the timeline
_MANY = 4
# What a mail, a letter or a clock says by itself.
_SAID_ELSEWHERE = frozenset({"received"})
_CLOCKS = frozenset({"paused", "resumed"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `form` is mail, letter, notice, event or clock; `kind` says more. `mail` is there for
    what was written, `report` for what came in, `sent` for what went out."""

    at: datetime
    form: str
    kind: str
    who: str
    text: str = ""
    mail: MailView | None = None
    report: ReportRow | None = None
    sent: OutgoingRow | None = None
    files: Sequence[AttachmentRow] = field(default=())


def timeline(session: Session, case: CaseRow, read: Callable[[bytes], MailView]) -> list[Entry]:
    """The entries, oldest first; `read` makes a mail fit to be shown."""
    entries = [*_came_in(session, case, read), *_went_out(case, read)]
    for event in case.events:
        if event.kind not in _SAID_ELSEWHERE:
            entries.append(Entry(event.at, "event", event.kind, event.actor, event.text))
    for entry in case.clock_events:
        if entry.kind in _CLOCKS:
            entries.append(Entry(entry.at, "clock", entry.kind, entry.name, entry.because))
    return sorted(entries, key=lambda entry: entry.at)


def folded(entries: Sequence[Entry]) -> list[list[Entry]]:
    """The entries in groups: what the machine did by itself, many things in a row, is one group to be opened; all else
    stands alone."""
    groups: list[list[Entry]] = []
    for is_own, run in groupby(entries, key=lambda entry: entry.form == "event" and entry.who == _MACHINE):
        members = list(run)
        groups += [members] if is_own and len(members) >= _MANY else [[entry] for entry in members]
    return groups


def _came_in(session: Session, case: CaseRow, read: Callable[[bytes], MailView]) -> list[Entry]:
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
    sources = _sources(session, [row for row in reports[:_WHOLE] if row.channel != Channel.PHONE])
    entries = []
    for row in reports:
        source = sources.get(row.id)
        mail = read(source) if source is not None else MailView([Stretch("new", row.text or "")], None)
        entries.append(
            Entry(
                row.received_at,
                "mail",
                row.outcome or row.state,
                row.sender or row.source,
                row.subject or "",
                mail,
                report=row,
                files=files.get(row.id, ()),
            )
        )
    return entries


def _sources(session: Session, reports: Sequence[ReportRow]) -> dict[str, bytes]:
    """What counts of each of these reports: the part that it names."""
    found = session.execute(
        select(ReportPart.report_id, ReportPart.content)
        .join(ReportRow, and_(ReportRow.id == ReportPart.report_id, ReportRow.part_seq == ReportPart.seq))
        .where(ReportRow.id.in_([row.id for row in reports]))
    )
    return {row.report_id: row.content for row in found}


def _went_out(case: CaseRow, read: Callable[[bytes], MailView]) -> list[Entry]:
    entries = []
    for row in case.outgoing:
        if row.channel == "email":
            mail = read(row.content)
        else:
            mail = MailView([Stretch("new", row.content.decode("utf-8", "replace"))], None)
        form = "notice" if row.kind == "notice" else "letter"
        entries.append(Entry(row.created_at, form, row.kind, row.recipient, mail=mail, sent=row))
    return entries
