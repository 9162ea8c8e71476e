"""What comes after DATA, up to the line that has nothing but a dot (RFC 5321 section 4.5.2).

The library reads it line by line, which takes most of the time of a session. Here the end is looked for in whatever has
come: one search a packet. A line ends with CRLF and with nothing else, for a mail that ends elsewhere is two to another
server (SMTP smuggling).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_CRLF = b"\r\n"
_DOT_LINE = b".\r\n"
_END = _CRLF + _DOT_LINE
# What is held of all mails together that are being read, but for the first megabyte of each: a few large ones keep no
# small one out, and two hundred senders of large ones do not take the machine's memory.
ROOM = 256 * 1024 * 1024
_FREE = 1024 * 1024
NO_ROOM = "452 4.3.1 too many large mails at once, try again later"
# More than a reader holds before it lets its sender wait: all that is there.
_ALL = 2**30


class NotTaken(Exception):
    """The mail was read to its end and kept nowhere; the message is the reply for it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The octets that a mail may have, and a line of it with its CRLF; both as they are sent, dots doubled."""

    size: int
    line: int


class Room:
    """The memory of one endpoint for mails that are on their way."""

    def __init__(self) -> None:
        self.used = 0

    @contextmanager
    def place(self) -> Iterator["Place"]:
        """For one mail, until it has its answer."""
        place = Place(self)
        try:
            yield place
        finally:
            place.leave()


class Place:
    """What one mail takes of the room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._octets = 0

    def take(self, octets: int) -> bool:
        """True where there is room for so many more; one mail alone has all that the limits let it have."""
        before = max(0, self._octets - _FREE)
        more = max(0, self._octets + octets - _FREE) - before
        if more and self._room.used > before and self._room.used + more > ROOM:
            return False
        self._octets += octets
        self._room.used += more
        return True

    def leave(self) -> None:
        self._room.used -= max(0, self._octets - _FREE)
        self._octets = 0


async def read(reader: asyncio.StreamReader, limits: Limits, place: Place) -> bytes:
    """The mail as it was before dots were doubled. What follows it stays in the reader, for it is the next command.

    Raises:
        NotTaken: it is larger than the limits, or than there is room for; what came of it was thrown away as it came.
    """
    # The end begins with the end of the line before it. For an empty mail that is the line of the command.
    reader.feed_data(_CRLF + await reader.read(_ALL))
    pieces: list[bytes] = []
    spare = limits.size + len(_END)
    is_read, has_room = False, True
    while not is_read:
        try:
            piece = await reader.readuntil(_END)
            is_read = True
        except asyncio.LimitOverrunError as error:
            piece = await reader.read(error.consumed)
        spare -= len(piece)
        has_room = has_room and spare >= 0 and place.take(len(piece))
        if has_room:
            pieces.append(piece)
        else:
            pieces.clear()
            place.leave()
    if spare < 0:
        raise NotTaken("552 Error: Too much mail data")
    if not has_room:
        raise NotTaken(NO_ROOM)
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
