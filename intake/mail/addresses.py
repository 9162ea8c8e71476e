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
# What a Chinese keyboard gives for the signs; only of a field that has none of its own.
_WIDE = str.maketrans("＠＜＞", "@<>")
_MAILTO = re.compile(r"\[mailto:([^\]\s]{1,320})\]", re.IGNORECASE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){0,300})"')
_PHRASE = re.compile(r'"(?:[^"\\]|\\.){0,300}"(?!\s?@)')
_PAIR = re.compile(r"\\(.)", re.DOTALL)
_DOT = re.compile(r"(?<=[\w-])\s{1,3}\.\s{0,3}(?=[\w.-]{1,64}\s?@)")  # obs-local-part, RFC 5322 section 4.4
_GROUP = re.compile(r'[^"<>@(),;:]{1,200}(?:\([^()<>@]{0,100}\)\s*)?:\s*(?!//)')
# A comment right behind a word, as RFC 5322 writes it; set off by a blank it is what people add to their names.
_GLUED = re.compile(r"(?<=[^\s(<\"\\])\((?:[^()\\@]|\\.){0,100}\)(?=[^@]*[<@])")
_ADDR_SPEC = re.compile(
    r'("(?:[^"\\]|\\.){0,200}"|[^\s"<>,;()\[\]]{1,300})\s?@\s?(\[[^\]\s]{1,80}\]|[^\s<>,;()"\[\]]{1,300})'
)
_ROUTE = re.compile(r"@[^:<>]{1,300}:")


def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of an unfolded address field. Where an entry has an address in angle brackets, that is the address
    and all before it is the name, whatever it looks like. A name without an address is none."""
    value = value[:LIMIT_CHARS]
    for escaped, plain in _ESCAPED:
        value = value.replace(escaped, plain)
    value = value if "@" in value else value.translate(_WIDE)
    words: list[str] = []

    def hide(match: re.Match[str]) -> str:
        words.append(match[0])
        return f"\ue000{len(words) - 1}\ue001"  # of the private use area: no special character of RFC 5322

    def show(text: str) -> str:
        return decode_words(_HIDDEN.sub(lambda match: words[int(match[1])], text))

    hidden = WORD.sub(hide, value) if "=?" in value else value
    hidden = _MAILTO.sub(r"<\1>", hidden) if "[" in hidden else hidden
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
    if "," not in value and ";" not in value:
        yield value
        return
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
    entry = _GLUED.sub(" ", entry.strip())
    if group := _GROUP.match(entry):
        entry = entry if entry[: group.end()].rstrip().lower() == "mailto:" else entry[group.end() :]
    start = _angle(entry)
    if start is None:
        return _bare(entry, show)
    inner, comments = _without_comments(entry[start + 1 :])
    inner, _, after = inner.partition(">")
    inner = inner.strip(" <\t")
    inner = _ROUTE.sub("", inner, count=1) if inner.startswith("@") else inner
    address = _addr_spec(show(inner))
    if address is None:
        return None
    name = _phrase(entry[:start].strip(" <\t"), show)
    return Address(name or _phrase(comments[-1] if comments and after is not None else "", show), address)


def _without_comments(text: str) -> tuple[str, list[str]]:
    """The text without its comments (RFC 5322 section 3.2.2), and these, their escapes undone. They may nest."""
    if "(" not in text:
        return text, []
    plain: list[str] = []
    comments: list[list[str]] = []
    depth = position = 0
    quoted = False
    while position < len(text):
        char = text[position]
        position += 1
        if char == "\\" and (depth or quoted) and position < len(text):
            char, position = (char if quoted else "") + text[position], position + 1
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
            if depth == 1:
                comments.append([])
                continue
        elif char == ")" and depth:
            depth -= 1
            if not depth:
                continue
        (comments[-1] if depth else plain).append(char)
    return "".join(plain), ["".join(comment) for comment in comments]


def _angle(entry: str) -> int | None:
    """Where the angle bracket of the address opens: the last one outside of quotes."""
    start = entry.rfind("<")
    while start > 0 and entry[:start].count('"') % 2 and '"' in entry[start:]:
        start = entry.rfind("<", 0, start)
    return start if start >= 0 else None


def _bare(entry: str, show: Callable[[str], str]) -> Address | None:
    """`ann@x.example`, `ann@x.example (Ann Lee)`, or, as some write, a name and an address."""
    plain, comments = _without_comments(entry)
    if "@" not in plain:
        shown = show(plain)
        if "<" in shown and "@" in shown:  # the whole mailbox was encoded
            return _mailbox(shown, str)
        plain = shown
    plain = _DOT.sub(".", plain)
    found = _ADDR_SPEC.search(_blanked(plain)) or _ADDR_SPEC.search(plain) if "@" in plain else None
    address = _addr_spec(show(found[0])) if found else None
    if found is None or address is None:
        return None
    name = _phrase(plain[: found.start()], show)
    return Address(name or (_phrase(comments[-1], show) if comments else ""), address)


def _blanked(text: str) -> str:
    """With blanks in place of quoted phrases, in which anything may stand, such as somebody else's address."""
    return _PHRASE.sub(lambda match: " " * len(match[0]), text) if '"' in text else text


def _addr_spec(text: str) -> str | None:
    """local@domain, without what some put around it; None where either is missing."""
    text = text.strip().removeprefix("mailto:").strip("'`<> \t")
    local, _, domain = text.rpartition("@")
    local = local if local.startswith('"') else local.replace(" ", "")
    domain = domain.strip().rstrip(".;,>").replace(" ", "")
    return f"{local}@{domain}" if local and domain else None


def _phrase(text: str, show: Callable[[str], str]) -> str:
    """A display name: quotes and their escapes undone, encoded words decoded, inside of quotes too. What is nothing
    but a comment is the name."""
    if text.startswith("(") and text.endswith(")"):
        plain, comments = _without_comments(text)
        text = comments[0] if not plain.strip() and len(comments) == 1 else text
    unquoted = _QUOTED.sub(lambda match: _PAIR.sub("\\1", match[1]), text)
    return " ".join(show(unquoted).split()).strip(' ,"')
