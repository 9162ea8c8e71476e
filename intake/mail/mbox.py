"""The mails in an mbox file (RFC 4155 and what programs write instead)."""

import re
from collections.abc import Iterable, Iterator

# Who sent it, or a hyphen, and when: Unix writes "Mon Nov  9 10:00:00 2026", some "Mon, 09 Nov 2026 10:00:00 +0800".
_DATED = re.compile(rb'From (?:"[^"\n]*"\S*|\S*)\s+(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [^\n]*\d{1,2}:\d\d')
_UNDATED = re.compile(rb"From \S+\s*$")
_QUOTED = re.compile(rb">+From ")
_BLANK = (b"\n", b"\r\n")


def split(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The mails in the lines of an mbox, of which the first begins with "From ". Where a sentence of a mail does, too,
    and its program did not quote it, it stays in its mail: a separator has an empty line before it, and a date where
    the first one has. What was quoted (mboxrd) is as it was sent again, as its signatures want it."""
    separator, mail, is_after_blank = None, list[bytes](), False
    for line in lines:
        if separator is None:
            separator = _DATED if _DATED.match(line) else _UNDATED
        elif is_after_blank and line.startswith(b"From ") and separator.match(line):
            yield b"".join(mail[:-1])
            mail.clear()
        else:
            mail.append(line[1:] if line.startswith(b">") and _QUOTED.match(line) else line)
        is_after_blank = line in _BLANK
    if separator is not None:
        yield b"".join(mail[:-1] if is_after_blank else mail)
