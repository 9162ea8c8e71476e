"""Servers that are killed, hang up or refuse: nothing is lost, nothing is doubled."""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from intake.channels import imap_fetch
from intake.channels.imap_connection import MailboxUnreachable
from models.errors import Temporary
from models.queue import NewReport
from models.values import Receipt
from tests.imap.mailbox import CHINESE_FOLDER, SEEN, MailDesk, mail
from tests.servers.dovecot import PASSWORD
from tests.waiting import wait_until


def test_a_server_that_is_killed_and_comes_back_loses_and_doubles_nothing(mailbox: MailDesk) -> None:
    for number in range(5):
        mailbox.server.deliver(mail(number))

    with mailbox.running(mailbox.poller(after="move:Processed")):
        wait_until(lambda: len(mailbox.stored()) == 5)
        mailbox.server.kill()
        for number in range(5, 10):
            mailbox.server.deliver(mail(number))
        wait_until(lambda: mailbox.error() is not None)
        mailbox.server.start()
        wait_until(lambda: len(mailbox.stored()) == 10)
        wait_until(lambda: mailbox.error() is None and not mailbox.server.mails())

    assert mailbox.stored() == [mail(number) for number in range(10)]
    assert len(mailbox.server.mails("Processed")) >= 10  # a move that was cut off may have copied


def test_a_server_that_is_killed_in_the_middle_of_many_mails_loses_and_doubles_nothing(
    mailbox: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_fetch, "BATCH_COUNT", 10)
    for number in range(300):
        mailbox.server.deliver(mail(number))

    with mailbox.running(mailbox.poller(after="seen")):
        wait_until(lambda: mailbox.stored())
        mailbox.server.kill()
        mailbox.server.start()
        wait_until(lambda: mailbox.last_uid() == 300, timeout=30)

    assert mailbox.stored() == [mail(number) for number in range(300)]


def test_a_pushed_mail_arrives_long_before_the_next_poll(mailbox: MailDesk) -> None:
    poller = mailbox.poller(idle=True, poll_seconds=3600)

    with mailbox.running(poller):
        wait_until(lambda: mailbox.row() is not None)
        mailbox.server.append(mail(1))
        wait_until(lambda: len(mailbox.stored()) == 1)
        mailbox.server.append(mail(2))
        wait_until(lambda: len(mailbox.stored()) == 2)

    assert len(mailbox.sources()) == 2


def test_a_server_that_goes_away_during_idle_is_noticed_and_found_again(mailbox: MailDesk) -> None:
    poller = mailbox.poller(idle=True, poll_seconds=3600)

    with mailbox.running(poller):
        wait_until(lambda: mailbox.row() is not None)
        mailbox.server.kill()
        wait_until(lambda: mailbox.error() is not None)
        mailbox.server.start()
        mailbox.server.append(mail(1))
        wait_until(lambda: len(mailbox.stored()) == 1)
        wait_until(lambda: mailbox.error() is None)

    assert len(mailbox.sources()) == 1


def test_while_the_first_folder_idles_the_others_are_polled(mailbox: MailDesk) -> None:
    mailbox.server.create(CHINESE_FOLDER)
    poller = mailbox.poller(idle=True, poll_seconds=0.5, folders=["INBOX", CHINESE_FOLDER])

    with mailbox.running(poller):
        wait_until(lambda: mailbox.row(CHINESE_FOLDER) is not None)
        mailbox.server.append(mail(1), CHINESE_FOLDER)
        wait_until(lambda: len(mailbox.stored()) == 1)

    assert mailbox.sources() == [f"imap:support/{CHINESE_FOLDER}"]


def test_a_wrong_password_is_said_clearly_and_mended_without_a_restart(
    mailbox: MailDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = tmp_path / "password"
    secret.write_text("not-this-one", encoding="utf-8")
    mailbox.server.append(mail(1))

    with mailbox.running(mailbox.poller(password_file=secret)):
        wait_until(lambda: "refuses the log-in" in str(mailbox.error()))
        row = mailbox.row()
        secret.write_text(PASSWORD, encoding="utf-8")
        wait_until(lambda: len(mailbox.stored()) == 1)
        wait_until(lambda: mailbox.error() is None)

    assert row is not None
    assert row.seen_at is None
    logged = [str(vars(record)) for record in caplog.records]
    assert any("imap_login_refused" in line for line in logged)
    assert not any("not-this-one" in line or "red lights" in line for line in logged)


def test_a_fault_keeps_the_time_of_the_last_contact(mailbox: MailDesk) -> None:
    poller = mailbox.poller()
    poller.poll_once()
    seen_at = mailbox.clock.now

    mailbox.server.kill()
    mailbox.clock.now += timedelta(hours=1)
    with pytest.raises(MailboxUnreachable):
        poller.poll_once()

    row = mailbox.row()
    assert row is not None
    assert row.seen_at == seen_at
    assert "127.0.0.1" in str(row.error)


def test_mails_the_database_does_not_take_are_tried_again(mailbox: MailDesk) -> None:
    mailbox.server.append(mail(1))
    busy = threading.Event()
    busy.set()

    def accept_all(reports: Sequence[NewReport]) -> list[Receipt]:
        if busy.is_set():
            raise Temporary("the database is locked")
        return mailbox.accept_all(reports)

    with mailbox.running(mailbox.poller(accept_all, after="seen")):
        wait_until(lambda: mailbox.error() == "the database is locked")
        untouched = mailbox.last_uid(), mailbox.server.mails()
        busy.clear()
        wait_until(lambda: mailbox.last_uid() == 1)

    assert untouched[0] == 0
    assert SEEN not in untouched[1][1]
    assert mailbox.stored() == [mail(1)]


def test_a_defect_does_not_end_the_poller(mailbox: MailDesk, caplog: pytest.LogCaptureFixture) -> None:
    mailbox.server.append(mail(1))
    calls: list[int] = []

    def accept_all(reports: Sequence[NewReport]) -> list[Receipt]:
        calls.append(len(reports))
        if len(calls) == 1:
            raise ZeroDivisionError
        return mailbox.accept_all(reports)

    with mailbox.running(mailbox.poller(accept_all)):
        wait_until(lambda: len(mailbox.stored()) == 1)

    assert "imap_defect" in caplog.text
