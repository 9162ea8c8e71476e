"""What a server says in one packet with its answer to IDLE. No real server can be told when to do so: this one speaks
by RFC 3501 and RFC 2177, and says nothing that Dovecot does not."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest
from imapclient import IMAPClient

from intake.channels.imap_connection import Client, has_unread

QUIET, WITH_NEWS = b"+ idling\r\n", b"+ idling\r\n* 2 EXISTS\r\n"


def serve(listener: socket.socket, idling: bytes) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
        tag = b""
        for line in lines:
            if line.strip().upper() == b"DONE":
                connection.sendall(tag + b" OK idle ended\r\n")
                continue
            tag, command, *_ = line.split()
            if command.upper() == b"IDLE":
                connection.sendall(idling)
            elif command.upper() == b"CAPABILITY":
                connection.sendall(b"* CAPABILITY IMAP4rev1 IDLE\r\n" + tag + b" OK done\r\n")
            elif command.upper() == b"SELECT":
                connection.sendall(b"* 1 EXISTS\r\n* 0 RECENT\r\n* FLAGS ()\r\n" + tag + b" OK [READ-WRITE] done\r\n")
            else:
                connection.sendall(tag + b" OK done\r\n")


@contextmanager
def idling(answer: bytes) -> Iterator[Client]:
    """A client in IDLE, whose server began it with this answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, args=(listener, answer), daemon=True)
        server.start()
        with IMAPClient("127.0.0.1", listener.getsockname()[1], ssl=False, timeout=10) as client:
            client.login("desk", "secret")
            client.select_folder("INBOX")
            client.idle()
            yield cast(Client, client)
        server.join(10)


def said_at_the_end(client: Client) -> list[object]:
    _, said = cast(tuple[bytes, list[object]], client.idle_done())
    return said


def test_a_mail_announced_with_the_answer_to_idle_is_seen() -> None:
    with idling(WITH_NEWS) as client:
        assert client.idle_check(timeout=0) == []  # why we have to look ourselves
        assert has_unread(client)
        assert said_at_the_end(client) == [(2, b"EXISTS")]


def test_where_nothing_was_said_nothing_is_waited_for() -> None:
    with idling(QUIET) as client:
        before = client.socket().gettimeout()

        assert not has_unread(client)
        assert client.socket().gettimeout() == before
        client.idle_done()


@pytest.mark.parametrize("answer", [QUIET, WITH_NEWS])
def test_looking_takes_nothing_away(answer: bytes) -> None:
    with idling(answer) as client:
        assert has_unread(client) == has_unread(client)
        assert (said_at_the_end(client) != []) == (answer == WITH_NEWS)
