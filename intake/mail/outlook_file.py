"""An .msg file of Outlook (MS-OXMSG), a compound file that olefile reads: its mail as one of the internet."""

import struct
from base64 import encodebytes
from io import BytesIO

import olefile

from intake.mail.charset import decode

LIMIT_BYTES = 1_000_000
# Properties (MS-OXPROPS) and the types of strings that they come in.
_BODY, _HTML, _SUBJECT, _NAME, _ADDRESS, _SMTP_ADDRESS = "1000", "1013", "0037", "0C1A", "0C1F", "5D01"
_UNICODE, _BYTES, _BINARY = "001F", "001E", "0102"
_PROPERTIES = (_BODY, _HTML, _SUBJECT, _NAME, _ADDRESS, _SMTP_ADDRESS)
_TYPES = (_UNICODE, _BYTES, _BINARY)
# What the library's steps over broken files come to.
_BROKEN = (OSError, ValueError, OverflowError, IndexError, RecursionError, struct.error)


def to_mail(content: bytes) -> bytes | None:
    """The mail with its writer, subject and text; None where it is no such file, is broken or has no words."""
    try:
        streams = _streams(content) if _has_room_for_its_tables(content) else {}
    except _BROKEN:
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


def _has_room_for_its_tables(content: bytes) -> bool:
    """False where the header names more sectors of tables than there are: the library would read one over and over."""
    bits, tables = struct.unpack_from("<H", content, 0x1E)[0], struct.unpack_from("<I", content, 0x2C)[0]
    return bits in (9, 12) and tables << bits <= len(content)


class _File(olefile.OleFileIO):
    """The library reads as much as a stream says that it has, in a circle if need be: here never more than there is."""

    def _open(self, start: int, size: int = olefile.UNKNOWN_SIZE, force_FAT: bool = False) -> BytesIO:
        if size != olefile.UNKNOWN_SIZE:
            size = min(size, self._filesize or 0)
        found: BytesIO = super()._open(start, size, force_FAT)  # type: ignore[no-untyped-call]
        return found


def _streams(content: bytes) -> dict[str, bytes]:
    """What is in each of the properties, by four digits each of id and type; those of attachments lie deeper."""
    with _File(BytesIO(content)) as file:  # type: ignore[no-untyped-call]
        paths = {name + kind: f"__substg1.0_{name}{kind}" for name in _PROPERTIES for kind in _TYPES}
        return {key: file.openstream(path).read(LIMIT_BYTES) for key, path in paths.items() if file.exists(path)}


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(streams: dict[str, bytes], name: str) -> str:
    """The property as text, whichever type it is of; empty where there is none."""
    if (found := streams.get(f"{name}{_UNICODE}")) is not None:
        return found.decode("utf-16-le", "replace").replace("\0", "")
    found = streams.get(f"{name}{_BYTES}") or streams.get(f"{name}{_BINARY}") or b""
    return decode(found)[0].replace("\0", "")
