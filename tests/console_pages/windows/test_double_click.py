"""A double click where one would have done."""

import pytest

from models.db import Database
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.windows.conftest import OpenWindow

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
