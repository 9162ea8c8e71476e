"""Everything that is held on one person, as a ZIP file: `data.json`, his mails as they came, what he recorded and sent.

What others wrote is theirs, and not in it: of a case he is given the figures, his own reports and what he was written.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from models import bodies
from models.bodies import Forgotten
from models.sealing import Tampered
from models.tables import (
    AttachmentRow,
    CaseRow,
    ClassificationRow,
    ClockRow,
    ContactRow,
    CorrectionRow,
    CustomerRow,
    DeadAddressRow,
    OutgoingRow,
    ReportPart,
    ReportRow,
    SurveyRow,
    TranscriptRow,
)
from workers.erasing.found import Found, look
from workers.erasing.person import Person

VERSION = 1
_ENDINGS = {"message/rfc822": "eml", "audio/mpeg": "mp3", "audio/wav": "wav", "audio/x-wav": "wav", "audio/ogg": "ogg"}
_REPORT = (
    *("id", "channel", "source", "received_at", "sender", "mail_from", "rcpt_tos", "client_ip", "helo", "message_id"),
    *("subject", "text", "language", "auto", "trust", "outcome", "outcome_because", "finished_at"),
    *("forgotten_at", "forgotten_by"),
)
_FIGURES = (
    *("number", "state", "level", "level_name", "category", "language", "channel", "profile", "priority"),
    *("created_at", "acknowledged_at", "solved_at", "closed_at"),
)
_TEXTS = ("subject", "cause", "solution", "customer", "tier", "consent")
_MESSAGE = ("id", "channel", "kind", "recipient", "created_at", "sent_at", "state", "forgotten_at", "forgotten_by")
_JUDGEMENT = ("at", "by", "model", "level", "category", "level_probs", "category_probs", "evidence", "entities", "read")
_LESSON = ("at", "level", "category", "subject", "body", "withdrawn_at")


@dataclass(slots=True)
class _Archive:
    zip: zipfile.ZipFile
    at: datetime

    def put(self, name: str, content: bytes) -> str:
        """Add a file, with the time of the export: the archive of the same data is the same."""
        info = zipfile.ZipInfo(name, self.at.timetuple()[:6])
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        self.zip.writestr(info, content)
        return name


def write(session: Session, person: Person, to: IO[bytes], now: datetime) -> int:
    """Write the archive; returns how many reports and messages are in it."""
    found = look(session, person)
    with zipfile.ZipFile(to, "w") as archive_:
        archive = _Archive(archive_, now)
        data = {
            "version": VERSION,
            "exported_at": now,
            "person": {
                "addresses": sorted(person.mailboxes),
                "telephone_numbers": sorted(person.phones),
                "domains": sorted(person.domains),
                "names": sorted(person.names),
            },
            "directory": list(_directory(session, person)),
            "reports": [_report(session, report_id, archive) for report_id in found.reports],
            "messages": [_message(session, letter_id, archive) for letter_id in found.letters],
            "cases": [_case(session, case_id, found, person) for case_id in found.cases],
            "mail_came_back": [
                {"since": row.since, "because": row.because}
                for row in session.scalars(
                    select(DeadAddressRow).where(person.column_is_his(DeadAddressRow.address_key))
                )
            ],
        }
        archive.put("data.json", json.dumps(data, ensure_ascii=False, indent=2, default=_said).encode())
    return len(found.reports) + len(found.letters)


def _directory(session: Session, person: Person) -> Iterator[dict[str, Any]]:
    query = select(ContactRow, CustomerRow).join(CustomerRow, CustomerRow.id == ContactRow.customer_id)
    for contact, customer in session.execute(query.where(ContactRow.id.in_(person.contacts)).order_by(ContactRow.id)):
        yield {
            "name": contact.name,
            "address": contact.address,
            "telephone_number": contact.phone,
            "is_named_asker": contact.is_named_asker,
            "copies_in": contact.copies_in,
            "customer": customer.number,
            "customer_name": customer.name,
        }


def _report(session: Session, report_id: str, archive: _Archive) -> dict[str, Any]:
    row = session.get_one(ReportRow, report_id, options=[undefer(ReportRow.text)])
    transcript = session.get(TranscriptRow, report_id)
    files = session.scalars(select(AttachmentRow).where(AttachmentRow.report_id == report_id))
    kept, damaged = _files(session, report_id, archive)
    return _columns(row, _REPORT) | {
        "case": row.case_id,
        "transcript": transcript.text if transcript is not None else None,
        "attachments": [_columns(file, ("filename", "content_type", "size", "sha256")) for file in files],
        "files": kept,
        "files_damaged": damaged,
    }


def _files(session: Session, report_id: str, archive: _Archive) -> tuple[list[str], int]:
    """The names in the archive of the report's parts that are still there, and how many cannot be opened."""
    query = select(ReportPart).where(ReportPart.report_id == report_id).order_by(ReportPart.seq)
    files, damaged = [], 0
    for part in session.scalars(query):
        try:
            content = bodies.content(session, part)
        except Forgotten:
            continue
        except Tampered:
            damaged += 1
            continue
        kind = part.kind.partition(";")[0]
        ending = _ENDINGS.get(kind, "json" if kind == "application/json" else "bin")
        files.append(archive.put(f"reports/{part.report_id}-{part.seq}.{ending}", content))
    return files, damaged


def _message(session: Session, letter_id: str, archive: _Archive) -> dict[str, Any]:
    row = session.get_one(OutgoingRow, letter_id)
    ending = "eml" if row.channel == "email" else "txt"
    file = archive.put(f"messages/{row.id}.{ending}", row.content) if row.forgotten_at is None else None
    return _columns(row, _MESSAGE) | {"case": row.case_id, "file": file}


def _case(session: Session, case_id: int, found: Found, person: Person) -> dict[str, Any]:
    """The figures, and what a machine and people made of his own reports. Of a case of somebody else's that he wrote to
    only the figures, and of one that only names him no more than its number."""
    case = session.get_one(CaseRow, case_id)
    reports = session.scalars(select(ReportRow.id).where(ReportRow.case_id == case_id).order_by(ReportRow.id)).all()
    his = set(reports) & set(found.reports)
    is_his = person.is_his(case.customer) or case.contact_id in person.contacts or bool(his.intersection(reports[:1]))
    if not his and not is_his:
        return {"number": case.number, "only_named_in_it": True}
    clocks = session.scalars(select(ClockRow).where(ClockRow.case_id == case_id).order_by(ClockRow.id))
    judged = select(ClassificationRow).where(ClassificationRow.case_id == case_id, ClassificationRow.report_id.in_(his))
    figures = _columns(case, _FIGURES) | {
        "clocks": [_columns(clock, ("name", "starts_at", "due_at", "met_at", "because")) for clock in clocks],
        "classifications": [
            _columns(row, _JUDGEMENT) for row in session.scalars(judged.options(undefer(ClassificationRow.read)))
        ],
    }
    if not is_his:
        return figures | {"only_took_part_in_it": True}
    survey = session.get(SurveyRow, case_id)
    taught = session.scalars(select(CorrectionRow).where(CorrectionRow.case_id == case_id))
    return (
        figures
        | _columns(case, _TEXTS)
        | {
            "corrections": [_columns(row, _LESSON) for row in taught],
            "survey": _columns(survey, ("asked_at", "answered_at", "score", "remark")) if survey is not None else None,
        }
    )


def _columns(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, (datetime, date)) else str(value)
