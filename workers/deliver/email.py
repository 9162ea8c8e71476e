"""Mail to the relay over SMTP, or into a folder where no relay is set."""

import os
import re
import smtplib
import ssl
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from intake.channels.oauth import TokenRefused, TokenSource, TokenUnavailable
from models.db import Database
from models.errors import Misconfigured, Temporary
from models.settings import Settings
from workers.deliver import envelope
from workers.deliver.refusals import (
    MailRefused,
    RecipientUnknown,
    RelayUnreachable,
    at_recipient,
    at_sender,
    refusal,
    refuses_null,
    sentence,
)

CONNECT_SECONDS = 30
# A relay that scans a mail before it answers takes its time; what we do not wait for is sent twice.
REPLY_SECONDS = 120
# After this long without use the relay may have closed the connection.
_IDLE_SECONDS = 10.0
# As with mailboxes: servers lock an account for a handful of wrong passwords.
_LOGIN_PAUSE_SECONDS = 60.0
_LONGEST_LOGIN_PAUSE_SECONDS = 16 * 60.0
# An address that the library finds no other one in.
_BARE = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[\w-]+(?:\.[\w-]+)*", re.ASCII)


class MailSender(Protocol):
    """Sends one message."""

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        """Raises RelayUnreachable, Temporary or MailRefused."""

    def close(self) -> None: ...


class Outbox:
    """Writes each message as `<message id>.eml`; the same message again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(f"the outbox {folder} cannot be made: {error}") from error

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


def is_bare(address: str) -> bool:
    """True where it can stand between < and > as it is."""
    return _BARE.fullmatch(address) is not None


class _Connection(smtplib.SMTP):
    """For recipients one by one: the library reads each by its parser of headers, which takes half of what it takes to
    send a mail."""

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        if options or not is_bare(recip):
            return super().rcpt(recip, options)
        return self.docmd("rcpt", f"TO:<{recip}>")


class _TlsConnection(_Connection, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class Relay:
    """Sends over one kept connection; not for use from several threads at once."""

    def __init__(self, settings: Settings, database: Database | None = None) -> None:
        self._settings = settings
        oauth = settings.relay_oauth2
        self._tokens = TokenSource("relay", oauth, database) if oauth else None
        self._connection: smtplib.SMTP | None = None
        self._used_at = 0.0
        # Providers whose users send by their relay (163, QQ exmail, Microsoft 365) refuse the null reverse-path.
        self._takes_null = True
        self._logins_refused = 0
        self._next_login_at = 0.0
        self._refused_with = ""

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        connection = self._connected()
        try:
            self._submit(connection, envelope.for_smtp(recipient), content)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            if code == 421:  # it has hung up after that
                self._drop()
            raise at_recipient(code, answer) from error
        except smtplib.SMTPSenderRefused as error:
            self._drop()
            raise at_sender(error) from error
        except smtplib.SMTPServerDisconnected as error:
            self._drop()
            is_silent = isinstance(error.__context__, TimeoutError)  # the library says so of both
            said = f"did not answer within {REPLY_SECONDS} seconds" if is_silent else "closed the connection"
            raise Temporary(f"the relay {said}") from error
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused("the relay does not take addresses with other than ASCII characters") from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Temporary(f"sending failed: {error}") from error

    def _submit(self, connection: smtplib.SMTP, recipient: str, content: bytes) -> None:
        sender = envelope.reverse_path(content)
        try:
            if sender or self._takes_null:
                _sendmail(connection, sender, recipient, content)
                return
        except smtplib.SMTPSenderRefused as error:
            if sender or not refuses_null(error):
                raise
            self._takes_null = False
        _sendmail(connection, envelope.own_address(content), recipient, content)

    def check(self) -> str:
        """Connect, log in and begin a message; one sentence for `firstline doctor`."""
        connection = self._connected()
        connection.ehlo_or_helo_if_needed()  # as sendmail does; without TLS and a log-in nobody has said it yet
        for sender in ("", *self._settings.addresses[:1]):  # what our answers begin with, and our letters
            code, answer = connection.mail(sender)
            if code < 400:
                break
        if code >= 400:
            raise Temporary(sentence(code, answer))
        connection.rset()
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
        if self._connection is not None and time.monotonic() - self._used_at > _IDLE_SECONDS and not self._is_alive():
            self._drop()
        self._used_at = time.monotonic()
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (OSError, smtplib.SMTPException, TokenUnavailable, TokenRefused, Misconfigured) as error:
                where = f"{self._settings.relay_host}:{self._settings.relay_port}"
                said: object = error
                if isinstance(error, smtplib.SMTPResponseException):
                    said = sentence(error.smtp_code, error.smtp_error)
                raise RelayUnreachable(f"no connection to the relay {where}: {said}") from error
        return self._connection

    def _is_alive(self) -> bool:
        assert self._connection is not None
        try:
            return self._connection.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        where = (settings.relay_host, settings.relay_port)
        with ExitStack() as undo:
            if settings.relay_tls == "implicit":
                context = ssl.create_default_context()
                connection: smtplib.SMTP = _TlsConnection(*where, timeout=CONNECT_SECONDS, context=context)
            else:
                connection = _Connection(*where, timeout=CONNECT_SECONDS)
            undo.callback(connection.close)
            if settings.relay_tls == "starttls":
                connection.starttls(context=ssl.create_default_context())
            self._log_in(connection)
            undo.pop_all()
        if connection.sock is not None:
            connection.sock.settimeout(REPLY_SECONDS)
        return connection

    def _log_in(self, connection: smtplib.SMTP) -> None:
        settings = self._settings
        if self._tokens is not None:
            self._log_in_by_token(connection, self._tokens)
        elif settings.relay_user:
            password = settings.relay_password.get_secret_value() if settings.relay_password else ""
            self._log_in_by_password(connection, settings.relay_user, password)

    def _log_in_by_password(self, connection: smtplib.SMTP, user: str, password: str) -> None:
        """A password that was refused is not tried with every message."""
        if time.monotonic() < self._next_login_at:
            raise smtplib.SMTPException(self._refused_with)
        try:
            connection.login(user, password)
            self._logins_refused = 0
        except smtplib.SMTPAuthenticationError as error:
            advice = "the log-in is refused; check relay_user and relay_password, and restart after a change of them"
            self._refused_with = f"{sentence(error.smtp_code, error.smtp_error)}: {advice}"
            pause = min(_LONGEST_LOGIN_PAUSE_SECONDS, _LOGIN_PAUSE_SECONDS * 2**self._logins_refused)
            self._logins_refused = min(self._logins_refused + 1, 10)
            self._next_login_at = time.monotonic() + pause
            raise smtplib.SMTPException(self._refused_with) from error

    def _log_in_by_token(self, connection: smtplib.SMTP, tokens: TokenSource) -> None:
        """XOAUTH2; a token that is refused may have been called back: once more with a new one."""
        connection.ehlo_or_helo_if_needed()
        try:
            self._xoauth2(connection, tokens.token())
        except smtplib.SMTPAuthenticationError:
            self._xoauth2(connection, tokens.token(fresh=True))

    def _xoauth2(self, connection: smtplib.SMTP, token: str) -> None:
        answers = iter([f"user={self._settings.relay_user}\x01auth=Bearer {token}\x01\x01"])
        # A refusal comes as a challenge, which is to be answered with nothing.
        connection.auth("XOAUTH2", lambda challenge=None: next(answers, ""))


def _sendmail(connection: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> None:
    options = [] if (sender + recipient).isascii() else ["SMTPUTF8"]
    connection.sendmail(sender, [recipient], content, mail_options=options)


def make_sender(settings: Settings, database: Database | None = None) -> MailSender:
    """The relay of the settings, or the outbox folder where there is none."""
    return Relay(settings, database) if settings.relay_host else Outbox(settings.data / "outbox")


__all__ = ["MailRefused", "MailSender", "Outbox", "RecipientUnknown", "Relay", "RelayUnreachable", "make_sender"]
