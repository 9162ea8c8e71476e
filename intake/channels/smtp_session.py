"""aiosmtpd's session, with what a mail server in the open needs beside it."""

import asyncio
import logging
import re
from collections import Counter
from typing import Any

from aiosmtpd.smtp import SMTP, TLSSetupException

from intake.channels import smtp_content
from intake.channels.smtp_content import NO_ROOM, Limits, NotTaken, Room

log = logging.getLogger(__name__)

# aiosmtpd logs every command with its addresses at INFO.
logging.getLogger("mail.log").setLevel(logging.ERROR)

# `<local@domain>` without quoting, and what may follow; anything else goes the library's slow way.
_PLAIN_PATH = re.compile(r"<(?:@[^<>:\s]+:)?([^<>\s\"]*)>(.*)", re.DOTALL)
# Within the five minutes that a silent sender may stay. Who sends a byte a second would keep his connection for ever,
# and two hundred of them keep all others out.
_LEAST_BYTES = 1024
# The replies to a mail that is too large, said before it comes or after: a device that sends it may tell nobody.
_TOO_LARGE = ("552 ", "500 Line too long")


class SmtpSession(SMTP):
    """One connection: counted, limited, and able to end between two mails.

    `ended` is done when the connection is gone.
    """

    # RFC 5321 asks for 1,000; devices write HTML in one line, and a 500 would lose their mail.
    line_length_limit = 1024 * 1024
    transport: Any
    client = ""

    def __init__(
        self, handler: Any, *, sessions: "set[SmtpSession]", connection_limit: int, room: Room, **options: Any
    ) -> None:
        super().__init__(handler, **options)
        self._room = room
        self._sessions = sessions
        self._connection_limit = connection_limit
        self._finishing = False
        self._idle_since = 0.0
        self._came = 0
        self._answered_at = 0.0
        self.ended: asyncio.Future[None] = self.loop.create_future()

    def connection_made(self, transport: Any) -> None:
        if self not in self._sessions and len(self._sessions) >= self._connection_limit:
            client = _client(transport)
            held = Counter(session.client for session in self._sessions)
            most, count = held.most_common(1)[0]
            self.event_handler.note_turned_away(self._connection_limit, self.loop.time(), most, count)
            if count <= held[client] + 1:
                transport.write(b"421 4.3.2 too many connections, try again later\r\n")
                transport.close()
                return
            self._make_room(most)
        self._sessions.add(self)
        self.client = _client(transport)
        self._answered_at = self.loop.time()
        super().connection_made(transport)

    def _make_room(self, client: str) -> None:
        """Whoever holds the most connections gives way to one that holds fewer: of his, the one that has waited longest
        for an answer, or for its next command. What it was sending is not answered, and so sent again."""
        his = (session for session in self._sessions if session.client == client and not session.transport.is_closing())
        longest = min(his, key=lambda session: session._answered_at, default=None)
        if longest is not None:
            longest.abort()

    def connection_lost(self, error: Exception | None) -> None:
        if self not in self._sessions:
            return
        self._sessions.discard(self)
        if not self.ended.done():
            self.ended.set_result(None)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.envelope is None or not self.envelope.rcpt_tos:
            return
        self._came += len(data)
        if self._came >= _LEAST_BYTES:
            self._came = 0
            self._reset_timeout()  # a large mail on a slow line is not idle; the library waits for commands only

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Only note the time: the library makes a timer anew at each command."""
        self._idle_since = self.loop.time()
        if self._timeout_handle is None:
            super()._reset_timeout(duration)

    def _timeout_cb(self) -> None:
        left = self._idle_since + self._timeout_duration - self.loop.time()
        if left > 0:
            self._timeout_handle = self.loop.call_later(left, self._timeout_cb)
        else:
            super()._timeout_cb()  # type: ignore[no-untyped-call]

    def eof_received(self) -> bool | None:
        return super().eof_received() if self in self._sessions else None

    def finish(self) -> None:
        """Say goodbye now where no mail is under way, else after its answer."""
        self._finishing = True
        if not (self.envelope and self.envelope.rcpt_tos):
            self._say_goodbye()

    def abort(self) -> None:
        """Close the connection, whatever it is doing; an unanswered mail is the sender's again."""
        if self.transport is not None:
            self.transport.abort()

    async def smtp_STARTTLS(self, arg: str) -> None:
        try:
            await super().smtp_STARTTLS(arg)
        except TLSSetupException as error:
            # A scanner's, or of a sender with whom there is no common version: his mail stays with him.
            reason = str(error.__cause__) or type(error.__cause__).__name__
            log.warning("smtp_handshake_failed", extra={"client": self.client, "reason": reason})
            raise

    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed():
            return
        if refusal := self._out_of_order(arg):
            await self.push(refusal)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        status = await self._take_mail()
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # else the next MAIL is answered with 503
        await self.push(status)

    def _out_of_order(self, arg: str | None) -> str:
        if not (self.envelope and self.envelope.rcpt_tos):
            return "503 Error: need RCPT command"
        return "501 Syntax: DATA" if arg else ""

    async def _take_mail(self) -> str:
        """Read the mail and hand it over; the reply to it."""
        assert self.envelope is not None
        limits = Limits(self.data_size_limit or 0, self.line_length_limit)
        try:
            with self._room.place() as place:
                content = await smtp_content.read(self._reader, limits, place)
                self.envelope.content = self.envelope.original_content = content
                return str(await self.event_handler.handle_DATA(self, self.session, self.envelope))
        except NotTaken as refusal:
            return str(refusal)
        except Exception as error:  # noqa: BLE001 - the edge
            return await self.handle_exception(error)

    async def push(self, status: Any) -> None:
        self._answered_at = self.loop.time()
        if status.startswith((*_TOO_LARGE, NO_ROOM)):
            event = "smtp_no_room" if status == NO_ROOM else "smtp_too_large"
            log.warning(event, extra={"reply": status, "client": str(self.transport.get_extra_info("peername"))})
        await super().push(status)
        if self._finishing and not (self.envelope and self.envelope.rcpt_tos):
            self._say_goodbye()

    def _say_goodbye(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(b"421 4.3.2 shutting down, try again later\r\n")
            self.transport.close()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The path and the parameters of MAIL and RCPT; the library's parser is made for headers
        and takes most of a session's time."""
        if match := _PLAIN_PATH.fullmatch(arg.strip()):
            return match[1] or "<>", match[2].strip()
        try:
            path, parameters = super()._getaddr(arg)
        except Exception:  # noqa: BLE001 - the standard library's parser raises many kinds on half an address
            return None, None
        return path, parameters


def _client(transport: Any) -> str:
    """The address of the SMTP client; empty for a socket without any."""
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


class LmtpSession(SmtpSession):
    """LMTP (RFC 2033): greets with LHLO and answers DATA once for each recipient."""

    _answers = 1

    async def smtp_LHLO(self, arg: str) -> None:
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:
        await self.push("500 5.5.1 this is LMTP; say LHLO")

    async def smtp_EHLO(self, arg: str) -> None:
        await self.push("500 5.5.1 this is LMTP; say LHLO")

    async def smtp_DATA(self, arg: str | None) -> None:
        try:
            await super().smtp_DATA(arg)
        finally:
            self._answers = 1

    async def push(self, status: Any) -> None:
        asks_for_mail = status.startswith("354")
        await super().push("\r\n".join([status] * self._answers))
        if asks_for_mail and self.envelope:
            self._answers = len(self.envelope.rcpt_tos)
