"""The customer's answer to "we hold your case to be solved, please confirm".

A case is closed by a yes, so a yes must be the whole of a short answer: every clause of it is known, and one at least
says so. A no only has to be said clearly, once; whatever else is left to a person.
"""

import re
from collections.abc import Sequence

from routing.answers import own_lines
from routing.saying import confirming, denying

_SHORT_CHARS = 160
_CLAUSES = 40
_SENTENCE_END = re.compile(r"(?<=[。!?;…])|(?<=\.)(?=\s|$)|\n")
_PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"
_CLAUSE_END = re.compile(rf"[,。!;~…{_PICTURES}]+|:-?\)|\.(?=\s|$)|\s-+\s|—+|:(?=\s|$)")
# Our own letter, come back without marks of a quote.
_INSTRUCTION = re.compile(r"请回复:|\breply: ")
# A yes with such a face is none.
_UNHAPPY = re.compile(r"[👎❌✗✘🤔☹🙁😕😞😟😠😡😢😣😤😩😫😭🙄🤬🤷]|:-?[(/]")
_LABEL = re.compile(r"^(?:reply|answer|status|re|回复|答复|答|状态)\s?:\s*")
_ASKS = re.compile(
    r"\?|[吗么呢](?:\W|$)|是不是|是否|有没有|能不能|能否|可否|会不会|对不对|好不好|什么时候|何时|怎么|为什么|多久"
    r"|^(?:and |so |but )?(?:is|are|was|were|has|have|had|can|could|will|would|do|does|did|should|shall|may)"
    r"(?: (?!not\b|still\b|now\b)|n't (?:it|this|that|the|you|we|they|i)\b)|^(?:and |so |but )?(?:when|why"
    r"|how|what|who|which) "
)


def confirms(text: str) -> bool | None:
    """True for a short clear confirmation, False for a clear denial, None for anything else: a person reads it.

    `text` is what the customer's mail adds. A question is never True, and neither is a negation, a condition, a hope or
    a promise to look at it later.
    """
    said = _LABEL.sub("", "\n".join(own_lines(text)))
    clauses = _clauses(said)
    stated = [clause for clause, is_question in clauses[:_CLAUSES] if not is_question]
    kinds = [confirming.kind(clause) for clause in stated]
    is_confirmed = confirming.YES in kinds
    if _is_denied(stated, is_confirmed or confirming.COURTESY in kinds):
        return False
    is_all_known = len(stated) == len(clauses) and None not in kinds and not _UNHAPPY.search(said)
    return True if is_confirmed and is_all_known and len(said) <= _SHORT_CHARS else None


def _is_denied(stated: Sequence[str], is_friendly: bool) -> bool:
    """Whether a clause denies it; a bare "no" beside a confirmation or thanks may mean something else."""
    denials = [denying.kind(clause) for clause in stated]
    if denying.PLAIN in denials:
        return True
    return not is_friendly and bool(stated) and denials[0] is denying.BARE


def _clauses(said: str) -> list[tuple[str, bool]]:
    """The clauses, each with whether it asks. In a sentence that ends as a question the last clause asks, and the ones
    before it where they begin like one."""
    found: list[tuple[str, bool]] = []
    for sentence in _SENTENCE_END.split(said):
        if _INSTRUCTION.search(sentence):
            found.append((sentence, True))
            continue
        parts = [part.strip(" \t\"'*_()") for part in _CLAUSE_END.split(sentence)]
        parts = [part for part in parts if re.search(r"\w", part)]
        ends_asking = bool(re.search(r"\?\W*$", sentence))
        for part in parts:
            is_last = part is parts[-1]
            found.append((part.rstrip("? "), bool(_ASKS.search(part)) or (ends_asking and is_last)))
    return found
