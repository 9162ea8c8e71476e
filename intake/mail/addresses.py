"""Address fields (RFC 5322 section 3.4) as people's and devices' programs really write them.

Split first, decode after, so that a comma inside an encoded name splits nothing.
"""

import re
from collections.abc import Callable, Iterator

from intake.mail.encoded_words import WORD, decode_words
from intake.mail.model import Address

# Some thousand recipients; what is longer was made to hurt.
LIMIT_CHARS = 200_000

_HIDDEN = re.compile("\ue000(\\d+)\ue001")
_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_MAILTO = re.compile(r"\[mailto:([^\]\s]{1,320})\]", re.IGNORECASE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_COMMENT = re.compile(r"\(([^()]*)\)")
_GROUP = re.compile(r'[^"<>@(),;:]{1,200}:\s*(?!//)')
_ADDR_SPEC = re.compile(r'("(?:[^"\\]|\\.){0,200}"|[^\s"<>,;()\[\]]+)\s?@\s?(\[[^\]\s]{1,80}\]|[^\s<>,;()"\[\]]+)')
_ROUTE = re.compile(r"@[^:<>]{1,300}:")


def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of an unfolded address field. Where an entry has an address in angle brackets, that is the address
    and all before it is the name, whatever it looks like. A name without an address is none."""
    value = value[:LIMIT_CHARS]
    for escaped, plain in _ESCAPED:
        value = value.replace(escaped, plain)
    words: list[str] = []

    def hide(match: re.Match[str]) -> str:
        words.append(match[0])
        return f"\ue000{len(words) - 1}\ue001"  # of the private use area: no special character of RFC 5322

    def show(text: str) -> str:
        return decode_words(_HIDDEN.sub(lambda match: words[int(match[1])], text))

    hidden = _MAILTO.sub(r"<\1>", WORD.sub(hide, value))
    return tuple(found for entry in _entries(hidden) if (found := _mailbox(entry, show)))


def _entries(value: str) -> Iterator[str]:
    """The entries of a list: apart by commas, by semicolons too (Outlook), unless they stand in quotes, comments or
    angle brackets. `Doe, John <j@x>` is one: what has no address belongs to what follows."""
    pending = ""
    for piece in _pieces(value):
        whole = f"{pending}, {piece}" if pending else piece
        if "@" in piece or "<" in piece or _HIDDEN.search(piece):
            # Only a name in front of an angle bracket can have been cut by a comma.
            yield whole if "<" in piece and not piece.lstrip().startswith("<") else piece
            pending = ""
        else:
            pending = whole if piece.strip() else pending
    if pending:
        yield pending


def _pieces(value: str) -> Iterator[str]:
    start = depth = 0
    quoted = angle = False
    closes = value.count('"') % 2 == 0  # an odd quote is a sign, no bracket
    for position, char in enumerate(value):
        if char == '"' and closes and (position == 0 or value[position - 1] != "\\"):
            quoted = not quoted
        elif quoted:
            continue
        elif char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif char in "<>":
            angle = char == "<"
        elif char == ";" or (char == "," and not angle):
            yield value[start:position]
            start, angle = position + 1, False
    yield value[start:]


def _mailbox(entry: str, show: Callable[[str], str]) -> Address | None:
    entry = entry.strip()
    if group := _GROUP.match(entry):
        entry = entry if entry[: group.end()].rstrip().lower() == "mailto:" else entry[group.end() :]
    start = _angle(entry)
    if start is None:
        return _bare(entry, show)
    inner = entry[start + 1 :].partition(">")[0].strip(" <\t")
    inner = _ROUTE.sub("", inner, count=1) if inner.startswith("@") else inner
    address = _addr_spec(show(inner))
    if address is None:
        return None
    name = entry[:start].strip(" <\t")
    comment = _COMMENT.search(entry[start:])
    return Address(_phrase(name, show) or (_phrase(comment[1], show) if comment else ""), address)


def _angle(entry: str) -> int | None:
    """Where the angle bracket of the address opens: the last one outside of quotes."""
    start = entry.rfind("<")
    while start > 0 and entry[:start].count('"') % 2 and '"' in entry[start:]:
        start = entry.rfind("<", 0, start)
    return start if start >= 0 else None


def _bare(entry: str, show: Callable[[str], str]) -> Address | None:
    """`ann@x.example`, `ann@x.example (Ann Lee)`, or, as some write, a name and an address."""
    comment = _COMMENT.search(entry)
    plain = _COMMENT.sub(" ", entry)
    shown = show(plain) if "@" not in plain else plain
    found = _ADDR_SPEC.search(shown)
    address = _addr_spec(found[0]) if found else None
    if found is None or address is None:
        return None
    name = _phrase(shown[: found.start()], show)
    return Address(name or (_phrase(comment[1], show) if comment else ""), address)


def _addr_spec(text: str) -> str | None:
    """local@domain, without what some put around it; None where either is missing."""
    text = text.strip().removeprefix("mailto:").strip("'`<> \t")
    local, _, domain = text.rpartition("@")
    local = local if local.startswith('"') else local.replace(" ", "")
    domain = domain.strip().rstrip(".;,>").replace(" ", "")
    return f"{local}@{domain}" if local and domain else None


def _phrase(text: str, show: Callable[[str], str]) -> str:
    """A display name: quotes and their escapes undone, encoded words decoded, inside of quotes too."""
    unquoted = _QUOTED.sub(lambda match: match[1].replace("\\", ""), text)
    return " ".join(show(unquoted).replace("\\", "").split()).strip(' ,"')
