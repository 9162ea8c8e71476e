"""The loop breakers of one batch: what was sent is read once, what opens is written down and said aloud."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.tables import BreakerRow, OutgoingRow
from models.values import OutgoingState
from routing.breaker import DAY, WINDOW, Opening, Scope, Traffic, must_open, opening

log = logging.getLogger(__name__)

# What a message counts under, a key a scope.
Keys = Mapping[Scope, str]
EVERYTHING = "everything"
# A message counts as gone from the moment it is being sent: the answer of a quick machine can be there before it is
# written down that the message went.
NOTED_WITHIN = timedelta(seconds=5)


class Breakers:
    """Asked before each message that a machine writes. Of two workers the second sees what the first has queued,
    since both keep the books (`models.locks`) until they have committed.

    `received` is when the first of the mails arrived that are to be answered: what was sent after that has
    caused none of them.
    """

    def __init__(
        self, session: Session, limits: Mapping[Scope, int], now: datetime, received: datetime, wanted: Iterable[Keys]
    ) -> None:
        self._session = session
        self._limits = limits
        self._now = now
        keys = list(wanted)
        self._traffic = _traffic(session, keys, now, received)
        self._openings = _openings(session, keys)

    def hold(self, keys: Keys) -> str | None:
        """Why no message may go out under these keys; None where it may, and then it counts."""
        for scope, key in keys.items():
            row = self._openings.get((scope, key))
            if row is not None and _of(row).is_open(self._now):
                row.held_back += 1
                return f"the loop breaker for {scope} is open until {row.closes_at:%Y-%m-%d %H:%M} UTC: {row.because}"
        for scope, key in keys.items():
            row = self._openings.get((scope, key))
            earlier = _of(row) if row else None
            if must_open(scope, self._of_key(scope, key), self._limits[scope], earlier, self._now):
                return self._open(scope, key, row)
        for scope, key in keys.items():
            traffic = self._of_key(scope, key)
            self._traffic[scope, key] = replace(
                traffic, sent=traffic.sent + 1, today=traffic.today + 1, under_way=traffic.under_way + 1
            )
        return None

    def chain(self, keys: Keys) -> int:
        """The length of the chain of answers to one text that the message makes which `hold` has just let through."""
        traffic = self._of_key(Scope.CONTENT, keys[Scope.CONTENT])
        return replace(traffic, under_way=traffic.under_way - 1).next_chain  # itself is under way, too

    def _of_key(self, scope: Scope, key: str) -> Traffic:
        return self._traffic.get((scope, key), Traffic())

    def _open(self, scope: Scope, key: str, row: BreakerRow | None) -> str:
        found = opening(_of(row) if row else None, self._now)
        counted = "each after the one before" if scope is Scope.CONTENT else "within an hour, or too many in a day"
        because = f"more than {self._limits[scope]} messages {counted}"
        if row is None:
            row = BreakerRow(scope=scope, key=key, held_back=0)
            self._session.add(row)
            self._openings[scope, key] = row
        row.opened, row.opened_at, row.closes_at, row.because = found.opened, found.opened_at, found.closes_at, because
        row.held_back += 1
        until = found.closes_at.isoformat()
        log.error("breaker_opened", extra={"scope": str(scope), "because": because, "until": until})
        return f"the loop breaker for {scope} has opened until {found.closes_at:%Y-%m-%d %H:%M} UTC: {because}"


def _of(row: BreakerRow) -> Opening:
    return Opening(row.opened, row.opened_at, row.closes_at)


def _traffic(
    session: Session, wanted: Sequence[Keys], now: datetime, received: datetime
) -> dict[tuple[Scope, str], Traffic]:
    """What went to these keys, one query a scope; for texts that were answered before one more each."""
    if not wanted:
        return {}

    def keys_of(scope: Scope) -> set[str]:
        return {keys[scope] for keys in wanted}

    found: dict[tuple[Scope, str], Traffic] = {}
    hour, day = OutgoingRow.created_at > now - WINDOW, OutgoingRow.created_at > now - DAY
    waiting = or_(OutgoingRow.state == OutgoingState.PENDING, OutgoingRow.sent_at > received + NOTED_WITHIN)
    within_hour = func.sum(case((hour, 1), else_=0))
    for key, today, sent in _grouped(session, OutgoingRow.recipient_key, keys_of(Scope.ADDRESS), day, within_hour):
        found[Scope.ADDRESS, str(key)] = Traffic(sent=int(sent or 0), today=today)
    for key, sent in _grouped(session, OutgoingRow.domain_key, keys_of(Scope.DOMAIN), hour):
        found[Scope.DOMAIN, str(key)] = Traffic(sent)
    for key, sent in _grouped(session, OutgoingRow.case_id, {int(key) for key in keys_of(Scope.CASE)}, hour):
        found[Scope.CASE, str(key)] = Traffic(sent)
    under_way = func.sum(case((waiting, 1), else_=0))
    for key, sent, still in _grouped(session, OutgoingRow.content_key, keys_of(Scope.CONTENT), hour, under_way):
        chain = _last_chain(session, key, and_(hour, not_(waiting)))
        found[Scope.CONTENT, str(key)] = Traffic(sent, chain=chain, under_way=int(still or 0))
    total = session.scalar(select(func.count()).select_from(OutgoingRow).where(hour))
    found[Scope.ALL, EVERYTHING] = Traffic(total or 0)
    return found


def _grouped(
    session: Session,
    column: InstrumentedAttribute[Any],
    keys: Collection[object],
    recent: ColumnElement[bool],
    *more: ColumnElement[Any],
) -> list[tuple[Any, ...]]:
    """Each of these keys that messages went to recently, with their number and what else is asked."""
    query = select(column, func.count(), *more).where(column.in_(keys), recent).group_by(column)
    return [tuple(row) for row in session.execute(query)]


def _last_chain(session: Session, key: str, gone: ColumnElement[bool]) -> int:
    """The chain of the last message in answer to this text that was not on its way any more."""
    states = OutgoingRow.state.in_((OutgoingState.SENDING, OutgoingState.SENT))
    query = select(OutgoingRow.chain).where(OutgoingRow.content_key == key, gone, states)
    return session.scalar(query.order_by(OutgoingRow.created_at.desc()).limit(1)) or 0


def _openings(session: Session, wanted: Sequence[Keys]) -> dict[tuple[Scope, str], BreakerRow]:
    every = {key for keys in wanted for key in keys.values()}
    rows = session.scalars(select(BreakerRow).where(BreakerRow.scope.in_(list(Scope)), BreakerRow.key.in_(every)))
    return {(Scope(row.scope), row.key): row for row in rows}
