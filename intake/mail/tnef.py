"""winmail.dat: what Outlook packs into one attachment (MS-OXTNEF) taken apart again."""

import logging
import struct
from collections.abc import Iterator

from tnefparse.tnef import TNEF

from intake.mail.attachment import attachment, safe_name
from intake.mail.guess import guess
from intake.mail.model import Attachment

# The library copies the rest of the file for each object in it.
_LIMIT_WORK = 4 * 1024**3
_SIGNATURE = b"\x78\x9f\x3e\x22"
_OBJECT = struct.Struct("<BHHI")
_CHECKSUM = 2

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it logs what it meets; the defects say it


class Unreadable(ValueError):
    """It is no TNEF, it is broken, or it was made to keep us busy."""


def unpack(content: bytes) -> tuple[list[Attachment], str, str]:
    """The attachments in a winmail.dat, its plain text and its HTML; each may be empty.

    Raises:
        Unreadable: it cannot be taken apart.
    """
    if not content.startswith(_SIGNATURE):
        raise Unreadable("no TNEF")
    if sum(1 for _ in _objects(content)) * len(content) > _LIMIT_WORK:
        raise Unreadable("TNEF of too many objects")
    try:
        found = TNEF(content, do_checksum=False)  # type: ignore[no-untyped-call]
        files = [
            attachment(bytes(one.data or b""), _name(one, number), "application/octet-stream")
            for number, one in enumerate(found.attachments, 1)
        ]
        return files, _text(found.body), _text(found.htmlbody)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, LookupError, struct.error) as error:
        raise Unreadable("broken TNEF") from error


def _objects(content: bytes) -> Iterator[int]:
    """The offsets of the objects in the file."""
    offset = 6
    while offset + _OBJECT.size < len(content):
        yield offset
        offset += _OBJECT.size + _OBJECT.unpack_from(content, offset)[3] + _CHECKSUM


def _name(one: object, number: int) -> str:
    for name in (getattr(one, "long_filename", None), getattr(one, "name", None)):
        text = name() if callable(name) else name
        if isinstance(text, bytes):
            text = text.decode("utf-8", "replace")
        if isinstance(text, str) and (safe := safe_name(text.rstrip("\0"))):
            return safe
    return f"part-{number}"


def _text(body: object) -> str:
    if isinstance(body, list | tuple):
        body = body[0] if body else ""
    if isinstance(body, bytes):
        return guess(body.rstrip(b"\0"))
    return body.rstrip("\0") if isinstance(body, str) else ""
