"""The SMTP and LMTP endpoint: a 250 is given only for what is durable."""

import asyncio
import logging
import math
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from intake.channels.smtp_arrivals import Arrivals
from intake.channels.smtp_certificate import Certificate
from intake.channels.smtp_content import Room
from intake.channels.smtp_session import LmtpSession, SmtpSession
from intake.mail import plus
from intake.mail.identity import mail_report
from models.errors import Temporary
from models.queue import NewReport
from models.values import Receipt

log = logging.getLogger(__name__)

# How long a shutdown waits for senders in the middle of a mail.
GRACE_SECONDS = 10.0
_TELL_SECONDS = 60.0
_UNSAFE_IN_STATUS = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """How the endpoint listens and what it takes. `addresses` are the only recipients accepted."""

    host: str
    port: int
    addresses: tuple[str, ...]
    hostname: str = ""
    lmtp: bool = False
    tls: Certificate | None = None
    size_limit: int = 32 * 1024 * 1024
    connection_limit: int = 200
    recipient_limit: int = 100


class SmtpHandler:
    """Answers aiosmtpd's hooks. Whatever goes wrong on our side is a 451: the sender keeps the mail."""

    def __init__(
        self,
        config: SmtpConfig,
        submit: Callable[[NewReport], "Future[Receipt]"],
        clock: Callable[[], datetime],
        arrivals: Arrivals,
    ) -> None:
        self._own = frozenset(address.lower() for address in config.addresses)
        self._recipient_limit = config.recipient_limit
        self._is_lmtp = config.lmtp
        self._source = "lmtp" if config.lmtp else "smtp"
        self._submit = submit
        self._clock = clock
        self._arrivals = arrivals
        self._received: list[Receipt] = []  # but not told yet
        self._turned_away = 0
        self._told_at = -math.inf

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        # The library offers AUTH as soon as there is TLS. Nobody has an account here; a device that is
        # offered it would try, fail and keep its alarm.
        return [response for response in responses if not response.startswith("250-AUTH")]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self._own:
            return "451 4.3.5 no support address is set up here yet; try again later"
        if plus.split(address)[0] not in self._own:
            return f"550 5.1.1 <{_UNSAFE_IN_STATUS.sub('?', address)[:250]}> is not an address of this desk"
        if len(envelope.rcpt_tos) >= self._recipient_limit:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        report = mail_report(
            content,
            self._source,
            self._clock(),
            mail_from="" if envelope.mail_from in (None, "<>") else _text(envelope.mail_from),
            rcpt_tos=tuple(_text(address) for address in envelope.rcpt_tos),
            # The client of LMTP is the mail server of the house.
            client_ip=None if self._is_lmtp else _client_ip(session.peer),
            helo=None if self._is_lmtp else _text(str(session.host_name or ""))[:255],
        )
        receipt = await self._arrivals.wait(self._submit(report))
        if not self._received:
            server.loop.call_soon(self._tell)  # after the answers, which the senders wait for
        self._received.append(receipt)
        return f"250 2.0.0 accepted as {receipt.report_id}"

    def _tell(self) -> None:
        received, self._received = self._received, []
        each = [{"report": receipt.report_id, "again": not receipt.created} for receipt in received]
        log.info("report_accepted", extra={"each": each})

    def note_turned_away(self, limit: int, now: float, most: str, count: int) -> None:
        """A connection over the limit came: it was told to come again, or took the place of one of `most`, who holds
        the most of them. A flood is a line a minute."""
        self._turned_away += 1
        if now - self._told_at >= _TELL_SECONDS:
            said = {"limit": limit, "connections": self._turned_away, "most_by": most, "its_connections": count}
            advice = "FIRSTLINE_SMTP_CONNECTION_LIMIT, or one sender holds them all"
            log.warning("smtp_turned_away", extra={**said, "see": advice})
            self._turned_away, self._told_at = 0, now

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, TLSSetupException):  # which the session has told of; nobody is there for an answer
            return ""
        known = isinstance(error, Temporary)
        log.error("smtp_failed", exc_info=None if known else error, extra={"error": str(error)})
        return "451 4.3.0 please try again later"


def _client_ip(peer: object) -> str | None:
    """The address of the SMTP client; None for a socket without any."""
    return str(peer[0])[:64] if isinstance(peer, tuple) and peer else None


def _text(address: str) -> str:
    """An address as text that every database takes; undecodable bytes and NUL become U+FFFD."""
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


class SmtpEndpoint:
    """The listening server, on an event loop in a thread of its own."""

    def __init__(
        self,
        config: SmtpConfig,
        submit: Callable[[NewReport], "Future[Receipt]"],
        clock: Callable[[], datetime],
    ) -> None:
        self._config = config
        self._sessions: set[SmtpSession] = set()
        self._room = Room()
        self._loop = uvloop.new_event_loop()
        self._handler = SmtpHandler(config, submit, clock, Arrivals(self._loop))
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp", daemon=True)
        self._server: asyncio.AbstractServer | None = None

    def start(self) -> int:
        """Listen; returns the port, which matters where the configured one is 0.

        Raises:
            OSError: the address is taken or not allowed.
        """
        self._thread.start()
        try:
            self._server = self._call(self._listen())
        except BaseException:
            self._end_loop()
            raise
        return int(self._server.sockets[0].getsockname()[1])  # type: ignore[union-attr]  # every loop's have them

    def stop(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """Take no new connection, let senders finish the mail they are in, close."""
        if self._thread.is_alive():
            self._call(self._close(grace_seconds))
            self._end_loop()

    async def _listen(self) -> asyncio.AbstractServer:
        # All addresses: of "::" by itself the loop takes those of IPv6 alone.
        host = self._config.host if self._config.host != "::" else None
        return await self._loop.create_server(self._session, host, self._config.port, backlog=512)

    def _session(self) -> SmtpSession:
        kind = LmtpSession if self._config.lmtp else SmtpSession
        return kind(
            self._handler,
            sessions=self._sessions,
            connection_limit=self._config.connection_limit,
            room=self._room,
            data_size_limit=self._config.size_limit,
            enable_SMTPUTF8=True,
            hostname=self._config.hostname or "localhost",
            ident="Firstline",
            tls_context=self._config.tls.context() if self._config.tls else None,
            loop=self._loop,
        )

    async def _close(self, grace_seconds: float) -> None:
        assert self._server is not None
        self._server.close()
        for session in list(self._sessions):
            session.finish()
        ends = [session.ended for session in self._sessions]
        if ends:
            await asyncio.wait(ends, timeout=grace_seconds)
        for session in list(self._sessions):
            session.abort()

    def _call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
