"""Header fields: unfolding and raw 8-bit text, message ids, dates."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from intake.mail.charset import decode

# A line has 998 characters at most (RFC 5322 section 2.1.1), and an entry of an index in PostgreSQL 2,704 bytes.
LONGEST_ID = 650
_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
_SPACED_ID = re.compile(r"<([^<>]{1,500})>")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_COMMENT = re.compile(r"\([^()]{0,200}\)")
_ZONE = re.compile(r"\b(?:GMT|UTC?)\s?([+-])(\d{1,2}):?(\d{2})?\b", re.IGNORECASE)
_COLON = re.compile(r"\s{0,9}:\s{0,9}")  # RFC 5322 section 4.3 allows blanks in a time
_DATE_CHARS = 200


def unfold(raw: str, charset: str | None = None) -> str:
    """One line of text from a raw header value (RFC 5322 section 2.2.3).

    Bytes above 127 arrive as surrogates; they are decoded here, by `charset` (the body's) where it fits. So are
    the escapes of ISO-2022 and HZ that some programs leave in the open.
    """
    if not raw.isascii() or "\x1b" in raw or "~{" in raw:
        raw = decode(raw.encode("utf-8", "surrogateescape"), charset)[0]
    return _CONTROLS.sub(" ", raw.replace("\r", "").replace("\n", "")).strip()


def message_ids(value: str) -> tuple[str, ...]:
    """The ids in a References, In-Reply-To or Message-ID field, without their angle brackets."""
    found = _MESSAGE_ID.findall(value)
    if not found and (spaced := _SPACED_ID.search(value)):
        found = [spaced[1].strip() if '"' in spaced[1] else "".join(spaced[1].split())]
    if not found:
        found = [bare for word in value.split() if (bare := word.strip("<>,;\"'")) and ("@" in bare or value == word)]
    return tuple(one[:LONGEST_ID] for one in found if one)


def answered_id(value: str) -> str | None:
    """The id in an In-Reply-To field; where that is prose ("Message from Ann <ann@x> of Monday <id>") the last."""
    found = message_ids(value)
    if not found:
        return None
    return found[0] if value.lstrip().startswith("<") else found[-1]


def date(value: str) -> datetime | None:
    """The time a Date field states, in UTC; None where it states none that can be."""
    value = _COLON.sub(":", _COMMENT.sub(" ", value[:_DATE_CHARS])).replace('"', "").strip()
    value = _ZONE.sub(lambda zone: f"{zone[1]}{int(zone[2]):02}{zone[3] or '00'}", value)
    stated = _stated(value)
    if stated is None:
        return None
    try:
        return (stated if stated.tzinfo else stated.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _stated(value: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
