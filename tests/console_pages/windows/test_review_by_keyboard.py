"""The review queue in a real browser, without touching the mouse."""

import time

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models.db import Database
from models.tables import CaseRow, ClassificationRow, CorrectionRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.windows.conftest import OpenWindow

pytestmark = pytest.mark.long


@pytest.fixture
def twelve(database: Database, clock: Clock) -> None:
    """Twelve cases wait, of the levels 2 and 3 in turn."""
    for number in range(12):
        level = 2 + number % 2
        judged = ClassificationRow(
            at=clock(),
            by="machine",
            model="1",
            level=level,
            category="hardware",
            read={"channel": "email", "subject": "", "body": f"Report {number}: two lights are red."},
            evidence=[{"text": "two lights", "label": "category:hardware", "weight": 0.5}],
        )
        store(database, case(clock(), level=level, subject=f"Report {number}", classifications=[judged]))


def said(database: Database) -> list[tuple[int, str]]:
    with database.reading() as session:
        rows = session.scalars(select(CorrectionRow).order_by(CorrectionRow.id))
        return [(row.level, row.category) for row in rows if row.withdrawn_at is None]


def test_ten_cases_are_corrected_by_keys_alone_in_under_fifteen_seconds(
    twelve: None, window: OpenWindow, database: Database
) -> None:
    page = window("/review")
    began = time.monotonic()

    for _ in range(5):
        page.keyboard.type("1s", delay=30)
        page.keyboard.press("Enter")
        page.keyboard.type("4comp", delay=30)
        page.keyboard.press("Enter")
    expect(page.locator("aside h2")).to_have_text("2 to look at")

    assert time.monotonic() - began < 15
    assert said(database) == [(1, "software"), (4, "complaint")] * 5


def test_u_takes_the_last_correction_back(twelve: None, window: OpenWindow, database: Database) -> None:
    page = window("/review")
    page.keyboard.type("4d")
    page.keyboard.press("Enter")
    expect(page.locator("aside h2")).to_have_text("11 to look at")

    page.keyboard.press("u")

    expect(page.locator("aside h2")).to_have_text("12 to look at")
    expect(page.locator(".card h1")).to_have_text("Report 0")
    assert said(database) == []


def test_enter_that_is_held_down_or_struck_twice_confirms_no_case_that_nobody_has_seen(
    twelve: None, window: OpenWindow, database: Database
) -> None:
    page = window("/review")

    for _ in range(5):
        page.keyboard.down("Enter")  # which repeats itself until it is let go
    page.keyboard.up("Enter")
    expect(page.locator("aside h2")).to_have_text("11 to look at")
    page.evaluate(
        """() => {
          const strike = () => document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
          strike();
          strike();
        }"""
    )
    expect(page.locator("aside h2")).to_have_text("10 to look at")
    page.keyboard.type("4")  # comes after whatever was kept
    page.keyboard.press("Enter")

    expect(page.locator("aside h2")).to_have_text("9 to look at")
    assert said(database) == [(2, "hardware"), (2, "hardware"), (4, "hardware")]


def test_help_opens_with_a_question_mark_and_keys_do_nothing_below_it(
    twelve: None, window: OpenWindow, database: Database
) -> None:
    page = window("/review")

    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("4")
    page.keyboard.press("Escape")

    expect(page.locator("#help")).not_to_be_visible()
    expect(page.locator("[name=level]:checked")).to_have_value("2")


def test_a_second_window_sees_what_the_first_one_does(twelve: None, window: OpenWindow) -> None:
    ann, eve = window("/review", name="ann"), window("/review", name="eve")
    expect(ann.locator(".presence")).to_contain_text("Eve")
    expect(eve.locator("[data-review-count]")).to_have_text("12")

    ann.keyboard.press("Enter")

    expect(eve.locator("[data-review-count]")).to_have_text("11")
    expect(eve.locator(".queue a")).to_have_count(11)
    expect(eve.locator(".presence")).to_contain_text("ann@firstline.example has corrected this case")


def test_on_a_phone_nothing_is_wider_than_the_screen(twelve: None, window: OpenWindow) -> None:
    page = window("/review", viewport={"width": 360, "height": 740})

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("[data-correct] button")).to_be_visible()


def test_a_script_in_a_report_is_text(window: OpenWindow, database: Database, clock: Clock) -> None:
    hostile = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    judged = ClassificationRow(
        at=clock(),
        by="machine",
        model="1",
        level=2,
        category="data",
        read={"channel": "email", "subject": hostile, "body": hostile},
        evidence=[{"text": "<script>", "label": "level:1", "weight": 1}],
        reason=hostile,
        needs_review=True,
        entities=[{"label": "contact", "value": hostile}],
    )
    store(database, case(clock(), subject=hostile, customer=hostile, classifications=[judged]))

    page = window("/review")

    expect(page.locator(".text")).to_have_text(hostile)
    expect(page).to_have_title("Review · Firstline")
    with database.reading() as session:
        assert session.get_one(CaseRow, 1).subject == hostile
