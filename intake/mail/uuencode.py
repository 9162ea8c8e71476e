"""Files that were pasted into a text as uuencode (POSIX), as old devices and programs still do."""

import re
from binascii import Error, a2b_uu

from intake.mail.attachment import attachment, safe_name
from intake.mail.model import Attachment

_BEGIN = re.compile(r"begin [0-7]{3,4} (\S[^\r\n]{0,250})")
_LINE = re.compile(r"[ -`]{1,90}")


def extract(text: str) -> tuple[str, list[Attachment]]:
    """The text without the files in it, and the files. What only looks like one stays in the text."""
    if "\nbegin " not in text and not text.startswith("begin "):
        return text, []
    lines = text.split("\n")
    kept: list[str] = []
    files: list[Attachment] = []
    position = 0
    while position < len(lines):
        found = _BEGIN.fullmatch(lines[position].rstrip("\r"))
        end = _end(lines, position + 1) if found else None
        if found is None or end is None:
            kept.append(lines[position])
            position += 1
            continue
        content = b"".join(_decoded(line.rstrip("\r")) for line in lines[position + 1 : end])
        name = safe_name(found[1]) or f"part-{len(files) + 1}"
        files.append(attachment(content, name, "application/octet-stream"))
        position = end + 1
    return "\n".join(kept), files


def _end(lines: list[str], start: int) -> int | None:
    """The line that ends the file; None where something else comes before it."""
    for position in range(start, len(lines)):
        line = lines[position].rstrip("\r")
        if line == "end":
            return position if position > start else None
        if line and not _LINE.fullmatch(line):
            return None
    return None


def _decoded(line: str) -> bytes:
    try:
        return a2b_uu(line)
    except (Error, ValueError):
        # Some encoders count the padding in: as many bytes as the first character says are good.
        length = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3
        try:
            return a2b_uu(line[:length])
        except (Error, ValueError):
            return b""
