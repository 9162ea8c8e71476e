"""A merge in a real browser, by the keyboard."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from intake.accept import Acceptor
from models.db import Database
from models.tables import CaseRow
from tests.conftest import Clock
from tests.console_pages.windows.conftest import OpenWindow
from tests.factories import mail
from tests.flows.story import Story
from workers.desk import Desk

pytestmark = pytest.mark.long


@pytest.fixture
def story(make_desk: Callable[..., Desk], database: Database, clock: Clock) -> Story:
    found = Story(make_desk(), Acceptor(database, lambda: None), clock)
    found.arrives(mail("The backup job failed.", subject="Backup failed"))
    found.arrives(mail("It failed again, as I wrote.", subject="Backup again"))
    found.sends()
    return found


def test_the_other_case_is_searched_read_about_and_merged_without_the_mouse(
    story: Story, window: OpenWindow, database: Database
) -> None:
    page = window("/cases/FL-000002")
    other = window("/cases/FL-000001", name="bob")

    page.get_by_label("Merge or link with another case").focus()
    page.keyboard.type("failed")
    expect(page.locator("#join-found input")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#join-plan")).to_contain_text("FL-000002 is closed, and nothing rings for it any more")
    page.get_by_role("button", name="Merge into FL-000001", exact=True).focus()
    page.keyboard.press("Enter")

    expect(page.locator(".heading .num")).to_have_text("FL-000001")
    expect(page.locator(".is-mail")).to_have_count(2)
    expect(other.locator(".presence")).to_contain_text("Something has happened on this case")
    with database.reading() as session:
        assert session.get_one(CaseRow, 2).merged_into == 1


def test_it_is_merged_with_scripts_switched_off_too(story: Story, window: OpenWindow, database: Database) -> None:
    page = window("/cases/FL-000002", java_script_enabled=False)

    page.get_by_label("Merge or link with another case").fill("failed")
    page.locator("form[action$='/others']").get_by_role("button", name="Show").click()
    page.get_by_role("radio").check()
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="The other way round").click()
    expect(page.get_by_role("heading", name="Merge FL-000001 into FL-000002")).to_be_visible()
    page.get_by_role("link", name="The other way round").click()
    page.get_by_role("button", name="Merge into FL-000001").click()

    expect(page.locator(".heading .num")).to_have_text("FL-000001")
    with database.reading() as session:
        assert session.get_one(CaseRow, 2).merged_into == 1


def test_the_page_fits_a_telephone(story: Story, window: OpenWindow, tmp_path: Path) -> None:
    page = window("/cases/FL-000001", viewport={"width": 390, "height": 800})

    page.get_by_label("Merge or link with another case").fill("again")
    page.locator("#join-found input").check()
    expect(page.locator("#join-plan")).to_contain_text("Merge FL-000001 into FL-000002")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
