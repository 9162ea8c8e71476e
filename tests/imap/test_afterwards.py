"""What happens to a mail in its folder once it is stored."""

from typing import Any

import pytest
from imapclient import IMAPClient

from intake.channels import imap_fetch
from tests.imap.mailbox import SEEN, MailDesk, mail
from tests.servers.odd_imap import OddImap


def test_keep_changes_nothing_in_the_mailbox(mailbox: MailDesk) -> None:
    mailbox.server.append(mail(1))

    mailbox.poller(after="keep").poll_once()

    assert SEEN not in mailbox.server.mails()[1]


def test_seen_flags_what_is_stored(mailbox: MailDesk) -> None:
    mailbox.server.append(mail(1))

    mailbox.poller(after="seen").poll_once()

    assert SEEN in mailbox.server.mails()[1]


def test_move_makes_the_folder_and_moves_what_is_stored(mailbox: MailDesk) -> None:
    mailbox.server.append(mail(1))
    poller = mailbox.poller(after="move:已处理")

    poller.poll_once()
    mailbox.server.append(mail(2))
    poller.poll_once()

    assert mailbox.server.mails() == {}
    assert len(mailbox.server.mails("已处理")) == 2
    assert len(mailbox.stored()) == 2


def test_what_a_crash_left_behind_between_storing_and_moving_is_moved(mailbox: MailDesk) -> None:
    for number in range(3):
        mailbox.server.append(mail(number))
    mailbox.poller(after="keep").poll_once()
    mailbox.server.append(mail(3))

    stored = mailbox.poller(after="move:Processed").poll_once()

    assert stored == 1
    assert mailbox.server.mails() == {}
    assert len(mailbox.server.mails("Processed")) == 4
    assert len(mailbox.stored()) == 4


@pytest.mark.parametrize("missing", [{"MOVE"}, {"MOVE", "UIDPLUS"}])
def test_a_server_without_move_loses_no_mail_that_someone_deleted_too_early(
    missing: set[str], mailbox: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_capability: Any = IMAPClient.has_capability
    monkeypatch.setattr(
        IMAPClient, "has_capability", lambda self, name: name not in missing and has_capability(self, name)
    )
    monkeypatch.setattr(imap_fetch, "BATCH_COUNT", 1)
    mailbox.server.append(mail(1))
    mailbox.server.append(mail(2), flags=[rb"\Deleted"])

    stored = mailbox.poller(after="move:Processed").poll_once()

    assert stored == 2
    moved = 0 if "UIDPLUS" in missing else 2
    assert len(mailbox.server.mails("Processed")) == moved
    assert len(mailbox.server.mails()) == 2 - moved
    assert ("set after to seen" in str(mailbox.error())) is (moved == 0)


def test_a_folder_that_is_the_target_itself_is_left_alone(mailbox: MailDesk) -> None:
    mailbox.server.create("Processed")
    mailbox.server.append(mail(1), "Processed")
    poller = mailbox.poller(after="move:Processed", folders=["INBOX", "Processed"])

    stored = [poller.poll_once() for _ in range(3)]

    assert stored == [1, 0, 0]
    assert list(mailbox.server.mails("Processed")) == [1]


def test_a_server_that_refuses_to_move_is_named_and_the_mail_is_stored_all_the_same(mailbox: MailDesk) -> None:
    mailbox.server.append(mail(1))
    poller = mailbox.poller(after="move:bad//name")

    stored = poller.poll_once()

    assert stored == 1
    assert "mails are stored" in str(mailbox.error())
    assert mailbox.last_uid() == 1


@pytest.mark.parametrize("refused", ["UID STORE", "UID EXPUNGE"])
def test_a_mail_that_may_be_copied_and_not_removed_is_copied_once(
    odd_mailbox: MailDesk, odd_server: OddImap, refused: str
) -> None:
    odd_server.capabilities = "IMAP4rev1 UIDPLUS"
    odd_server.folders["Processed"] = {}
    odd_server.folders["INBOX"].update({1: mail(1), 2: mail(2)})
    odd_server.odd = lambda said: f"{said.tag} NO no right\r\n".encode() if said.name == refused else None
    poller = odd_mailbox.poller(after="move:Processed")

    for _ in range(5):
        poller.poll_once()
    said = odd_mailbox.error()
    copies = odd_server.times("UID COPY")
    odd_server.odd = lambda said: None
    poller.poll_once()

    assert copies == 1
    assert odd_server.times("UID COPY") == 1
    assert "no right" in str(said)
    assert odd_mailbox.error() is None


def test_a_flag_that_the_server_refuses_is_told_of_until_it_does_not(
    odd_mailbox: MailDesk, odd_server: OddImap
) -> None:
    odd_server.folders["INBOX"][1] = mail(1)
    odd_server.odd = lambda said: f"{said.tag} NO no right\r\n".encode() if said.name == "UID STORE" else None
    poller = odd_mailbox.poller(after="seen")

    poller.poll_once()
    poller.poll_once()
    later = odd_mailbox.error()
    odd_server.odd = lambda said: None
    odd_server.folders["INBOX"][2] = mail(2)
    poller.poll_once()

    assert "no right" in str(later)
    assert odd_mailbox.error() is None


@pytest.mark.parametrize("after", ["seen", "move:Processed"])
def test_a_folder_that_may_only_be_read_is_read(odd_mailbox: MailDesk, odd_server: OddImap, after: str) -> None:
    odd_server.folders["INBOX"].update({1: mail(1), 2: mail(2)})
    odd_server.odd = lambda said: (
        odd_server.answer(said).replace(b"OK done", b"OK [READ-ONLY] done") if said.name == "SELECT" else None
    )

    created = odd_mailbox.poller(after=after).poll_once()

    assert created == 2
    assert "set after to keep" in str(odd_mailbox.error())
    assert odd_mailbox.last_uid() == 2
