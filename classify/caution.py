"""Words that no model may overlook: danger to people, ransomware, a stopped plant.

A rule here can only raise a level and ask for a person, never lower one. It stays silent where its clause
denies, supposes or merely plans the thing, and it knows the common figures of speech (firewall, 防火墙,
smoke test, on fire as a metaphor).
"""

import re
from dataclasses import dataclass

from classify.dangers import RULES
from classify.hints import Hints
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
    "(?:没有|没(?!电|法|人|办)|未(?!知|来)|无(?!法|人|线|故)|并非|不是|不会).{0,6}$|(?<!要)不$",
)
_SUPPOSED = any_of(
    r"\b(?:if|in case|would|could|might|may|whether|suppose|imagine|hypothetical\w*)\b",
    r"\bwhen (?:something|anything|there)\b|\bwhat happens when\b",
    r"\b(?:risk|danger|worried|worry|(?<!'m )(?<!’m )afraid|fear|prevent\w*|protect\w*|avoid|against)\b",
    "如果|要是|假如|假设|万一|一旦|会不会|是否会|可能会|(?<!恐)怕(?!是)|担心|要不要|以免|避免|防止|预防|防范|以防|怎么防|如何防|否则",
    r"\b(?:drill|exercise|simulat\w+|rehears\w+|course|webinar|pretend|planned|training (?:on|about|for))\b",
    r"\btraining [\"“]",
    "演练|演习|假装|模拟|讲座|计划|预案|培训(?!室|教室|中心|楼)|测试(?!机|室|间|环境|中心|区|部|楼|车间)",
    "(?:能不能|能否|是否)[^,。]{0,6}(?:监测|检测|识别)",
)
_PLANNED = any_of(
    r"^ (?:(?!(?:in|at|near|from|of|on|after|during|the)\b)\w+ )?"
    r"(?:drill|exercise|tests?|training|prevention|hazard|risk|readiness)\b",
    "^的?时(?!间)|^的话|演练|演习|^的?(?:风险|隐患|危险|防护|怎么防|如何防)",
)
_BREAK = re.compile(
    r"[,.!?;:，。！？；：、\n]|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])|\b(?:but|however)\b", re.IGNORECASE
)
# Of people and machines. Of data not: "the orders of March are gone" is a loss of today.
_LONG_AGO = any_of(
    r"\b(?:in|of) (?:january|february|march|april|may|june|july|august|september|october|november|december|20\d\d)\b",
    "[一二三四五六七八九十\\d]月(?:份|那次)|20\\d\\d年",
)
_PRESENT = any_of(
    r"\b(?:now|still|today|tonight|yesterday|last night|this (?:morning|afternoon|evening)|ago|since|we have)\b",
    "(?<!出)现在|刚|今[早晨天]|昨[天晚夜]|凌晨|半夜|正在|还在|中了|中招",
)
_NOW = any_of(r"\b(?:now|still|again)\b", "(?<!出)现在|仍|还[有在没]|又")
_SENTENCE_END = re.compile(r"[.!?。](?!\d)|\n")
# Telephone transcripts have no punctuation: a clause, and a sentence, reach no further than this.
_REACH_CHARS = 40
_SENTENCE_CHARS = 200
# Where it is said what a report speaks of: at its beginning, and near what it speaks of.
_HEAD_CHARS, _NEAR_CHARS = 80, 150
_HINTS = Hints([rule.hints for rule in RULES])


def find(text: str) -> tuple[Caution, ...]:
    """What a prepared text (Simplified, half-width) warns of, the most urgent first."""
    # Patterns tried at every character take twenty times as long as looking for a few words.
    lowered = text.replace("ı", "i").replace("İ", "i").lower()  # IGNORECASE takes both for an i
    hits = [hit for number in _HINTS.groups(lowered) if (hit := _first(RULES[number], text))]
    return tuple(sorted(hits, key=lambda hit: hit.level))


def _first(rule: Rule, text: str) -> Caution | None:
    if rule.beside and not _states(rule.beside, text):
        return None
    settled_at = None
    for found in rule.words.finditer(text):
        settled_at = _settled_at(rule.settled, text) if settled_at is None else settled_at
        before, after = _around(text, found, _BREAK, _REACH_CHARS)
        # What is so now, or still, was settled by nothing that is said before it.
        if settled_at >= (found.start() if _NOW.search(before + found[0] + after) else 0):
            continue
        if _is_shadow(rule, before, found[0], after):
            continue
        if rule.aside and _is_aside(rule.aside, text, found):
            continue
        is_mended = rule.mended is not None and rule.mended.search(text)
        return Caution(rule.level + bool(is_mended), rule.danger, found.start(), found.end())
    return None


def _is_shadow(rule: Rule, before: str, said: str, after: str) -> bool:
    """The clause denies it, supposes or plans it, tells of what is past, or excuses it."""
    return bool(
        _DENIED.search(before)
        or _SUPPOSED.search(before + said)
        or OVER.search(before + after)
        or _is_planned(after)
        or (not rule.beside and _LONG_AGO.search(before + after))
        or (rule.excuses and rule.excuses.search(before + said + after))
    )


def is_supposed(text: str) -> bool:
    """True where a text supposes, plans or fears something somewhere."""
    return _SUPPOSED.search(text) is not None


def is_over(text: str) -> bool:
    """True where a text says somewhere that something has been restored, or was long ago."""
    return OVER.search(text) is not None


def _settled_at(settled: re.Pattern[str] | None, text: str) -> int:
    """Where it is said last that it is settled; -1 where that is said nowhere or denied: "this is not a test"."""
    said = settled.finditer(text) if settled else ()
    places = (one.start() for one in said if not _DENIED.search(_around(text, one, _BREAK, _REACH_CHARS)[0]))
    return max(places, default=-1)


def _is_aside(topic: re.Pattern[str], text: str, found: re.Match[str]) -> bool:
    near = text[max(0, found.start() - _NEAR_CHARS) : found.end() + _NEAR_CHARS]
    if not (topic.search(text, 0, _HEAD_CHARS) or topic.search(near)):
        return False
    before, after = _around(text, found, _SENTENCE_END, _SENTENCE_CHARS)
    return not _PRESENT.search(before + found[0] + after)


def _states(words: re.Pattern[str], text: str) -> bool:
    return any(not _SUPPOSED.search(_around(text, found, _BREAK, _REACH_CHARS)[0]) for found in words.finditer(text))


def _around(text: str, found: re.Match[str], ends: re.Pattern[str], reach: int) -> tuple[str, str]:
    before, after = text[max(0, found.start() - reach) : found.start()], text[found.end() : found.end() + reach]
    breaks = list(ends.finditer(before))
    stop = ends.search(after)
    return before[breaks[-1].end() if breaks else 0 :], after[: stop.end() if stop else None]


def _is_planned(after: str) -> bool:
    """`a fire drill`, 勒索病毒应急演练, 里面有人时, 起火风险: only what follows shows that nothing has happened."""
    return _PLANNED.search(after) is not None
