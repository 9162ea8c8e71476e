"""Mail to the relay over SMTP, or into a folder where no relay is set."""

import os
import smtplib
import ssl
from pathlib import Path
from typing import Protocol

from models.errors import Permanent, Temporary
from models.settings import Settings

TIMEOUT_SECONDS = 30


class RelayUnreachable(Temporary):
    """No connection to the relay, or it refused the log-in: nothing can be sent at the moment."""


class MailRefused(Permanent):
    """The relay refused this message for good."""


class MailSender(Protocol):
    """Sends one message. The envelope sender is always empty: what we send is never answered by a bounce loop."""

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        """Raises RelayUnreachable, Temporary or MailRefused."""

    def close(self) -> None: ...


class Outbox:
    """Writes each message as `<message id>.eml`; the same message again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        final = self._folder / f"{message_id.replace('/', '_')}.eml"
        partial = final.with_suffix(".part")
        try:
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(final)
        except OSError as error:
            raise RelayUnreachable(f"the outbox cannot be written: {error}") from error

    def close(self) -> None:
        """Nothing is held open."""


class Relay:
    """Sends over one kept connection; not for use from several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        connection = self._connected()
        options = [] if recipient.isascii() else ["SMTPUTF8"]
        try:
            connection.sendmail("", [recipient], content, mail_options=options)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise _refusal(code, answer) from error
        except smtplib.SMTPServerDisconnected as error:
            self._drop()
            raise Temporary("the relay closed the connection") from error
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused("the relay does not take addresses with other than ASCII characters") from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Temporary(f"sending failed: {error}") from error

    def check(self) -> str:
        """Connect and log in; one sentence for `firstline doctor`."""
        self._connected()
        return f"{self._settings.relay_host}:{self._settings.relay_port} answers"

    def close(self) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (OSError, smtplib.SMTPException) as error:
                where = f"{self._settings.relay_host}:{self._settings.relay_port}"
                raise RelayUnreachable(f"no connection to the relay {where}: {error}") from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        where = (settings.relay_host, settings.relay_port)
        if settings.relay_tls == "implicit":
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=TIMEOUT_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(*where, timeout=TIMEOUT_SECONDS)
        if settings.relay_tls == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if settings.relay_user:
            password = settings.relay_password.get_secret_value() if settings.relay_password else ""
            connection.login(settings.relay_user, password)
        return connection


def _refusal(code: int, answer: bytes | str) -> Temporary | Permanent:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    sentence = f"the relay answered {code} {text}"[:300]
    return MailRefused(sentence) if 500 <= code < 600 else Temporary(sentence)


def make_sender(settings: Settings) -> MailSender:
    """The relay of the settings, or the outbox folder where there is none."""
    return Relay(settings) if settings.relay_host else Outbox(settings.data / "outbox")


__all__ = ["MailRefused", "MailSender", "Outbox", "Relay", "RelayUnreachable", "make_sender"]
