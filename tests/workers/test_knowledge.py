"""What closed cases teach, and which questions are offered a document."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from intake.mail.language import detect
from models.db import Database
from models.tables import CaseRow, KnowledgeRow
from tests.conftest import Clock
from tests.console.builders import case, report, store
from tests.knowledge import put, put_documents, questions
from workers.knowledge import documents, like, offer, remember


def solved(clock: Clock, **changes: Any) -> CaseRow:
    """A closed case of which cause and solution were written down."""
    said: dict[str, Any] = {
        "subject": "Array degraded",
        "cause": "a cable was loose",
        "solution": "The cable was reseated.",
        "reports": [
            report(clock() + timedelta(hours=1), text="Any news?"),
            report(clock(), text="Controller A shows E-4711, two lamps are amber."),
        ],
    }
    return case(clock(), state="closed", closed_at=clock(), **(said | changes))


def question(level: int = 4, category: str = "usage", language: str = "en") -> CaseRow:
    """A case, not stored, that asks."""
    return CaseRow(level=level, category=category, language=language)


def test_a_closed_case_is_found_by_what_was_reported_and_says_how_it_was_solved(
    database: Database, clock: Clock
) -> None:
    store(database, solved(clock))

    with database.transaction() as session:
        row = remember(session, session.get_one(CaseRow, 1), clock())
        [match] = like(session, "E4711 on the controller", "amber lamps", "hardware", "en")

    assert row is not None
    assert (row.title, row.problem) == ("Array degraded", "Controller A shows E-4711, two lamps are amber.")
    assert (row.cause, row.category, row.language) == ("a cable was loose", "hardware", "en")
    assert (match.number, match.solution, match.is_document) == ("FL-000001", "The cable was reseated.", False)


def test_a_case_that_is_closed_again_replaces_what_it_had_taught(database: Database, clock: Clock) -> None:
    store(database, solved(clock))
    with database.transaction() as session:
        remember(session, session.get_one(CaseRow, 1), clock())

    with database.transaction() as session:
        reopened = session.get_one(CaseRow, 1)
        reopened.solution = "The backplane was exchanged."
        remember(session, reopened, clock())

    with database.reading() as session:
        assert session.scalars(select(KnowledgeRow.solution)).all() == ["The backplane was exchanged."]
        assert like(session, "was reseated", "", None, None) == []
        assert like(session, "backplane", "", None, None) != []


@pytest.mark.parametrize(
    "changes", [{"state": "solved"}, {"cause": None}, {"solution": None}, {"solution": " \n"}, {"cause": ""}]
)
def test_a_case_without_an_end_a_cause_and_a_solution_teaches_nothing(
    database: Database, clock: Clock, changes: dict[str, Any]
) -> None:
    store(database, case(clock(), **({"state": "closed", "cause": "a", "solution": "b"} | changes)))

    with database.transaction() as session:
        taught = remember(session, session.get_one(CaseRow, 1), clock())

    assert taught is None


def test_a_case_without_a_report_or_a_text_is_remembered_too(database: Database, clock: Clock) -> None:
    store(database, solved(clock, reports=[]), solved(clock, reports=[report(clock(), text=None)]))

    with database.transaction() as session:
        rows = [remember(session, session.get_one(CaseRow, number), clock()) for number in (1, 2)]

    assert [row.problem for row in rows if row] == ["", ""]


def test_most_questions_are_offered_their_document_and_no_other_question_is_offered_anything(
    database: Database,
) -> None:
    put_documents(database)

    with database.reading() as session:
        offered = [
            offer(session, question(language=detect(asked.body)), asked.subject, asked.body) for asked in questions()
        ]

    first = [(asked.document, found[0].title) for asked, found in zip(questions(), offered, strict=True) if found]
    assert len(first) >= 26
    assert [(right, title) for right, title in first if title != right] == []


@pytest.mark.parametrize("others", [0, 2])
def test_a_desk_that_has_but_few_documents_offers_them_too(database: Database, others: int) -> None:
    with database.transaction() as session:
        put(session, "Reset a forgotten password", "On the login page choose Forgot password and enter your address.")
        for number in range(others):
            put(session, f"Set the time, part {number}", "Enter an NTP server.")

    with database.reading() as session:
        found = offer(session, question(), "can't log in", "I forgot my password: how do I reset a forgotten password?")
        other = offer(session, question(), "a question", "Where do I enter the new rate of the tax, on which page?")

    assert [match.title for match in found] == ["Reset a forgotten password"]
    assert other == []


def test_nothing_is_offered_where_somebody_has_to_look(database: Database) -> None:
    put_documents(database)
    words = ("Forgotten password", "How do I reset a forgotten password?")

    with database.reading() as session:
        assert [match.title for match in offer(session, question(), *words)] == ["Reset a forgotten password"]
        assert offer(session, question(level=3), *words) == []
        assert offer(session, question(category="security"), *words) == []
        assert offer(session, question(language="zh-Hans"), *words) == []


def test_a_past_case_is_never_offered_to_a_customer(database: Database, clock: Clock) -> None:
    store(database, solved(clock, subject="Reset a forgotten password"))
    with database.transaction() as session:
        remember(session, session.get_one(CaseRow, 1), clock())

    with database.reading() as session:
        found = offer(session, question(), "Reset a forgotten password", "How do I reset a forgotten password?")
        known = like(session, "Reset a forgotten password", "", "usage", "en")

    assert (found, len(known)) == ([], 1)


def test_at_most_two_are_offered(database: Database) -> None:
    with database.transaction() as session:
        for number in range(4):
            put(session, f"Reset a forgotten password {number}", "On the login page.")
        for number in range(40):
            put(session, f"Printer {number}", "Paper on the page.")

    with database.reading() as session:
        found = offer(session, question(), "", "How do I reset a forgotten password on the login page?")

    assert len(found) == 2


def test_the_beginning_of_a_document_ends_where_a_sentence_does(database: Database) -> None:
    with database.transaction() as session:
        put(session, "Reset a password", "## On the **login** page\n\nDo `this`.")
        put(session, "Change a password", "A sentence of some length stands here. " * 40)
        put(session, "修改密码", "这是一句不短的话。" * 100)

    with database.reading() as session:
        texts = [
            documents(like(session, title, "", None, None))[0][1]
            for title in ("reset password", "change password", "修改密码")
        ]

    assert texts[0] == "On the login page\n\nDo this."
    assert texts[1].endswith("stands here. …")
    assert texts[2].endswith("不短的话。 …")
    assert all(len(text) <= 602 for text in texts)
