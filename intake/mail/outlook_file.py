"""An .msg file of Outlook (MS-OXMSG), which is a compound file (MS-CFB): the mail in it as a mail of the internet.

Nothing is wanted of the format but six short streams, and each step to them has its limit: the file may be anybody's.
"""

import struct
from base64 import encodebytes
from collections.abc import Iterator
from itertools import islice

from intake.mail.charset import decode

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DIFAT_IN_HEADER = 109
_ENTRY = 128
_STREAM, _NONE = 2, 0xFFFFFFFA  # whatever is above it is no sector
_LIMIT_ENTRIES = 10_000
LIMIT_BYTES = 1_000_000
# Properties (MS-OXPROPS) and the two types of strings that they come in.
_BODY, _HTML, _SUBJECT, _NAME, _ADDRESS, _SMTP_ADDRESS = "1000", "1013", "0037", "0C1A", "0C1F", "5D01"
_UNICODE, _BYTES, _BINARY = "001F", "001E", "0102"
_WANTED = frozenset(
    one + kind
    for one in (_BODY, _HTML, _SUBJECT, _NAME, _ADDRESS, _SMTP_ADDRESS)
    for kind in (_UNICODE, _BYTES, _BINARY)
)


def to_mail(content: bytes) -> bytes | None:
    """The mail with its writer, subject and text; None where it is no such file, is broken or has no words."""
    if not content.startswith(_MAGIC):
        return None
    try:
        streams = _Compound(content).streams()
    except (struct.error, IndexError):
        return None
    kind, body = "plain", _text(streams, _BODY)
    if not body.strip():
        kind, body = "html", _text(streams, _HTML)
    if not body.strip():
        return None
    address = next((found for one in (_SMTP_ADDRESS, _ADDRESS) if "@" in (found := _text(streams, one))), "")
    name = _line(_text(streams, _NAME)).replace('"', "'")
    head = f'From: "{name}" <{_line(address)}>\r\nSubject: {_line(_text(streams, _SUBJECT))}\r\n'
    head += f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + encodebytes(body.encode())


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(streams: dict[str, bytes], name: str) -> str:
    """The property as text, whichever type it is of; empty where there is none."""
    if (found := streams.get(f"{name}{_UNICODE}")) is not None:
        return found.decode("utf-16-le", "replace").replace("\0", "")
    found = streams.get(f"{name}{_BYTES}") or streams.get(f"{name}{_BINARY}") or b""
    return decode(found)[0].replace("\0", "")


class _Compound:
    """A compound file: sectors in chains, and a tree of streams, of which those at its root are read."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._size = 1 << min(16, *struct.unpack_from("<H", content, 0x1E))
        self._mini_size = 1 << min(16, *struct.unpack_from("<H", content, 0x20))
        self._cutoff = struct.unpack_from("<I", content, 0x38)[0]
        self._fat = self._table()
        first_entry, first_mini = struct.unpack_from("<I", content, 0x30)[0], struct.unpack_from("<I", content, 0x3C)[0]
        entries = self._chain(first_entry, _LIMIT_ENTRIES * _ENTRY)
        self._entries = [entries[at : at + _ENTRY] for at in range(0, len(entries) - _ENTRY + 1, _ENTRY)]
        self._mini_fat = _numbers(self._chain(first_mini, LIMIT_BYTES))
        start, size = self._place(self._entries[0])
        self._mini = self._chain(start, size)

    def streams(self) -> dict[str, bytes]:
        """What is in each of the properties, by four digits each of id and type; those of attachments lie deeper."""
        found: dict[str, bytes] = {}
        for entry in self._at_root():
            name = entry[: max(0, struct.unpack_from("<H", entry, 0x40)[0] - 2)].decode("utf-16-le", "replace")
            key = name.removeprefix("__substg1.0_").upper()
            if entry[0x42] == _STREAM and key in _WANTED and key not in found:
                found[key] = self._read(entry)
        return found

    def _at_root(self) -> Iterator[bytes]:
        waiting, seen = [struct.unpack_from("<I", self._entries[0], 0x4C)[0]], set()
        while waiting:
            number = waiting.pop()
            if number < len(self._entries) and number not in seen:
                seen.add(number)
                waiting.extend(struct.unpack_from("<II", self._entries[number], 0x44))
                yield self._entries[number]

    def _read(self, entry: bytes) -> bytes:
        start, size = self._place(entry)
        if size >= self._cutoff:
            return self._chain(start, min(size, LIMIT_BYTES))
        step, found, left = self._mini_size, bytearray(), len(self._mini_fat)
        while start < len(self._mini_fat) and len(found) < size and left:
            found += self._mini[start * step : (start + 1) * step]
            start, left = self._mini_fat[start], left - 1
        return bytes(found[:size])

    def _place(self, entry: bytes) -> tuple[int, int]:
        start, size = struct.unpack_from("<IQ", entry, 0x74)
        return start, min(size, len(self._content))

    def _chain(self, start: int, limit_bytes: int) -> bytes:
        found, left = bytearray(), len(self._fat)
        while start < len(self._fat) and len(found) < limit_bytes and left:
            found += self._sector(start)
            start, left = self._fat[start], left - 1
        return bytes(found[:limit_bytes])

    def _sector(self, number: int) -> bytes:
        begin = (number + 1) * self._size
        return self._content[begin : begin + self._size]

    def _table(self) -> list[int]:
        """The next sector of each, from sectors that the header names, or, of large files, further ones."""
        named = list(struct.unpack_from(f"<{_DIFAT_IN_HEADER}I", self._content, 0x4C))
        further, left = struct.unpack_from("<I", self._content, 0x44)[0], len(self._content) // self._size
        while further < _NONE and left > 0:
            *numbers, further = _numbers(self._sector(further)) or [_NONE]
            named += numbers
            left -= max(1, len(numbers))
        sectors = (one for number in named if number < _NONE for one in _numbers(self._sector(number)))
        return list(islice(sectors, len(self._content) // self._size + 1))  # one sector may be named over and over


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
