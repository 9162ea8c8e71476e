"""What comes after DATA, up to the line that has nothing but a dot (RFC 5321 section 4.5.2).

The library reads it line by line, which takes most of the time of a session. Here the end is looked for in whatever has
come: one search a packet. A line ends with CRLF and with nothing else, for a mail that ends elsewhere is two to another
server (SMTP smuggling).
"""

import asyncio
from dataclasses import dataclass

_CRLF = b"\r\n"
_DOT_LINE = b".\r\n"
_END = _CRLF + _DOT_LINE
# More than a reader holds before it lets its sender wait: all that is there.
_ALL = 2**30


class NotTaken(Exception):
    """The mail was read to its end and kept nowhere; the message is the reply for it, and it is final."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The octets that a mail may have, and a line of it with its CRLF; both as they are sent, dots doubled."""

    size: int
    line: int


async def read(reader: asyncio.StreamReader, limits: Limits) -> bytes:
    """The mail as it was before dots were doubled. What follows it stays in the reader, for it is the next command.

    Raises:
        NotTaken: it is larger than the limits; what came of it was thrown away as it came.
    """
    # The end begins with the end of the line before it. For an empty mail that is the line of the command.
    reader.feed_data(_CRLF + await reader.read(_ALL))
    pieces: list[bytes] = []
    spare = limits.size + len(_END)
    is_read = False
    while not is_read:
        try:
            piece = await reader.readuntil(_END)
            is_read = True
        except asyncio.LimitOverrunError as error:
            piece = await reader.read(error.consumed)
        spare -= len(piece)
        if spare >= 0:
            pieces.append(piece)
        else:
            pieces.clear()
    if spare < 0:
        raise NotTaken("552 Error: Too much mail data")
    sent = b"".join(pieces)
    if _has_longer_line(sent, limits.line):
        raise NotTaken("500 Line too long (see RFC5321 4.5.3.1.6)")
    return sent[: -len(_DOT_LINE)].replace(b"\r\n.", _CRLF)[len(_CRLF) :]


def _has_longer_line(sent: bytes, limit: int) -> bool:
    """Goes from the last line end within the limit to the next such: a mail below the limit is not looked at. A bare LF
    ends no mail, but here it ends a line: what a device writes so would be lost for one line of its whole length."""
    at = 0
    while len(sent) - at > limit:
        end = sent.rfind(b"\n", at, at + limit)
        if end < at:
            return True
        at = end + 1
    return False
