"""What is half typed on a case is not lost: by a reload, by another act, by looking elsewhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from intake.accept import Acceptor
from models.db import Database
from models.knowledge import put_document
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


def test_who_logs_out_leaves_nothing_in_the_browser(page: Page) -> None:
    page.reload()

    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Log out").click()

    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert "typed" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_a_document_is_put_into_the_letter_below_what_is_typed(page: Page, database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        put_document(session, "fans.md", "Replace a fan of the array", "1. Pull <it>.\n2. Push.", "en", clock())
    page.locator("input[type=search][name=q]").last.fill("fan of the array")

    page.get_by_text("Replace a fan of the array").click()
    page.get_by_role("button", name="Put it into the letter").click()

    expect(page.locator(LETTER)).to_have_value("A new fan is on its way.\n\n1. Pull <it>.\n2. Push.")
    expect(page.locator(LETTER)).to_be_focused()
