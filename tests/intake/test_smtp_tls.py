"""STARTTLS with a certificate as an administrator makes one."""

import logging
import smtplib
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.channels.smtp_certificate import Certificate
from tests.factories import mail
from tests.intake.conftest import Serving, Stored
from tests.intake.wire import Wire
from tests.servers import require_binary
from tests.waiting import wait_until

Read = Callable[[], list[Stored]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for localhost."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


def make_certificate(folder: Path) -> Path:
    key, chain, both = folder / "key.pem", folder / "chain.pem", folder / "both.pem"
    command = (
        f"{require_binary('openssl', 'openssl')} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    )
    subject = "-days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run(
        [*command.split(), *subject.split(), "-keyout", str(key), "-out", str(chain)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    both.write_bytes(key.read_bytes() + chain.read_bytes())
    return both


@pytest.fixture
def tls(certificate: Path) -> Certificate:
    return Certificate(certificate)


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def test_a_mail_sent_after_starttls_is_stored(
    serve: Callable[..., Serving], tls: Certificate, trusting: ssl.SSLContext, stored: Read
) -> None:
    raw = mail()

    with smtplib.SMTP("localhost", serve(tls=tls).port) as client:
        client.starttls(context=trusting)
        refused = client.sendmail("ann@customer.example", ["support@firstline.example"], raw)

    assert refused == {}
    assert [report.content for report in stored()] == [raw]


def test_nobody_is_offered_a_log_in_that_could_only_fail(
    serve: Callable[..., Serving], tls: Certificate, trusting: ssl.SSLContext
) -> None:
    with smtplib.SMTP("localhost", serve(tls=tls).port) as client:
        client.starttls(context=trusting)
        client.ehlo()

        assert not client.has_extn("auth")
        assert client.has_extn("size")


def test_starttls_is_offered_where_there_is_a_certificate_and_only_before_it_is_used(
    serve: Callable[..., Serving], tls: Certificate, trusting: ssl.SSLContext, port: int
) -> None:
    with smtplib.SMTP("127.0.0.1", port) as without, smtplib.SMTP("localhost", serve(tls=tls).port) as client:
        without.ehlo()
        client.ehlo()
        offered = [without.has_extn("starttls"), client.has_extn("starttls")]

        client.starttls(context=trusting)
        client.ehlo()

    assert offered == [False, True]
    assert not client.has_extn("starttls")


def test_commands_smuggled_in_before_the_handshake_are_forgotten(
    serve: Callable[..., Serving], tls: Certificate, trusting: ssl.SSLContext
) -> None:
    with smtplib.SMTP("localhost", serve(tls=tls).port) as client:
        client.ehlo()
        client.send(b"STARTTLS\r\nMAIL FROM:<mallory@example.org>\r\n")
        client.getreply()
        assert client.sock is not None
        client.sock = trusting.wrap_socket(client.sock, server_hostname="localhost")
        client.file = None  # smtplib makes another, over the encrypted socket

        answer = client.docmd("NOOP")

    assert answer == (250, b"OK")


def _fail_the_handshake(port: int) -> None:
    """Returns when the server has hung up."""
    with Wire(port) as wire:
        wire.greets()
        wire.says(b"STARTTLS")
        wire.send(b"this is no handshake\r\n")
        while wire.answer():
            pass


def test_a_handshake_that_fails_frees_the_connection(serve: Callable[..., Serving], tls: Certificate) -> None:
    port = serve(tls=tls, connection_limit=1).port
    _fail_the_handshake(port)

    wait_until(lambda: _is_free(port))


def test_a_handshake_that_fails_is_told_in_a_line_that_says_with_whom(
    serve: Callable[..., Serving], tls: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    _fail_the_handshake(serve(tls=tls).port)

    def told() -> list[logging.LogRecord]:
        return [one for one in caplog.records if one.message.startswith("smtp_")]

    wait_until(told)
    [found] = told()
    assert found.message == "smtp_handshake_failed"
    assert found.levelno == logging.WARNING
    assert found.exc_info is None
    assert found.__dict__["client"] == "127.0.0.1"
    assert found.__dict__["reason"]


def test_a_client_that_leaves_during_the_handshake_frees_the_connection(
    serve: Callable[..., Serving], tls: Certificate
) -> None:
    port = serve(tls=tls, connection_limit=1).port
    with Wire(port) as wire:
        wire.greets()
        wire.says(b"STARTTLS")
        wire.hangs_up()

    wait_until(lambda: _is_free(port))


def test_an_encrypted_connection_counts_once_and_is_counted_off(
    serve: Callable[..., Serving], tls: Certificate, trusting: ssl.SSLContext
) -> None:
    port = serve(tls=tls, connection_limit=1).port

    for _ in range(5):
        with smtplib.SMTP("localhost", port) as client:
            client.starttls(context=trusting)
            assert not _is_free(port)
        wait_until(lambda: _is_free(port))


def test_stopping_ends_encrypted_connections_too(
    serve: Callable[..., Serving], tls: Certificate, trusting: ssl.SSLContext
) -> None:
    serving = serve(tls=tls)
    client = smtplib.SMTP("localhost", serving.port)
    client.starttls(context=trusting)
    client.ehlo()

    serving.endpoint.stop(grace_seconds=0.5)

    assert client.getreply() == (421, b"4.3.2 shutting down, try again later")
    client.close()


def test_a_certificate_that_is_renewed_on_the_disk_counts_without_a_restart(
    serve: Callable[..., Serving], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now, later = tmp_path / "now", tmp_path / "later"
    for folder in (now, later):
        folder.mkdir()
        make_certificate(folder)
    old, new = _trust(now / "chain.pem"), _trust(later / "chain.pem")
    port = serve(tls=Certificate(now / "chain.pem", now / "key.pem")).port
    assert _is_trusted(port, old)

    (later / "chain.pem").rename(now / "chain.pem")
    during = _is_trusted(port, old)
    (later / "key.pem").rename(now / "key.pem")

    assert during
    assert _is_trusted(port, new)
    assert not _is_trusted(port, old)
    assert "smtp_certificate_not_taken" in caplog.text


def _trust(chain: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(chain))


def _is_trusted(port: int, trusting: ssl.SSLContext) -> bool:
    with smtplib.SMTP("localhost", port) as client:
        try:
            client.starttls(context=trusting)
        except ssl.SSLCertVerificationError:
            client.close()
            return False
        return client.noop() == (250, b"OK")


def _is_free(port: int) -> bool:
    """Whether one more is let in; who asks is counted off again by then."""
    with Wire(port) as wire:
        is_let_in = wire.answer().startswith("220 ")
        if is_let_in:
            wire.says(b"QUIT")
        assert wire.answer() == ""  # it is closed from the other side
        return is_let_in
