"""Full-text search in what is known. SQLite (FTS5) and PostgreSQL find and rank the entries that share words with the
question; how good a match is, is reckoned here and means the same on both."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.stop_words import CHINESE, ENGLISH

# An entry's mark beside its words. `terms` yields no single Latin letter, so that no question asks for one.
DOCUMENT, PAST_CASE = "d", "c"

# As many of the question's words are looked for: a mail says what is wanted at its beginning.
MOST_TERMS = 60
# As many entries are looked at more closely.
_CANDIDATES = 50
# Among fewer than so many a word is not common because one of them has it.
_FEW = 20
_LONGEST = 40  # characters; what is longer is no word but base64
# Below this much weight of words a question says too little to be matched in full: "login?" fits any login.
_LEAST_WEIGHT = 8.0
# How much a word counts that no entry has: a little, since people greet, and name their shop and their colleagues.
_UNKNOWN_WEIGHT = 0.35

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAS_HAN = re.compile(f"[{HAN}]")
# A stretch of ideographs | a word or a code, with what joins its parts: E-4711, log-in, don't, v2.3.
WORD = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:[-_.'’][^\W_{HAN}]+)*")
JOINT = re.compile(r"[-_.]")
APOSTROPHE = re.compile("['’]")
_SIGN = re.compile(r"[\W_]")
_STOPPED = re.compile("|".join(sorted(map(re.escape, CHINESE), key=len, reverse=True)))
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))

_SQLITE = text(
    "SELECT knowledge.id, knowledge.terms FROM knowledge_fts JOIN knowledge ON knowledge.id = knowledge_fts.rowid"
    " WHERE knowledge_fts MATCH :question ORDER BY knowledge_fts.rank LIMIT :most"
)
_POSTGRESQL = text(
    "SELECT id, terms FROM knowledge, to_tsquery('simple', :question) AS question"
    " WHERE vector @@ question ORDER BY ts_rank(vector, question) DESC, id LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found. `score` is the share of what the question says that the entry speaks of, its words
    weighted by how rare they are: 0 to 1, and the same on every database."""

    knowledge_id: int
    score: float


def terms(said: str) -> str:
    """The words of a text as they are searched, one blank between them: case-folded, full-width as half-width;
    English without endings, codes joined as well as in parts, Chinese as Simplified, in overlapping pairs."""
    return " ".join(_terms(normal(said)))


def normal(said: str) -> str:
    """A text as it is compared: case-folded, full-width as half-width, Chinese as Simplified."""
    return said.lower() if said.isascii() else normal_of(unicodedata.normalize("NFKC", said))


def normal_of(composed: str) -> str:
    """The same of a text that is in the form NFKC, which takes as long as all the rest."""
    if HAS_HAN.search(composed):
        composed = _converter().convert(composed)
    return composed.casefold()


def search(session: Session, query_terms: str, limit: int, only: str | None = None) -> list[Hit]:
    """The entries of the knowledge that answer best to a question, the best first. `query_terms` are as `terms` gives
    them; whatever else they are, no sign in them is taken for syntax. `only` is DOCUMENT or PAST_CASE."""
    asked = list(dict.fromkeys(query_terms.split()))[:MOST_TERMS]
    if not asked:
        return []

    if session.get_bind().dialect.name == "postgresql":
        query, question = _POSTGRESQL, _joined(asked, only, "'", " | ", " & ")
    else:
        query, question = _SQLITE, _joined(asked, only, '"', " OR ", " AND ")
    rows = session.execute(query, {"question": question, "most": _CANDIDATES})
    scores = _scores(asked, {row.id: frozenset(row.terms.split()) for row in rows})
    best = sorted(scores, key=lambda hit: (-hit.score, hit.knowledge_id))
    return best[:limit]


def _joined(asked: Iterable[str], only: str | None, quote: str, either: str, both: str) -> str:
    """A query for entries with any of the words: each of them quoted, and no quotes left within."""
    words = either.join(f"{quote}{_SIGN.sub(' ', word)}{quote}" for word in asked)
    return f"{quote}{only}{quote}{both}({words})" if only else words


def _scores(asked: Collection[str], found: dict[int, frozenset[str]]) -> list[Hit]:
    seen = Counter(word for words in found.values() for word in words.intersection(asked))
    rarity = {word: _rarity(seen[word], max(len(found), _FEW)) for word in asked}
    most = max(sum(rarity.values()), _LEAST_WEIGHT)
    return [Hit(id_, sum(rarity[word] for word in words.intersection(asked)) / most) for id_, words in found.items()]


def _rarity(seen: int, of: int) -> float:
    """The weight of a word that so many of the candidates have, as in BM25 (Robertson and Zaragoza 2009)."""
    weight = math.log(1 + (of - seen + 0.5) / (seen + 0.5))
    return weight if seen else _UNKNOWN_WEIGHT * weight


def _terms(said: str) -> Iterator[str]:
    for found in WORD.finditer(said):
        if HAS_HAN.match(found[0]):
            for stretch in _STOPPED.split(found[0]):
                yield from _pairs(stretch)
        else:
            yield from _latin(found[0])


def _pairs(stretch: str) -> list[str]:
    if len(stretch) < 2:
        return [stretch] if stretch else []
    return [stretch[at : at + 2] for at in range(len(stretch) - 1)]


def _latin(word: str) -> Iterator[str]:
    parts = JOINT.split(APOSTROPHE.sub("", word))
    whole = "".join(parts)
    for part in dict.fromkeys((whole, *parts) if len(parts) > 1 else parts):
        if len(part) <= _LONGEST and part not in ENGLISH and (len(part) > 1 or part.isdecimal()):
            yield stem(part)


def stem(word: str) -> str:
    """A light English stem, so that `exports`, `exported` and `exporting` are one word; codes stay what they are."""
    if len(word) > 4 and word.isascii() and word.isalpha():
        for ending, rest in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us")):
                word = word.removesuffix(ending) + rest
                break
        word = word[:-1] if word[-1] == word[-2] and word[-1] in "bdgmnprt" else word
        word = word.removesuffix("e") if len(word) > 3 else word
    return word


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("tw2sp")  # Taiwan's words as the mainland's, too: 韌體 reads 固件
