"""What a mail adds to those it quotes. In doubt a line is new: what a customer says must not be hidden."""

import re
from collections.abc import Iterator, Sequence

from intake.mail import armour, signature
from intake.mail.body import Piece
from intake.mail.model import Span, SpanKind
from intake.mail.quote_headers import LIMIT_LINES
from intake.mail.quotes import ANY_TEXT, mark, quoted_lines, runs
from intake.mail.setting import ALONE, Setting

NEW, QUOTED = SpanKind.NEW, SpanKind.QUOTED
SIGNATURE, DISCLAIMER = SpanKind.SIGNATURE, SpanKind.DISCLAIMER
_CARD_LINES = 3
_ADVERT_RULE = re.compile(r"[_=-]{30,}")
_ADVERT_LINES = 5
_ENDINGS = 3  # a list's footer below the writer's signature below his farewell


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
    marked, not cut away. What is below LIMIT_LINES is new."""
    every = text.split("\n")
    lines = every[:LIMIT_LINES]
    kinds = quoted_lines(lines, setting)
    armour.mark(lines, kinds)
    for begin, end in list(runs(kinds, NEW)):
        if begin and kinds[begin - 1] is QUOTED:
            begin = _past_advert(lines, kinds, begin, end)
        _mark_endings(lines, kinds, begin, end, setting)
    _mark_beginning(lines, kinds)
    kinds += [NEW] * (len(every) - len(lines))
    return tuple(_spans(every, kinds))


def new_text(text: str, spans: tuple[Span, ...], setting: Setting = ALONE) -> str:
    """The new parts of `text`, one below the other. Where nothing would be left all of it is what is passed on, or
    what was wrongly taken for a quote; a mere answer with nothing new in it says nothing."""
    pieces = [text[span.start : span.end].strip("\n") for span in spans if span.kind is NEW]
    said = "\n".join(piece for piece in pieces if piece.strip()).strip()
    if ANY_TEXT.search(said):
        return armour.undashed(said) if armour.is_signed(text) else said
    kinds = {span.kind for span in spans}
    is_only_quote = setting.answers and not setting.passes_on and QUOTED in kinds
    return "" if is_only_quote or kinds == {SIGNATURE} else text


def _mark_endings(lines: list[str], kinds: list[SpanKind], begin: int, end: int, setting: Setting) -> None:
    """Mark what a stretch of new lines ends with: signature, disclaimer, the line of a mobile program."""
    while begin < end and (not lines[begin].strip() or signature.is_banner(lines[begin])):
        if lines[begin].strip():
            kinds[begin] = DISCLAIMER
        begin += 1
    found = signature.disclaimer_start(lines[begin:end])
    if found is not None and (found or begin):
        mark(kinds, begin + found, end, DISCLAIMER)
        end = begin + found
    for position in range(begin, end):
        if signature.is_mobile(lines[position]):
            kinds[position] = SIGNATURE
    while begin < end and (not lines[end - 1].strip() or kinds[end - 1] is SIGNATURE):
        end -= 1
    for _ in range(_ENDINGS):
        found = signature.start(lines[begin:end], setting.names)
        if found is None:
            return
        is_all = not (begin or any(ANY_TEXT.search(line) for line in lines[begin : begin + found]))
        if is_all and not _says_nothing(lines[begin:end], kinds, setting):
            return
        while found and not lines[begin + found - 1].strip(" |\t"):  # what is left of a table's frame
            found -= 1
        mark(kinds, begin + found, end, SIGNATURE)
        end = begin + found


def _past_advert(lines: list[str], kinds: list[SpanKind], begin: int, end: int) -> int:
    """Mark what a free provider puts below everything: a long rule, a line or three, an address of the web."""
    filled = [at for at in range(begin, end) if lines[at].strip()]
    if not filled or len(filled) > _ADVERT_LINES or not _ADVERT_RULE.fullmatch(lines[filled[0]].strip()):
        return begin
    if not any("http" in lines[at] or "www." in lines[at] for at in filled):
        return begin
    mark(kinds, begin, end, DISCLAIMER)
    return end


def _says_nothing(lines: list[str], kinds: list[SpanKind], setting: Setting) -> bool:
    """True where all there is is a signature: one with its delimiter, or, above a quote, a whole name card."""
    filled = [line for line in lines if line.strip()]
    if len(filled) > 1 and filled[0] == "-- ":
        return all(word in setting.names for word in filled[1].casefold().split())
    return setting.answers and QUOTED in kinds and len(filled) >= _CARD_LINES


def _mark_beginning(lines: list[str], kinds: list[SpanKind]) -> None:
    """A signature above the quote with the answer below it: programs put it there, and some write on below."""
    new = list(runs(kinds, NEW))
    filled = [(begin, end) for begin, end in new if any(ANY_TEXT.search(line) for line in lines[begin:end])]
    if len(filled) > 1 and signature.start(lines[filled[0][0] : filled[0][1]], frozenset()) == 0:
        mark(kinds, *filled[0], SIGNATURE)


def _spans(lines: list[str], kinds: list[SpanKind]) -> Iterator[Span]:
    """Neighbouring lines of one kind as one span, with their line ends."""
    offset = start = 0
    for position, line in enumerate(lines):
        offset += len(line) + (position < len(lines) - 1)
        if position == len(lines) - 1 or kinds[position + 1] is not kinds[position]:
            if offset > start:
                yield Span(start, offset, kinds[position])
            start = offset
