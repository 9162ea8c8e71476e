"""Answers that are given again: what came of a request with an Idempotency-Key, kept in the transaction in which it
came about. Every function works inside the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.locks import try_alone
from models.tables import ApiAnswerRow

KEPT = timedelta(hours=24)
_AT_ONCE = 1000


class InUse(Exception):
    """A request with the same key is being worked on."""


class Reused(Exception):
    """The key was used for another request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: who sent it, under which key, and the fingerprint that another one does not have."""

    caller: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def find(session: Session, asked: Asked, now: datetime) -> Answer | None:
    """What the request was answered before; None where it is new, and nobody else begins it until this transaction
    ends.

    Raises:
        InUse: the same key is being worked on.
        Reused: the key has been used for another request.
    """
    if not try_alone(session, f"{asked.caller} {asked.key}"):
        raise InUse
    row = session.get(ApiAnswerRow, (asked.caller, asked.key))
    if row is None:
        return None
    if row.at <= now - KEPT:
        session.delete(row)
        session.flush()
        return None
    if row.fingerprint != asked.fingerprint:
        raise Reused
    return Answer(row.status, row.headers, row.content)


def keep(session: Session, asked: Asked, answer: Answer, now: datetime) -> None:
    session.add(
        ApiAnswerRow(
            caller=asked.caller,
            key=asked.key,
            fingerprint=asked.fingerprint,
            status=answer.status,
            headers=dict(answer.headers),
            content=answer.content,
            at=now,
        )
    )


def forget(session: Session, now: datetime) -> int:
    """Clear away some of those that are not given again any more; returns how many."""
    old = select(ApiAnswerRow.caller, ApiAnswerRow.key).where(ApiAnswerRow.at <= now - KEPT)
    found = session.execute(old.order_by(ApiAnswerRow.at).limit(_AT_ONCE)).all()
    for caller, key in found:
        session.execute(delete(ApiAnswerRow).where(ApiAnswerRow.caller == caller, ApiAnswerRow.key == key))
    return len(found)
