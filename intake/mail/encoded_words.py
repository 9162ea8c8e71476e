"""Encoded words (RFC 2047), also as they are wrongly cut and nested."""

import binascii
import quopri
import re
from base64 import b64decode

from intake.mail.charset import decode

# Question marks stand in the text of some, and the end mark of the last gets lost.
WORD = re.compile(
    r"=\?([^?\s*]{1,60})(?:\*[^?]{0,40})?\?([bBqQ])\?((?:[^?=]|=(?!\?[^?\s]{1,60}\?[bBqQ]\?)|\?(?!=))*)\?="
    r"|=\?([^?\s*]{1,60})(?:\*[^?]{0,40})?\?([bBqQ])\?([^?\s]*)\??$"
)
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")


def decode_words(value: str) -> str:
    """The encoded words of an unfolded value as text. Neighbours of one charset are joined as bytes first, since some
    senders split them in the middle of a character, or of a group of base64."""
    if "=?" not in value:
        return _CONTROLS.sub(" ", value)
    value = _BETWEEN_WORDS.sub(r"\1", value)
    pieces: list[str] = []
    pending: list[tuple[str, str]] = []  # encoding and text of words of one charset
    charset, position = "", 0

    def flush() -> None:
        if pending:
            pieces.append(decode(_bytes(pending), charset)[0])
            pending.clear()

    for match in WORD.finditer(value):
        named, encoding, text = match[1] or match[4], match[2] or match[5], match[3] if match[1] else match[6]
        if match.start() > position or named.lower() != charset:
            flush()
        pieces.append(value[position : match.start()])
        charset, position = named.lower(), match.end()
        pending.append((encoding.lower(), text))
    flush()
    pieces.append(value[position:])
    return _CONTROLS.sub(" ", "".join(pieces))


def _bytes(words: list[tuple[str, str]]) -> bytes:
    out: list[bytes] = []
    rest = ""  # base64 that was cut off in the middle of a group
    for encoding, text in words:
        if encoding == "q":
            out.append(_from_base64(rest) + _from_quoted(text))
            rest = ""
        elif "=" in text or len(rest + text) % 4 == 0:
            out.append(_from_base64(rest + text))
            rest = ""
        else:
            rest += text
    return b"".join(out) + _from_base64(rest)


def _from_quoted(text: str) -> bytes:
    return quopri.decodestring(text.encode("utf-8", "surrogateescape"), header=True)


def _from_base64(text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    symbols = _NO_BASE64.sub(b"", data)
    try:
        return b64decode(symbols.rstrip(b"=") + b"=" * (-len(symbols.rstrip(b"=")) % 4))
    except binascii.Error:
        return data
