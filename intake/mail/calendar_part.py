"""An appointment (RFC 5545) as text, for a mail that has no other."""

import re

_FOLDED = re.compile(r"\r?\n[ \t]")
_FIELD = re.compile(r"^(SUMMARY|DTSTART|DTEND|LOCATION|ORGANIZER|DESCRIPTION|COMMENT)(?:;[^:\n]*)?:(.*)$", re.MULTILINE)
_ESCAPED = re.compile(r"\\([nN,;\\])")


def to_text(calendar: str) -> str:
    """What the first event says, a line a field; of an answer only what the guest has added: the rest is the host's."""
    event = _FOLDED.sub("", calendar).replace("\r\n", "\n").partition("BEGIN:VEVENT")[2]
    said: dict[str, str] = {}
    for name, value in _FIELD.findall(event.partition("END:VEVENT")[0]):
        said.setdefault(name, _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip())
    if re.search(r"^METHOD:REPLY\b", calendar, re.MULTILINE):
        return said.get("COMMENT", "")
    return "\n".join(f"{name.capitalize()}: {value}" for name, value in said.items() if value)
