"""TLS, and what `firstline doctor` asks."""

from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from intake.accept import Acceptor
from intake.channels.imap import check
from intake.channels.imap_connection import LoginRefused, MailboxUnreachable
from models.db import Database
from models.errors import Permanent, Temporary
from tests.imap.mailbox import CHINESE_FOLDER, MailDesk, mail
from tests.servers.dovecot import Dovecot
from tests.waiting import wait_until
from workers.basics import utc_now


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_mails_are_pushed_over_tls(tls: str, tls_server: Dovecot, database: Database, acceptor: Acceptor) -> None:
    mailbox = MailDesk(tls_server, database, acceptor.accept_all)
    port = tls_server.tls_port if tls == "implicit" else tls_server.port
    poller = mailbox.poller(tls=tls, port=port, ca_file=tls_server.certificate, idle=True, poll_seconds=3600)

    with mailbox.running(poller):
        wait_until(lambda: mailbox.row() is not None)
        mailbox.server.append(mail(1))
        wait_until(lambda: len(mailbox.stored()) == 1)

    assert mailbox.error() is None


def test_a_certificate_that_is_not_trusted_is_refused(
    tls_server: Dovecot, database: Database, acceptor: Acceptor
) -> None:
    mailbox = MailDesk(tls_server, database, acceptor.accept_all)
    account = mailbox.account(tls="implicit", port=tls_server.tls_port)

    with pytest.raises(MailboxUnreachable, match="set ca_file"):
        check(account)


@pytest.mark.parametrize(
    ("address", "days_left", "advice"),
    [
        pytest.param("127.0.0.1", -1, "certificate has expired; have it renewed there", id="expired"),
        pytest.param("127.0.0.2", 1, "write as host the name that it is made out to", id="of another"),
    ],
)
def test_a_certificate_that_is_none_of_this_server_now_is_refused_with_what_to_mend(
    address: str, days_left: int, advice: str, database: Database, acceptor: Acceptor
) -> None:
    with Dovecot(tls=True) as server:
        made_out(server, address, utc_now() + timedelta(days=days_left))
        account = MailDesk(server, database, acceptor.accept_all).account(
            tls="implicit", port=server.tls_port, ca_file=server.certificate
        )

        with pytest.raises(MailboxUnreachable, match=advice):
            check(account)


def made_out(server: Dovecot, address: str, until: datetime) -> None:
    """The server has a certificate for that address, which ends then."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(until - timedelta(days=30))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=True)
        .sign(key, hashes.SHA256())
    )
    server.stop()
    server.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    server.certificate.with_name("key.pem").write_bytes(private)
    server.start()


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
