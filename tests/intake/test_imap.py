"""The IMAP channel against a real Dovecot: every mail is stored once, whatever happens on the way."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError
from pydantic import SecretStr
from sqlalchemy import select

from intake.accept import Acceptor
from intake.channels import imap, imap_fetch
from intake.channels.imap import MailboxPoller, check
from intake.channels.imap_connection import LoginRefused, MailboxUnreachable
from intake.channels.imap_folder import FolderReader, delivered_to
from models.db import Database
from models.errors import Permanent, Temporary
from models.queue import NewReport
from models.settings import ImapAccount
from models.tables import MailboxRow, ReportPart, ReportRow
from models.values import Receipt
from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.waiting import wait_until

CHINESE_FOLDER = "售后支持"
SEEN = rb"\Seen"


@dataclass
class Clock:
    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Desk:
    """A server, a database, and pollers between them."""

    server: Dovecot
    database: Database
    accept_all: Callable[[Sequence[NewReport]], list[Receipt]]
    clock: Clock = field(default_factory=Clock)
    pollers: list[MailboxPoller] = field(default_factory=list)

    def account(self, **changes: Any) -> ImapAccount:
        wanted: dict[str, Any] = {
            "name": "support",
            "host": "127.0.0.1",
            "port": self.server.port,
            "tls": "none",
            "username": USER,
            "password": SecretStr(PASSWORD),
            "after": "keep",
            "poll_seconds": 0.1,
            "idle": False,
        }
        if "password_file" in changes:
            del wanted["password"]
        return ImapAccount.model_validate(wanted | changes)

    def poller(
        self, accept_all: Callable[[Sequence[NewReport]], list[Receipt]] | None = None, **changes: Any
    ) -> MailboxPoller:
        poller = MailboxPoller(self.account(**changes), self.database, accept_all or self.accept_all, self.clock)
        self.pollers.append(poller)
        return poller

    @contextmanager
    def running(self, poller: MailboxPoller) -> Iterator[threading.Thread]:
        thread = threading.Thread(target=poller.run, daemon=True)
        thread.start()
        try:
            yield thread
        finally:
            poller.stop()
            thread.join(5)
            assert not thread.is_alive()

    def stored(self) -> list[bytes]:
        """The raw mails in the database, in the order of their text."""
        with self.database.reading() as session:
            return sorted(session.scalars(select(ReportPart.content)))

    def sources(self) -> list[str]:
        with self.database.reading() as session:
            return sorted(session.scalars(select(ReportRow.source)))

    def mailbox(self, folder: str = "INBOX") -> MailboxRow | None:
        with self.database.reading() as session:
            return session.get(MailboxRow, ("support", folder))

    def error(self, folder: str = "INBOX") -> str | None:
        row = self.mailbox(folder)
        return row.error if row else None

    def last_uid(self, folder: str = "INBOX") -> int:
        row = self.mailbox(folder)
        return row.last_uid if row else 0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'firstline.db'}")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def acceptor(database: Database) -> Iterator[Acceptor]:
    acceptor = Acceptor(database, wake=lambda: None)
    yield acceptor
    acceptor.close()


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with Dovecot() as dovecot:
        yield dovecot


@pytest.fixture
def desk(server: Dovecot, database: Database, acceptor: Acceptor) -> Iterator[Desk]:
    desk = Desk(server, database, acceptor.accept_all)
    yield desk
    for poller in desk.pollers:
        poller.close()


def mail(number: int, text: str = "The array shows two red lights.") -> bytes:
    lines = [
        "From: Li Wei <li.wei@example.com>",
        "To: support@example.net",
        f"Subject: report {number:05d}",
        f"Message-ID: <report-{number:05d}@example.com>",
        "Date: Mon, 02 Mar 2026 08:30:00 +0800",
        "",
        text,
        "",
    ]
    return "\r\n".join(lines).encode()


# What is taken in


def test_each_mail_is_stored_once(desk: Desk) -> None:
    for number in range(3):
        desk.server.deliver(mail(number))
    poller = desk.poller()

    first, second = poller.poll_once(), poller.poll_once()

    assert (first, second) == (3, 0)
    assert desk.stored() == [mail(0), mail(1), mail(2)]
    assert desk.sources() == ["imap:support/INBOX"] * 3


def test_a_mail_that_someone_has_already_read_is_taken_too(desk: Desk) -> None:
    desk.server.append(mail(1), flags=[SEEN])
    desk.server.append(mail(2))

    stored = desk.poller(after="seen").poll_once()

    assert stored == 2


def test_a_mail_that_comes_later_is_taken_over_the_same_connection(desk: Desk) -> None:
    desk.server.deliver(mail(1))
    poller = desk.poller()
    poller.poll_once()

    desk.server.deliver(mail(2))
    stored = poller.poll_once()

    assert stored == 1
    assert desk.stored() == [mail(1), mail(2)]


def test_a_new_process_takes_nothing_a_second_time(desk: Desk) -> None:
    desk.server.deliver(mail(1))
    desk.poller().poll_once()
    handed_in: list[NewReport] = []

    def accept_all(reports: Sequence[NewReport]) -> list[Receipt]:
        handed_in.extend(reports)
        return desk.accept_all(reports)

    stored = desk.poller(accept_all).poll_once()

    assert stored == 0
    assert handed_in == []


def test_a_folder_that_is_numbered_afresh_loses_and_doubles_nothing(desk: Desk) -> None:
    for number in range(5):
        desk.server.deliver(mail(number))
    poller = desk.poller()
    poller.poll_once()
    before = desk.mailbox()
    poller.close()

    desk.server.renumber()
    desk.server.deliver(mail(5))
    stored = poller.poll_once()

    after = desk.mailbox()
    assert before is not None
    assert after is not None
    assert before.uidvalidity != after.uidvalidity
    assert stored == 1
    assert desk.stored() == [mail(number) for number in range(6)]


def test_a_folder_that_was_deleted_and_made_again_is_read_from_its_start(desk: Desk) -> None:
    desk.server.create(CHINESE_FOLDER)
    for number in range(3):
        desk.server.append(mail(number), CHINESE_FOLDER)
    poller = desk.poller(folders=[CHINESE_FOLDER])
    poller.poll_once()

    with desk.server.client() as client:
        client.delete_folder(CHINESE_FOLDER)
    desk.server.create(CHINESE_FOLDER)
    desk.server.append(mail(7), CHINESE_FOLDER)
    with desk.running(poller):
        wait_until(lambda: len(desk.stored()) == 4)

    assert desk.last_uid(CHINESE_FOLDER) == 1


def test_folders_are_read_side_by_side_and_may_have_chinese_names(desk: Desk) -> None:
    desk.server.create(CHINESE_FOLDER)
    desk.server.append(mail(1))
    desk.server.append(mail(2), CHINESE_FOLDER)
    poller = desk.poller(folders=["INBOX", CHINESE_FOLDER])

    stored = poller.poll_once()

    assert stored == 2
    assert desk.sources() == ["imap:support/INBOX", f"imap:support/{CHINESE_FOLDER}"]
    assert (desk.last_uid(), desk.last_uid(CHINESE_FOLDER)) == (1, 1)


def test_a_folder_that_does_not_exist_is_named_and_holds_up_no_other(desk: Desk) -> None:
    desk.server.deliver(mail(1))
    poller = desk.poller(folders=["No such folder", "INBOX"])

    stored = poller.poll_once()

    assert stored == 1
    assert "No such folder" in str(desk.error("No such folder"))
    assert desk.error() is None


def test_garbage_does_not_stop_its_neighbours(desk: Desk) -> None:
    garbage = bytes(range(1, 256)) * 40
    odd = [garbage, b"no header at all", b"\r\n\r\n", b"X: \xd6\xd0\xb9\xfa\n" + b"\xff" * 500]
    desk.server.deliver(mail(1))
    for raw in odd:
        desk.server.deliver(raw)
    desk.server.deliver(mail(2))

    stored = desk.poller().poll_once()

    assert stored == 6
    assert {mail(1), mail(2)} < set(desk.stored())
    assert desk.last_uid() == 6


def test_more_mails_than_one_batch_holds_are_all_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_fetch, "BATCH_COUNT", 7)
    monkeypatch.setattr(imap_fetch, "BATCH_BYTES", 4000)
    monkeypatch.setattr(imap_fetch, "SEARCH_WINDOW", 5)
    for number in range(23):
        desk.server.deliver(mail(number, text="x" * (number % 4) * 1500))

    stored = desk.poller().poll_once()

    assert stored == 23
    assert desk.last_uid() == 23


def test_the_addresses_a_mail_was_delivered_to_are_those_of_the_receiving_server() -> None:
    raw = (
        b"Return-Path: <li@example.com>\r\nX-Original-To: help@example.net\r\n"
        b"Delivered-To: <desk@example.net>\r\nDelivered-To: desk@example.net\r\n"
        b"Received: from a by b\r\nDelivered-To: forged@example.org\r\n\r\nDelivered-To: no@example.org\r\n"
    )

    addresses = delivered_to(raw)

    assert addresses == ("help@example.net", "desk@example.net")
    assert delivered_to(b"Delivered-To: forged@example.org\r\n\r\nReceived: x") == ()


# What happens to a mail afterwards


def test_keep_changes_nothing_in_the_mailbox(desk: Desk) -> None:
    desk.server.append(mail(1))

    desk.poller(after="keep").poll_once()

    assert SEEN not in desk.server.mails()[1]


def test_seen_flags_what_is_stored(desk: Desk) -> None:
    desk.server.append(mail(1))

    desk.poller(after="seen").poll_once()

    assert SEEN in desk.server.mails()[1]


def test_move_makes_the_folder_and_moves_what_is_stored(desk: Desk) -> None:
    desk.server.append(mail(1))
    poller = desk.poller(after="move:已处理")

    poller.poll_once()
    desk.server.append(mail(2))
    poller.poll_once()

    assert desk.server.mails() == {}
    assert len(desk.server.mails("已处理")) == 2
    assert len(desk.stored()) == 2


def test_what_a_crash_left_behind_between_storing_and_moving_is_moved(desk: Desk) -> None:
    for number in range(3):
        desk.server.append(mail(number))
    desk.poller(after="keep").poll_once()
    desk.server.append(mail(3))

    stored = desk.poller(after="move:Processed").poll_once()

    assert stored == 1
    assert desk.server.mails() == {}
    assert len(desk.server.mails("Processed")) == 4
    assert len(desk.stored()) == 4


@pytest.mark.parametrize("missing", [{"MOVE"}, {"MOVE", "UIDPLUS"}])
def test_a_server_without_move_loses_no_mail_that_someone_deleted_too_early(
    missing: set[str], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_capability: Any = IMAPClient.has_capability
    monkeypatch.setattr(
        IMAPClient, "has_capability", lambda self, name: name not in missing and has_capability(self, name)
    )
    monkeypatch.setattr(imap_fetch, "BATCH_COUNT", 1)
    desk.server.append(mail(1))
    desk.server.append(mail(2), flags=[rb"\Deleted"])

    stored = desk.poller(after="move:Processed").poll_once()

    assert stored == 2
    moved = 0 if "UIDPLUS" in missing else 2
    assert len(desk.server.mails("Processed")) == moved
    assert len(desk.server.mails()) == 2 - moved
    assert ("set after to seen" in str(desk.error())) is (moved == 0)


def test_a_folder_that_is_the_target_itself_is_left_alone(desk: Desk) -> None:
    desk.server.create("Processed")
    desk.server.append(mail(1), "Processed")
    poller = desk.poller(after="move:Processed", folders=["INBOX", "Processed"])

    stored = [poller.poll_once() for _ in range(3)]

    assert stored == [1, 0, 0]
    assert list(desk.server.mails("Processed")) == [1]


def test_a_server_that_refuses_to_move_is_named_and_the_mail_is_stored_all_the_same(desk: Desk) -> None:
    desk.server.append(mail(1))
    poller = desk.poller(after="move:bad//name")

    stored = poller.poll_once()

    assert stored == 1
    assert "mails are stored" in str(desk.error())
    assert desk.last_uid() == 1


# Faults


def test_a_server_that_is_killed_and_comes_back_loses_and_doubles_nothing(desk: Desk) -> None:
    for number in range(5):
        desk.server.deliver(mail(number))

    with desk.running(desk.poller(after="move:Processed")):
        wait_until(lambda: len(desk.stored()) == 5)
        desk.server.kill()
        for number in range(5, 10):
            desk.server.deliver(mail(number))
        wait_until(lambda: desk.error() is not None)
        desk.server.start()
        wait_until(lambda: len(desk.stored()) == 10)
        wait_until(lambda: desk.error() is None and not desk.server.mails())

    assert desk.stored() == [mail(number) for number in range(10)]
    assert len(desk.server.mails("Processed")) >= 10  # a move that was cut off may have copied


def test_a_server_that_is_killed_in_the_middle_of_many_mails_loses_and_doubles_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_fetch, "BATCH_COUNT", 10)
    for number in range(300):
        desk.server.deliver(mail(number))

    with desk.running(desk.poller(after="seen")):
        wait_until(lambda: desk.stored())
        desk.server.kill()
        desk.server.start()
        wait_until(lambda: desk.last_uid() == 300, timeout=30)

    assert desk.stored() == [mail(number) for number in range(300)]


def test_a_pushed_mail_arrives_long_before_the_next_poll(desk: Desk) -> None:
    poller = desk.poller(idle=True, poll_seconds=3600)

    with desk.running(poller):
        wait_until(lambda: desk.mailbox() is not None)
        desk.server.append(mail(1))
        wait_until(lambda: len(desk.stored()) == 1, timeout=5)
        desk.server.append(mail(2))
        wait_until(lambda: len(desk.stored()) == 2, timeout=5)

    assert len(desk.sources()) == 2


def test_a_server_that_goes_away_during_idle_is_noticed_and_found_again(desk: Desk) -> None:
    poller = desk.poller(idle=True, poll_seconds=3600)

    with desk.running(poller):
        wait_until(lambda: desk.mailbox() is not None)
        desk.server.kill()
        wait_until(lambda: desk.error() is not None)
        desk.server.start()
        desk.server.append(mail(1))
        wait_until(lambda: len(desk.stored()) == 1)
        wait_until(lambda: desk.error() is None)

    assert len(desk.sources()) == 1


def test_while_the_first_folder_idles_the_others_are_polled(desk: Desk) -> None:
    desk.server.create(CHINESE_FOLDER)
    poller = desk.poller(idle=True, poll_seconds=0.5, folders=["INBOX", CHINESE_FOLDER])

    with desk.running(poller):
        wait_until(lambda: desk.mailbox(CHINESE_FOLDER) is not None)
        desk.server.append(mail(1), CHINESE_FOLDER)
        wait_until(lambda: len(desk.stored()) == 1, timeout=5)

    assert desk.sources() == [f"imap:support/{CHINESE_FOLDER}"]


def test_a_wrong_password_is_said_clearly_and_mended_without_a_restart(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = tmp_path / "password"
    secret.write_text("not-this-one", encoding="utf-8")
    desk.server.append(mail(1))

    with desk.running(desk.poller(password_file=secret)):
        wait_until(lambda: "refuses the log-in" in str(desk.error()))
        row = desk.mailbox()
        secret.write_text(PASSWORD, encoding="utf-8")
        wait_until(lambda: len(desk.stored()) == 1)
        wait_until(lambda: desk.error() is None)

    assert row is not None
    assert row.seen_at is None
    logged = [str(vars(record)) for record in caplog.records]
    assert any("imap_login_refused" in line for line in logged)
    assert not any("not-this-one" in line or "red lights" in line for line in logged)


def test_a_fault_keeps_the_time_of_the_last_contact(desk: Desk) -> None:
    poller = desk.poller()
    poller.poll_once()
    seen_at = desk.clock.now

    desk.server.kill()
    desk.clock.now += timedelta(hours=1)
    with pytest.raises(MailboxUnreachable):
        poller.poll_once()

    row = desk.mailbox()
    assert row is not None
    assert row.seen_at == seen_at
    assert "127.0.0.1" in str(row.error)


def test_mails_the_database_does_not_take_are_tried_again(desk: Desk) -> None:
    desk.server.append(mail(1))
    busy = threading.Event()
    busy.set()

    def accept_all(reports: Sequence[NewReport]) -> list[Receipt]:
        if busy.is_set():
            raise Temporary("the database is locked")
        return desk.accept_all(reports)

    with desk.running(desk.poller(accept_all, after="seen")):
        wait_until(lambda: desk.error() == "the database is locked")
        untouched = desk.last_uid(), desk.server.mails()
        busy.clear()
        wait_until(lambda: desk.last_uid() == 1)

    assert untouched[0] == 0
    assert SEEN not in untouched[1][1]
    assert desk.stored() == [mail(1)]


def test_a_defect_does_not_end_the_poller(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.server.append(mail(1))
    calls: list[int] = []

    def accept_all(reports: Sequence[NewReport]) -> list[Receipt]:
        calls.append(len(reports))
        if len(calls) == 1:
            raise ZeroDivisionError
        return desk.accept_all(reports)

    with desk.running(desk.poller(accept_all)):
        wait_until(lambda: len(desk.stored()) == 1)

    assert "imap_defect" in caplog.text


def test_a_mail_the_server_cannot_read_holds_up_no_other_and_is_not_forgotten(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LONGEST_PAUSE_SECONDS", 0.2)
    unreadable = desk.server.deliver(mail(1))
    desk.server.deliver(mail(2))
    desk.server.mails()
    desk.server.file_of(unreadable).chmod(0)  # Dovecot answers by breaking the connection
    poller = desk.poller(after="move:Processed")

    with desk.running(poller):
        wait_until(lambda: "UID 1" in str(desk.error()), timeout=30)
        wait_until(lambda: list(desk.server.mails()) == [1])
        without = desk.stored()
        desk.server.append(mail(3))
        wait_until(lambda: len(desk.stored()) == 2)
        kept = desk.last_uid()
        desk.server.file_of(unreadable).chmod(0o600)
        desk.clock.now += imap_fetch.RETRY_AFTER
        wait_until(lambda: len(desk.stored()) == 3)
        wait_until(lambda: desk.error() is None)

    assert without == [mail(2)]
    assert kept == 0
    assert desk.stored() == [mail(1), mail(2), mail(3)]
    assert desk.server.mails() == {}


def _never() -> bool:
    return False


@dataclass
class FussyClient:
    """A server with one folder that says no to some mails (Dovecot would break the connection)."""

    mails: dict[int, bytes]
    refused: set[int] = field(default_factory=set)
    fetches: list[tuple[int, ...]] = field(default_factory=list)

    def select_folder(self, _folder: str, readonly: bool = False) -> dict[bytes, int]:
        return {b"EXISTS": len(self.mails), b"UIDVALIDITY": 1, b"UIDNEXT": max(self.mails) + 1}

    def search(self, criteria: Sequence[str]) -> list[int]:
        low, _, high = criteria[-1].partition(":")
        last = max(self.mails) if high else int(low)  # n:* is the last mail even if it is below n
        return [uid for uid in self.mails if int(low) <= uid <= last or (high and uid == last)]

    def fetch(self, messages: Sequence[int], data: Sequence[str]) -> dict[int, dict[bytes, Any]]:
        if data == ["RFC822.SIZE"]:
            return {uid: {b"RFC822.SIZE": len(self.mails[uid])} for uid in messages}
        self.fetches.append(tuple(messages))
        if self.refused.intersection(messages):
            raise IMAPClientError("fetch failed: [SERVERBUG]")
        return {uid: {b"BODY[]": self.mails[uid]} for uid in messages}


def test_a_batch_that_is_refused_is_read_one_by_one(desk: Desk) -> None:
    client: Any = FussyClient({uid: mail(uid) for uid in range(1, 7)}, refused={3, 5})
    reader = FolderReader(desk.account(), "INBOX", desk.database, desk.accept_all, desk.clock)

    created = reader.take_in(client, _never)
    again = reader.take_in(client, _never)

    assert (created, again) == (4, 0)
    assert client.fetches == [(1, 2, 3, 4, 5, 6), (1,), (2,), *[(3,)] * 3, (4,), *[(5,)] * 3, (6,)]
    assert desk.last_uid() == 2
    assert "UID 3, 5" in str(desk.error())


def test_refused_mails_are_tried_again_later_and_the_bookmark_waits_for_each(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = FussyClient({uid: mail(uid) for uid in range(1, 7)}, refused={3, 5})
    answers: list[bool] = []

    def accept_all(reports: Sequence[NewReport]) -> list[Receipt]:
        if answers and not answers.pop(0):
            raise Temporary("the database is locked")
        return desk.accept_all(reports)

    reader = FolderReader(desk.account(), "INBOX", desk.database, accept_all, desk.clock)
    reader.take_in(client, _never)
    client.refused.clear()
    desk.clock.now += imap_fetch.RETRY_AFTER

    answers[:] = [False]
    with pytest.raises(Temporary):
        reader.take_in(client, _never)
    after_none = desk.last_uid()
    monkeypatch.setattr(imap_fetch, "BATCH_COUNT", 1)
    answers[:] = [True, False]
    with pytest.raises(Temporary):
        reader.take_in(client, _never)
    after_one = desk.last_uid()
    reader.take_in(client, _never)

    assert (after_none, after_one, desk.last_uid()) == (2, 4, 6)
    assert len(desk.stored()) == 6
    assert desk.error() is None


def test_a_mail_that_vanishes_is_passed_over(desk: Desk) -> None:
    gone = desk.server.deliver(mail(1))
    desk.server.deliver(mail(2))
    desk.server.mails()
    desk.server.file_of(gone).unlink()

    with desk.running(desk.poller()):
        wait_until(lambda: desk.last_uid() == 2)

    assert desk.stored() == [mail(2)]


# Stopping


@pytest.mark.parametrize("idle", [True, False])
def test_stop_ends_a_wait_for_mail_at_once(desk: Desk, idle: bool) -> None:
    poller = desk.poller(idle=idle, poll_seconds=3600)

    with desk.running(poller) as thread:
        wait_until(lambda: desk.mailbox() is not None)
        began = time.monotonic()
        poller.stop()
        thread.join(5)

    assert time.monotonic() - began < 2


def test_stop_ends_a_pause_between_attempts_at_once(desk: Desk) -> None:
    desk.server.kill()
    poller = desk.poller()

    with desk.running(poller) as thread:
        wait_until(lambda: desk.error() is not None)
        began = time.monotonic()
        poller.stop()
        thread.join(5)

    assert time.monotonic() - began < 2


def test_stop_does_not_wait_for_a_server_that_no_longer_answers(desk: Desk) -> None:
    poller = desk.poller(idle=True, poll_seconds=3600)

    with desk.running(poller) as thread:
        wait_until(lambda: desk.mailbox() is not None)
        desk.server.freeze()
        began = time.monotonic()
        poller.stop()
        thread.join(5)

    assert time.monotonic() - began < 2


# TLS, and what `firstline doctor` asks


@pytest.fixture
def tls_server() -> Iterator[Dovecot]:
    with Dovecot(tls=True) as dovecot:
        yield dovecot


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_mails_are_pushed_over_tls(tls: str, tls_server: Dovecot, database: Database, acceptor: Acceptor) -> None:
    desk = Desk(tls_server, database, acceptor.accept_all)
    port = tls_server.tls_port if tls == "implicit" else tls_server.port
    poller = desk.poller(tls=tls, port=port, ca_file=tls_server.certificate, idle=True, poll_seconds=3600)

    with desk.running(poller):
        wait_until(lambda: desk.mailbox() is not None)
        desk.server.append(mail(1))
        wait_until(lambda: len(desk.stored()) == 1, timeout=5)

    assert desk.error() is None


def test_a_certificate_that_is_not_trusted_is_refused(
    tls_server: Dovecot, database: Database, acceptor: Acceptor
) -> None:
    desk = Desk(tls_server, database, acceptor.accept_all)
    account = desk.account(tls="implicit", port=tls_server.tls_port)

    with pytest.raises(MailboxUnreachable, match="set ca_file"):
        check(account)


def test_check_counts_the_mails_in_each_folder(desk: Desk) -> None:
    desk.server.create(CHINESE_FOLDER)
    for number in range(3):
        desk.server.append(mail(number))
    desk.server.append(mail(3), CHINESE_FOLDER)

    sentence = check(desk.account(folders=["INBOX", CHINESE_FOLDER]))

    assert sentence == f"3 messages in INBOX, 1 message in {CHINESE_FOLDER}"


def test_check_says_what_to_mend(desk: Desk, tmp_path: Path) -> None:
    wrong_password = desk.account(password=SecretStr("wrong"))
    wrong_folder = desk.account(folders=["Nowhere"])
    no_file = desk.account(password_file=tmp_path / "none")
    no_tls = desk.account(tls="starttls")

    with pytest.raises(LoginRefused, match="check username and password"):
        check(wrong_password)
    with pytest.raises(Permanent, match="Nowhere"):
        check(wrong_folder)
    with pytest.raises(Permanent, match="password_file"):
        check(no_file)
    with pytest.raises(MailboxUnreachable, match="STARTTLS"):
        check(no_tls)


def test_check_tells_a_server_that_is_away_from_a_wrong_setting(desk: Desk) -> None:
    desk.server.kill()

    with pytest.raises(Temporary, match="cannot be reached"):
        check(desk.account())


def test_the_clocks_of_a_mail_start_with_its_arrival_and_an_old_one_is_not_answered(desk: Desk) -> None:
    for number, age in enumerate((timedelta(hours=12), timedelta(days=2))):
        with desk.server.client() as client:
            client.append("INBOX", mail(number), msg_time=desk.clock.now - age)

    desk.poller().poll_once()

    with desk.database.reading() as session:
        rows = session.scalars(select(ReportRow).order_by(ReportRow.received_at)).all()
    assert [(desk.clock.now - row.received_at, row.answer) for row in rows] == [
        (timedelta(days=2), False),
        (timedelta(hours=12), True),
    ]
