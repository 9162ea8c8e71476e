"""The bodies of reports - raw mail, calls, recordings, pictures - as they are stored: sealed where there is a key, gone
where they were forgotten. Whoever needs one, or has one, comes here; every function works inside the caller's
transaction."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import cast

from sqlalchemy import ColumnElement, Table, delete, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session, defer

from models.direct import Direct
from models.errors import Misconfigured, NotPossible
from models.inserting import insert
from models.sealing import KEYS, KeyMissing, Keyring, Tampered
from models.tables import ReportPart, StorageKeyRow

_PARTS = cast(Table, ReportPart.__table__)
_ORDER = ReportPart.report_id, ReportPart.seq
# Up to here many go into one statement, which the driver keeps with its values.
_SMALL_BYTES = 16 * 1024
BATCH = 100
# What a transaction changes at most, but for the first: on SQLite a sender waits for as long as it takes.
MOST_BYTES = 16 * 1024 * 1024


class Forgotten(NotPossible):
    """The body is gone for good, by a rule of retention or an erasure."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body that is to be stored as a part of a report; `by` and `at` say who has mended it, and when."""

    report_id: str
    seq: int
    kind: str
    content: bytes
    by: str | None = None
    at: datetime | None = None


def add(session: Session, bodies: Sequence[Body]) -> None:
    """Store the bodies, sealed where there is a key."""
    store(Direct.of(session), bodies)


def store(direct: Direct, bodies: Sequence[Body]) -> None:
    """The same past a session."""
    rows = []
    for body in bodies:
        key, content = direct.keys.seal(_name(body.report_id, body.seq, body.kind), body.content)
        rows.append(
            {
                "report_id": body.report_id,
                "seq": body.seq,
                "kind": body.kind,
                "content": content,
                "key_id": key,
                "by": body.by,
                "at": body.at,
            }
        )
    if rows and all(len(body.content) <= _SMALL_BYTES for body in bodies):
        direct.insert(_PARTS, rows)
    elif rows:
        direct.insert_large(_PARTS, rows)


def all_of(direct: Direct, report_id: str) -> list[Body]:
    """The parts of a report, in order, past a session; what is gone, or cannot be opened here, is empty."""
    found = 'SELECT seq, kind, content, "by", key_id FROM report_parts WHERE report_id = ? ORDER BY seq'
    parts = []
    for seq, kind, sealed, by, key in direct.rows(found, [report_id]):
        try:
            content = direct.keys.unseal(_name(report_id, seq, kind), key, bytes(sealed))
        except (KeyMissing, Tampered):
            content = b""
        parts.append(Body(report_id, seq, kind, content, by))
    return parts


def content(session: Session, part: ReportPart) -> bytes:
    """What the part is, byte for byte as it came.

    Raises:
        Forgotten: it is gone; the message says since when, and why.
        KeyMissing, Tampered: it cannot be opened.
    """
    if part.forgotten_at is not None:
        raise Forgotten(f"the original was deleted on {part.forgotten_at:%Y-%m-%d}, by {said(part.forgotten_by)}")
    return _ring(session).unseal(_name(part.report_id, part.seq, part.kind), part.key_id, part.content)


def read(session: Session, report_id: str, seq: int) -> bytes:
    """The same by the names of report and part, which has to be there."""
    return content(session, session.get_one(ReportPart, (report_id, seq)))


def openable(session: Session) -> ColumnElement[bool]:
    """Is true for what this process can open: another one may have newer keys, and see to the rest."""
    ids = _ring(session).ids
    return or_(ReportPart.key_id.is_(None), ReportPart.key_id.in_(ids)) if ids else ReportPart.key_id.is_(None)


def forget(part: ReportPart, by: str, now: datetime) -> None:
    """Take the bytes away for good; that there were some, and of what kind, stays."""
    part.content, part.key_id = b"", None
    part.forgotten_at, part.forgotten_by = now, by


def said(by: str | None) -> str:
    """Why something is gone, in words: `by` is a rule's length of time, or one of those below."""
    if by == KEY_LOST:
        return "the loss of the key that sealed it"
    return f"the rule of {by}" if by and by != ERASURE else "an erasure"


ERASURE = "erasure"
KEY_LOST = "key lost"


def check(session: Session) -> None:
    """Note the key in use, and see that every key by which bodies were sealed is there.

    Raises:
        Misconfigured: one is missing; the message says which, and what to do.
    """
    ring = _ring(session)
    if ring.current is not None:
        session.execute(insert(session, StorageKeyRow).values(id=ring.current).on_conflict_do_nothing())
    verify(session)


def verify(session: Session) -> str:
    """The same for those who only look; returns how bodies are stored.

    Raises:
        Misconfigured: as above.
    """
    ring = _ring(session)
    used = set(session.scalars(select(StorageKeyRow.id)))
    if missing := sorted(used - set(ring.ids)):
        raise Misconfigured(
            f"bodies are stored under the key {missing[0]}, which storage_key does not hold: "
            "set FIRSTLINE_STORAGE_KEY_FILE to the file with it, or add it there as a further line; "
            "where it is lost: firstline rekey --lost"
        )
    if ring.current is None:
        return "bodies are stored as they came; no storage key is set"
    older = len(used - {ring.current})
    return f"bodies are sealed by the key {ring.current}" + (
        f"; {older} older in use: firstline rekey" if older else ""
    )


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """Bodies that `rekey` went through: where to go on from (None: that was all), how many were changed, and the
    reports of those that are damaged, which stay as they are."""

    after: tuple[str, int] | None
    changed: int
    damaged: Sequence[str]


def rekey(session: Session, after: tuple[str, int]) -> Rekeyed:
    """Seal the next bodies by the key in use, or take the seal off where there is none to be."""
    ring = _ring(session)
    place = tuple_(ReportPart.report_id, ReportPart.seq)
    first = select(ReportPart.report_id, ReportPart.seq, func.length(ReportPart.content)).where(place > tuple_(*after))
    found = session.execute(first.order_by(*_ORDER).limit(BATCH)).all()
    if not found:
        return Rekeyed(None, 0, [])
    count = how_many([size for _, _, size in found])
    last = found[count - 1].report_id, found[count - 1].seq
    chosen = select(ReportPart).where(place > tuple_(*after), place <= tuple_(*last))
    parts = session.scalars(chosen.order_by(*_ORDER).with_for_update()).all()
    changed, damaged = 0, []
    for part in parts:
        if part.key_id == ring.current or part.forgotten_at is not None:
            continue
        try:
            plain = content(session, part)
        except Tampered:
            damaged.append(part.report_id)
            continue
        part.key_id, part.content = ring.seal(_name(part.report_id, part.seq, part.kind), plain)
        changed += 1
    return Rekeyed(last if count < len(found) or len(found) == BATCH else None, changed, damaged)


def sizes(session: Session, report_ids: Sequence[str]) -> dict[str, int]:
    """How many bytes are stored of each of these reports. The length is had without reading what it is of."""
    total = func.sum(func.length(ReportPart.content))
    found = (
        select(ReportPart.report_id, total).where(ReportPart.report_id.in_(report_ids)).group_by(ReportPart.report_id)
    )
    return {row.report_id: row[1] for row in session.execute(found)}


def how_many(sizes: Sequence[int]) -> int:
    """How many of the first of so many bytes are changed in one transaction: one at least."""
    return max(bisect_right(list(accumulate(sizes)), MOST_BYTES), 1)


def lost(session: Session) -> tuple[list[str], int]:
    """The keys that are not here though bodies were sealed by them, and how many bodies still are."""
    keys = set(session.scalars(select(StorageKeyRow.id))) - set(_ring(session).ids)
    count = session.scalar(select(func.count()).select_from(ReportPart).where(not_(openable(session))))
    return sorted(keys), count or 0


def give_up(session: Session, now: datetime) -> int:
    """Forget the next bodies that no key here opens; returns how many, 0 where there were none left."""
    sealed = select(ReportPart).where(not_(openable(session))).limit(BATCH).with_for_update()
    parts = session.scalars(sealed.options(defer(ReportPart.content))).all()
    for part in parts:
        forget(part, KEY_LOST, now)
    return len(parts)


def unused(session: Session) -> list[str]:
    """The keys, but the one in use, by which nothing is sealed any more. It looks at every body, so it is for those who
    only look: on SQLite nobody could write meanwhile."""
    others = session.scalars(select(StorageKeyRow.id).where(StorageKeyRow.id != (_ring(session).current or ""))).all()
    used = set(session.scalars(select(ReportPart.key_id).where(ReportPart.key_id.in_(others)).distinct()))
    return [one for one in others if one not in used]


def retire(session: Session, keys: Sequence[str]) -> None:
    """Forget the keys, which need not be there any more at a start."""
    session.execute(delete(StorageKeyRow).where(StorageKeyRow.id.in_(keys)))


def _ring(session: Session) -> Keyring:
    found: Keyring = session.info[KEYS]
    return found


def _name(report_id: str, seq: int, kind: str) -> str:
    """Whose body it is."""
    return f"{report_id}/{seq}/{kind}"
