"""One at a time: what has to see everything that others of its kind have written.

SQLite has one writer at a time (BEGIN IMMEDIATE); PostgreSQL has as many as there are workers, and none of them sees
what another one has not committed. Where rows can be locked, FOR UPDATE does; where the answer hangs on rows that do
not exist yet - is there a case for this alarm, how many messages went to this mailbox - a lock by name does.
"""

from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.merged import survivors
from models.tables import CaseRow

# Names of locks are numbers in PostgreSQL, for the whole database; these spell "first" and one letter more.
MIGRATION = 0x66697273746D
_BOOKS = 0x666972737462
# Who is frozen with the books in his hand - a paused container, a machine that swaps - stops all workers, the hotline
# and the staff's pages. PostgreSQL ends his transaction sooner than those who wait give up, as it does where a machine
# is cut off (models/engine.py).
_FROZEN = "10s"


def keep_books(session: Session) -> None:
    """Let nobody else judge by what is in the tables of cases, messages, breakers and dead addresses, and write there,
    until this transaction ends. To be called before the first of them is read.

    Raises:
        OperationalError: the lock stayed taken; `Database.transaction` makes DatabaseBusy of it.
    """
    if session.get_bind().dialect.name == "postgresql":
        limit = func.set_config("idle_in_transaction_session_timeout", _FROZEN, True)
        session.execute(select(limit, func.pg_advisory_xact_lock(_BOOKS)))


def lock_cases(session: Session, case_ids: Collection[int]) -> None:
    """Lock these cases, and those that they go on in, in the order of their numbers, as who is at two cases at once
    has it: else both wait for each other. To be called before the first of them is changed."""
    ids = {*case_ids, *survivors(session, case_ids).values()}
    session.execute(select(CaseRow.id).where(CaseRow.id.in_(ids)).order_by(CaseRow.id).with_for_update())


def try_alone(session: Session, name: str) -> bool:
    """Take the lock of that name until this transaction ends; False where somebody else has it. Always True on SQLite,
    where the whole transaction is alone."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    digest = sha256(name.encode()).digest()
    first, second = (int.from_bytes(part, "big", signed=True) for part in (digest[:4], digest[4:8]))
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(first, second))))
