"""A logged-in IMAP connection, and what can go wrong with one, a sentence each."""

import logging
import re
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Protocol, cast

from imapclient import IMAPClient
from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
    ProtocolError,
)

from intake.channels.imap_words import decoded, without_addresses, words
from intake.channels.oauth import TokenSource
from models.accounts import ImapAccount
from models.errors import Permanent, Temporary

TIMEOUT_SECONDS = 30

# NetEase (163.com, 126.com) refuses to open a folder for a client that has not sent ID (RFC 2971).
_IDENTITY = {"name": "firstline", "version": "1", "vendor": "firstline"}

# IMAPClient logs whole mails at debug level, and each hang-up at info.
logging.getLogger("imapclient").setLevel(logging.WARNING)

# What servers answer to a log-in with the right password (RFC 5530, and Exchange).
_NOT_NOW = re.compile(r"\[(?:UNAVAILABLE|LIMIT|INUSE|SERVERBUG)\]|temporar|server unavailable", re.IGNORECASE)


class Client(Protocol):
    """The part of IMAPClient that is used here, typed."""

    def has_capability(self, capability: str) -> bool: ...
    def select_folder(self, folder: str, readonly: bool = False) -> Mapping[bytes, Any]: ...
    def search(self, criteria: Sequence[str]) -> list[int]: ...
    def fetch(self, messages: Sequence[int], data: Sequence[str]) -> Mapping[int, Mapping[bytes, Any]]: ...
    def add_flags(self, messages: Sequence[int], flags: Sequence[bytes], silent: bool = False) -> object: ...
    def copy(self, messages: Sequence[int], folder: str) -> object: ...
    def move(self, messages: Sequence[int], folder: str) -> object: ...
    def uid_expunge(self, messages: Sequence[int]) -> object: ...
    def folder_exists(self, folder: str) -> bool: ...
    def create_folder(self, folder: str) -> object: ...
    def idle(self) -> None: ...
    def idle_check(self, timeout: float) -> list[tuple[Any, ...]]: ...
    def idle_done(self) -> object: ...
    def socket(self) -> socket.socket: ...
    def logout(self) -> object: ...
    def shutdown(self) -> None: ...


class MailboxUnreachable(Temporary):
    """The IMAP server does not answer, or broke off."""


class LoginRefused(Permanent):
    """The IMAP server does not take the user name and password, or the access token."""


def connect(account: ImapAccount, tokens: TokenSource | None = None) -> Client:
    """A connection, logged in; `tokens` are those of an account with OAuth 2.0.

    Raises:
        MailboxUnreachable: no answer, no TLS, or the connection broke.
        LoginRefused: the server does not take the user name and password, or the token.
        TokenUnavailable, TokenRefused: there is no token.
        Misconfigured: the file of a secret cannot be read.
    """
    secret = tokens.token() if tokens is not None else account.secret()
    try:
        with ExitStack() as undo:
            client = _open(account)
            undo.callback(hang_up, client)
            if tokens is None:
                _log_in(client, account, secret)
            else:
                _log_in_by_token(client, account, tokens, secret)
            if client.has_capability("ID"):
                client.id_(_IDENTITY)
            undo.pop_all()
    except (IMAPClientError, OSError) as error:
        raise unreachable(account, error) from error
    return cast(Client, client)


def has_unread(client: Client) -> bool:
    """True where an answer of the server has been received and not been read. IMAPClient's `idle_check` looks at the
    socket alone, and waits for ever for what came in one packet with the answer before.

    Raises OSError where the connection is broken.
    """
    untyped: Any = client
    stream = getattr(untyped._imap, "_file", None) or untyped._imap.file  # Python 3.14 renamed it
    connection = client.socket()
    timeout = connection.gettimeout()
    connection.setblocking(False)  # an empty buffer is filled from the socket, and must not wait for it
    try:
        return bool(stream.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        connection.settimeout(timeout)


def hang_up(client: Client) -> None:
    """Say goodbye if the server answers within a second, and close in any case."""
    try:
        client.socket().settimeout(1)
        client.logout()
    except (IMAPClientError, OSError):
        with suppress(OSError):
            client.shutdown()


def cut(client: Client) -> None:
    """Wake a thread that waits for the server; safe from any other thread."""
    with suppress(OSError):
        socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)  # not the TLS one, which waits and is not thread-safe


def breaks_connection(error: IMAPClientError) -> bool:
    """False where the server merely said no: the connection is still good."""
    return isinstance(error, IMAPClientAbortError) and not isinstance(error, IMAPClientReadOnlyError)


@contextmanager
def understanding() -> Iterator[None]:
    """What IMAPClient trips over in an answer, once all of it has been read, is raised as IMAPClientError: a server
    that writes nonsense about one mail has refused that mail."""
    try:
        yield
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise ProtocolError(f"the answer cannot be understood: {type(error).__name__}") from error


# By OpenSSL's codes X509_V_ERR_*.
_OTHER_NAME = "write as host the name that it is made out to"
_ADVICE = {
    9: "see whether the clock of this machine is right",  # not valid yet
    10: "have it renewed there, and see whether the clock of this machine is right",  # expired
    62: _OTHER_NAME,
    64: _OTHER_NAME,  # an address
}


def unreachable(account: ImapAccount, error: Exception) -> MailboxUnreachable:
    """The fault as a sentence for the people who run the desk."""
    place = f"{account.host}:{account.port}"
    match error:
        case ssl.SSLCertVerificationError():
            advice = _ADVICE.get(error.verify_code, "set ca_file if it is from an authority of your own")
            return MailboxUnreachable(f"the certificate of {place} is not trusted: {error.verify_message}; {advice}")
        case ssl.SSLError():
            return MailboxUnreachable(f"no TLS with {place} ({error.reason}); check tls and port")
        case TimeoutError():
            return MailboxUnreachable(f"{place} did not answer within {TIMEOUT_SECONDS} seconds")
        case CapabilityError():
            return MailboxUnreachable(f"{place} cannot do what is asked: {words(error)}")
        case IMAPClientError():
            return MailboxUnreachable(f"{place} broke off: {words(error)}")
        case _:
            return MailboxUnreachable(f"{place} cannot be reached: {words(error)}")


def _open(account: ImapAccount) -> Any:
    context = _tls_context(account)
    client: Any = IMAPClient(
        account.host,
        account.port,
        ssl=account.tls == "implicit",
        ssl_context=context,
        timeout=TIMEOUT_SECONDS,
    )
    client.normalise_times = False  # a time at the end of the calendar has none in another zone
    client._imap.debug = 0  # IMAPClient sets 5, which makes a printable copy of each mail even if none is logged
    if account.tls == "starttls":
        with ExitStack() as undo:
            undo.callback(hang_up, client)
            client.starttls(context)
            undo.pop_all()
    return client


def _tls_context(account: ImapAccount) -> ssl.SSLContext | None:
    if account.tls == "none":
        return None
    try:
        return ssl.create_default_context(cafile=str(account.ca_file) if account.ca_file else None)
    except OSError as error:
        raise Permanent(f"ca_file {account.ca_file} cannot be read as PEM certificates: {error.strerror}") from error


def _log_in(client: Any, account: ImapAccount, secret: str) -> None:
    is_disabled = client.has_capability("LOGINDISABLED")
    if is_disabled and (account.tls == "none" or not client.has_capability("AUTH=PLAIN")):
        # RFC 3501 section 6.2.3. Once it is sent, whoever listens has it, though the server refuses it.
        advice = "set tls to implicit or starttls" if account.tls == "none" else "give the account an access token"
        raise LoginRefused(f"{account.host} takes no password over this connection (LOGINDISABLED); {advice}")
    try:
        if (account.username + secret).isascii() and not is_disabled:
            client.login(account.username, secret)
        else:
            client.plain_login(account.username, secret)  # LOGIN carries ASCII only
    except LoginError as error:
        answer = _refusal(account, error, secret)
        raise LoginRefused(f"{account.host} refuses the log-in ({answer}); check username and password") from error


def _log_in_by_token(client: Any, account: ImapAccount, tokens: TokenSource, token: str) -> None:
    """XOAUTH2, as Microsoft 365 and Gmail have it. A token that is refused may have been called back: once more with
    a new one."""
    try:
        _xoauth2(client, account.username, token)
    except LoginError as error:
        _refusal(account, error, token)
        token = tokens.token(fresh=True)
        try:
            _xoauth2(client, account.username, token)
        except LoginError as again:
            advice = "check username, and whether scope and consent are for IMAP"
            answer = _refusal(account, again, token)
            raise LoginRefused(f"{account.host} refuses the access token ({answer}); {advice}") from again


def _xoauth2(client: Any, username: str, token: str) -> None:
    answers = iter([f"user={username}\x01auth=Bearer {token}\x01\x01"])
    # A refusal comes as a challenge, which is to be answered with nothing.
    client.sasl_login("XOAUTH2", lambda challenge: next(answers, ""))


def _refusal(account: ImapAccount, error: LoginError, secret: str) -> str:
    """What the server says, without secret and addresses.

    Raises:
        MailboxUnreachable: it said nothing but hung up, or says that it takes nobody at the moment.
    """
    if isinstance(error.__context__, IMAPClientAbortError):
        raise unreachable(account, error) from error
    text = decoded(error)
    answer = without_addresses(text.replace(secret, "...") if secret else text)
    if _NOT_NOW.search(text):
        raise MailboxUnreachable(f"{account.host} takes no log-in at the moment ({answer})") from error
    return answer
