"""The documents and questions of fixtures/knowledge, and cases that were solved."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from intake.mail.language import detect
from models import knowledge
from models.db import Database
from models.tables import KnowledgeRow

FOLDER = Path(__file__).parents[1] / "fixtures" / "knowledge"
NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """What a customer asks; `document` is the title of the document that answers it, None where there is none."""

    subject: str
    body: str
    document: str | None


@cache
def documents() -> dict[str, tuple[str, str]]:
    """Title and text of each document, by the name of its file."""
    texts = {path.name: path.read_text("utf-8").partition("\n") for path in sorted(FOLDER.glob("*.md"))}
    return {name: (title.removeprefix("# "), body.strip()) for name, (title, _, body) in texts.items()}


@cache
def questions() -> list[Question]:
    rows = map(json.loads, (FOLDER / "questions.jsonl").read_text("utf-8").splitlines())
    titles = {name: title for name, (title, _) in documents().items()}
    return [Question(row["subject"], row["body"], titles.get(row["document"])) for row in rows]


def put_documents(database: Database) -> None:
    with database.transaction() as session:
        for name, (title, body) in documents().items():
            knowledge.put_document(session, name, title, body, detect(title + body), NOW)


def put(
    session: Session, title: str, solution: str = "", *, case_id: int | None = None, **changes: str
) -> KnowledgeRow:
    """One entry: a document, or what that case has taught."""
    row = KnowledgeRow(
        case_id=case_id, at=NOW, title=title, solution=solution, language=detect(title + solution), **changes
    )
    knowledge.put(session, row)
    session.flush()
    return row
