"""People have many windows side by side, and browsers open six connections to a server that speaks HTTP/1.1."""

import pytest
from playwright.sync_api import Page, expect

from models.db import Database
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.windows.conftest import OpenWindow

pytestmark = pytest.mark.long

MANY = 8
_NO_SHARED_WORKERS = "delete window.SharedWorker"


def another(page: Page, script: str = "") -> Page:
    """One more window of the same browser, at the same address."""
    new = page.context.new_page()
    new.set_default_timeout(20_000)
    new.add_init_script(script)
    new.goto(page.url)
    return new


def test_each_of_many_windows_is_shown_and_hears_what_is_new(
    window: OpenWindow, database: Database, clock: Clock
) -> None:
    first = window("/cases")

    windows = [first, *(another(first) for _ in range(MANY - 1))]
    store(database, case(clock()))

    for page in windows:
        expect(page.locator("[data-review-count]").first).to_have_text("1")


def test_a_window_that_is_left_takes_nothing_from_the_others(
    window: OpenWindow, database: Database, clock: Clock
) -> None:
    first = window("/cases")
    other = another(first)

    first.close()
    other.reload()
    store(database, case(clock()))

    expect(other.locator("[data-review-count]").first).to_have_text("1")


def test_a_browser_that_shares_no_workers_is_told_too(window: OpenWindow, database: Database, clock: Clock) -> None:
    page = another(window("/cases"), _NO_SHARED_WORKERS)

    store(database, case(clock()))

    assert page.evaluate("'SharedWorker' in window") is False
    expect(page.locator("[data-review-count]").first).to_have_text("1")
