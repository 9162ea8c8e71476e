"""What is known of problems: documents and the solutions of closed cases, put away and found again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import search
from models.search import DOCUMENT, PAST_CASE, terms
from models.tables import KnowledgeRow
from models.values import case_number

# What a question asks is at its beginning, and a case's subject and first report are more than enough.
ASKED_CHARS = 2000
# Of an entry; more than any support document that is about one thing.
_SEARCHED_CHARS = 50_000
# Words alone do not know that a disk of the array is not a disk of the desktop: categories do, a little.
_OTHER_CATEGORY = 0.9
_OTHER_LANGUAGE = 0.9


@dataclass(frozen=True, slots=True)
class Match:
    """What may help with a question. `number` is the past case that taught it, None for a document; `score` is 0 to 1.
    What a past case says is for the desk alone: it was another customer's."""

    title: str
    solution: str
    number: str | None
    score: float
    is_document: bool
    language: str


def like(
    session: Session,
    subject: str,
    text: str,
    category: str | None,
    language: str | None,
    limit: int = 5,
    only: str | None = None,
) -> list[Match]:
    """The like past cases and documents, the best first; `only` is `search.DOCUMENT` or `search.PAST_CASE`. Where
    category or language is known and another one than the entry's, the entry counts a little less."""
    asked = terms(f"{subject}\n{text[:ASKED_CHARS]}")
    scores = {hit.knowledge_id: hit.score for hit in search.search(session, asked, 2 * limit, only)}
    rows = session.scalars(select(KnowledgeRow).where(KnowledgeRow.id.in_(scores))) if scores else ()
    matches = [_match(row, scores[row.id] * _fitness(row, category, language)) for row in rows]
    return sorted(matches, key=lambda match: (-match.score, match.title, match.number or ""))[:limit]


def put(session: Session, row: KnowledgeRow) -> KnowledgeRow:
    """Store an entry with the words that it is searched by, new or changed."""
    kind = PAST_CASE if row.case_id is not None else DOCUMENT
    said = "\n".join((row.title, row.problem or "", row.cause or "", row.solution or ""))
    row.terms = f"{kind} {terms(said[:_SEARCHED_CHARS])}"
    session.add(row)
    return row


def put_document(session: Session, source: str, title: str, text: str, language: str, now: datetime) -> bool:
    """Store a document; True where it is new, False where it takes the place of what `source` held before."""
    known = session.scalar(select(KnowledgeRow).where(KnowledgeRow.source == source))
    row = known or KnowledgeRow(source=source)
    row.title, row.solution, row.language, row.at = title, text, language, now
    put(session, row)
    return known is None


def forget(session: Session, title: str) -> int:
    """Take away the documents of that title; returns how many there were. What cases have taught stays."""
    rows = session.scalars(
        select(KnowledgeRow).where(KnowledgeRow.title == title, KnowledgeRow.case_id.is_(None))
    ).all()
    for row in rows:
        session.delete(row)
    return len(rows)


def _match(row: KnowledgeRow, score: float) -> Match:
    number = case_number(row.case_id) if row.case_id is not None else None
    return Match(row.title, row.solution, number, round(score, 3), number is None, row.language)


def _fitness(row: KnowledgeRow, category: str | None, language: str | None) -> float:
    fits = 1.0 if category is None or row.category in (None, category) else _OTHER_CATEGORY
    # Simplified and Traditional are read by the same people, and found by the same words.
    return fits if language is None or row.language[:2] == language[:2] else fits * _OTHER_LANGUAGE
