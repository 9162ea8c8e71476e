"""Words that no model may overlook: danger to people, ransomware, a stopped plant.

A rule here can only raise a level and ask for a person, never lower one. It stays silent where its clause
denies, supposes or merely plans the thing, and it knows the common figures of speech (firewall, 防火墙,
smoke test, on fire as a metaphor).
"""

import re
from dataclasses import dataclass

from classify.dangers import RULES
from classify.lexicon import OVER, Rule, any_of


@dataclass(frozen=True, slots=True)
class Caution:
    """A hit: the level must be at least as urgent as `level`; text[start:end] says so."""

    level: int
    danger: str
    start: int
    end: int


# A denial counts close before the word: "I do not know why the server is smoking" denies nothing.
_DENIED = any_of(
    r"(?:\b(?:no|not|without|never|nothing(?:'s)?|neither|nor)|n't)(?:[ -]\w+){0,3}[ -]?$",
    "(?:没有|没(?!电|法|人|办)|未(?!知|来)|无(?!法|人|线|故)|并非|不是|不会).{0,6}$",
)
_SUPPOSED = any_of(
    r"\b(?:if|in case|would|could|might|may|whether|suppose|imagine|hypothetical\w*)\b",
    r"\bwhen (?:something|anything|there)\b|\bwhat happens when\b",
    r"\b(?:risk|danger|worried|worry|afraid|fear|prevent\w*|protect\w*|avoid|against)\b",
    "如果|要是|假如|假设|万一|一旦|会不会|是否会|可能会|怕|担心|以免|避免|防止|预防|防范|以防|怎么防|如何防|否则",
    r"\b(?:drill|exercise|simulat\w+|rehears\w+|course|webinar|pretend|planned|training (?:on|about|for))\b",
    "演练|演习|模拟|讲座|计划|预案|培训(?!室|教室|中心|楼)|测试(?!机|室|间|环境|中心|区)",
)
_BREAK = re.compile(
    r"[,.!?;:，。！？；：、\n]|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])|\b(?:but|however)\b", re.IGNORECASE
)
# Telephone transcripts have no punctuation: a clause reaches no further than this.
_REACH_CHARS = 40


def find(text: str) -> tuple[Caution, ...]:
    """What a prepared text (Simplified, half-width) warns of, the most urgent first."""
    # Patterns tried at every character take twenty times as long as looking for a few words.
    lowered = text.replace("ı", "i").replace("İ", "i").lower()  # IGNORECASE takes both for an i
    hinted = [rule for rule in RULES if any(hint in lowered for hint in rule.hints)]
    hits = [hit for rule in hinted if (hit := _first(rule, text))]
    return tuple(sorted(hits, key=lambda hit: hit.level))


def _first(rule: Rule, text: str) -> Caution | None:
    if (rule.settled and rule.settled.search(text)) or (rule.beside and not rule.beside.search(text)):
        return None
    for found in rule.words.finditer(text):
        before, after = _clause(text, found.start(), found.end())
        if _DENIED.search(before) or _SUPPOSED.search(before) or OVER.search(before + after) or _is_planned(after):
            continue
        if rule.excuses and rule.excuses.search(before + found[0] + after):
            continue
        is_mended = rule.mended is not None and rule.mended.search(text)
        return Caution(rule.level + bool(is_mended), rule.danger, found.start(), found.end())
    return None


def is_supposed(text: str) -> bool:
    """True where a text supposes, plans or fears something somewhere."""
    return _SUPPOSED.search(text) is not None


def is_over(text: str) -> bool:
    """True where a text says somewhere that something has been restored, or was long ago."""
    return OVER.search(text) is not None


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    before, after = text[max(0, start - _REACH_CHARS) : start], text[end : end + _REACH_CHARS]
    breaks = list(_BREAK.finditer(before))
    stop = _BREAK.search(after)
    return before[breaks[-1].end() if breaks else 0 :], after[: stop.end() if stop else None]


def _is_planned(after: str) -> bool:
    """`a fire drill`, 勒索病毒应急演练, 里面有人时: only what follows shows that nothing has happened."""
    return bool(
        re.search(
            r"^的?时(?!间)|^的话|演练|演习|\b(?:drill|exercise|tests?|training|prevention)\b", after, re.IGNORECASE
        )
    )
