"""Which lines of a mail are quoted: by their marks, or because they stand below an announcement."""

import re
from collections import Counter
from collections.abc import Iterator

from intake.mail import quote_headers
from intake.mail.model import SpanKind
from intake.mail.setting import Setting

NEW, QUOTED = SpanKind.NEW, SpanKind.QUOTED
ANY_TEXT = re.compile("\\w|[\u2600-\u27bf\U0001f000-\U0001faff]")
_QUOTE = re.compile(r"\s{0,3}(?:>|&gt;|》|\|(?=\s*\S.*[^|\s]\s*$))")
_PREFIX = re.compile(r"\s{0,8}(?:([A-Z][\w.-]{0,15})>+(?: ?\S|\s*$)|([:#%}])(?: \S|\s*$))")
_SIGNS = frozenset(":#%}")
_PREFIXED = 2
_INITIALS = 3
_SAYS = re.compile(r"[:：]\s*$|==|\bwrote|\bwrites")
_LEFT_OVER = re.compile(r"(?:</[^\s<>@]{1,64}@[^\s<>@]{1,120}>)+\s*")  # of addresses that a program took for tags
_PIPE = re.compile(r"\s{0,3}\|\s*")
_MARKS = re.compile(r"^[\s>|]+")
_SHELL = re.compile(r"\s{0,4}(?:[\w.@~:/-]{0,40}[$#%] \S|[\w-]{1,30}[>#] ?\w)")
_PROMPT = re.compile(r"\s{0,3}(?:>>> |> ?\d(?![.)、] ))")  # "> 1. " begins a list that is quoted
# "My answers are between the lines": then what is below an Outlook header holds them.
_INLINE = re.compile(
    r"(?:answer|comment|repl(?:y|ies)|response)s?\b.{0,40}\b(?:inline|in-line|in line|in red|in blue|in green"
    r"|between the lines)"
    r"|\b(?:see|please see|find) (?:inline|in-line|in line|my comments inline)\b|\binline (?:below|answers"
    r"|comments|replies)\b"
    r"|(?:见|請見|请见|参见|如下).{0,8}(?:红字|红色|蓝字|蓝色|批注|紅字|藍字)|(?:红字|紅字|蓝字"
    r"|标红)(?:部分)?(?:回复|答复|回覆|说明|為|为)"
    r"|(?:在)?原文中.{0,4}(?:回复|答复|回覆|标注)",
    re.IGNORECASE,
)
_WRAPPED_WIDTH = 60


def quoted_lines(lines: list[str], setting: Setting) -> list[SpanKind]:
    """Which lines are quoted: by their marks, or because they stand below an announcement."""
    kinds = [NEW] * len(lines)
    marked = _marked(lines, setting)
    announced = any(marked) and _announced_within(lines, marked)
    position = 0
    while position < len(lines):
        header = None if marked[position] else quote_headers.find(lines, position)
        if header is None or not (header.is_certain or setting.answers or setting.passes_on):
            if marked[position]:
                kinds[position] = QUOTED
            position += 1
            continue
        announced = True
        mark(kinds, header.start, header.end, QUOTED)
        position = header.end
        following = next((at for at in range(position, len(lines)) if lines[at].strip()), None)
        if following is None or marked[following]:
            continue
        if not header.is_separator and _is_end_of_thought(lines, header, following):
            mark(kinds, header.start, header.end, NEW)
        elif not _is_followed_by_new(lines, kinds, header, following):
            mark(kinds, position, len(lines), QUOTED)
            break
    if not announced and not (setting.answers or setting.passes_on):
        kinds = [NEW] * len(lines)  # a new mail with signs in it: a diff, a shell session
    elif not announced:
        _unmark_prompts(lines, kinds)
    _mark_wrapped(lines, kinds)
    return kinds


def _marked(lines: list[str], setting: Setting) -> list[bool]:
    """Which lines bear a quote's mark."""
    marked = [bool(_QUOTE.match(line) or _LEFT_OVER.fullmatch(line)) for line in lines]
    if any(marked):
        _unmark_escapes(lines, marked)
    if setting.answers:
        _mark_prefixes(lines, marked)
    if not any(marked):
        return marked
    for position, line in enumerate(lines):
        if _PIPE.fullmatch(line) and position and marked[position - 1] and "|" in lines[position - 1]:
            marked[position] = True  # an empty line of a quote with pipes
        elif marked[position] and quote_headers.is_framed(line):
            marked[position] = False
    return marked


def _mark_prefixes(lines: list[str], marked: list[bool]) -> None:
    """`AL> text` is how The Bat quotes Ann Lee, `Ann> text` how Supercite does, `: text` how tin does. One such line
    may be a prompt; several of one kind below words about who wrote are a quote."""
    matches = [_PREFIX.match(line) for line in lines]
    found = [(match[1] or match[2]) if match else "" for match in matches]
    for prefix, count in Counter(found).items():
        if not prefix or count < _PREFIXED:
            continue
        first = found.index(prefix)
        above = " ".join(lines[max(0, first - 3) : first])
        named = prefix in _SIGNS or len(prefix) <= _INITIALS or prefix.casefold() in above.casefold()
        if named and _SAYS.search(above):
            for position, one in enumerate(found):
                marked[position] = marked[position] or one == prefix


def _is_followed_by_new(lines: list[str], kinds: list[SpanKind], header: quote_headers.Header, following: int) -> bool:
    """True for an announcement below which the writer's own words stand: he says that his answers are between the
    lines, the block is set in, or the whole mail begins with the line above which a desk wants its answers."""
    if not header.is_separator:
        return False
    if _INLINE.search("\n".join(lines[: header.start])) or _is_inset(lines, header, following):
        return True
    says_nothing = not any(kinds[at] is NEW and ANY_TEXT.search(lines[at]) for at in range(header.start))
    return says_nothing and not header.fields and quote_headers.is_above(lines[header.start])


def _unmark_escapes(lines: list[str], marked: list[bool]) -> None:
    """`>From` alone among unquoted lines is what mbox files make of a line that begins with From."""
    for position, line in enumerate(lines):
        if line.startswith(">From ") and marked[position]:
            around = [*lines[max(0, position - 2) : position], *lines[position + 1 : position + 3]]
            marked[position] = any(other.startswith(">") for other in around)


def _announced_within(lines: list[str], marked: list[bool]) -> bool:
    """True where the announcement itself is quoted: Apple Mail puts it into the quote."""
    for position, line in enumerate(lines):
        if marked[position]:
            inner = [_MARKS.sub("", one) for one in lines[position : position + 4]]
            if line.strip("> ") and quote_headers.find(inner, 0):
                return True
    return False


def _is_inset(lines: list[str], header: quote_headers.Header, following: int) -> bool:
    """True for a block of fields that is set in, with text at the margin below it: a notice that names a mail."""
    own = [line for line in lines[header.start : header.end] if line.strip()]
    is_set_in = bool(header.fields) and all(line.startswith("  ") for line in own)
    return is_set_in and not lines[following].startswith(" ")


def _is_end_of_thought(lines: list[str], header: quote_headers.Header, following: int) -> bool:
    """True for "yesterday, 10:15, the console wrote:" with the message of the console right below it: a program
    leaves an address or a whole date in its attribution."""
    text = " ".join(lines[header.start : header.end])
    return "@" not in text and not re.search(r"\d{4}|\d{1,2}[./]\d{1,2}", text)


def _unmark_prompts(lines: list[str], kinds: list[SpanKind]) -> None:
    """Without any announcement a mark may be a prompt or a sign: `> reset`, `> 100 ms`. A lone one right below
    a line of the writer's is his, and so are lines that look like an interpreter's."""
    blocks = list(runs(kinds, QUOTED))
    for begin, end in blocks:
        above = begin > 0 and bool(lines[begin - 1].strip())
        is_lone = len(blocks) == 1 and end - begin == 1 and above
        is_shell = above and _SHELL.match(lines[begin - 1])
        if is_lone or is_shell or all(_PROMPT.match(line) for line in lines[begin:end]):
            mark(kinds, begin, end, NEW)


def _mark_wrapped(lines: list[str], kinds: list[SpanKind]) -> None:
    """The tail of a quoted line that a program cut, without a mark of its own, is quoted too."""
    if QUOTED not in kinds:
        return
    for position in range(1, len(lines) - 1):
        before, line, after = lines[position - 1], lines[position], lines[position + 1]
        between = kinds[position - 1] is QUOTED and kinds[position + 1] is QUOTED and kinds[position] is NEW
        is_tail = len(before) >= _WRAPPED_WIDTH and 0 < len(line) < len(before) / 2 and line[:1].islower()
        if between and is_tail and _QUOTE.match(before) and _QUOTE.match(after):
            kinds[position] = QUOTED


def runs(kinds: list[SpanKind], wanted: SpanKind) -> Iterator[tuple[int, int]]:
    begin = None
    for position, kind in enumerate([*kinds, None]):
        if kind is wanted and begin is None:
            begin = position
        elif kind is not wanted and begin is not None:
            yield begin, position
            begin = None


def mark(kinds: list[SpanKind], begin: int, end: int, kind: SpanKind) -> None:
    kinds[begin:end] = [kind] * (end - begin)
