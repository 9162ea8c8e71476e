"""Header fields: encoded words (RFC 2047), raw 8-bit text, addresses, message ids, dates."""

import binascii
import quopri
import re
from base64 import b64decode
from datetime import UTC, datetime

# What getaddresses() calls. Its own strictness, on since 3.11.10, drops a whole field for one odd entry,
# and cannot be switched off on older versions.
from email._parseaddr import AddressList  # type: ignore[import-not-found]
from email.utils import parsedate_to_datetime

from intake.mail.charset import decode
from intake.mail.model import Address

# Some thousand recipients; the library takes seconds for what hostile senders put here.
LIMIT_ADDRESS_CHARS = 200_000

_WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=")
_HIDDEN = re.compile("\ue000(\\d+)\ue001")
_NAME_BEFORE_ANGLE = re.compile(r"([^,;:<>\"]{0,100}@[^,;:<>\"]{0,100})(<[^<>]{0,300}>)")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


def unfold(raw: str, charset: str | None = None) -> str:
    """One line of text from a raw header value as the standard parser gives it (RFC 5322 section 2.2.3).

    Bytes above 127 arrive as surrogates; they are decoded here, by `charset` (the body's) where it fits.
    """
    if not raw.isascii():
        raw = decode(raw.encode("utf-8", "surrogateescape"), charset)[0]
    return _CONTROLS.sub(" ", raw.replace("\r", "").replace("\n", "")).strip()


def decode_words(value: str) -> str:
    """The encoded words of an unfolded value as text. Neighbours of one charset are joined as
    bytes first, since some senders split them in the middle of a character."""
    value = _BETWEEN_WORDS.sub(r"\1", value)
    pieces: list[str] = []
    pending: list[bytes] = []
    charset, position = "", 0

    def flush() -> None:
        if pending:
            pieces.append(decode(b"".join(pending), charset)[0])
            pending.clear()

    for match in _WORD.finditer(value):
        if match.start() > position or match[1].lower() != charset:
            flush()
        pieces.append(value[position : match.start()])
        charset, position = match[1].lower(), match.end()
        pending.append(_word_bytes(match[2], match[3]))
    flush()
    pieces.append(value[position:])
    return _CONTROLS.sub(" ", "".join(pieces))


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(data, header=True)
    try:
        return b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data


def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of an unfolded address header; split first, decoded after, so that a comma inside an
    encoded name splits nothing. Where an entry has an address in angle brackets, that is the address and
    all before it is the name, whatever it looks like."""
    value = value[:LIMIT_ADDRESS_CHARS]
    words: list[str] = []

    def hide(match: re.Match[str]) -> str:
        words.append(match[0])
        return f"\ue000{len(words) - 1}\ue001"  # of the private use area: no special character of RFC 5322

    hidden = _NAME_BEFORE_ANGLE.sub(_quoted, _WORD.sub(hide, value))
    try:
        entries = AddressList(hidden).addresslist
    except RecursionError:  # comments in comments
        return ()
    found = []
    for name, address in entries:
        local, _, domain = address.strip().rpartition("@")
        if local and domain and not (" " in address and not local.startswith('"')):
            shown = _HIDDEN.sub(lambda match: words[int(match[1])], name)
            if not _HIDDEN.search(address):
                found.append(Address(decode_words(shown).strip(), f"{local}@{domain}"))
    return tuple(found)


def _quoted(match: re.Match[str]) -> str:
    """An unquoted name that holds an @ made a quoted one: `sales@acme <x@y.example>`."""
    return '"' + match[1].strip().replace("\\", "").replace('"', "") + '" ' + match[2]


def message_ids(value: str) -> tuple[str, ...]:
    """The ids in a References, In-Reply-To or Message-ID field, without their angle brackets."""
    found = _MESSAGE_ID.findall(value)
    if not found and (bare := value.strip().strip("<>")) and " " not in bare:
        found = [bare]
    return tuple(found)


def date(value: str) -> datetime | None:
    """The time a Date field states, in UTC; None where it states none that can be."""
    try:
        stated = parsedate_to_datetime(value)
        if stated.tzinfo is None:
            stated = stated.replace(tzinfo=UTC)
        return stated.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
