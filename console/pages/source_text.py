"""The source of a mail as text that a form can hold, and back again: what nobody touched stays byte for byte."""

import re
from dataclasses import dataclass

from models.errors import NotPossible

# A form may have a megabyte, and a byte takes three characters in it.
LIMIT = 256 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class SourceText:
    """`text` is the whole source, or with `is_whole` False its head alone: the rest is too long, or no text."""

    text: str
    is_whole: bool
    encoding: str


def read(source: bytes) -> SourceText | None:
    """The source, or its head, as text; None where even the head is no text, or too long."""
    if _is_text(source) and (text := _utf8(source)) is not None:
        return SourceText(text, True, "utf-8")
    head = source[: _end(source)]
    if not _is_text(head):
        return None
    text = _utf8(head)
    # A byte a character: it comes back as it was.
    return SourceText(head.decode("latin-1"), False, "latin-1") if text is None else SourceText(text, False, "utf-8")


def mended(source: bytes, typed: str) -> bytes:
    """The source with what a person has made of its text.

    Raises:
        NotPossible: nothing was changed, or it cannot be put in place of what was there.
    """
    shown = read(source)
    if shown is None:
        raise NotPossible("this mail is no text; mend it with firstline shunted edit")
    # Of a head that stands alone its own line ends count, the last one too: what is below may have others.
    is_crlf = b"\r\n" in (source if shown.is_whole else source[: _end(source) + 2])
    text = _lines(typed)
    if text == _lines(shown.text):
        raise NotPossible("nothing was changed; the mail stays where it is")
    if not text.strip():
        raise NotPossible("there is nothing left of the mail; discard it instead")
    rest = b""
    if not shown.is_whole:
        text, rest = text.strip("\n"), source[_end(source) :]
        if "\n\n" in text:
            raise NotPossible("there is an empty line between the headers; take it out")
    try:
        return text.replace("\n", "\r\n" if is_crlf else "\n").encode(shown.encoding) + rest
    except UnicodeEncodeError as error:
        raise NotPossible(
            f"{error.object[error.start]!r} cannot be written: these headers are not in UTF-8; write encoded words "
            "(RFC 2047)"
        ) from error


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _end(source: bytes) -> int:
    found = _HEAD_END.search(source)
    return found.start() if found else len(source)


def _is_text(source: bytes) -> bool:
    return len(source) <= LIMIT and b"\0" not in source


def _utf8(source: bytes) -> str | None:
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError:
        return None
