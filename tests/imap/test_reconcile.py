"""After each reading every mail of a folder is stored, or known to be one that cannot be had."""

import logging
from typing import Any

import pytest
from sqlalchemy import update

from intake.channels.imap_folder import FolderReader
from models.tables import MailboxRow
from tests.imap.mailbox import FussyClient, MailDesk, mail, never


def _balance(mailbox: MailDesk) -> tuple[int, int, int, int]:
    row = mailbox.row()
    assert row is not None
    return row.present, row.stored, row.refused, row.difference


def test_the_mails_in_the_folder_are_those_that_are_stored(mailbox: MailDesk) -> None:
    for number in range(3):
        mailbox.server.deliver(mail(number))

    mailbox.poller().poll_once()

    assert _balance(mailbox) == (3, 3, 0, 0)


def test_mails_that_somebody_deletes_are_no_difference(mailbox: MailDesk) -> None:
    poller = mailbox.poller()
    gone = mailbox.server.deliver(mail(1))
    mailbox.server.deliver(mail(2))
    poller.poll_once()

    mailbox.server.file_of(gone).unlink()
    poller.poll_once()

    assert _balance(mailbox) == (1, 1, 0, 0)
    assert len(mailbox.stored()) == 2


def test_a_mail_that_was_passed_over_is_taken_in_and_said_aloud(
    mailbox: MailDesk, caplog: pytest.LogCaptureFixture
) -> None:
    """As if the server had shown it only after mails with higher UIDs."""
    poller = mailbox.poller()
    mailbox.server.deliver(mail(1))
    poller.poll_once()
    with mailbox.database.transaction() as session:
        session.execute(update(MailboxRow).values(last_uid=1000))
    mailbox.server.deliver(mail(2))

    with caplog.at_level(logging.WARNING):
        poller.poll_once()

    assert mailbox.stored() == [mail(1), mail(2)]
    assert _balance(mailbox) == (2, 2, 0, 0)
    assert "imap_mails_passed_over" in [record.message for record in caplog.records]


def test_mails_that_are_moved_away_leave_an_even_balance(mailbox: MailDesk) -> None:
    poller = mailbox.poller(after="move:Processed")
    for number in range(3):
        mailbox.server.deliver(mail(number))

    poller.poll_once()
    poller.poll_once()

    assert _balance(mailbox) == (0, 0, 0, 0)
    assert len(mailbox.stored()) == 3


def test_mails_that_the_server_cannot_deliver_are_counted_as_refused(mailbox: MailDesk) -> None:
    client: Any = FussyClient({uid: mail(uid) for uid in range(1, 7)}, refused={3, 5})
    reader = FolderReader(mailbox.account(), "INBOX", mailbox.database, mailbox.accept_all, mailbox.clock)

    reader.take_in(client, never)

    assert _balance(mailbox) == (6, 4, 2, 0)


def test_a_folder_that_is_numbered_afresh_starts_a_new_balance(mailbox: MailDesk) -> None:
    poller = mailbox.poller()
    for number in range(3):
        mailbox.server.deliver(mail(number))
    poller.poll_once()
    poller.close()

    mailbox.server.renumber()
    poller.poll_once()

    assert _balance(mailbox) == (3, 3, 0, 0)
    assert len(mailbox.stored()) == 3
