"""What is taken in from a real Dovecot: each mail once, whatever happened to it before."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.channels import imap_fetch
from intake.channels.imap_folder import delivered_to
from models.queue import NewReport
from models.tables import ReportRow
from models.values import Receipt
from tests.imap.mailbox import CHINESE_FOLDER, SEEN, MailDesk, mail
from tests.waiting import wait_until


def test_each_mail_is_stored_once(mailbox: MailDesk) -> None:
    for number in range(3):
        mailbox.server.deliver(mail(number))
    poller = mailbox.poller()

    first, second = poller.poll_once(), poller.poll_once()

    assert (first, second) == (3, 0)
    assert mailbox.stored() == [mail(0), mail(1), mail(2)]
    assert mailbox.sources() == ["imap:support/INBOX"] * 3


def test_a_mail_that_someone_has_already_read_is_taken_too(mailbox: MailDesk) -> None:
    mailbox.server.append(mail(1), flags=[SEEN])
    mailbox.server.append(mail(2))

    stored = mailbox.poller(after="seen").poll_once()

    assert stored == 2


def test_a_mail_that_comes_later_is_taken_over_the_same_connection(mailbox: MailDesk) -> None:
    mailbox.server.deliver(mail(1))
    poller = mailbox.poller()
    poller.poll_once()

    mailbox.server.deliver(mail(2))
    stored = poller.poll_once()

    assert stored == 1
    assert mailbox.stored() == [mail(1), mail(2)]


def test_a_new_process_takes_nothing_a_second_time(mailbox: MailDesk) -> None:
    mailbox.server.deliver(mail(1))
    mailbox.poller().poll_once()
    handed_in: list[NewReport] = []

    def accept_all(reports: Sequence[NewReport]) -> list[Receipt]:
        handed_in.extend(reports)
        return mailbox.accept_all(reports)

    stored = mailbox.poller(accept_all).poll_once()

    assert stored == 0
    assert handed_in == []


def test_a_folder_that_is_numbered_afresh_loses_and_doubles_nothing(mailbox: MailDesk) -> None:
    for number in range(5):
        mailbox.server.deliver(mail(number))
    poller = mailbox.poller()
    poller.poll_once()
    before = mailbox.row()
    poller.close()

    mailbox.server.renumber()
    mailbox.server.deliver(mail(5))
    stored = poller.poll_once()

    after = mailbox.row()
    assert before is not None
    assert after is not None
    assert before.uidvalidity != after.uidvalidity
    assert stored == 1
    assert mailbox.stored() == [mail(number) for number in range(6)]


def test_a_folder_that_was_deleted_and_made_again_is_read_from_its_start(mailbox: MailDesk) -> None:
    mailbox.server.create(CHINESE_FOLDER)
    for number in range(3):
        mailbox.server.append(mail(number), CHINESE_FOLDER)
    poller = mailbox.poller(folders=[CHINESE_FOLDER])
    poller.poll_once()

    with mailbox.server.client() as client:
        client.delete_folder(CHINESE_FOLDER)
    mailbox.server.create(CHINESE_FOLDER)
    mailbox.server.append(mail(7), CHINESE_FOLDER)
    with mailbox.running(poller):
        wait_until(lambda: len(mailbox.stored()) == 4)

    assert mailbox.last_uid(CHINESE_FOLDER) == 1


def test_folders_are_read_side_by_side_and_may_have_chinese_names(mailbox: MailDesk) -> None:
    mailbox.server.create(CHINESE_FOLDER)
    mailbox.server.append(mail(1))
    mailbox.server.append(mail(2), CHINESE_FOLDER)
    poller = mailbox.poller(folders=["INBOX", CHINESE_FOLDER])

    stored = poller.poll_once()

    assert stored == 2
    assert mailbox.sources() == ["imap:support/INBOX", f"imap:support/{CHINESE_FOLDER}"]
    assert (mailbox.last_uid(), mailbox.last_uid(CHINESE_FOLDER)) == (1, 1)


def test_a_folder_that_does_not_exist_is_named_and_holds_up_no_other(mailbox: MailDesk) -> None:
    mailbox.server.deliver(mail(1))
    poller = mailbox.poller(folders=["No such folder", "INBOX"])

    stored = poller.poll_once()

    assert stored == 1
    assert "No such folder" in str(mailbox.error("No such folder"))
    assert mailbox.error() is None


def test_garbage_does_not_stop_its_neighbours(mailbox: MailDesk) -> None:
    garbage = bytes(range(1, 256)) * 40
    odd = [garbage, b"no header at all", b"\r\n\r\n", b"X: \xd6\xd0\xb9\xfa\n" + b"\xff" * 500]
    mailbox.server.deliver(mail(1))
    for raw in odd:
        mailbox.server.deliver(raw)
    mailbox.server.deliver(mail(2))

    stored = mailbox.poller().poll_once()

    assert stored == 6
    assert {mail(1), mail(2)} < set(mailbox.stored())
    assert mailbox.last_uid() == 6


def test_more_mails_than_one_batch_holds_are_all_taken(mailbox: MailDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_fetch, "BATCH_COUNT", 7)
    monkeypatch.setattr(imap_fetch, "BATCH_BYTES", 4000)
    monkeypatch.setattr(imap_fetch, "SEARCH_WINDOW", 5)
    for number in range(23):
        mailbox.server.deliver(mail(number, text="x" * (number % 4) * 1500))

    stored = mailbox.poller().poll_once()

    assert stored == 23
    assert mailbox.last_uid() == 23


def test_the_addresses_a_mail_was_delivered_to_are_those_of_the_receiving_server() -> None:
    raw = (
        b"Return-Path: <li@example.com>\r\nX-Original-To: help@example.net\r\n"
        b"Delivered-To: <desk@example.net>\r\nDelivered-To: desk@example.net\r\n"
        b"Received: from a by b\r\nDelivered-To: forged@example.org\r\n\r\nDelivered-To: no@example.org\r\n"
    )

    addresses = delivered_to(raw)

    assert addresses == ("help@example.net", "desk@example.net")
    assert delivered_to(b"Delivered-To: forged@example.org\r\n\r\nReceived: x") == ()


def test_the_clocks_of_a_mail_start_with_its_arrival_and_an_old_one_is_not_answered(mailbox: MailDesk) -> None:
    for number, age in enumerate((timedelta(hours=12), timedelta(days=2))):
        with mailbox.server.client() as client:
            client.append("INBOX", mail(number), msg_time=mailbox.clock.now - age)

    mailbox.poller().poll_once()

    with mailbox.database.reading() as session:
        rows = session.scalars(select(ReportRow).order_by(ReportRow.received_at)).all()
    assert [(mailbox.clock.now - row.received_at, row.answer) for row in rows] == [
        (timedelta(days=2), False),
        (timedelta(hours=12), True),
    ]
