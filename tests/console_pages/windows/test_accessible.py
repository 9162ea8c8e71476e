"""Each page in a real browser, as axe-core and a telephone see it."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.routing import APIRoute
from playwright.sync_api import Page, expect

from console.auth.roles import Role
from console.pages.site import PARTS
from models.db import Database
from models.tables import ClassificationRow, CustomerRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.windows.conftest import OpenWindow

pytestmark = pytest.mark.long

_PHONE = {"width": 360, "height": 740}
# How many lines the text of an element takes.
LINES = """element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return new Set([...range.getClientRects()].map((line) => line.top)).size;
}"""
_NO_PAGES = {"/events"}  # a stream


def pages() -> Iterator[str]:
    """The addresses of all pages that need no number, from the routes themselves, and of one case."""
    for part in PARTS:
        for route in part.router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and "{" not in route.path:
                yield route.path
    yield "/cases/FL-000001"


def test_what_does_nothing_without_scripts_is_not_there(desk: None, window: OpenWindow) -> None:
    page = window("/cases/FL-000001", java_script_enabled=False)

    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.get_by_role("button", name="Preview")).to_be_hidden()


@pytest.fixture
def desk(database: Database, clock: Clock) -> None:
    """Two cases with what a page can show of them, one subject long and without a blank; and a dozen more of a
    customer with a long name."""
    judged = ClassificationRow(
        at=clock(),
        by="machine",
        model="1",
        level=1,
        category="hardware",
        read={"channel": "email", "subject": "", "body": "The line stands still. 生产线停了。"},
        evidence=[
            {"text": "stands still", "label": "level:1", "weight": 0.5},
            {"text": "elsewhere in the mail", "label": "level:1", "weight": 0.4},
        ],
    )
    store(database, case(clock(), level=1, subject="生产线停了", classifications=[judged]))
    store(database, case(clock(), level=3, subject="x" * 300))
    served = CustomerRow(number="C-1", number_key="c-1", name="Thistlemart Stores and Warehouses of the North Ltd")
    with database.transaction() as session:
        session.add(served)
        session.flush()
        served_id = served.id
    store(database, *(case(clock(), customer_id=served_id) for _ in range(12)))


@pytest.fixture
def every_page(desk: None) -> list[str]:
    return [path for path in dict.fromkeys(pages()) if path not in _NO_PAGES]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(
    window: OpenWindow, address: str, every_page: list[str], scheme: str
) -> None:
    page = window("/mine", role=Role.ADMIN, color_scheme=scheme, reduced_motion="reduce")  # nothing half faded

    found = {path: serious(page) for path in every_page if shown(page, address + path)}

    assert len(found) > 10
    assert {path: violations for path, violations in found.items() if violations} == {}


def test_no_page_is_wider_than_a_telephone(window: OpenWindow, address: str, every_page: list[str]) -> None:
    page = window("/mine", role=Role.ADMIN, viewport=_PHONE)

    wide = {path: width(page) for path in every_page if shown(page, address + path)}

    assert {path: found for path, found in wide.items() if found > _PHONE["width"]} == {}
    assert len(wide) > 10


def shown(page: Page, address: str) -> bool:
    """Whether the address leads to a page, and not to a part of one or a download; it is shown then."""
    answer = page.request.get(address)
    if not answer.ok or "<main" not in answer.text():
        return False
    page.goto(address)
    expect(page.locator("main")).to_be_visible()
    return True


def serious(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in violations
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.usefixtures("desk")
def test_a_chinese_word_beside_a_long_subject_stands_in_one_line(window: OpenWindow) -> None:
    page = window("/cases", role=Role.ADMIN, locale="zh-CN")

    team = page.locator("tbody tr").first.locator("td").nth(4)
    assert team.inner_text() == "基础设施"
    assert team.evaluate(LINES) == 1
