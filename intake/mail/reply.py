"""What a mail adds to those it quotes. In doubt a line is new: what a customer says must not be hidden."""

import re
from collections.abc import Iterator

from intake.mail import quote_headers, signature
from intake.mail.model import Span, SpanKind

NEW, QUOTED = SpanKind.NEW, SpanKind.QUOTED
SIGNATURE, DISCLAIMER = SpanKind.SIGNATURE, SpanKind.DISCLAIMER
_ANY_TEXT = re.compile(r"\w")
_QUOTE = re.compile(r"\s{0,3}(?:>|&gt;|》|\|(?=\s*\S.*[^|\s]\s*$|\s*$))")
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


def split(text: str) -> tuple[Span, ...]:
    """What each stretch of `text` is. The spans cover it all, in order; quoted history and signature are
    marked, not cut away."""
    lines = text.split("\n")
    kinds = _quotes(lines)
    for begin, end in _regions(kinds):
        _mark_endings(lines, kinds, begin, end)
    return tuple(_spans(lines, kinds))


def new_text(text: str, spans: tuple[Span, ...]) -> str:
    """The new parts of `text`, one below the other; all of it where nothing would be left."""
    pieces = [text[span.start : span.end].strip("\n") for span in spans if span.kind is NEW]
    said = "\n".join(piece for piece in pieces if piece.strip()).strip()
    return said if _ANY_TEXT.search(said) else text


def _quotes(lines: list[str]) -> list[SpanKind]:
    """Which lines are quoted: by their marks, or because they stand below an announcement."""
    kinds = [NEW] * len(lines)
    marked = [bool(_QUOTE.match(line)) for line in lines]
    announced = False
    position = 0
    while position < len(lines):
        header = None if marked[position] else quote_headers.find(lines, position)
        if header is None:
            if marked[position]:
                kinds[position] = QUOTED
            position += 1
            continue
        _mark(kinds, header.start, header.end, QUOTED)
        announced = True
        position = header.end
        following = next((at for at in range(position, len(lines)) if lines[at].strip()), None)
        if following is None or marked[following]:
            continue
        if header.is_separator and _INLINE.search("\n".join(lines[: header.start])):
            continue
        if not header.is_separator and _is_end_of_thought(lines, header, following):
            _mark(kinds, header.start, header.end, NEW)
            continue
        _mark(kinds, position, len(lines), QUOTED)
        break
    if not announced:
        _unmark_prompts(lines, kinds)
    _mark_wrapped(lines, kinds)
    return kinds


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
        if is_lone or all(_PROMPT.match(line) for line in lines[begin:end]):
            _mark(kinds, begin, end, NEW)


def _mark_wrapped(lines: list[str], kinds: list[SpanKind]) -> None:
    """The tail of a quoted line that a program cut, without a mark of its own, is quoted too."""
    for position in range(1, len(lines) - 1):
        before, line, after = lines[position - 1], lines[position], lines[position + 1]
        between = kinds[position - 1] is QUOTED and kinds[position + 1] is QUOTED and kinds[position] is NEW
        is_tail = len(before) >= _WRAPPED_WIDTH and 0 < len(line) < len(before) / 2 and line[:1].islower()
        if between and is_tail and _QUOTE.match(before) and _QUOTE.match(after):
            kinds[position] = QUOTED


def _regions(kinds: list[SpanKind]) -> list[tuple[int, int]]:
    return list(_runs(kinds, NEW))


def _mark_endings(lines: list[str], kinds: list[SpanKind], begin: int, end: int) -> None:
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
    for _ in range(_ENDINGS):
        found = signature.start(lines[begin:end])
        if found is None or not (begin or any(_ANY_TEXT.search(line) for line in lines[begin : begin + found])):
            return
        _mark(kinds, begin + found, end, SIGNATURE)
        end = begin + found


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
