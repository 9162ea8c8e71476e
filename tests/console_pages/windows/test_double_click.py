"""Pressed twice where once would have done."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from intake.accept import Acceptor
from models.db import Database
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.test_case_letters import noted
from tests.console_pages.test_cases import mail
from tests.console_pages.windows.conftest import OpenWindow
from tests.flows.story import Story
from workers.desk import Desk

pytestmark = pytest.mark.long
# How many of two clicks send their form; neither is let go, so that the page stays.
_TWO_CLICKS = """button => {
  let sent = 0;
  document.addEventListener("submit", (event) => { sent += event.defaultPrevented ? 0 : 1; event.preventDefault(); });
  document.querySelector(button).click();
  document.querySelector(button).click();
  return sent;
}"""


@pytest.mark.parametrize("button", ["button[value=accepted]", "form[action$='/reply'] button.primary"])
def test_a_double_click_sends_a_form_once(window: OpenWindow, database: Database, clock: Clock, button: str) -> None:
    store(database, case(clock()))
    page = window("/cases/FL-000001")

    assert page.evaluate(_TWO_CLICKS, button) == 1


def test_a_letter_that_is_sent_again_after_going_back_goes_out_once(
    window: OpenWindow, make_desk: Callable[..., Desk], database: Database, clock: Clock
) -> None:
    Story(make_desk(), Acceptor(database, lambda: None), clock).arrives(mail())
    page = window("/cases/FL-000001")
    words, send = page.locator("textarea[name=text]"), page.get_by_role("button", name="Send", exact=True)
    words.fill("A new fan is on its way.")
    send.click()
    expect(words).to_have_value("")

    page.go_back()
    expect(words).to_have_value("A new fan is on its way.")  # as browsers do
    send.click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
    expect(words).to_have_value("A new fan is on its way.")
    assert noted(database) == ["A new fan is on its way."]

    page.get_by_role("button", name="Send it once more").click()
    expect(words).to_have_value("")
    assert len(noted(database)) == 2
