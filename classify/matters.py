"""Reports of several matters: a question beside a fault must not hide it. Pure.

The model weighs a text as a whole, and two questions outweigh one calm sentence about a line that stands still. The
gravest matter decides (GUIDELINE.md), so each is also read by itself: what a number,
a bullet or a "by the way" sets apart.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from classify.model import Classification, Evidence
from models.values import LEVELS

# 1. 2) (3) 4、 ① 一、 一是 a) at the beginning of a line, or behind the end of a sentence.
_MARK = re.compile(
    r"(?:^|(?<=[。;；:：!！?？])) ?(?:[(（]?(\d)(?:[)）、]|[.．](?!\d))|([①②③④⑤⑥⑦⑧⑨])"
    r"|[(（]?([一二三四五六七八九])(?:[)）、]|[是来])|[(（]?([a-i])[)）])",
    re.MULTILINE,
)
_SIGNS = ("123456789", "①②③④⑤⑥⑦⑧⑨", "一二三四五六七八九", "abcdefghi")
_BULLET = re.compile(r"^[-*•·▪●–] ?(?=\w)", re.MULTILINE)
# What somebody adds of something else, where a line, a sentence or a Chinese clause begins.
_ASIDE = re.compile(
    r"(?:^|(?<=[.!?;:] ))(?:oh,? )?(?:and )?(?:by the way|btw|p\.?s\.?\b|also\b|apart from (?:that|this)|besides\b"
    r"|unrelated|on (?:a different|another) (?:note|matter)"
    r"|(?:there is |just )?one (?:more|other|last|little|small) thing"
    r"|another (?:thing|matter|point)|second(?:ly)?,|third(?:ly)?,|in addition\b|additionally|furthermore|separately"
    r"|while i(?:'m| am) (?:at it|writing)|last(?:ly)?,|finally,|oh,? and)"
    "|(?:^|(?<=[。!?;,]))(?:[哦噢啊]?对了|另外|此外|[哦噢]?还有(?:就是|[一个件]|,|$)?|顺便|顺带|又及|再就是|再者|其次|第[二三四]|有个小事"
    "|[最然]后[还再]?有)",
    re.MULTILINE | re.IGNORECASE,
)
# A longer text numbers what has happened one after the other.
_LONGEST_CHARS = 1000
# What asks supposes: "3. Could four nodes that are down at once stop the pool?"
_ASKS = re.compile(r"[?？]|[吗呢嗎]")
_SURE = 0.8
# By cross-validation, of four mails of level 2 that a matter would have raised, three were level 2.
_MAJOR, _MINOR, _GENERAL = 2, 3, 4

Places = tuple[tuple[int, int], ...]


def numbered(text: str) -> Places:
    """Where each matter begins and ends, of two or more that are numbered from 1 on, stand behind bullets or are
    added as asides; empty where there are none."""
    if len(text) > _LONGEST_CHARS:
        return ()
    return _in_order(text) or _behind([found.span() for found in _BULLET.finditer(text)], len(text)) or _aside(text)


def _in_order(text: str) -> Places:
    marks: list[tuple[int, int]] = []
    for found in _MARK.finditer(text):
        sign = next(sign for sign in found.groups() if sign)
        if any(signs.find(sign) == len(marks) for signs in _SIGNS):
            marks.append(found.span())
    return _behind(marks, len(text))


def _aside(text: str) -> Places:
    """What comes before the first aside is a matter, too."""
    marks = [found.span() for found in _ASIDE.finditer(text) if text[: found.start()].strip()]
    return _behind([(0, 0), *marks], len(text))


def _behind(marks: Sequence[tuple[int, int]], length: int) -> Places:
    if len(marks) < 2:
        return ()
    ends = [*(start for start, _ in marks[1:]), length]
    return tuple((behind, end) for (_, behind), end in zip(marks, ends, strict=True))


def gravest(whole: Classification, said: Sequence[tuple[str, Classification]]) -> Classification:
    """The classification of the whole, or that of a graver matter beside one of level 4; then a person looks. `said`
    are the matters. Steps of one fault have none of level 4 among them."""
    if whole.level < _MINOR or not any(alone.level_probs[_GENERAL] >= _SURE for _, alone in said):
        return whole
    stated = [(_surely(alone), text, alone) for text, alone in said if not _ASKS.search(text)]
    graver = [matter for matter in stated if matter[0] < whole.level]
    if not graver:
        return whole
    level, text, alone = min(graver, key=lambda each: (each[0], -each[2].level_probs[each[0]]))
    return replace(
        whole,
        level=level,
        category=alone.category,
        needs_review=True,
        because=f"One of {len(said)} matters reads as level {level}; all together read as level {whole.level}.",
        evidence=(Evidence(text.strip(), f"level:{level}", 1.0), *whole.evidence),
    )


def _surely(alone: Classification) -> int:
    """The level that it surely is as grave as: its own, and level 2 for what is in part 1 and in part 2."""
    for level in sorted({alone.level, max(alone.level, _MAJOR)}):
        if sum(alone.level_probs[each] for each in LEVELS if each <= level) >= _SURE:
            return level
    return _GENERAL
