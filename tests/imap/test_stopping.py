"""A poller ends within about a second."""

import time

import pytest

from tests.imap.mailbox import MailDesk
from tests.waiting import wait_until


@pytest.mark.parametrize("idle", [True, False])
def test_stop_ends_a_wait_for_mail_at_once(mailbox: MailDesk, idle: bool) -> None:
    poller = mailbox.poller(idle=idle, poll_seconds=3600)

    with mailbox.running(poller) as thread:
        wait_until(lambda: mailbox.row() is not None)
        began = time.monotonic()
        poller.stop()
        thread.join(5)

    assert time.monotonic() - began < 2


def test_stop_ends_a_pause_between_attempts_at_once(mailbox: MailDesk) -> None:
    mailbox.server.kill()
    poller = mailbox.poller()

    with mailbox.running(poller) as thread:
        wait_until(lambda: mailbox.error() is not None)
        began = time.monotonic()
        poller.stop()
        thread.join(5)

    assert time.monotonic() - began < 2


def test_stop_does_not_wait_for_a_server_that_no_longer_answers(mailbox: MailDesk) -> None:
    poller = mailbox.poller(idle=True, poll_seconds=3600)

    with mailbox.running(poller) as thread:
        wait_until(lambda: mailbox.row() is not None)
        mailbox.server.freeze()
        began = time.monotonic()
        poller.stop()
        thread.join(5)

    assert time.monotonic() - began < 2
