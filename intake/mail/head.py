"""The header of a mail taken from its body, however either of them begins.

By hand, line by line: the standard parser ends the header at the first line that it does not know, and with it sender
and subject; and it takes seconds for a header made of hundreds of thousands of fields.
"""

import re
from dataclasses import dataclass

_FIELD = re.compile(rb"([^\s:\x00-\x20][^:\r\n]{0,98}?)[ \t]*:(.*)", re.DOTALL)
_NAME = re.compile(rb"[!-9;-~]{1,99}")
_MBOX = re.compile(rb">?From [^\r\n]{1,300}")
# Where one of these stands, a header is meant.
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|received|return-path|reply-to|sender|mime-version|content-[a-z-]{2,40}|x-[\w-]{1,60}"
    rb"|delivered-to|references|in-reply-to|dkim-signature|list-[a-z]{2,20}|auto-submitted|precedence|arc-[a-z-]{2,40}"
    rb"|authentication-results|thread-[a-z]{2,10}|importance|organization|user-agent)[ \t]*:",
    re.IGNORECASE,
)
_BOM = b"\xef\xbb\xbf"
_BLANK = re.compile(rb"(?:\r?\n){1,20}")
_LINE_END = re.compile(rb"\r\n|\n|\r")
# Junk that stands before a header is a few lines; more of it is a text.
_JUNK_LINES = 20


@dataclass(frozen=True, slots=True)
class Head:
    """The fields in order, names in lower case, values as sent but for their line ends, bytes above 127 as surrogates
    (as the standard library has them); and where in the raw mail the body begins."""

    fields: tuple[tuple[str, str], ...]
    body_at: int
    defects: tuple[str, ...]


def split(raw: bytes) -> Head:
    """The header of a mail. Never raises; a mail without any has no fields and is all body."""
    position, defects = _start(raw)
    if position is None:
        return Head((), 0, ("no header",))
    return _read(raw, position, defects)


def of_part(source: bytes) -> Head:
    """The header of a part of a mail, which begins at once and may be empty."""
    line, after = _line(source, 0)
    if not line.strip(b" \t"):
        return Head((), after, ())
    if not _FIELD.fullmatch(line) and not _ahead(source, after):
        return Head((), 0, ("no empty line between header and body",))
    found = _read(source, 0, [])
    # RFC 2045 section 9: fields that do not begin with content- mean nothing here; a text may begin like one.
    is_text = found.fields and not any(_KNOWN.match(name.encode("ascii", "replace") + b":") for name, _ in found.fields)
    return Head((), 0, ("no empty line between header and body",)) if is_text else found


def _read(raw: bytes, position: int, defects: list[str]) -> Head:
    fields: list[tuple[str, list[str]]] = []
    while position < len(raw):
        line, after = _line(raw, position)
        if not line.strip(b" \t"):
            position = after
            if line and _ahead(raw, after):
                continue  # blanks alone on a line, and the header goes on
            break
        if line[:1] in b" \t" and fields:
            fields[-1][1].append(_text(line))
        elif (found := _FIELD.fullmatch(line)) and (_NAME.fullmatch(found[1]) or _ahead(raw, after)):
            fields.append((_text(found[1]).lower(), [_text(found[2]).lstrip(" \t")]))
        elif _ahead(raw, after):
            defects.append("a line in the header that is no field")
        else:
            defects.append("no empty line between header and body")
            break
        position = after
    joined = tuple((name, "\n".join(lines) if len(lines) > 1 else lines[0]) for name, lines in fields)
    return Head(joined, position, tuple(dict.fromkeys(defects)))


def _start(raw: bytes) -> tuple[int | None, list[str]]:
    """Where the first field stands: below a BOM, empty lines, an mbox line or junk. None where there is no header."""
    position = len(_BOM) if raw.startswith(_BOM) else 0
    blank = _BLANK.match(raw, position)
    if blank and _ahead(raw, blank.end()):
        return blank.end(), ["something stands before the header"]
    for _ in range(_JUNK_LINES):
        line, after = _line(raw, position)
        if _KNOWN.match(line) or (_FIELD.fullmatch(line) and position == 0 and not _MBOX.fullmatch(line)):
            return position, (["something stands before the header"] if position else [])
        if not line and after >= len(raw):
            break
        if not line and position == 0 and not _ahead(raw, after):
            return None, []
        position = after
    return None, []


def _line(raw: bytes, at: int) -> tuple[bytes, int]:
    """The line that begins there, without its end, and where the next begins."""
    end = _LINE_END.search(raw, at)
    return (raw[at : end.start()], end.end()) if end else (raw[at:], len(raw))


def _ahead(raw: bytes, at: int) -> bool:
    """True where the header goes on: a field that everybody knows is among the next lines."""
    for _ in range(3):
        line, at = _line(raw, at)
        if not line:
            return False
        if _KNOWN.match(line):
            return True
    return False


def _text(data: bytes) -> str:
    return data.decode("ascii", "surrogateescape")
