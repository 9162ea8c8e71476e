"""What is half typed on a case is not lost: by a reload, by another act, by looking elsewhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from intake.accept import Acceptor
from models.db import Database
from models.knowledge import put_document
from models.tables import CaseRow
from models.values import CaseState
from tests.conftest import Clock
from tests.console_pages.test_cases import mail
from tests.console_pages.windows.conftest import OpenWindow
from tests.flows.story import Story
from workers.desk import Desk

pytestmark = pytest.mark.long
LETTER, NOTE = "textarea[name=text]", "textarea[name=note]"


@pytest.fixture
def page(window: OpenWindow, make_desk: Callable[..., Desk], database: Database, clock: Clock) -> Page:
    """A case in the hands of somebody who types a letter, and a note."""
    Story(make_desk(), Acceptor(database, lambda: None), clock).arrives(mail())
    opened = window("/cases/FL-000001")
    opened.locator(LETTER).fill("A new fan is on its way.")
    opened.locator("select[name=kind]").select_option("interim")
    opened.locator(NOTE).fill("She is called Ann.")
    return opened


def test_what_is_half_typed_is_there_again_after_a_reload_and_after_looking_elsewhere(page: Page) -> None:
    page.reload()
    expect(page.locator(LETTER)).to_have_value("A new fan is on its way.")

    page.get_by_role("link", name="Deadlines", exact=True).click()
    page.goto(page.url.replace("/deadlines", "/cases/FL-000001"))

    expect(page.locator(LETTER)).to_have_value("A new fan is on its way.")
    expect(page.locator("select[name=kind]")).to_have_value("interim")
    expect(page.locator(NOTE)).to_have_value("She is called Ann.")


def test_what_was_sent_is_typed_no_more_and_what_was_not_stays(page: Page) -> None:
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.locator(LETTER)).to_have_value("A new fan is on its way.")

    page.get_by_role("button", name="Send").click()

    expect(page.locator(".bubble", has_text="A new fan is on its way.").first).to_be_visible()
    expect(page.locator(LETTER)).to_have_value("")
    expect(page.locator(NOTE)).to_have_value("She is called Ann.")
    page.reload()
    expect(page.locator(LETTER)).to_have_value("")


def test_what_was_sent_without_a_network_is_there_again(page: Page) -> None:
    address = page.url
    page.route("**/reply", lambda route: route.abort("internetdisconnected"))
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Send").click(no_wait_after=True)
    expect(page.locator(LETTER)).to_have_count(0)

    page.goto(address)

    expect(page.locator(LETTER)).to_have_value("A new fan is on its way.")
    expect(page.locator(NOTE)).to_have_value("She is called Ann.")


def test_what_was_refused_is_there_again_on_the_case(page: Page, database: Database) -> None:
    page.locator("details.after summary").first.click()
    page.locator("textarea[name=cause]").fill("a cable")
    page.locator("textarea[name=solution]").fill("replaced")
    with database.transaction() as session:
        session.get_one(CaseRow, 1).state = CaseState.CLOSED
    page.get_by_role("button", name="Solved", exact=True).click()
    expect(page.get_by_text("This is what you had written")).to_be_visible()
    with database.transaction() as session:
        session.get_one(CaseRow, 1).state = CaseState.ACCEPTED

    page.get_by_role("link", name="Back to FL-000001").click()

    expect(page.locator("textarea[name=cause]")).to_have_value("a cable")


def test_the_menu_is_shut_by_escape(page: Page) -> None:
    page.locator("details.menu summary").press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(page.locator("details.menu summary")).to_be_focused()


def test_who_logs_out_leaves_nothing_in_the_browser(page: Page) -> None:
    page.reload()

    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Log out").click()

    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert "fan is on its way" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_a_document_is_put_into_the_letter_below_what_is_typed(page: Page, database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        put_document(session, "fans.md", "Replace a fan of the array", "1. Pull <it>.\n2. Push.", "en", clock())
    page.locator("input[type=search][name=q]").last.fill("fan of the array")

    page.get_by_text("Replace a fan of the array").click()
    page.get_by_role("button", name="Put it into the letter").click()

    expect(page.locator(LETTER)).to_have_value("A new fan is on its way.\n\n1. Pull <it>.\n2. Push.")
    expect(page.locator(LETTER)).to_be_focused()
