"""The part that listens for mail."""

import ssl

from intake.channels.smtp import SmtpConfig, SmtpEndpoint
from intake.channels.smtp_certificate import Certificate
from models.errors import Misconfigured
from models.settings import Settings
from workers.basics import utc_now
from workers.listening import refused
from workers.shared import Shared


def start(shared: Shared) -> int:
    """Listen; returns the port.

    Raises:
        Misconfigured: it cannot with these settings.
    """
    settings = shared.settings
    endpoint = SmtpEndpoint(smtp_config(settings), shared.acceptor.submit, utc_now)
    try:
        port = endpoint.start()
    except OSError as error:
        raise refused("SMTP", settings.smtp_host, settings.smtp_port, "FIRSTLINE_SMTP", error) from error
    shared.stack.callback(endpoint.stop)
    return port


def smtp_config(settings: Settings) -> SmtpConfig:
    """The endpoint's configuration.

    Raises:
        Misconfigured: the certificate cannot be used.
    """
    tls = None
    if settings.smtp_certificate is not None:
        try:
            tls = Certificate(settings.smtp_certificate, settings.smtp_key)
        except (OSError, ssl.SSLError) as error:
            raise Misconfigured(f"smtp_certificate and smtp_key cannot be used: {error}") from error
    return SmtpConfig(
        host=settings.smtp_host,
        port=settings.smtp_port,
        addresses=settings.addresses,
        hostname=settings.smtp_hostname,
        lmtp=settings.smtp_protocol == "lmtp",
        tls=tls,
        size_limit=settings.smtp_size_limit,
        connection_limit=settings.smtp_connection_limit,
        recipient_limit=settings.smtp_recipient_limit,
    )
