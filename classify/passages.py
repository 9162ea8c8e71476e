"""Passages of a long or polite mail that say that something stands still, though the whole reads as a question. Pure.

The model weighs a text as a whole: pages on contracts and training outweigh one calm sentence in their middle, and so
does "please, may I ask". Which passages are worth being read by themselves is said here; the model reads them.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from classify import caution
from classify.model import Classification
from classify.text import abridge, simplify

# By cross-validation over the corpus: of 9,000 mails, passages that are this sure raise none wrongly, at 0.9 eight.
_SURE = 0.98
# From here on it raises nothing, but a person is asked: by cross-validation four mails in 9,000, one of level 1.
_WORTH_ASKING = 0.9
# What somebody answers between the lines of another mail says more of him than the questions that he answers.
_SURE_APART = 0.75
_GENERAL, _CRITICAL = 4, 1
BECAUSE = "A passage reads as level 1; the whole reads as level 4."
_MOST = 40
_AROUND = 250

_CLAUSE_END = re.compile(
    r"[。!?;\n]+|\.(?=\s|$)|,(?=\s|[\u3400-\u9fff])|(?<=[\u3400-\u9fff])[,、]|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])"
    r"|\b(?:but|however)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[。.!;\n]")
# "May I ask" before a statement makes no question of it; who asks why something stands still says that it does.
_POLITE = re.compile(
    r"^[\s,]*(?:(?:老师|师傅|各位|大家|亲)?[,\s]*(?:您好|你好)?[,\s]*(?:请问|请教|想问|想请教|咨询)?(?:一下|一哈|下|问)?[,\s]*)"
)
_WHY = re.compile(
    r"\s*(?:(?:and|but|so|also) )?(?:(?:may i ask|could you (?:please )?tell (?:me|us)|do you know) )?"
    r"why (?!(?:did|was|were)\b)(?:(?:is|are|do|does) )?|.{0,12}为什么",
    re.IGNORECASE,
)
_ASKS = re.compile(
    "[吗呢嘛]$|是不是|是否|能不能|能否|可否|可不可以|会不会|有没有|要不要|怎么|怎样|如何|(?<!为)什么|哪|多久|多少|想了解"
    r"|^(?:what|how|is|are|was|were|do|does|did|can|could|would|should|will|when|where|which|who|why|may|has|have)\b(?!')"
    r"|\b(?:whether|how (?:to|do|can|long))\b",
    re.IGNORECASE,
)
# Something stands still or is lost: without such a word a passage is not worth a second reading.
_STANDS = re.compile(
    "停|瘫|宕|挂了|断|崩|死机|黑屏|蓝屏|打不开|进不去|起不来|连不上|登不|启动不了|无法|不能|没反应|丢失|全丢|没了|不见"
    "|[用做办发收开结出报刷缴上付打传]不(?:了|上|来|出|进|去|通|到)"
    r"|\bstop|\bhalt|\bstand(?:s|ing|still)|\bdown\b|\boffline\b|\bdead\b|\bout of (?:order|service)\b|\bunreachable\b"
    r"|\b(?:cannot|can not|can't|nobody|no ?one|none of|unable|not able)\b|(?:n't|\bnot) \w+|\bcrash|\blost\b"
    r"|\bmissing\b|\bgone\b|\bfrozen\b|\bencrypt",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"^\W*(?:none of (?:this|it|that)|nothing|no|not|it \w+ nothing)\b|没(?:有)?(?:出|发生|任何)|从没|没停|停不得"
    "|不能停",
    re.IGNORECASE,
)
# Near a passage: then what stands still is planned, past, told of, or not pressing.
_CALM = re.compile(
    "放假|演练|演习|练习|模拟|预案|计划|检修|不急|一切正常|目前正常|都正常|都好好|不紧急|恢复|误报"
    r"|\b(?:exercise|drill|rehears\w+|simulat\w+|pretend|planned|holidays?|over christmas"
    r"|maintenance window|no hurry|not urgent|no incident"
    r"|no failure|nothing (?:is )?(?:wrong|broken|urgent)|back (?:up|in service|online|to normal)|restored|recovered"
    r"|resolved|rolled back|praise|happens? (?:if|when)|load test|no action)\b",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z0-9']+")
_LEAST_HAN, _LEAST_WORDS = 9, 5


@dataclass(frozen=True, slots=True)
class Passage:
    """Words to be read by themselves, and how likely level 1 has to be for them to count."""

    text: str
    sure: float


def standing(own: str, *, is_apart: bool, is_list: bool = False) -> list[Passage]:
    """The passages of a writer's own words that may say that something stands still; none whose neighbourhood speaks of
    what is planned, past or not pressing. Where the own words have not been read apart from what they quote, all of
    them are one. In a machine's list each line stands for itself: one is over, the next is not."""
    text = _plain(own)
    is_whole = is_apart and _STANDS.search(text) and not _CALM.search(text)
    found = [
        Passage(passage, _SURE)
        for start, passage in _passages(text)
        if _is_long(passage)
        and _may_stand(passage)
        and not _CALM.search(passage if is_list else _around(text, start, passage))
    ]
    return [*([Passage(text, _SURE_APART)] if is_whole else []), *found][:_MOST]


def graver(whole: Classification, said: Sequence[tuple[Passage, Classification]]) -> Classification | None:
    """The passage that reads as level 1 for sure where the whole reads as level 4, and the whole where it is less sure;
    either way a person looks."""
    if whole.level != _GENERAL:
        return None
    critical = [(passage, read) for passage, read in said if read.level == _CRITICAL]
    sure = [read for passage, read in critical if read.level_probs[_CRITICAL] >= passage.sure]
    if sure:
        return replace(max(sure, key=_critical), needs_review=True, because=BECAUSE)
    if any(_critical(read) >= _WORTH_ASKING for _, read in critical):
        return replace(whole, needs_review=True, because=BECAUSE)
    return None


def _critical(read: Classification) -> float:
    return read.level_probs[_CRITICAL]


def _plain(text: str) -> str:
    """Half-width and Simplified, as the model reads it."""
    return simplify(unicodedata.normalize("NFKC", abridge(text))).strip()


def _passages(text: str) -> list[tuple[int, str]]:
    """Clauses that state something, with their neighbours of the same sentence, and where they begin."""
    found: list[tuple[int, list[str]]] = []
    run: list[str] = []
    start = begin = 0
    ends = [(end.start(), end.end(), end[0]) for end in _CLAUSE_END.finditer(text)]
    for stop, following, mark in [*ends, (len(text), len(text), "\n")]:
        asked = _WHY.match(text, start, stop)
        clause = _POLITE.sub("", text[asked.end() if asked else start : stop]).strip()
        states = _states(clause) and (asked is not None or "?" not in mark)
        if states:
            begin = begin if run else start
            run.append(clause)
        if run and (not states or _SENTENCE_END.search(mark)):
            found.append((begin, run))
            run = []
        start = following
    return [(place, ", ".join(clauses)) for place, clauses in found]


def _may_stand(passage: str) -> bool:
    return bool(_STANDS.search(passage)) and not _DENIES.search(passage)


def _around(text: str, start: int, passage: str) -> str:
    return text[max(0, start - _AROUND) : start + len(passage) + _AROUND]


def _states(clause: str) -> bool:
    return bool(clause) and not _ASKS.search(clause) and not caution.is_supposed(clause) and not caution.is_over(clause)


def _is_long(passage: str) -> bool:
    return len(_HAN.findall(passage)) >= _LEAST_HAN or len(_WORD.findall(passage)) >= _LEAST_WORDS
