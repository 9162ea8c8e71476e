"""`/api/v1/reports/{id}`: the source of a report and its attachments, as downloads that no browser runs."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Path, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import schemas
from console.api.paging import Asked, Page
from console.ranges import ranged
from console.services import Services
from models import bodies, set_aside
from models.tables import ATTACHED, AttachmentRow, ReportPart, ReportRow

router = APIRouter(tags=["reports"])
# What a sender wrote is never shown by the browser within our site, whatever it claims to be.
DOWNLOAD = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
# What is a sound and nothing else, to whatever opens it.
_PLAYED = frozenset({"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/x-wav"})
# What was deleted, by a rule of retention or an erasure (RFC 9110 section 15.5.11).
GONE: dict[int | str, dict[str, object]] = {410: {}}
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="its SHA-256, as the list of attachments has it")]
ReportId = Annotated[str, Path(max_length=32, description="its id, as the 250 answer gave it")]


def _bytes(kind: str, status: int = 200) -> dict[int | str, dict[str, object]]:
    """The answer as the description has it: a download of that type, or with 206 the part that Range asks for."""
    said = "a download" if status == 200 else "the part of it that was asked for"
    return {status: {"description": said, "content": {kind: {"schema": {"type": "string", "format": "binary"}}}}}


@router.get(
    "/reports/{report_id}/raw",
    summary="The source of a report, byte for byte",
    response_class=Response,
    responses=_bytes("message/rfc822") | GONE,
)
def get_source(request: Request, report_id: ReportId) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        source = set_aside.source(session, _report(session, report_id))
    return Response(source, media_type="message/rfc822", headers=DOWNLOAD | named(f"{report_id}.eml"))


@router.get(
    "/reports/{report_id}/recording",
    summary="What was recorded on the telephone; Range asks for a part",
    response_class=Response,
    responses=_bytes("audio/*") | _bytes("audio/*", 206) | {416: {}} | GONE,
)
def get_recording(request: Request, report_id: ReportId) -> Response:
    services: Services = request.app.state.services
    audio = select(ReportPart).where(ReportPart.report_id == report_id, ReportPart.kind.startswith("audio/"))
    with services.database.reading() as session:
        _report(session, report_id)
        part = session.scalar(audio.order_by(ReportPart.seq.desc()).limit(1))
        if part is None:
            raise HTTPException(404, "the report has no recording")
        sound = bodies.content(session, part)
    kind = part.kind if part.kind in _PLAYED else "application/octet-stream"
    return ranged(sound, kind, DOWNLOAD, request.headers)


@router.get("/reports/{report_id}/attachments", summary="What a report has attached")
def list_attachments(request: Request, asked: Asked, report_id: ReportId) -> Page[schemas.Attachment]:
    services: Services = request.app.state.services
    query = select(AttachmentRow).where(AttachmentRow.report_id == report_id).order_by(AttachmentRow.position)
    if (last := asked.after("attachments", int)) is not None:
        query = query.where(AttachmentRow.position > last[0])
    with services.database.reading() as session:
        _report(session, report_id)
        rows = session.scalars(query.limit(asked.limit + 1)).all()
        return asked.page("attachments", rows, lambda row: [row.position], schemas.attachment)


@router.get(
    "/reports/{report_id}/attachments/{sha256}",
    summary="One attachment, by its digest",
    response_class=Response,
    responses=_bytes("application/octet-stream") | GONE,
)
def get_attachment(request: Request, report_id: ReportId, sha256: Sha256) -> Response:
    services: Services = request.app.state.services
    with services.database.reading() as session:
        source = set_aside.source(session, _report(session, report_id))
        kept = _kept(session, report_id, sha256)
    found = kept or services.attachment(source, sha256)
    if found is None:
        raise HTTPException(404, "the report has no such attachment")
    filename, content = found
    return Response(content, media_type="application/octet-stream", headers=DOWNLOAD | named(filename))


def _kept(session: Session, report_id: str, sha256: str) -> tuple[str, bytes] | None:
    """Name and bytes of a file that came with a text message; a mail's are in its source."""
    files = select(AttachmentRow).where(AttachmentRow.report_id == report_id, AttachmentRow.sha256 == sha256)
    row = session.scalar(files.order_by(AttachmentRow.position).limit(1))
    if row is None:
        return None
    parts = select(ReportPart).where(ReportPart.report_id == report_id, ReportPart.kind == ATTACHED)
    part = session.scalar(parts.order_by(ReportPart.seq).offset(row.position).limit(1))
    return (row.filename, bodies.content(session, part)) if part is not None else None


def _report(session: Session, report_id: ReportId) -> ReportRow:
    row = session.get(ReportRow, report_id)
    if row is None:
        raise HTTPException(404, "there is no such report")
    return row


def named(filename: str) -> dict[str, str]:
    """A download under that name (RFC 6266; RFC 8187 for what is not ASCII)."""
    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\' else "_" for char in filename)
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"}
