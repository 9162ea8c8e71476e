"""A letter that somebody else's word overtakes while it is being written: it is held until that has been seen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from intake.accept import Acceptor
from models.db import Database
from models.tables import AuditRow, EventRow
from tests.conftest import Clock
from tests.console_pages.browser import Answer, Browser, text
from tests.console_pages.conftest import LogIn
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


def since(browser: Browser) -> str:
    """What the form of a page that is opened now knows of the case."""
    field = browser.page("/cases/FL-000001").css_first('input[name="since"]')
    return str(field.attributes["value"]) if field else ""


def write(browser: Browser, said: str, known: str) -> Answer:
    return browser.post("/cases/FL-000001/reply", kind="status", text=said, since=known)


def sent(database: Database) -> list[str]:
    with database.reading() as session:
        return [
            row.text.removeprefix("status letter: ")
            for row in session.scalars(select(EventRow).where(EventRow.kind == "replied").order_by(EventRow.id))
        ]


def test_what_a_colleague_wrote_meanwhile_is_shown_before_a_letter_goes_out(
    story: Story, log_in: LogIn, database: Database
) -> None:
    ann, eve = log_in(name="ann"), log_in(name="eve")
    known = since(ann)
    assert write(eve, OTHERS, since(eve)).status_code == 303

    answer = write(ann, OURS, known)

    page = LexborHTMLParser(answer.text)
    assert answer.status_code == 422
    assert "Nothing was sent: eve@firstline.example wrote to the customer while you were writing (" in text(
        page, ".alert"
    )
    assert text(page, 'form[action$="/reply"] textarea') == OURS
    assert OTHERS in page.text()
    assert page.css('button[name="again"]') == []
    assert sent(database) == [OTHERS]
    with database.reading() as session:
        assert session.scalars(select(AuditRow.what)).all().count("wrote status") == 1

    seen = page.css_first('input[name="since"]')
    assert seen is not None
    assert write(ann, OURS, str(seen.attributes["value"])).status_code == 303
    assert sent(database) == [OTHERS, OURS]


def test_so_is_what_the_customer_wrote(story: Story, log_in: LogIn, database: Database) -> None:
    ann = log_in(name="ann")
    known = since(ann)
    [acknowledgement] = story.answers()
    story.arrives(plain("It smells of smoke now.", headers={"In-Reply-To": acknowledgement["Message-ID"]}))

    answer = write(ann, OURS, known)

    page = LexborHTMLParser(answer.text)
    assert answer.status_code == 422
    assert "Nothing was sent: there is a new message on the case (" in text(page, ".alert")
    assert "It smells of smoke now." in page.text()
    assert sent(database) == []


def test_ones_own_letter_and_what_else_happens_hold_up_none(story: Story, log_in: LogIn, database: Database) -> None:
    ann, eve = log_in(name="ann"), log_in(name="eve")
    known = since(ann)
    eve.page("/cases/FL-000001")
    assert eve.post("/cases/FL-000001/note", note="He is on holiday from tomorrow.").status_code == 303

    assert [write(ann, said, known).status_code for said in (OURS, "It is off.")] == [303, 303]
    assert sent(database) == [OURS, "It is off."]


def test_of_two_who_send_at_the_same_moment_one_sees_the_letter_of_the_other(
    story: Story, log_in: LogIn, database: Database
) -> None:
    ann, eve = log_in(name="ann"), log_in(name="eve")
    known = since(ann), since(eve)

    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(write, (ann, eve), (OURS, OTHERS), known)

    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert len(sent(database)) == 1
