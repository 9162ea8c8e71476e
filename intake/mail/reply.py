"""What a mail adds to those it quotes. In doubt a line is new: what a customer says must not be hidden."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.mail import armour, quote_headers, signature
from intake.mail.body import Piece
from intake.mail.model import Span, SpanKind

NEW, QUOTED = SpanKind.NEW, SpanKind.QUOTED
SIGNATURE, DISCLAIMER = SpanKind.SIGNATURE, SpanKind.DISCLAIMER
_ANY_TEXT = re.compile(r"\w")
_QUOTE = re.compile(r"\s{0,3}(?:>|&gt;|》|\|(?=\s*\S.*[^|\s]\s*$))")
_INITIALS = re.compile(r"\s?([A-Z][A-Za-z]{0,3})>+ ?\S")
_INITIALED = 2
_LEFT_OVER = re.compile(r"(?:</[^\s<>@]{1,64}@[^\s<>@]{1,120}>)+\s*")  # of addresses that a program took for tags
_PIPE = re.compile(r"\s{0,3}\|\s*")
_MARKS = re.compile(r"^[\s>|]+")
_SHELL = re.compile(r"\s{0,4}(?:[\w.@~:/-]{0,40}[$#%] \S|[\w-]{1,30}[>#] ?\w)")
_PROMPT = re.compile(r"\s{0,3}(?:>>> |> ?\d)")
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
_ENDINGS = 3  # a list's footer below the writer's signature below his farewell


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a mail beside its text: whether it answers another, whether it passes one on, and by what
    names its sender may sign."""

    answers: bool = False
    passes_on: bool = False
    names: frozenset[str] = frozenset()


ALONE = Setting()


def assemble(pieces: Sequence[Piece], setting: Setting = ALONE) -> tuple[str, tuple[Span, ...]]:
    """The whole body as one text, and what each stretch of it is; other mails within the mail are quoted."""
    own = "\n\n".join(piece.text for piece in pieces if not piece.passed_on)
    others = "\n\n".join(piece.text for piece in pieces if piece.passed_on)
    if not others:
        return own, split(own, setting)
    text = f"{own}\n\n{others}" if own else others
    spans = split(own, setting) if own else ()
    return text, (*spans, Span(len(own), len(text), QUOTED))


def split(text: str, setting: Setting = ALONE) -> tuple[Span, ...]:
    """What each stretch of `text` is. The spans cover it all, in order; quoted history and signature are
    marked, not cut away."""
    lines = text.split("\n")
    kinds = _quotes(lines, setting)
    armour.mark(lines, kinds)
    for begin, end in list(_runs(kinds, NEW)):
        _mark_endings(lines, kinds, begin, end, setting)
    _mark_beginning(lines, kinds)
    return tuple(_spans(lines, kinds))


def new_text(text: str, spans: tuple[Span, ...], setting: Setting = ALONE) -> str:
    """The new parts of `text`, one below the other. Where nothing would be left all of it is what is passed on, or
    what was wrongly taken for a quote; a mere answer with nothing new in it says nothing."""
    pieces = [text[span.start : span.end].strip("\n") for span in spans if span.kind is NEW]
    said = "\n".join(piece for piece in pieces if piece.strip()).strip()
    if _ANY_TEXT.search(said):
        return armour.undashed(said) if armour.is_signed(text) else said
    is_only_quote = setting.answers and not setting.passes_on and any(span.kind is QUOTED for span in spans)
    return "" if is_only_quote else text


def _quotes(lines: list[str], setting: Setting) -> list[SpanKind]:
    """Which lines are quoted: by their marks, or because they stand below an announcement."""
    kinds = [NEW] * len(lines)
    marked = _marked(lines)
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
        _mark(kinds, header.start, header.end, QUOTED)
        position = header.end
        following = next((at for at in range(position, len(lines)) if lines[at].strip()), None)
        if following is None or marked[following]:
            continue
        if not header.is_separator and _is_end_of_thought(lines, header, following):
            _mark(kinds, header.start, header.end, NEW)
        elif not _is_followed_by_new(lines, kinds, header, following):
            _mark(kinds, position, len(lines), QUOTED)
            break
    if not announced:
        _unmark_prompts(lines, kinds)
    _mark_wrapped(lines, kinds)
    return kinds


def _marked(lines: list[str]) -> list[bool]:
    """Which lines bear a quote's mark."""
    marked = [bool(_QUOTE.match(line) or _LEFT_OVER.fullmatch(line)) for line in lines]
    _unmark_escapes(lines, marked)
    _mark_initials(lines, marked)
    for position, line in enumerate(lines):
        if _PIPE.fullmatch(line) and position and marked[position - 1] and "|" in lines[position - 1]:
            marked[position] = True  # an empty line of a quote with pipes
        elif marked[position] and quote_headers.is_framed(line):
            marked[position] = False
    return marked


def _mark_initials(lines: list[str], marked: list[bool]) -> None:
    """`AL> text` is how The Bat quotes Ann Lee; one such line may be a prompt, several of one kind are a quote."""
    found = [match[1] if (match := _INITIALS.match(line)) else "" for line in lines]
    for initials, count in Counter(found).items():
        if initials and count >= _INITIALED:
            for position, one in enumerate(found):
                marked[position] = marked[position] or one == initials


def _is_followed_by_new(lines: list[str], kinds: list[SpanKind], header: quote_headers.Header, following: int) -> bool:
    """True for an announcement below which the writer's own words stand: he says that his answers are between the
    lines, the block is set in, or the whole mail begins with the line above which a desk wants its answers."""
    if not header.is_separator:
        return False
    if _INLINE.search("\n".join(lines[: header.start])) or _is_inset(lines, header, following):
        return True
    says_nothing = not any(kinds[at] is NEW and _ANY_TEXT.search(lines[at]) for at in range(header.start))
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
    blocks = list(_runs(kinds, QUOTED))
    for begin, end in blocks:
        above = begin > 0 and bool(lines[begin - 1].strip())
        is_lone = len(blocks) == 1 and end - begin == 1 and above
        is_shell = above and _SHELL.match(lines[begin - 1])
        if is_lone or is_shell or all(_PROMPT.match(line) for line in lines[begin:end]):
            _mark(kinds, begin, end, NEW)


def _mark_wrapped(lines: list[str], kinds: list[SpanKind]) -> None:
    """The tail of a quoted line that a program cut, without a mark of its own, is quoted too."""
    for position in range(1, len(lines) - 1):
        before, line, after = lines[position - 1], lines[position], lines[position + 1]
        between = kinds[position - 1] is QUOTED and kinds[position + 1] is QUOTED and kinds[position] is NEW
        is_tail = len(before) >= _WRAPPED_WIDTH and 0 < len(line) < len(before) / 2 and line[:1].islower()
        if between and is_tail and _QUOTE.match(before) and _QUOTE.match(after):
            kinds[position] = QUOTED


def _mark_endings(lines: list[str], kinds: list[SpanKind], begin: int, end: int, setting: Setting) -> None:
    """Mark what a stretch of new lines ends with: signature, disclaimer, the line of a mobile program."""
    while begin < end and (not lines[begin].strip() or signature.is_banner(lines[begin])):
        if lines[begin].strip():
            kinds[begin] = DISCLAIMER
        begin += 1
    found = signature.disclaimer_start(lines[begin:end])
    if found is not None and (found or begin):
        _mark(kinds, begin + found, end, DISCLAIMER)
        end = begin + found
    for position in range(begin, end):
        if signature.is_mobile(lines[position]):
            kinds[position] = SIGNATURE
    while begin < end and (not lines[end - 1].strip() or kinds[end - 1] is SIGNATURE):
        end -= 1
    for _ in range(_ENDINGS):
        found = signature.start(lines[begin:end], setting.names)
        if found is None or not (begin or any(_ANY_TEXT.search(line) for line in lines[begin : begin + found])):
            return
        while found and not lines[begin + found - 1].strip(" |\t"):  # what is left of a table's frame
            found -= 1
        _mark(kinds, begin + found, end, SIGNATURE)
        end = begin + found


def _mark_beginning(lines: list[str], kinds: list[SpanKind]) -> None:
    """A signature above the quote with the answer below it: programs put it there, and some write on below."""
    new = list(_runs(kinds, NEW))
    filled = [(begin, end) for begin, end in new if any(_ANY_TEXT.search(line) for line in lines[begin:end])]
    if len(filled) > 1 and signature.start(lines[filled[0][0] : filled[0][1]], frozenset()) == 0:
        _mark(kinds, *filled[0], SIGNATURE)


def _runs(kinds: list[SpanKind], wanted: SpanKind) -> Iterator[tuple[int, int]]:
    begin = None
    for position, kind in enumerate([*kinds, None]):
        if kind is wanted and begin is None:
            begin = position
        elif kind is not wanted and begin is not None:
            yield begin, position
            begin = None


def _mark(kinds: list[SpanKind], begin: int, end: int, kind: SpanKind) -> None:
    kinds[begin:end] = [kind] * (end - begin)


def _spans(lines: list[str], kinds: list[SpanKind]) -> Iterator[Span]:
    """Neighbouring lines of one kind as one span, with their line ends."""
    offset = start = 0
    for position, line in enumerate(lines):
        offset += len(line) + (position < len(lines) - 1)
        if position == len(lines) - 1 or kinds[position + 1] is not kinds[position]:
            if offset > start:
                yield Span(start, offset, kinds[position])
            start = offset
