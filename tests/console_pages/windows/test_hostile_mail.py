"""A mail that means harm, in a real browser: it does nothing, and reaches nobody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from intake.accept import Acceptor
from models.db import Database
from models.tables import CaseRow
from tests.conftest import Clock
from tests.console_pages.test_cases import HOSTILE, mail
from tests.console_pages.windows.conftest import OpenWindow
from tests.factories import mail as plain
from tests.flows.story import Story
from workers.desk import Desk

pytestmark = pytest.mark.long


def test_a_hostile_mail_runs_nothing_fetches_nothing_and_stays_in_its_frame(
    window: OpenWindow, make_desk: Callable[..., Desk], database: Database, clock: Clock
) -> None:
    Story(make_desk(), Acceptor(database, lambda: None), clock).arrives(mail(html=HOSTILE))
    page = window("/cases/FL-000001")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.get_by_text("as it was laid out").click()
    frame = page.frame_locator("iframe.mail")
    expect(frame.locator("body")).to_contain_text("The array is")

    assert [url for url in asked if "127.0.0.1" not in url] == []
    expect(page).to_have_title("FL-000001 · Firstline")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_word_as_long_as_a_page_makes_no_page_wider(
    window: OpenWindow, make_desk: Callable[..., Desk], database: Database, clock: Clock
) -> None:
    Story(make_desk(), Acceptor(database, lambda: None), clock).arrives(plain("W" * 20_000, subject="X" * 900))
    with database.transaction() as session:
        session.execute(update(CaseRow).values(needs_review=True))
    page = window("/review/FL-000001", viewport={"width": 390, "height": 800})

    for path in ("/review/FL-000001", "/cases/FL-000001", "/cases"):
        page.goto(page.url.partition("/review")[0].partition("/cases")[0] + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_state_is_changed_and_a_letter_previewed_with_the_mouse(
    window: OpenWindow, make_desk: Callable[..., Desk], database: Database, clock: Clock
) -> None:
    Story(make_desk(), Acceptor(database, lambda: None), clock).arrives(mail())
    page = window("/cases/FL-000001", viewport={"width": 390, "height": 800})

    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.locator(".heading .pill").first).to_have_text("accepted")
    page.locator("textarea[name=text]").fill("A new fan is on its way.")
    page.get_by_role("button", name="Preview").click()

    expect(page.locator("#preview .letter-text")).to_contain_text("A new fan is on its way.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
