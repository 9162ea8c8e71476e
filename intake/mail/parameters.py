"""Fields with parameters: Content-Type and Content-Disposition (RFC 2045, 2183), as they are really written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from intake.mail.charset import decode
from intake.mail.encoded_words import decode_words
from intake.mail.headers import unfold

# Far more than any program writes.
LIMIT_CHARS = 20_000
LIMIT_PARAMETERS = 200
_NO_TOKEN = re.compile(r"[^\x21-\x7e]+")
_COMMENT = re.compile(r"\([^()\"]{0,200}\)")
_SPLIT = re.compile(r'[^";]*(?:"(?:[^"\\]|\\.)*"[^";]*)*', re.DOTALL)
_CONTINUED = re.compile(r"([^*]{1,60})(?:\*(\d{1,4}))?(\*)?")


@dataclass(frozen=True, slots=True)
class Parameterised:
    """The value of such a field in lower case, and its parameters by lower-case name, as text."""

    value: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def read(raw: str, charset: str | None = None) -> Parameterised:
    """Take a field apart; `charset` is what 8-bit bytes in it are probably in. Never raises."""
    if not raw:
        return Parameterised()
    text = raw[:LIMIT_CHARS].replace("\r", "").replace("\n", "")
    first, *rest = _pieces(text)
    value = _NO_TOKEN.sub("", _COMMENT.sub("", first)).strip("\"'").lower()
    plain: dict[str, list[tuple[int, bool, str]]] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for name, content in _pairs(rest):
        matched = _CONTINUED.fullmatch(name)
        if matched is None:
            continue
        number = int(matched[2]) if matched[2] else 0
        into = extended if matched[2] or matched[3] else plain
        into.setdefault(matched[1], []).append((number, bool(matched[3]), content))
    found = plain | extended  # the plain one beside it is for programs that do not know better (RFC 6266 appendix D)
    return Parameterised(value, {name: _joined(pieces, charset) for name, pieces in found.items()})


def _pieces(text: str) -> list[str]:
    """What stands between the semicolons that are in no quotes; a quote that never ends is no quote."""
    if text.count('"') % 2:
        return text.split(";")[:LIMIT_PARAMETERS]
    pieces: list[str] = []
    position = 0
    while position <= len(text) and len(pieces) < LIMIT_PARAMETERS:
        matched = _SPLIT.match(text, position)
        end = matched.end() if matched else len(text)
        if end < len(text) and text[end] != ";":
            end = len(text)
        pieces.append(text[position:end])
        position = end + 1
    return pieces


def _pairs(pieces: list[str]) -> Iterator[tuple[str, str]]:
    for piece in pieces:
        name, equals, content = piece.partition("=")
        name = name.strip().strip('"').lower()
        if equals and name:
            yield name, _unquoted(content.strip())


def _unquoted(content: str) -> str:
    if len(content) > 1 and content[0] == '"' and (end := content.rfind('"')) > 0:
        inner = content[1:end]
        # Programs on Windows leave the backslashes of a path alone; only a quote or another one is escaped.
        return re.sub(r'\\(["\\])', r"\1", inner)
    return content.strip('"')


def _joined(pieces: list[tuple[int, bool, str]], charset: str | None) -> str:
    """One parameter from its pieces (RFC 2231 section 3), bytes first: characters are cut in two, too."""
    numbered = sorted({number: (extended, content) for number, extended, content in reversed(pieces)}.items())
    if len(numbered) == 1 and not numbered[0][1][0]:
        return decode_words(unfold(numbered[0][1][1], charset)).strip()
    named: str | None = None
    data = b""
    for position, (_, (extended, content)) in enumerate(numbered):
        if extended and position == 0 and content.count("'") >= 2:
            named, _, content = content.split("'", 2)
        raw = content.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if extended else raw
    return decode_words(decode(data, named or charset)[0].replace("\0", "")).strip()
