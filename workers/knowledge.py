"""What closed cases teach, and what a customer is offered to read while he waits."""

import math
import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.knowledge import ASKED_CHARS, Match, like, put
from models.search import DOCUMENT, terms
from models.tables import CaseRow, KnowledgeRow, ReportRow
from models.values import CaseState

__all__ = ["Match", "documents", "like", "offer", "remember"]

# A question in one of these may have been answered in writing; anything else needs somebody to look.
OFFERED_IN = frozenset({"usage", "account", "install", "contract"})
OFFERED_LEVEL = 4
MOST_OFFERED = 2
# Chosen on fixtures/knowledge: of 30 questions that a document answers 26 are offered it, whether there are 3 documents
# or 25; of 10 others none is offered anything. Of the 1,164 such mails to other desks in the classifier's corpus, which
# these documents were not written for, 20 are offered one.
LEAST_CONFIDENCE = 0.34
LEAST_SCORE = 0.25
LEAST_TITLE_WORDS = 2  # of what is called "Login" every other mail speaks

_PROBLEM_CHARS = 2000
_EXCERPT_CHARS = 600
_HEADING = re.compile(r"^#{1,6}\s+|\*\*|`", re.MULTILINE)
_BREAK = re.compile(r"\n|(?<=[。！？；])|(?<=[.!?;])\s")


def remember(session: Session, case: CaseRow, now: datetime) -> KnowledgeRow | None:
    """Keep cause and solution of a closed case for the next like problem; what it taught before is replaced.
    None where the case is open, or was closed without saying both."""
    if case.state != CaseState.CLOSED or not (case.cause or "").strip() or not (case.solution or "").strip():
        return None
    row = session.scalar(select(KnowledgeRow).where(KnowledgeRow.case_id == case.id)) or KnowledgeRow(case_id=case.id)
    row.at, row.title, row.problem = now, case.subject, _problem(session, case.id)
    row.cause, row.solution = case.cause or "", case.solution or ""
    row.category, row.language = case.category, case.language
    return put(session, row)


def offer(session: Session, case: CaseRow, subject: str, text: str) -> list[Match]:
    """The documents that may answer a customer's question already, the best first: only what is about the very thing,
    in his language, and never what another customer's case has taught."""
    if case.level != OFFERED_LEVEL or case.category not in OFFERED_IN:
        return []
    with session.no_autoflush:  # what the batch has written so far goes out in one statement, later
        found = like(session, subject, text, case.category, case.language, only=DOCUMENT)
    asked = frozenset(terms(f"{subject}\n{text[:ASKED_CHARS]}").split())
    fit = [match for match in found if match.language[:2] == case.language[:2] and _is_about(match, asked)]
    return fit[:MOST_OFFERED]


def _excerpt(solution: str) -> str:
    """The beginning of a document as plain text, cut where a line or a sentence ends."""
    plain = _HEADING.sub("", solution).strip()
    if len(plain) <= _EXCERPT_CHARS:
        return plain
    ends = [found.start() for found in _BREAK.finditer(plain, _EXCERPT_CHARS // 2, _EXCERPT_CHARS)]
    return f"{plain[: ends[-1] if ends else _EXCERPT_CHARS].rstrip()} …"


def documents(matches: Sequence[Match]) -> list[tuple[str, str]]:
    """Title and beginning of each, as an acknowledgement shows them."""
    return [(match.title, _excerpt(match.solution)) for match in matches]


def _is_about(match: Match, asked: frozenset[str]) -> bool:
    """True where the question is the document's: in the words of its title, too. Otherwise "Where do I enter the new
    VAT rate?" would find every text that says where to enter something."""
    title = frozenset(terms(match.title).split())
    shared = len(title & asked)
    if match.score < LEAST_SCORE or shared < LEAST_TITLE_WORDS:
        return False
    return math.sqrt(match.score * shared / len(title)) >= LEAST_CONFIDENCE


def _problem(session: Session, case_id: int) -> str:
    """What was reported first, without the rest of a long mail."""
    query = select(ReportRow.text).where(ReportRow.case_id == case_id).order_by(ReportRow.received_at).limit(1)
    return (session.scalar(query) or "")[:_PROBLEM_CHARS]
