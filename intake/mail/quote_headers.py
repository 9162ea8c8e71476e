"""How mail programs announce what they quote or pass on: attribution lines, header blocks, separators.

Known from what the programs write, in the languages that desks meet: Outlook, Gmail, Apple Mail, Thunderbird, Lotus
Notes, Yahoo, Foxmail, QQ, 163, Coremail, WeLink, DingTalk and their mobile kin.
"""

from dataclasses import dataclass
from functools import lru_cache

from intake.mail import quote_words as words

# No one writes more, and to look at each line takes long: what is below is a log, or is meant to hurt.
LIMIT_LINES = 20_000
# Of a list of labelled lines each is read as the beginning of a block, and with it those below it.
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Header:
    """An announcement: the lines from `start` to `end` (exclusive). `fields` are those of a header block, by kind:
    from, date, to, cc, subject. `is_separator` where a program drew a line with words, or a whole block stands;
    `is_certain` is False where it may as well be a log or a notice, so that it counts only in mails that answer or
    pass on others."""

    start: int
    end: int
    fields: tuple[tuple[str, str], ...] = ()
    is_separator: bool = False
    is_certain: bool = True

    def field(self, kind: str) -> str:
        return next((value for name, value in self.fields if name == kind), "")


def is_above(line: str) -> bool:
    """True for the line above which a ticket system wants its answer."""
    return words.ABOVE.fullmatch(line) is not None


def is_separator(line: str) -> bool:
    """True for a line with words that a program draws above what it quotes."""
    return words.SEPARATOR.fullmatch(line) is not None


def is_framed(line: str) -> bool:
    """True for GroupWise's announcement, which looks like a quoted line."""
    return words.GROUPWISE.fullmatch(line) is not None


def find(lines: list[str], at: int) -> Header | None:
    """The announcement that begins at that line, if one does."""
    return block(lines, at) or attribution(lines, at)


def block(lines: list[str], at: int) -> Header | None:
    """The separator or block of header fields that begins at that line, if one does."""
    line = lines[at].replace("&nbsp;", " ")  # QQ writes it into plain text, too
    if not line.strip():
        return None
    is_drawn = line.lstrip()[0] in words.DRAWN
    if (
        words.ABOVE.fullmatch(line)
        or words.GOES_ON.match(line)
        or (is_drawn and any(sign.fullmatch(line) for sign in (words.GROUPWISE, words.ON_ONE_LINE, words.FOXMAIL_5)))
    ):
        return Header(at, at + 1, is_separator=True)
    has_colon = ":" in line or "：" in line
    if (is_drawn and words.SEPARATOR.fullmatch(line)) or (has_colon and words.BEGINS.fullmatch(line)):
        end, fields = _fields(lines, at + 1)
        return Header(at, end if fields else at + 1, fields, is_separator=True)
    if (is_drawn and words.RULE.fullmatch(line)) or words.BARE.fullmatch(line):
        end, fields = _fields(lines, _below_rule(lines, at + 1))
        is_certain = _is_dated(fields) and not words.BARE.fullmatch(line)
        return Header(at, end, fields, True, is_certain) if _is_block(fields, 2) else None
    if label(line) is not None:
        end, fields = _fields(lines, at)
        if _is_block(fields, 3) and _is_real(fields):
            # A trace of some protocol has these fields, too, among others.
            is_whole = {"date", "subject", "to"} <= {kind for kind, _ in fields}
            return Header(at, end, fields, True, is_whole and not (at and lines[at - 1].strip()))
    return _notes(lines, at) if has_colon and words.NOTES.fullmatch(line) else None


def _is_dated(fields: tuple[tuple[str, str], ...]) -> bool:
    return any(kind == "date" for kind, _ in fields)


def _below_rule(lines: list[str], at: int) -> int:
    """Past a line that is drawn between the words and the block."""
    following = next((n for n in range(at, min(at + words.BLOCK_WITHIN, len(lines))) if lines[n].strip()), at)
    return following + 1 if following < len(lines) and words.RULE.fullmatch(lines[following]) else at


def _notes(lines: list[str], at: int) -> Header | None:
    """What Lotus Notes puts above: a line for who and when, and below it To, cc, Subject, but no From."""
    position = at + 1
    while position < min(at + words.BLOCK_WITHIN, len(lines)) and (
        not lines[position].strip() or words.RESPOND.match(lines[position])
    ):
        position += 1
    end, fields = _fields(lines, position)
    kinds = {kind for kind, _ in fields}
    return Header(at, end, fields, True, is_certain=False) if {"to", "subject"} <= kinds else None


def attribution(lines: list[str], at: int) -> Header | None:
    """The line or lines such as `On 9 Nov 2026, Ann <ann@x.example> wrote:` that begin there."""
    after = _attribution_end(lines, at) if lines[at].strip() else None
    return Header(at, after) if after else None


def label(line: str) -> tuple[str, str] | None:
    """Kind and value of a line such as `发件人：Ann <ann@x.example>`, in any of the languages."""
    line = line.lstrip(words.LEADING)
    found = _kind(line[: words.LABEL_CHARS])
    return (found[0], line[found[1] :].strip(" \t*|\u3000")) if found else None


@lru_cache(_REMEMBERED)
def _kind(beginning: str) -> tuple[str, int] | None:
    """The kind of the label that a line begins with, and where its value begins."""
    found = words.SPLIT.search(beginning)
    if found is None:
        return None
    kind = words.KIND.get(words.FILLING.sub("", beginning[: found.start()]).casefold())
    return (kind, found.end()) if kind else None


def _fields(lines: list[str], start: int) -> tuple[int, tuple[tuple[str, str], ...]]:
    """The labelled lines from there on, with what is folded under them; where the block ends."""
    fields: list[tuple[str, str]] = []
    end = position = start
    blanks = folded = 0
    while position < len(lines) and len(fields) < 12:
        found = label(lines[position])
        if found is not None:
            if found[0] in ("from", "subject") and any(kind == found[0] for kind, _ in fields):
                break
            fields.append(found)
            end, blanks, folded = position + 1, 0, 0
        elif not lines[position].strip(words.LEADING):
            blanks += 1
            if blanks > 1 and fields:
                break
        elif not fields or blanks or folded >= 3 or fields[-1][0] not in ("to", "cc", "subject", "from"):
            break
        else:
            folded += 1
            kind, value = fields[-1]
            if kind in ("to", "cc") or lines[position][:1] in " \t" or not value:
                fields[-1] = (kind, f"{value} {lines[position].strip()}".strip())
                end = position + 1
            else:
                break
        position += 1
    return end, tuple(fields)


def _is_real(fields: tuple[tuple[str, str], ...]) -> bool:
    """Somebody's address or a date is in it: `From: the Malmo store` is a list that somebody writes."""
    return any("@" in value or (kind == "date" and any(map(str.isdigit, value))) for kind, value in fields)


def _is_block(fields: tuple[tuple[str, str], ...], kinds: int) -> bool:
    found = {kind for kind, _ in fields} - {"other"}
    return "from" in found and len(found) >= kinds


def _attribution_end(lines: list[str], at: int) -> int | None:
    """Where the attribution that begins at this line ends; programs wrap it over up to four lines."""
    first = lines[at]
    if "in message" in first.casefold() and words.NEWS.fullmatch(first):
        has_id = at + 1 < len(lines) and "news:" in lines[at + 1] and words.NEWS_ID.fullmatch(lines[at + 1])
        return at + 2 if has_id else at + 1
    above_quote = _is_quoted_next(lines, at + 1)
    if above_quote and (words.IN_REPLY_TO.fullmatch(first) or words.ANY_LANGUAGE.fullmatch(first)):
        return at + 1
    if ("@" in first or above_quote) and words.QUOTING.fullmatch(first):
        return at + 1
    if "@" in first and words.DATED.match(first) and (first.rstrip().endswith((":", "：")) or above_quote):
        return at + 1
    text = ""
    for position in range(at, min(at + words.ATTRIBUTION_LINES, len(lines))):
        line = lines[position]
        if not line.strip(" >"):
            return None
        text = f"{text} {line.strip()}" if text else line.rstrip()
        if len(text) > words.ATTRIBUTION_CHARS:
            return None
        if text.endswith((":", "：")):
            tail = text[-words.VERB_CHARS :]
            if position > at and _is_quoted_next(lines, position + 1) and words.ANY_LANGUAGE.fullmatch(text):
                return position + 1
            says_so = (words.VERB_LAST.search(tail) or words.VERB_WITHIN.search(tail)) and words.EVIDENCE.search(text)
            is_whole = position == at or words.STARTS.match(first) or words.WHOLE.search(text)
            return position + 1 if says_so and is_whole else None
        if position == at and at and lines[at - 1].strip() and not ("@" in first or words.STARTS.match(first)):
            return None
    return None


def _is_quoted_next(lines: list[str], at: int) -> bool:
    for line in lines[at : at + 3]:
        if following := line.lstrip():
            return following[0] == ">"
    return False
