"""Reports that number their matters: a question beside a fault must not hide it. Pure.

The model weighs a text as a whole, and two questions outweigh one calm sentence about a line that stands still. The
gravest matter decides (GUIDELINE.md), so each is also read by itself.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from classify.model import Classification, Evidence

# 1. 2) (3) 4、 ① 一、 一是 at the beginning of a line, or behind the end of a sentence.
_MARK = re.compile(
    r"(?:^|(?<=[。;；:：!！?？])) ?(?:[(（]?(\d)(?:[)）、]|[.．](?!\d))|([①②③④⑤⑥⑦⑧⑨])"
    r"|[(（]?([一二三四五六七八九])(?:[)）、]|[是来]))",
    re.MULTILINE,
)
_SIGNS = ("123456789", "①②③④⑤⑥⑦⑧⑨", "一二三四五六七八九")
# A longer text numbers what has happened one after the other.
_LONGEST_CHARS = 1000
# What asks supposes: "3. Could four nodes that are down at once stop the pool?"
_ASKS = re.compile(r"[?？]|[吗呢嗎]")
_SURE = 0.8
_GENERAL = 4


def numbered(text: str) -> tuple[tuple[int, int], ...]:
    """Where each matter begins and ends, of two or more that are numbered from 1 on; empty where there are none."""
    if len(text) > _LONGEST_CHARS:
        return ()
    marks: list[re.Match[str]] = []
    for found in _MARK.finditer(text):
        sign = next(sign for sign in found.groups() if sign)
        if any(signs.find(sign) == len(marks) for signs in _SIGNS):
            marks.append(found)
    if len(marks) < 2:
        return ()
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return tuple((mark.end(), end) for mark, end in zip(marks, ends, strict=True))


def gravest(whole: Classification, said: Sequence[tuple[str, Classification]]) -> Classification:
    """The classification of the whole, or that of a graver matter beside one of level 4; then a person looks. `said`
    are the matters. Steps of one fault have none of level 4 among them."""
    if not any(alone.level_probs[_GENERAL] >= _SURE for _, alone in said):
        return whole
    graver = [
        (text, alone)
        for text, alone in said
        if alone.level < whole.level and not _ASKS.search(text) and _share(alone) >= _SURE
    ]
    if not graver:
        return whole
    text, alone = min(graver, key=lambda each: (each[1].level, -_share(each[1])))
    return replace(
        whole,
        level=alone.level,
        category=alone.category,
        needs_review=True,
        because=f"One of {len(said)} matters reads as level {alone.level}; all together read as level {whole.level}.",
        evidence=(Evidence(text.strip(), f"level:{alone.level}", 1.0), *whole.evidence),
    )


def _share(alone: Classification) -> float:
    """How likely it is as grave as its level says."""
    return sum(share for level, share in alone.level_probs.items() if level <= alone.level)
