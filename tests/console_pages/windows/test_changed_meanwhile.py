"""A customer writes while his letter is being typed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from intake.accept import Acceptor
from models.db import Database
from tests.conftest import Clock
from tests.console_pages.test_cases import mail
from tests.console_pages.windows.conftest import OpenWindow
from tests.factories import mail as plain
from tests.flows.story import Story
from workers.desk import Desk

pytestmark = pytest.mark.long


def test_what_is_being_typed_stays_when_the_case_is_shown_as_it_is_now(
    window: OpenWindow, make_desk: Callable[..., Desk], database: Database, clock: Clock
) -> None:
    story = Story(make_desk(), Acceptor(database, lambda: None), clock)
    story.arrives(mail())
    [answer] = story.answers()
    page = window("/cases/FL-000001")
    page.locator("textarea[name=text]").fill("A new fan is on its way.")
    page.locator("select[name=kind]").select_option("interim")

    story.arrives(plain("All of it.", headers={"In-Reply-To": answer["Message-ID"]}))
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:open'))")
    link = page.get_by_role("link", name="Show it as it is now")
    expect(link).to_be_in_viewport()
    link.click()

    expect(page.get_by_text("All of it.")).to_be_visible()
    expect(page.locator("textarea[name=text]")).to_have_value("A new fan is on its way.")
    expect(page.locator("select[name=kind]")).to_have_value("interim")


def test_who_has_a_case_open_sees_that_a_colleague_opens_it(
    window: OpenWindow, make_desk: Callable[..., Desk], database: Database, clock: Clock
) -> None:
    Story(make_desk(), Acceptor(database, lambda: None), clock).arrives(mail())
    anns = window("/cases/FL-000001", name="ann")

    with anns.expect_response("**/news?*") as told:
        eves = window("/cases/FL-000001", name="eve")

    assert told.value.ok
    expect(anns.locator(".presence")).to_contain_text("Also here: Eve")
    expect(eves.locator(".presence")).to_contain_text("Also here: Ann")


def test_a_printed_case_is_what_was_written_and_no_buttons(
    window: OpenWindow, make_desk: Callable[..., Desk], database: Database, clock: Clock
) -> None:
    Story(make_desk(), Acceptor(database, lambda: None), clock).arrives(mail())
    page = window("/cases/FL-000001")

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".bubble").first).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("textarea[name=text]")).to_be_hidden()
    expect(page.get_by_role("button", name="Accept", exact=True)).to_be_hidden()
