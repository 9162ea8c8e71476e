"""Prepares the text of a report for the model, and remembers what people should be shown of it.

Only the classifier sees the prepared text: half-width, Simplified with the mainland's words (opencc `tw2sp`:
韌體 reads 固件), whitespace folded, cut to a length that holds what a report says.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

from classify.model import Keyed, ReportText

# A report says what is wrong at its beginning and what is wanted at its end; in between are logs.
HEAD_CHARS = 1500
TAIL_CHARS = 500

# opencc leaves these words of a Taiwanese desk as they are.
_DESK_WORDS = {"保固": "保修", "行动电源": "充电宝", "当机": "宕机", "断线": "掉线"}
_DESK_WORD = re.compile("|".join(_DESK_WORDS))

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PreparedText:
    """`text` is for the model, `shown` for people: the same length, so that a place in one is a place in both."""

    text: str
    shown: str
    keyed: Keyed | None = None

    @property
    def is_empty(self) -> bool:
        """There is not one letter, digit or ideograph to judge by."""
        return not any(char.isalnum() for char in self.text)

    def piece(self, start: int, end: int) -> str:
        """text[start:end] as the customer wrote it."""
        return self.shown[start:end].strip()


def prepare(report: ReportText) -> PreparedText:
    """The report as one text, the subject on a line of its own, in the form the model was trained on."""
    shown = f"{_tidy(report.subject[:HEAD_CHARS]).replace(chr(10), ' ')}\n{_cut(report.body)}".strip()
    text = shown.translate(_HALF_WIDTH)
    if not _HAN.search(text):
        return PreparedText(text, shown, report.keyed)

    simplified = simplify(text)
    # Where a word has become longer or shorter, its line is shown as the model saw it.
    lines = zip(simplified.split("\n"), shown.split("\n"), strict=True)
    as_shown = "\n".join([line if len(line) == len(read) else read for read, line in lines])
    return PreparedText(simplified, as_shown, report.keyed)


def simplify(text: str) -> str:
    """Traditional characters and words as Simplified ones; everything else is untouched."""
    return _DESK_WORD.sub(lambda found: _DESK_WORDS[found[0]], _converter().convert(text))


def abridge(body: str) -> str:
    """All of a body that `prepare` may look at: a huge paste is cut before it is cleaned."""
    if len(body) <= 20 * (HEAD_CHARS + TAIL_CHARS):
        return body
    return f"{body[: 10 * HEAD_CHARS]}\n{body[-10 * TAIL_CHARS :]}"


def _cut(body: str) -> str:
    body = _tidy(abridge(body))
    if len(body) <= HEAD_CHARS + TAIL_CHARS:
        return body
    return f"{body[:HEAD_CHARS].rstrip()}\n{body[-TAIL_CHARS:].lstrip()}"


def _tidy(text: str) -> str:
    text = _UNSEEN.sub(" ", unicodedata.normalize("NFC", text))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(filter(None, lines))


class _HalfWidth(dict[int, int]):
    """str.translate table: NFKC for every character that it maps to a single one, so that lengths stay."""

    def __missing__(self, code: int) -> int:
        folded = unicodedata.normalize("NFKC", chr(code))
        self[code] = ord(folded) if len(folded) == 1 else code
        return self[code]


_HALF_WIDTH = _HalfWidth()


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("tw2sp")
