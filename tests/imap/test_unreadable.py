"""Mails that the server cannot deliver hold up no other, and are not forgotten."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from intake.channels import imap, imap_fetch
from intake.channels.imap_folder import FolderReader
from models.errors import Temporary
from models.queue import NewReport
from models.values import Receipt
from tests.imap.mailbox import FussyClient, MailDesk, mail, never
from tests.servers.odd_imap import OddImap, Said
from tests.waiting import wait_until


def test_a_mail_the_server_cannot_read_holds_up_no_other_and_is_not_forgotten(
    mailbox: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LONGEST_PAUSE_SECONDS", 0.2)
    unreadable = mailbox.server.deliver(mail(1))
    mailbox.server.deliver(mail(2))
    mailbox.server.mails()
    mailbox.server.file_of(unreadable).chmod(0)  # Dovecot answers by breaking the connection
    poller = mailbox.poller(after="move:Processed")

    with mailbox.running(poller):
        wait_until(lambda: "UID 1" in str(mailbox.error()), timeout=30)
        wait_until(lambda: list(mailbox.server.mails()) == [1])
        without = mailbox.stored()
        mailbox.server.append(mail(3))
        wait_until(lambda: len(mailbox.stored()) == 2)
        kept = mailbox.last_uid()
        mailbox.server.file_of(unreadable).chmod(0o600)
        mailbox.clock.now += imap_fetch.RETRY_AFTER
        wait_until(lambda: len(mailbox.stored()) == 3)
        wait_until(lambda: mailbox.error() is None)

    assert without == [mail(2)]
    assert kept == 0
    assert mailbox.stored() == [mail(1), mail(2), mail(3)]
    assert mailbox.server.mails() == {}


def test_a_mail_that_comes_by_drops_holds_up_no_other(
    odd_mailbox: MailDesk, odd_server: OddImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LONGEST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(imap_fetch, "GRACE_SECONDS", 0.2)
    odd_server.folders["INBOX"] = {1: mail(1), 2: mail(2)}
    never_all = threading.Event()

    def odd(said: Said) -> bytes | None:
        if said.name == "UID FETCH" and "BODY" in said.rest and "1" in said.rest.split()[0].split(","):
            never_all.wait(30)
        return None

    odd_server.odd = odd

    with odd_mailbox.running(odd_mailbox.poller()):
        wait_until(lambda: odd_mailbox.stored() == [mail(2)])
        wait_until(lambda: "UID 1" in str(odd_mailbox.error()))
        never_all.set()
        odd_mailbox.clock.now += imap_fetch.RETRY_AFTER
        wait_until(lambda: odd_mailbox.stored() == [mail(1), mail(2)])


def test_a_batch_that_is_refused_is_read_one_by_one(mailbox: MailDesk) -> None:
    client: Any = FussyClient({uid: mail(uid) for uid in range(1, 7)}, refused={3, 5})
    reader = FolderReader(mailbox.account(), "INBOX", mailbox.database, mailbox.accept_all, mailbox.clock)

    created = reader.take_in(client, never)
    again = reader.take_in(client, never)

    assert (created, again) == (4, 0)
    assert client.fetches == [(1, 2, 3, 4, 5, 6), (1,), (2,), *[(3,)] * 3, (4,), *[(5,)] * 3, (6,)]
    assert mailbox.last_uid() == 2
    assert "UID 3, 5" in str(mailbox.error())


def test_refused_mails_are_tried_again_later_and_the_bookmark_waits_for_each(
    mailbox: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = FussyClient({uid: mail(uid) for uid in range(1, 7)}, refused={3, 5})
    answers: list[bool] = []

    def accept_all(reports: Sequence[NewReport]) -> list[Receipt]:
        if answers and not answers.pop(0):
            raise Temporary("the database is locked")
        return mailbox.accept_all(reports)

    reader = FolderReader(mailbox.account(), "INBOX", mailbox.database, accept_all, mailbox.clock)
    reader.take_in(client, never)
    client.refused.clear()
    mailbox.clock.now += imap_fetch.RETRY_AFTER

    answers[:] = [False]
    with pytest.raises(Temporary):
        reader.take_in(client, never)
    after_none = mailbox.last_uid()
    monkeypatch.setattr(imap_fetch, "BATCH_COUNT", 1)
    answers[:] = [True, False]
    with pytest.raises(Temporary):
        reader.take_in(client, never)
    after_one = mailbox.last_uid()
    reader.take_in(client, never)

    assert (after_none, after_one, mailbox.last_uid()) == (2, 4, 6)
    assert len(mailbox.stored()) == 6
    assert mailbox.error() is None


def test_a_mail_that_vanishes_is_passed_over(mailbox: MailDesk) -> None:
    gone = mailbox.server.deliver(mail(1))
    mailbox.server.deliver(mail(2))
    mailbox.server.mails()
    mailbox.server.file_of(gone).unlink()

    with mailbox.running(mailbox.poller()):
        wait_until(lambda: mailbox.last_uid() == 2)

    assert mailbox.stored() == [mail(2)]


@pytest.mark.parametrize(
    "date",
    [
        "01-Jan-0001 00:00:00 +0000",
        "01-Jan-0001 00:00:00 +0800",
        "31-Dec-9999 23:59:59 -0800",
        "02-Mar-2026 08:30:00 +9999",
        "00-Jan-0000 00:00:00 +0000",
        "02-Mar-2026 08:30:00",
    ],
)
def test_a_mail_that_is_said_to_have_come_at_no_time_there_is_is_taken_in(
    odd_mailbox: MailDesk, odd_server: OddImap, date: str
) -> None:
    odd_server.internaldate = date
    odd_server.folders["INBOX"].update({1: mail(1), 2: mail(2)})

    created = odd_mailbox.poller().poll_once()

    assert created == 2
    assert odd_mailbox.error() is None


@pytest.mark.parametrize(
    "nonsense",
    [
        b"* 2 FETCH (UID 2 BODY[] NIL)\r\n",
        b"* 2 FETCH (UID 2)\r\n",
        b"* 2 FETCH (UID 2 BODY[] {0}\r\n)\r\n",  # not a mail without a word: it has not even a header
        b'* 2 FETCH (UID 2 ENVELOPE ("x"))\r\n',
        b"* 2 FETCH (UID 2 FLAGS (\\Seen BODY[] {1}\r\nx)\r\n",
    ],
)
def test_an_answer_about_one_mail_that_nobody_can_read_holds_up_no_other(
    odd_mailbox: MailDesk, odd_server: OddImap, nonsense: bytes
) -> None:
    odd_server.folders["INBOX"].update({uid: mail(uid) for uid in (1, 2, 3)})
    odd_server.spoilt[2] = nonsense

    created = odd_mailbox.poller().poll_once()

    assert created == 2
    assert odd_mailbox.stored() == [mail(1), mail(3)]
    assert "UID 2" in str(odd_mailbox.error())


@pytest.mark.parametrize("size", ["NIL", "()", '"12"'])
def test_a_size_that_is_none_keeps_no_mail_back(odd_mailbox: MailDesk, odd_server: OddImap, size: str) -> None:
    odd_server.folders["INBOX"].update({1: mail(1), 2: mail(2)})
    odd_server.odd = lambda said: (
        f"* 1 FETCH (UID 1 RFC822.SIZE {size})\r\n{said.tag} OK done\r\n".encode() if "SIZE" in said.rest else None
    )

    assert odd_mailbox.poller().poll_once() == 2


@pytest.mark.parametrize(
    ("command", "answer"), [("UID SEARCH", "* SEARCH 1\r\n* SEARCH 2\r\n"), ("EXAMINE", "* OK [UIDVALIDITY 1] ids\r\n")]
)
def test_a_folder_about_which_the_server_writes_nonsense_says_so(
    odd_mailbox: MailDesk, odd_server: OddImap, command: str, answer: str
) -> None:
    odd_server.folders["INBOX"].update({1: mail(1), 2: mail(2)})
    odd_server.odd = lambda said: f"{answer}{said.tag} OK done\r\n".encode() if said.name == command else None

    odd_mailbox.poller().poll_once()

    assert "cannot be understood" in str(odd_mailbox.error())


def test_a_defect_is_said_where_the_mailbox_is_looked_at(mailbox: MailDesk) -> None:
    mailbox.server.append(mail(1))

    def accept_all(reports: Sequence[NewReport]) -> list[Receipt]:
        raise ZeroDivisionError

    with mailbox.running(mailbox.poller(accept_all)):
        wait_until(lambda: "defect of ours (ZeroDivisionError)" in str(mailbox.error()))

    assert mailbox.last_uid() == 0
