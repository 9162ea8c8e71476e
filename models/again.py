"""Deliveries of a mail that is stored already. As long as nobody has vouched for the first one, another that came
differently may bring the proof that it lacks: its copy is kept as a part of the same report until it is judged."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session, defer

from models import bodies
from models.bodies import Body
from models.direct import Direct
from models.tables import ReportPart, ReportRow
from models.values import Channel, ReportState

AGAIN = "message/rfc822; again"
_REPORTS = cast(Table, ReportRow.__table__)
# So many wait to be judged at once; each is as large as a mail.
_MOST = 5
_LONGEST_BY = 320
# What is done, or was put away by a person, is not judged again.
_UNPROVEN = (ReportState.WAITING, ReportState.QUARANTINED, ReportState.SHUNTED)


class Origin(NamedTuple):
    """Where a delivery came from, as `NewReport` has it."""

    mail_from: str | None
    client_ip: str | None
    helo: str | None


def stored(direct: Direct, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The ids of the reports that are stored under these keys of channel and external id."""
    places = ", ".join(["(?, ?)"] * len(keys))
    found = f"SELECT channel, external_id, id FROM reports WHERE (channel, external_id) IN (VALUES {places})"
    rows = direct.rows(found, [part for key in keys for part in key])
    return {(channel, external_id): report_id for channel, external_id, report_id in rows}


def keep(direct: Direct, report_id: str, content: bytes, origin: Origin, now: datetime) -> None:
    """Keep this delivery of a stored mail if it may be needed; in place of one in quarantine it is judged at once."""
    lock = "" if direct.dialect.name == "sqlite" else " FOR UPDATE"
    query = f"SELECT state, mail_from, client_ip, helo FROM reports WHERE id = ? AND forgotten_at IS NULL{lock}"
    found = direct.rows(query, [report_id])
    if not found or found[0][0] not in _UNPROVEN:
        return
    state, first = found[0][0], Origin(*found[0][1:])
    parts = bodies.all_of(direct, report_id)
    copies = [part for part in parts if part.kind == AGAIN]
    known = [(parts[0].content, first)] + [(part.content, _origin(part.by) or first) for part in copies]
    if (content, origin) in known or len(copies) >= _MOST:
        return
    seq = parts[-1].seq + 1
    by = json.dumps(origin)
    bodies.store(direct, [Body(report_id, seq, AGAIN, content, by if len(by) <= _LONGEST_BY else None, now)])
    if state == ReportState.QUARANTINED:
        ready = {"part_seq": seq, "state": str(ReportState.WAITING), "due_at": now, "attempts": 0, "failures": 0}
        direct.update(_REPORTS, report_id, ready)


def origin(row: ReportRow, part: ReportPart) -> Origin:
    """Where that part of the report came from."""
    found = _origin(part.by) if part.kind == AGAIN else None
    return found or Origin(row.mail_from, row.client_ip, row.helo)


def _origin(by: str | None) -> Origin | None:
    return Origin(*json.loads(by)) if by else None


def take_next(session: Session, row: ReportRow, now: datetime) -> bool:
    """Nobody vouches for the part that was judged: have the next copy judged, and say whether there is one. A copy that
    has proven nothing is not kept; the report is what it was before."""
    copies = _copies(session, [row.id])
    for part in [part for part in copies if part.seq == row.part_seq]:
        copies.remove(part)
        session.delete(part)
        before = select(func.max(ReportPart.seq)).where(ReportPart.report_id == row.id, ReportPart.kind != AGAIN)
        row.part_seq = session.scalar(before) or 0
    if not copies:
        return False
    row.part_seq, row.due_at, row.lease = copies[0].seq, now, None
    row.attempts = row.failures = 0
    return True


def settle(session: Session, rows: Collection[ReportRow]) -> None:
    """These mails were judged: what came of them again is not needed, but for the copy that counts."""
    done = {row.id: row for row in rows if row.channel == Channel.EMAIL and row.state == ReportState.DONE}
    for part in _copies(session, list(done)) if done else ():
        row = done[part.report_id]
        if part.seq != row.part_seq:
            session.delete(part)
        else:
            row.mail_from, row.client_ip, row.helo = origin(row, part)


def _copies(session: Session, ids: Sequence[str]) -> list[ReportPart]:
    query = select(ReportPart).where(ReportPart.report_id.in_(ids), ReportPart.kind == AGAIN)
    return list(session.scalars(query.order_by(ReportPart.seq).options(defer(ReportPart.content))))
