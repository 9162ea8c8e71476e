"""The loop breakers of one batch: what was sent is read once, what opens is written down and said aloud."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Select, Table, and_, bindparam, case, func, not_, or_, select
from sqlalchemy.orm import Session

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

    def has_answered(self, keys: Keys) -> bool:
        """True where both this mailbox and this text were answered within the last hour."""
        return all(self._of_key(scope, keys[scope]).sent for scope in (Scope.ADDRESS, Scope.CONTENT))

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
    times = {"hour": now - WINDOW, "day": now - DAY, "noted": received + NOTED_WITHIN}
    connection = session.connection()

    def asked(query: Select[Any], keys: Collection[object]) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.execute(query, {"keys": list(keys), **times})]

    for key, today, sent in asked(_TO_ADDRESSES, keys_of(Scope.ADDRESS)):
        found[Scope.ADDRESS, str(key)] = Traffic(sent=int(sent or 0), today=today)
    for key, sent in asked(_TO_DOMAINS, keys_of(Scope.DOMAIN)):
        found[Scope.DOMAIN, str(key)] = Traffic(sent)
    for key, sent in asked(_OF_CASES, {int(key) for key in keys_of(Scope.CASE)}):
        found[Scope.CASE, str(key)] = Traffic(sent)
    for key, sent, still in asked(_TO_CONTENTS, keys_of(Scope.CONTENT)):
        chain = connection.scalar(_LAST_CHAIN, {"key": key, **times})
        found[Scope.CONTENT, str(key)] = Traffic(sent, chain=chain or 0, under_way=int(still or 0))
    found[Scope.ALL, EVERYTHING] = Traffic(connection.scalar(_ALL, times) or 0)
    return found


# Made once: to make them takes longer than to ask the database for a batch of mails. By the table itself: what waits
# in the session is no message.
_OUTGOING = cast(Table, OutgoingRow.__table__).c
_HOUR, _DAY = _OUTGOING.created_at > bindparam("hour"), _OUTGOING.created_at > bindparam("day")
_WAITING = or_(_OUTGOING.state == OutgoingState.PENDING, _OUTGOING.sent_at > bindparam("noted"))


def _grouped(column: Column[Any], recent: ColumnElement[bool], *more: ColumnElement[Any]) -> Select[Any]:
    """Each of the keys that messages went to recently, with their number and what else is asked."""
    keys = column.in_(bindparam("keys", expanding=True))
    return select(column, func.count(), *more).where(keys, recent).group_by(column)


_TO_ADDRESSES = _grouped(_OUTGOING.recipient_key, _DAY, func.sum(case((_HOUR, 1), else_=0)))
_TO_DOMAINS = _grouped(_OUTGOING.domain_key, _HOUR)
_OF_CASES = _grouped(_OUTGOING.case_id, _HOUR)
_TO_CONTENTS = _grouped(_OUTGOING.content_key, _HOUR, func.sum(case((_WAITING, 1), else_=0)))
_ALL = select(func.count()).select_from(OutgoingRow.__table__).where(_HOUR)
# The chain of the last message in answer to a text that was not on its way any more.
_LAST_CHAIN = (
    select(_OUTGOING.chain)
    .where(
        _OUTGOING.content_key == bindparam("key"),
        and_(_HOUR, not_(_WAITING)),
        _OUTGOING.state.in_((OutgoingState.SENDING, OutgoingState.SENT)),
    )
    .order_by(_OUTGOING.created_at.desc())
    .limit(1)
)


def _openings(session: Session, wanted: Sequence[Keys]) -> dict[tuple[Scope, str], BreakerRow]:
    every = {key for keys in wanted for key in keys.values()}
    rows = session.scalars(select(BreakerRow).where(BreakerRow.scope.in_(list(Scope)), BreakerRow.key.in_(every)))
    return {(Scope(row.scope), row.key): row for row in rows}
