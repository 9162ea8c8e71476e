"""Several processes that could read one mailbox: one does."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, func, select

from intake.channels.imap import MailboxPoller
from intake.channels.imap_turn import Turn
from models import mailbox_leases
from models.db import Database
from models.mailbox_leases import NotOurTurn
from models.tables import MailboxLeaseRow, MailboxRow, ReportRow
from tests.factories import mail
from tests.imap.mailbox import MailDesk
from tests.servers.dovecot import Dovecot
from tests.waiting import wait_until

Share = Callable[[str], MailboxPoller]


@pytest.fixture
def share(mailbox: MailDesk, database: Database) -> Share:
    """Makes the poller of one process among several."""

    def share(owner: str) -> MailboxPoller:
        account = mailbox.account(after="move:Processed", folders=["INBOX"])
        poller = MailboxPoller(account, database, mailbox.accept_all, mailbox.clock, Turn(database, "support", owner))
        mailbox.pollers.append(poller)
        return poller

    return share


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ReportRow)) or 0


def take_from(database: Database) -> None:
    """Another process takes the lease, as it may once it is over."""
    with database.transaction() as session:
        session.execute(delete(MailboxLeaseRow))
        assert mailbox_leases.take(session, "support", "another") is not None


def test_only_the_one_whose_turn_it_is_reads(
    server: Dovecot, mailbox: MailDesk, database: Database, share: Share
) -> None:
    first, second = share("first"), share("second")
    first.keep_turn()
    second.keep_turn()

    with mailbox.running(second), mailbox.running(first):
        server.deliver(mail("The pump is loud."))
        wait_until(lambda: stored(database) == 1)

        assert second._client is None


def test_the_next_reads_once_the_turn_is_given_back(
    server: Dovecot, mailbox: MailDesk, database: Database, share: Share
) -> None:
    first, second = share("first"), share("second")
    first.keep_turn()
    with mailbox.running(first):
        server.deliver(mail("The pump is loud.", message_id="<1@a.example>"))
        wait_until(lambda: stored(database) == 1)
    first.give_back()

    second.keep_turn()
    with mailbox.running(second):
        server.deliver(mail("The pump is still loud.", message_id="<2@a.example>"))
        wait_until(lambda: stored(database) == 2)

    assert stored(database) == 2


def test_who_has_lost_the_turn_without_knowing_fetches_moves_and_notes_nothing(
    server: Dovecot, database: Database, share: Share
) -> None:
    poller = share("first")
    poller.keep_turn()
    poller.poll_once()
    server.deliver(mail("The pump is loud."))

    take_from(database)

    with pytest.raises(NotOurTurn):
        poller.poll_once()
    with database.reading() as session:
        row = session.get_one(MailboxRow, ("support", "INBOX"))
    assert (row.last_uid, row.error) == (0, None)
    assert stored(database) == 0
    assert len(server.mails("INBOX")) == 1


def test_who_learns_that_the_turn_is_lost_hangs_up(mailbox: MailDesk, database: Database, share: Share) -> None:
    poller = share("first")
    poller.keep_turn()
    with mailbox.running(poller):
        wait_until(lambda: poller._client is not None)

        take_from(database)
        poller.keep_turn()

        wait_until(lambda: poller._client is None)
