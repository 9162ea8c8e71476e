"""TLS, and what `firstline doctor` asks."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from intake.accept import Acceptor
from intake.channels.imap import check
from intake.channels.imap_connection import LoginRefused, MailboxUnreachable
from models.db import Database
from models.errors import Permanent, Temporary
from tests.imap.mailbox import CHINESE_FOLDER, MailDesk, mail
from tests.servers.dovecot import Dovecot
from tests.waiting import wait_until


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_mails_are_pushed_over_tls(tls: str, tls_server: Dovecot, database: Database, acceptor: Acceptor) -> None:
    mailbox = MailDesk(tls_server, database, acceptor.accept_all)
    port = tls_server.tls_port if tls == "implicit" else tls_server.port
    poller = mailbox.poller(tls=tls, port=port, ca_file=tls_server.certificate, idle=True, poll_seconds=3600)

    with mailbox.running(poller):
        wait_until(lambda: mailbox.row() is not None)
        mailbox.server.append(mail(1))
        wait_until(lambda: len(mailbox.stored()) == 1, timeout=5)

    assert mailbox.error() is None


def test_a_certificate_that_is_not_trusted_is_refused(
    tls_server: Dovecot, database: Database, acceptor: Acceptor
) -> None:
    mailbox = MailDesk(tls_server, database, acceptor.accept_all)
    account = mailbox.account(tls="implicit", port=tls_server.tls_port)

    with pytest.raises(MailboxUnreachable, match="set ca_file"):
        check(account)


def test_check_counts_the_mails_in_each_folder(mailbox: MailDesk) -> None:
    mailbox.server.create(CHINESE_FOLDER)
    for number in range(3):
        mailbox.server.append(mail(number))
    mailbox.server.append(mail(3), CHINESE_FOLDER)

    sentence = check(mailbox.account(folders=["INBOX", CHINESE_FOLDER]))

    assert sentence == f"3 messages in INBOX, 1 message in {CHINESE_FOLDER}"


def test_check_says_what_to_mend(mailbox: MailDesk, tmp_path: Path) -> None:
    wrong_password = mailbox.account(password=SecretStr("wrong"))
    wrong_folder = mailbox.account(folders=["Nowhere"])
    no_file = mailbox.account(password_file=tmp_path / "none")
    no_tls = mailbox.account(tls="starttls")

    with pytest.raises(LoginRefused, match="check username and password"):
        check(wrong_password)
    with pytest.raises(Permanent, match="Nowhere"):
        check(wrong_folder)
    with pytest.raises(Permanent, match="password_file"):
        check(no_file)
    with pytest.raises(MailboxUnreachable, match="STARTTLS"):
        check(no_tls)


def test_check_tells_a_server_that_is_away_from_a_wrong_setting(mailbox: MailDesk) -> None:
    mailbox.server.kill()

    with pytest.raises(Temporary, match="cannot be reached"):
        check(mailbox.account())
