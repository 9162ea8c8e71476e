"""Where in a case's texts stands what somebody looks for: marked, with a few words around it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from opencc import OpenCC
from sqlalchemy import CompoundSelect, func, select, union_all
from sqlalchemy.orm import Session

from console.pages.highlight import Piece
from models.case_words import LOCAL_DIGITS, Asked
from models.search import HAN, HAS_HAN, normal, stem
from models.tables import AttachmentRow, EventRow, ParticipantRow, ReportRow
from models.values import MACHINE

# Of each case so many of its newest reports are looked through, and so much of each.
_REPORTS, _CHARS = 10, 20_000
_PLACES, _BEFORE, _SHOWN = 2, 40, 120
_FOUND = "found"
_BLANKS = re.compile(r"\s+")
# What may stand between the signs of a code or an address that are found without it.
_BETWEEN = r"[\W_]{0,2}"
_LETTER = rf"[^\W_{HAN}]"  # or a digit; Chinese is written up to words, codes and numbers
_PHONE = re.compile(r"[+\d][\d ().\-/]{6,}")


class Marker:
    """Marks what was looked for, in the ways in which it is found."""

    def __init__(self, wanted: Asked) -> None:
        self._plain = {stem(piece) for piece in wanted.pieces if piece.isalpha() and not HAS_HAN.search(piece)}
        patterns = [pattern for piece in wanted.pieces for pattern in _patterns(piece)]
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None
        self._pieces = len(wanted.pieces)

    def mark(self, text: str) -> list[Piece]:
        """The text in pieces, those that were looked for labelled."""
        cut: list[Piece] = []
        position = 0
        for start, end in self._places(text):
            cut += [Piece(text[position:start]), Piece(text[start:end], _FOUND)]
            position = end
        return [piece for piece in (*cut, Piece(text[position:])) if piece.text]

    def has_all(self, text: str) -> bool:
        """True where the text alone shows what was looked for."""
        return len({normal(text[start:end]) for start, end in self._places(text)}) >= self._pieces

    def snippet(self, texts: Iterable[str]) -> list[Piece]:
        """The first places in the texts where something of it stands, with what stands around; empty where nothing
        does. A second place is shown where it shows something else."""
        shown: list[str] = []
        seen: set[str] = set()
        for text in texts:
            for start, end in self._places(text):
                if len(shown) == _PLACES:
                    break
                if normal(text[start:end]) not in seen:
                    shown.append(_around(text, start))
                    seen |= {normal(shown[-1][first:last]) for first, last in self._places(shown[-1])}
        return self.mark(" ".join(shown))

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        for match in self._pattern.finditer(text) if self._pattern else ():
            word = match[0]
            if not word.isalpha() or HAS_HAN.search(word) or stem(normal(word)) in self._plain:
                yield match.span()


def texts_of(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """What these cases may be found by beside what a list shows of them anyway: reports, notes, attachments' names,
    addresses; in two statements, however many cases."""
    place = func.row_number().over(partition_by=ReportRow.case_id, order_by=ReportRow.received_at.desc()).label("place")
    said = func.substr(ReportRow.text, 1, _CHARS).label("said")
    reports = select(ReportRow.case_id, ReportRow.id, ReportRow.message_id, said, place).where(
        ReportRow.case_id.in_(ids)
    )
    newest = reports.subquery()
    found: dict[int, list[str]] = {id_: [] for id_ in ids}
    last: dict[int, list[str]] = {id_: [] for id_ in ids}
    for row in session.execute(select(newest).where(newest.c.place <= _REPORTS).order_by(newest.c.place)):
        found[row.case_id].append(row.said or "")
        last[row.case_id].append(row.message_id or "")
    rest: CompoundSelect[Any] = union_all(
        select(EventRow.case_id, EventRow.text.label("said")).where(
            EventRow.case_id.in_(ids), EventRow.actor != MACHINE
        ),
        select(ReportRow.case_id, AttachmentRow.filename)
        .join(AttachmentRow, AttachmentRow.report_id == ReportRow.id)
        .where(ReportRow.case_id.in_(ids)),
        select(ParticipantRow.case_id, ParticipantRow.address_key).where(ParticipantRow.case_id.in_(ids)),
    )
    for row in session.execute(rest):
        found[row.case_id].append(row.said)
    return {id_: [*found[id_], *last[id_]] for id_ in ids}


def _around(text: str, start: int) -> str:
    begin = max(start - _BEFORE, 0)
    left, right = "…" if begin else "", "…" if begin + _SHOWN < len(text) else ""
    return left + _BLANKS.sub(" ", text[begin : begin + _SHOWN]).strip() + right


def _patterns(piece: str) -> Iterator[str]:
    if HAS_HAN.search(piece):
        yield _chinese(piece)
        yield from (_chinese(first + second) for first, second in pairwise(piece) if len(piece) > 2)
    elif piece.isalpha():
        yield rf"(?<!{_LETTER}){re.escape(stem(piece).rstrip('y'))}{_LETTER}*"
    elif _PHONE.fullmatch(piece):
        yield _BETWEEN.join("".join(filter(str.isdecimal, piece))[-LOCAL_DIGITS:]) + rf"(?!{_LETTER}|_)"
    else:
        signs = [re.escape(sign) for sign in piece if sign.isalnum()]
        yield rf"(?<!{_LETTER}){_BETWEEN.join(signs)}(?!{_LETTER})"


def _chinese(piece: str) -> str:
    """Simplified, which `piece` is, or Traditional; the latter in Taiwan's own words, too."""
    return "|".join(dict.fromkeys(re.escape(form) for form in (piece, *(each.convert(piece) for each in _forms()))))


@lru_cache(maxsize=1)
def _forms() -> tuple[OpenCC, ...]:
    return OpenCC("s2t"), OpenCC("s2tw"), OpenCC("s2twp")
