"""A letter that somebody else's word overtakes while it is being written: it is held until that has been seen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from intake.accept import Acceptor
from models.db import Database
from models.tables import AuditRow
from tests.conftest import Clock
from tests.console_pages.browser import Answer, Browser, text
from tests.console_pages.conftest import LogIn
from tests.console_pages.test_case_letters import noted
from tests.console_pages.test_cases import mail
from tests.factories import mail as plain
from tests.flows.story import Story
from workers.desk import Desk

pytestmark = pytest.mark.every_backend
OURS, OTHERS = "Switch it off, please.", "Leave it on, please."


@pytest.fixture
def story(make_desk: Callable[..., Desk], database: Database, clock: Clock) -> Story:
    begun = Story(make_desk(), Acceptor(database, lambda: None), clock)
    begun.arrives(mail())
    return begun


def opened(browser: Browser) -> LexborHTMLParser:
    return browser.page("/cases/FL-000001")


def known_to(page: LexborHTMLParser) -> str:
    """How much of the case was known when the page was made, as its form says."""
    [field] = page.css('input[name="since"]')
    return str(field.attributes["value"])


def write(browser: Browser, said: str, known: str) -> Answer:
    return browser.post("/cases/FL-000001/reply", kind="status", text=said, since=known)


def test_what_a_colleague_wrote_meanwhile_is_shown_before_a_letter_goes_out(
    story: Story, log_in: LogIn, database: Database
) -> None:
    ann, eve = log_in(name="ann"), log_in(name="eve")
    known = known_to(opened(ann))
    assert write(eve, OTHERS, known_to(opened(eve))).status_code == 303

    answer = write(ann, OURS, known)

    page = LexborHTMLParser(answer.text)
    assert answer.status_code == 422
    assert "Nothing was sent: eve@firstline.example wrote to the customer while you were writing (" in text(
        page, ".alert"
    )
    assert text(page, 'form[action$="/reply"] textarea') == OURS
    assert OTHERS in page.text()
    assert page.css('button[name="again"]') == []
    assert noted(database) == [OTHERS]
    with database.reading() as session:
        assert session.scalars(select(AuditRow.what)).all().count("wrote status") == 1

    assert write(ann, OURS, known_to(page)).status_code == 303
    assert noted(database) == [OTHERS, OURS]


def test_so_is_what_the_customer_wrote(story: Story, log_in: LogIn, database: Database) -> None:
    ann = log_in(name="ann")
    known = known_to(opened(ann))
    [acknowledgement] = story.answers()
    story.arrives(plain("It smells of smoke now.", headers={"In-Reply-To": acknowledgement["Message-ID"]}))

    answer = write(ann, OURS, known)

    page = LexborHTMLParser(answer.text)
    assert answer.status_code == 422
    assert "Nothing was sent: there is a new message on the case (" in text(page, ".alert")
    assert "It smells of smoke now." in page.text()
    assert noted(database) == []


def test_ones_own_letter_and_what_else_happens_hold_up_none(story: Story, log_in: LogIn, database: Database) -> None:
    ann, eve = log_in(name="ann"), log_in(name="eve")
    known = known_to(opened(ann))
    eve.page("/cases/FL-000001")
    assert eve.post("/cases/FL-000001/note", note="He is on holiday from tomorrow.").status_code == 303

    assert [write(ann, said, known).status_code for said in (OURS, "It is off.")] == [303, 303]
    assert noted(database) == [OURS, "It is off."]


def test_of_two_who_send_at_the_same_moment_one_sees_the_letter_of_the_other(
    story: Story, log_in: LogIn, database: Database
) -> None:
    ann, eve = log_in(name="ann"), log_in(name="eve")
    known = known_to(opened(ann)), known_to(opened(eve))

    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(write, (ann, eve), (OURS, OTHERS), known)

    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert len(noted(database)) == 1
