"""Which process reads a mailbox: a lease with a name, that ends by the database's clock unless it is renewed.

Every function works inside the caller's transaction. A process that was paused finds its lease taken, and `hold`
keeps it from writing anything it had found before: only one process reads at a time, whatever the others believe.
"""

from datetime import timedelta

from sqlalchemy import delete, not_, select, update
from sqlalchemy.orm import Session

from models import database_clock
from models.errors import Temporary
from models.inserting import insert
from models.leases import leased_by, owners_of
from models.tables import MailboxLeaseRow
from models.values import new_id

LEASE = timedelta(seconds=6)


class NotOurTurn(Temporary):
    """Another process reads this mailbox now."""


def take(session: Session, account: str, owner: str) -> str | None:
    """A new lease on the account; None while another one is not over. One that ends later than any can was written
    before the clock was set back, and counts as over."""
    now = database_clock.now(session)
    new = insert(session, MailboxLeaseRow).values(
        account=account, lease=f"{owner}:{new_id()}", until=now + LEASE.total_seconds()
    )
    is_over = not_(MailboxLeaseRow.until.between(now, now + LEASE.total_seconds()))
    taken = new.on_conflict_do_update(
        index_elements=[MailboxLeaseRow.account],
        set_={"lease": new.excluded.lease, "until": new.excluded.until},
        where=is_over,
    )
    return session.scalar(taken.returning(MailboxLeaseRow.lease))


def renew(session: Session, account: str, lease: str) -> bool:
    """Keep the lease; False where another process has taken one since it was over."""
    kept = session.scalars(
        update(MailboxLeaseRow)
        .where(MailboxLeaseRow.account == account, MailboxLeaseRow.lease == lease)
        .values(until=database_clock.now(session) + LEASE.total_seconds())
        .returning(MailboxLeaseRow.account)
    )
    return bool(kept.all())


def hold(session: Session, account: str, lease: str) -> None:
    """Let nobody take the lease before this transaction ends.

    Raises:
        NotOurTurn: somebody has.
    """
    row = session.get(MailboxLeaseRow, account, with_for_update=True, populate_existing=True)
    if row is None or row.lease != lease:
        raise NotOurTurn(f"another process reads the mailbox {account}")


def give_back(session: Session, account: str, lease: str) -> None:
    """Let another process take the account at once."""
    session.execute(delete(MailboxLeaseRow).where(MailboxLeaseRow.account == account, MailboxLeaseRow.lease == lease))


def owners(session: Session) -> set[str]:
    """Who holds leases, dead or alive."""
    return owners_of(session.scalars(select(MailboxLeaseRow.lease)))


def release(session: Session, owner: str) -> None:
    """Give back what a dead process of this name held."""
    session.execute(delete(MailboxLeaseRow).where(leased_by(MailboxLeaseRow.lease, owner)))
