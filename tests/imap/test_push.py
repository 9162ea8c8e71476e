"""Servers that list IDLE and are no good at it are polled, and not looked at or logged in at every second."""

import logging
from typing import cast

import pytest

from intake.channels import imap, imap_idle
from intake.channels.imap_connection import Client
from intake.channels.imap_idle import Push
from tests.imap.mailbox import MailDesk, mail, never
from tests.servers.odd_imap import Hangup, OddImap, Oddity, Said
from tests.waiting import wait_until


def refusing(said: Said) -> bytes | None:
    return f"{said.tag} BAD command unknown\r\n".encode() if said.name == "IDLE" else None


def hanging_up(said: Said) -> bytes | None:
    if said.name == "IDLE":
        raise Hangup(b"* BYE\r\n")
    return None


def ending_at_once(said: Said) -> bytes | None:
    return b"+ idling\r\n" + f"{said.tag} OK done\r\n".encode() if said.name == "IDLE" else None


def crying_wolf(said: Said) -> bytes | None:
    return b"+ idling\r\n* 1 EXISTS\r\n" if said.name == "IDLE" else None


@pytest.mark.parametrize("odd", [refusing, hanging_up, ending_at_once, crying_wolf])
def test_a_server_that_is_no_good_at_idle_is_polled_after_a_few_tries(
    odd_mailbox: MailDesk,
    odd_server: OddImap,
    odd: Oddity,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(imap, "LONGEST_PAUSE_SECONDS", 0.05)
    odd_server.capabilities += " IDLE"
    odd_server.odd = odd

    with odd_mailbox.running(odd_mailbox.poller(idle=True)):
        wait_until(lambda: "imap_push_useless" in caplog.text)
        polls = odd_server.times("EXAMINE")
        wait_until(lambda: odd_server.times("EXAMINE") > polls + 8)
        connections = odd_server.connections
        odd_server.folders["INBOX"][1] = mail(1)
        wait_until(lambda: odd_mailbox.stored() == [mail(1)])

    assert odd_server.times("IDLE") == 5
    assert odd_server.connections == connections
    assert odd_mailbox.error() is None


class Ending:
    """A connection on which each wait is over at once."""

    def has_capability(self, capability: str) -> bool:
        return True


def test_such_a_server_is_asked_again_after_a_while_and_mail_that_was_announced_counts_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imap_idle, "_idle", lambda client, seconds, is_to_end: None)
    now = 1000.0
    client = cast(Client, Ending())
    push = Push("support", lambda: now)

    for _ in range(20):
        push.wait(client, 60, never)
        push.brought_mail()
    while_it_brings_mail = push.serves(client)
    for _ in range(5):
        push.wait(client, 60, never)
    after_five_for_nothing = push.serves(client)
    now += imap_idle.OFF_SECONDS

    assert (while_it_brings_mail, after_five_for_nothing, push.serves(client)) == (True, False, True)
