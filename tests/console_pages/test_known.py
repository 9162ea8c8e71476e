"""What is known of like problems stands beside a case."""

import pytest

from console.auth.roles import Role
from models.db import Database
from models.knowledge import put, put_document
from models.tables import CaseRow, KnowledgeRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import Browser, text
from tests.console_pages.conftest import LogIn

MANUAL = "1. Stop the export.\n2. Free the <staging> folder."


@pytest.fixture
def known(database: Database, clock: Clock) -> CaseRow:
    """A case of an export that hangs; a document on it, and what an older case of another team has taught."""
    opened = case(clock(), subject="Nightly export hangs", assigned_team="software")
    past = case(clock(), subject="Export hangs", assigned_team="infrastructure", state="closed", closed_at=clock())
    store(database, opened, past)
    with database.transaction() as session:
        put_document(session, "manual/export.md", "When the nightly export hangs", MANUAL, "en", clock())
        lesson = KnowledgeRow(
            title="Export hangs", problem="The nightly export hangs", cause="disk full", solution="freed Bob's disk",
            language="en", case_id=past.id, at=clock(),
        )  # fmt: skip
        put(session, lesson)
    return opened


def titles(browser: Browser, asked: str = "") -> list[str]:
    found = browser.page(f"/cases/FL-000001/known?q={asked}", HX_Request="true")
    return [" ".join(each.text().split()).rpartition(" · ")[0] for each in found.css("summary")]


def test_documents_and_past_cases_like_a_case_are_shown(known: CaseRow, log_in: LogIn) -> None:
    agent = log_in()

    assert sorted(titles(agent)) == ["Export hangs FL-000002", "When the nightly export hangs document"]
    assert text(agent.page("/cases/FL-000001/known"), "pre") in (" ".join(MANUAL.split()), "freed Bob's disk")


def test_something_else_can_be_searched_for(known: CaseRow, log_in: LogIn) -> None:
    agent = log_in()

    assert titles(agent, "staging folder") == ["When the nightly export hangs document"]
    assert text(agent.page("/cases/FL-000001/known?q=staging+folder"), ".known summary").endswith(" %")
    assert "Nothing like it is known" in agent.get("/cases/FL-000001/known?q=zebra").text


def test_only_a_document_can_be_put_into_a_letter_for_a_past_case_was_another_customers(
    known: CaseRow, log_in: LogIn
) -> None:
    found = log_in().page("/cases/FL-000001/known", HX_Request="true")

    assert len(found.css("details")) == 2
    for one in found.css("details"):
        assert bool(one.css("[data-quote]")) == ("document" in one.text())


def test_who_is_kept_to_his_teams_reads_no_case_of_others(known: CaseRow, log_in: LogIn) -> None:
    kept = log_in(Role.AGENT, name="kept", teams=["software"], own_teams_only=True)

    assert titles(kept) == ["When the nightly export hangs document"]
