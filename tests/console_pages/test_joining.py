"""Merge, link and split on the page of a case."""

from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from console.auth.roles import Role
from intake.accept import Acceptor
from models.db import Database
from models.tables import AuditRow, CaseRow, ReportRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import Browser, text
from tests.console_pages.conftest import LogIn
from tests.factories import mail
from tests.flows.story import Story
from workers.desk import Desk


@pytest.fixture
def story(make_desk: Callable[..., Desk], database: Database, clock: Clock) -> Story:
    return Story(make_desk(), Acceptor(database, lambda: None), clock)


@pytest.fixture
def twice(story: Story) -> None:
    story.arrives(mail("The backup job failed.", subject="Backup failed"))
    story.arrives(mail("It failed again, as I wrote.", subject="Backup again"))
    story.sends()


def fragment(browser: Browser, path: str) -> LexborHTMLParser:
    answer = browser.get(path, hx_request="true")
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


@pytest.mark.parametrize("q", ["FL-000002", "2", "again", "ann@customer"])
def test_the_other_case_is_found_as_one_types(twice: None, log_in: LogIn, q: str) -> None:
    found = fragment(log_in(), f"/cases/FL-000001/others?q={q}")

    assert [node.attributes["value"] for node in found.css("input[name=other]")] == ["FL-000002"]


def test_the_case_of_the_number_comes_before_those_that_speak_of_it(
    twice: None, database: Database, log_in: LogIn, clock: Clock
) -> None:
    store(database, *(case(clock(), subject="Re: FL-000002: once more") for _ in range(12)))

    found = fragment(log_in(), "/cases/FL-000001/others?q=FL-000002")

    first, *others = [node.attributes["value"] for node in found.css("input[name=other]")]
    assert (first, others[0]) == ("FL-000002", "FL-000014")


def test_what_a_merge_will_do_is_said_before_it_is_done(twice: None, log_in: LogIn) -> None:
    agent = log_in()

    plan = fragment(agent, "/cases/FL-000002/merge?other=FL-000001")
    other_way = fragment(agent, "/cases/FL-000002/merge?other=FL-000001&way=in")

    assert "Its reports (1) go over to FL-000001" in text(plan, ".plan")
    assert "FL-000001 stays at level" in text(plan, ".plan")
    assert "Write to ann@customer.example that it goes on as FL-000001" in text(plan, "form .pick")
    assert plan.css_first("form[action='/cases/FL-000002/merge'] input[value='FL-000001']") is not None
    assert other_way.css_first("form[action='/cases/FL-000001/merge'] input[value='FL-000002']") is not None


def test_a_merge_leads_to_the_surviving_case_which_shows_what_came_with_the_other(
    twice: None, log_in: LogIn, database: Database
) -> None:
    agent = log_in()
    agent.get("/cases/FL-000002")

    answer = agent.post("/cases/FL-000002/merge", into="FL-000001", tell="1", reason="the same job")

    assert answer.headers["location"] == "/cases/FL-000001#done"
    page = agent.page("/cases/FL-000001")
    assert [node.text(strip=True) for node in page.css(".is-mail .pill")] == ["FL-000002"]
    assert len(page.css(".is-letter")) == 3
    assert "it goes on as FL-000001" in " ".join(page.css(".is-letter")[2].text().split())
    old = agent.page("/cases/FL-000002")
    assert "it goes on in FL-000001" in text(old, ".hint.row")
    assert old.css_first("form[action$='/state']") is None
    with database.reading() as session:
        assert session.scalars(select(AuditRow.what)).all() == ["merged"]


def test_a_merge_is_taken_back_on_the_page_of_the_duplicate(twice: None, log_in: LogIn, database: Database) -> None:
    agent = log_in()
    agent.get("/cases/FL-000002")
    agent.post("/cases/FL-000002/merge", into="FL-000001")

    answer = agent.post("/cases/FL-000002/unmerge")

    assert answer.headers["location"] == "/cases/FL-000002#done"
    with database.reading() as session:
        assert session.scalars(select(CaseRow.merged_into)).all() == [None, None]


def test_a_merge_of_two_customers_is_refused_before_and_after(twice: None, story: Story, log_in: LogIn) -> None:
    story.arrives(mail(sender="Joe <joe@elsewhere.example>"), mail_from="joe@elsewhere.example")
    agent = log_in()

    plan = fragment(agent, "/cases/FL-000003/merge?other=FL-000001")
    answer = agent.post("/cases/FL-000003/merge", into="FL-000001")

    assert "strangers must never read each other's mail" in text(plan, ".hint")
    assert plan.css_first("form[action$='/merge']") is None
    assert answer.status_code == 409


def test_a_link_is_shown_on_both_pages_and_taken_away(twice: None, log_in: LogIn) -> None:
    agent = log_in()
    agent.get("/cases/FL-000002")

    agent.post("/cases/FL-000001/links", to="FL-000002", kind="follow-up", reason="the same job")
    pages = [text(agent.page(f"/cases/FL-00000{number}"), ".joined") for number in (1, 2)]
    agent.post("/cases/FL-000002/unlink", other="FL-000001")

    assert pages[0].startswith("Followed by FL-000002 the same job")
    assert pages[1].startswith("Follows FL-000001 the same job")
    assert agent.page("/cases/FL-000001").css_first(".joined") is None


def test_mails_that_are_ticked_become_a_case_of_their_own(
    twice: None, story: Story, log_in: LogIn, database: Database
) -> None:
    token = next(answer for answer in story.answers() if "FL-000001" in answer["Subject"])["Subject"]
    second = story.arrives(mail("How can I print on both sides of the paper?", subject=f"Re: {token}"))
    agent = log_in()
    page = agent.page("/cases/FL-000001")
    boxes = [node.attributes["value"] for node in page.css("input[name=reports][form=split]")]

    answer = agent.post("/cases/FL-000001/split", reports=second.id, reason="a question")

    assert boxes == [second.id]
    assert answer.headers["location"] == "/cases/FL-000003#done"
    assert text(agent.page("/cases/FL-000003"), "h1") == "How can I print on both sides of the paper?"
    with database.reading() as session:
        assert session.get_one(ReportRow, second.id).case_id == 3


def test_who_only_looks_sees_the_links_and_no_forms(twice: None, log_in: LogIn) -> None:
    agent, viewer = log_in(), log_in(Role.VIEWER)
    agent.get("/cases/FL-000002")
    agent.post("/cases/FL-000001/links", to="FL-000002", kind="related")

    page = viewer.page("/cases/FL-000001")

    assert "FL-000002" in text(page, ".joined")
    assert page.css("main form[method=post]") == []
    assert page.css("input[name=reports]") == []
