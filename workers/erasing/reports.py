"""Reports: his own lose everything but when they came and what became of them; others' lose what is his in them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, undefer

from intake.mail.parse import parse
from models import bodies, forgetting
from models.bodies import ERASURE, Forgotten
from models.sealing import Tampered
from models.tables import ATTACHED, AttachmentRow, DeadAddressRow, ReportPart, ReportRow, TranscriptRow
from models.values import Channel, ReportState
from workers.erasing.person import Person
from workers.erasing.words import Traces

_UNENDED = (ReportState.WAITING, ReportState.SHUNTED, ReportState.QUARANTINED)


def rows(session: Session, ids: Sequence[str]) -> list[ReportRow]:
    """These reports, to be changed by nobody else."""
    query = select(ReportRow).where(ReportRow.id.in_(ids)).order_by(ReportRow.id).options(undefer(ReportRow.text))
    return list(session.scalars(query.with_for_update()))


def erase(session: Session, his: Sequence[ReportRow], person: Person, token: str, now: datetime) -> None:
    """`token` stands in his place. What identifies a mail stays, as the digest that it is: none is taken in again. So
    does its Message-ID, by which others answer, but for an address of his in it."""
    addresses = Traces(Person(person.mailboxes))
    forgetting.texts(session, his, ERASURE, now)
    ids = [row.id for row in his]
    session.execute(delete(AttachmentRow).where(AttachmentRow.report_id.in_(ids)))
    session.execute(delete(TranscriptRow).where(TranscriptRow.report_id.in_(ids)))
    session.execute(update(DeadAddressRow).where(DeadAddressRow.report_id.in_(ids)).values(report_id=None))
    session.execute(update(ReportPart).where(ReportPart.report_id.in_(ids)).values(forgotten_by=ERASURE, by=None))
    for row in his:
        row.sender = token if row.sender or row.mail_from else None
        row.mail_from = row.client_ip = row.helo = row.trust = row.error = None
        row.rcpt_tos = []
        row.subject = row.text = None
        row.message_id = addresses.taken_out(row.message_id) if row.message_id else None
        row.forgotten_by, row.forgotten_at = ERASURE, row.forgotten_at or now
        if row.state in _UNENDED:
            row.state, row.outcome, row.finished_at = ReportState.DISCARDED, "discarded", now
            row.due_at = row.lease = None
        row.outcome_because = "erased"


def cleanse(session: Session, others: Sequence[ReportRow], traces: Traces, now: datetime) -> list[str]:
    """Take his traces out of what others sent: where their mail names or quotes him the original goes, and of its text
    stays what they wrote themselves. Returns the ids of those that were changed."""
    changed = []
    for row in others:
        heard = session.get(TranscriptRow, row.id)
        if heard is not None and heard.text and traces.are_in(heard.text):
            _unheard(session, heard, traces, now)
        said = [row.sender, row.subject, row.text, row.mail_from, row.message_id, row.outcome_because, row.error]
        sources = _sources(session, row)
        whole = "\n".join([*(one for one in said if one), *row.rcpt_tos, *(text for _, text in sources)])
        if not traces.are_in(whole):
            continue
        for part, text in sources:
            if traces.are_in(text):
                bodies.forget(part, ERASURE, now)
        row.text = traces.taken_out(_own(row.text)) if row.text else row.text
        for name in ("subject", "mail_from", "outcome_because", "error", "trust", "message_id"):
            value = getattr(row, name)
            if value and traces.are_in(value):
                setattr(row, name, traces.taken_out(value))
        row.rcpt_tos = traces.out_of(row.rcpt_tos)
        for file in session.scalars(select(AttachmentRow).where(AttachmentRow.report_id == row.id)):
            file.filename = traces.taken_out(file.filename)
        changed.append(row.id)
    return changed


def _unheard(session: Session, heard: TranscriptRow, traces: Traces, now: datetime) -> None:
    """What was written down of a recording that names him stays without him, and the recording goes."""
    heard.text = traces.taken_out(heard.text or "")
    sounds = ReportPart.report_id == heard.report_id, ReportPart.kind.startswith("audio/")
    for part in session.scalars(select(ReportPart).where(*sounds, ReportPart.forgotten_at.is_(None))):
        bodies.forget(part, ERASURE, now)


def _own(text: str) -> str:
    """What a text adds to what it quotes."""
    return parse(b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()).reply


def _sources(session: Session, row: ReportRow) -> list[tuple[ReportPart, str]]:
    """The parts that are still there and can be read as text, each with what it says in whatever coding."""
    found = []
    for part in session.scalars(select(ReportPart).where(ReportPart.report_id == row.id)):
        if part.forgotten_at is not None or part.kind == ATTACHED or part.kind.startswith("audio/"):
            continue
        try:
            source = bodies.content(session, part)
        except (Forgotten, Tampered):
            continue
        found.append((part, spelt_out(source) if row.channel == Channel.EMAIL else source.decode("utf-8", "replace")))
    return found


def spelt_out(source: bytes) -> str:
    """Everything that a mail says: its source, its header fields and texts decoded, what it has attached as text."""
    mail = parse(source)
    fields = [f"{name}: {value}" for name, value in mail.headers]
    people = [f"{one.name} {one.address}" for one in (mail.sender, mail.reply_to, *mail.to, *mail.cc) if one]
    files = [one.filename for one in mail.attachments]
    files += [
        one.content.decode("utf-8", "replace") for one in mail.attachments if one.content_type.startswith("text/")
    ]
    return "\n".join((source.decode("utf-8", "replace"), *fields, *people, mail.text, mail.html or "", *files))
