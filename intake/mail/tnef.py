"""winmail.dat: what Outlook packs into one attachment (MS-OXTNEF) taken apart again.

The stream of attributes is read here: the library gives up on names that are not UTF-8 and on attributes in an order
that it does not expect. The MAPI properties within an attribute are the library's.
"""

import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tnefparse.mapi import decode_mapi

from intake.mail import rtf
from intake.mail.attachment import attachment, safe_name
from intake.mail.charset import decode
from intake.mail.guess import guess
from intake.mail.model import Attachment

_SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER = 6  # signature and key
_OBJECT = struct.Struct("<BII")
_CHECKSUM = 2
_ATTACHMENT_LEVEL = 2
# Attributes (MS-OXTNEF section 2.1.1.3): the low half is the id, the high half the type.
_BODY, _TITLE, _DATA, _RENDERING, _MAPI_OF_ATTACHMENT, _MAPI, _CODE_PAGE = (
    0x800C, 0x8010, 0x800F, 0x9002, 0x9005, 0x9003, 0x9007
)  # fmt: skip
# Properties (MS-OXPROPS).
_PR_LONG_FILENAME, _PR_FILENAME, _PR_MIME_TAG, _PR_DATA, _PR_BODY, _PR_RTF, _PR_HTML = (
    0x3707, 0x3704, 0x370E, 0x3701, 0x1000, 0x1009, 0x1013
)  # fmt: skip
LIMIT_OBJECTS = 20_000
# What the library's steps over broken data come to.
_BROKEN = (ValueError, TypeError, LookupError, AttributeError, NameError, ArithmeticError, struct.error)

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it logs what it meets; the defects say it


class Unreadable(ValueError):
    """It is no TNEF, or it is broken."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was in it; each may be empty."""

    files: list[Attachment]
    text: str
    html: str


@dataclass
class _File:
    name: str = ""
    media_type: str = ""
    content: bytes = b""


@dataclass
class _Found:
    files: list[_File] = field(default_factory=list)
    text: str = ""
    html: str = ""
    rtf: bytes = b""
    charset: str | None = None

    def file(self) -> _File:
        if not self.files:
            self.files.append(_File())
        return self.files[-1]


def unpack(content: bytes) -> Unpacked:
    """The attachments in a winmail.dat, its plain text and its HTML.

    Raises:
        Unreadable: it cannot be taken apart.
    """
    if not content.startswith(_SIGNATURE):
        raise Unreadable("no TNEF")
    found = _Found()
    for level, name, data in _objects(content):
        _take(found, level, name, data)
    files = [
        attachment(
            one.content, safe_name(one.name) or f"part-{number}", one.media_type.lower() or "application/octet-stream"
        )
        for number, one in enumerate(found.files, 1)
        if one.content or one.name
    ]
    text = found.text if found.text or found.html else rtf.to_text(rtf.decompress(found.rtf))
    return Unpacked(files, text, found.html)


def _objects(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, id and data of the attributes.

    Raises:
        Unreadable: one is cut off.
    """
    position = _HEADER
    for _ in range(LIMIT_OBJECTS):
        if position + _OBJECT.size > len(content):
            return
        level, name, length = _OBJECT.unpack_from(content, position)
        begin = position + _OBJECT.size
        data = content[begin : begin + length]
        position = begin + length + _CHECKSUM
        if level not in (1, _ATTACHMENT_LEVEL) or position > len(content):
            raise Unreadable("broken TNEF")
        # The checksum is not looked at: it guards against nothing that happens to mail, and some programs get it wrong.
        yield level, name & 0xFFFF, data
    raise Unreadable("TNEF of too many objects")


def _take(found: _Found, level: int, name: int, data: bytes) -> None:
    if name == _CODE_PAGE:
        found.charset = f"cp{int.from_bytes(data[:4], 'little')}"
    elif name == _RENDERING:
        found.files.append(_File())
    elif name == _TITLE:
        found.file().name = found.file().name or _text(data, found.charset)
    elif name == _DATA:
        found.file().content = data
    elif name == _BODY:
        found.text = found.text or _text(data, found.charset)
    elif name in (_MAPI_OF_ATTACHMENT, _MAPI):
        _take_properties(found, level, _properties(data))


def _take_properties(found: _Found, level: int, properties: dict[int, Any]) -> None:
    if level == _ATTACHMENT_LEVEL:
        file = found.file()
        named = properties.get(_PR_LONG_FILENAME) or properties.get(_PR_FILENAME)
        file.name = _text(named, found.charset) or file.name
        file.media_type = _text(properties.get(_PR_MIME_TAG), None) or file.media_type
        content = properties.get(_PR_DATA)
        if not file.content and isinstance(content, bytes):
            file.content = content
        return
    found.text = found.text or _text(properties.get(_PR_BODY), found.charset)
    found.html = found.html or _text(properties.get(_PR_HTML), None)
    rich = properties.get(_PR_RTF)
    rich = rich[0] if isinstance(rich, list | tuple) and rich else rich
    found.rtf = rich if isinstance(rich, bytes) and not found.rtf else found.rtf


def _properties(data: bytes) -> dict[int, Any]:
    try:
        return {one.name: one.data for one in decode_mapi(data)}  # type: ignore[no-untyped-call]
    except _BROKEN:
        return {}


def _text(value: object, charset: str | None) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        value = value.rstrip(b"\0")
        value = decode(value, charset)[0] if charset else guess(value)
    return value.replace("\0", "").strip() if isinstance(value, str) else ""
