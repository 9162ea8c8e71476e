"""The pictures of the pages in docs/screens: `python -m tests.screens` (or `make screens`) takes them anew.

A Firstline of its own plays the demonstration's reports, in a temporary folder; Chromium looks at each page.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, StorageState, ViewportSize, sync_playwright
from rich.console import Console

from tests.console_pages.windows.conftest import CHROMIUM_ARGUMENTS
from tests.servers import require_binary
from workers.demo.desk import USER, add_user, free_port, play
from workers.demo.reports import FIXTURES
from workers.process import Firstline

SCREENS = Path(__file__).parents[1] / "docs" / "screens"


@dataclass(frozen=True, slots=True)
class Screen:
    """A picture `name`.png of the page at `path`."""

    name: str
    path: str
    language: str = "en-GB"
    scheme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 800


SHOWN = (
    Screen("review", "/review"),
    Screen("review-dark-zh", "/review", language="zh-CN", scheme="dark"),
    Screen("review-phone", "/review", width=390, height=844),
    Screen("cases", "/cases"),
    Screen("case", "/cases/FL-000001", height=1100),
    Screen("deadlines", "/deadlines"),
    Screen("intake", "/intake"),
    Screen("aside", "/intake/aside"),
    Screen("outgoing", "/intake/outgoing"),
    Screen("classifier", "/classifier"),
    Screen("directory", "/directory"),
    Screen("reports", "/reports", height=1500),
    Screen("customer-reports", "/reports/customers"),
    Screen("rota", "/rota"),
    Screen("schemes", "/schemes/yilong", height=1100),
    Screen("simulator", "/schemes/simulator?profile=yilong&level=1&category=hardware&go=1", height=1100),
    Screen("letters", "/schemes/yilong/letters", height=1100),
    Screen("lists", "/directory/lists"),
    Screen("users", "/users"),
    Screen("webhooks", "/webhooks"),
    Screen("mine", "/mine"),
    Screen("audit", "/audit"),
)


# What is typed at each case of the review queue before Enter: nothing confirms it, a digit sets the level.
_JUDGED = ("", "", "2", "", "", "", "3", "", "", "2")


@dataclass(frozen=True, slots=True)
class Desk:
    """A running Firstline at `address`, and a user who can log in there."""

    address: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A browser, and what it keeps of who is logged in at `address`."""

    browser: Browser
    address: str
    kept: StorageState


@contextmanager
def running_desk() -> Iterator[Desk]:
    """A desk that has had the demonstration's reports."""
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder:
        firstline = Firstline(Path(folder), free_port(), free_port())
        firstline.run("directory", "import", str(FIXTURES / "customers"))
        firstline.run("knowledge", "import", str(FIXTURES / "knowledge"))
        password = add_user(firstline)
        try:
            firstline.start()
            firstline.wait_until_ready()
            play(firstline, console)
            yield Desk(f"http://127.0.0.1:{firstline.web_port}", USER, password)
        finally:
            firstline.stop()


def log_in(browser: Browser, desk: Desk) -> Seat:
    page = browser.new_page()
    page.goto(f"{desk.address}/login")
    page.fill("[name=address]", desk.user)
    page.fill("[name=password]", desk.password)
    page.click("main button")
    kept = page.context.storage_state()
    page.close()
    return Seat(browser, desk.address, kept)


@contextmanager
def opened(seat: Seat, screen: Screen) -> Iterator[Page]:
    """The page of that screen in a window of its own, once the number of waiting cases stands in it."""
    viewport: ViewportSize = {"width": screen.width, "height": screen.height}
    context = seat.browser.new_context(
        viewport=viewport, locale=screen.language, color_scheme=screen.scheme, storage_state=seat.kept
    )
    page = context.new_page()
    page.goto(seat.address + screen.path)
    page.locator("[data-review-count]:not(:empty)").wait_for(state="attached")
    yield page
    context.close()


def work(seat: Seat) -> None:
    """An hour of an agent's day: some judgements confirmed, some corrected, a case accepted."""
    with opened(seat, Screen("", "/review")) as page:
        for keys in _JUDGED:
            waiting = page.locator("aside h2").inner_text()
            page.keyboard.type(keys)
            page.keyboard.press("Enter")
            page.locator("aside h2").filter(has_not_text=waiting).wait_for()
    with opened(seat, Screen("", "/cases/FL-000001")) as page:
        page.get_by_role("button", name="Accept", exact=True).click()
        page.get_by_role("button", name="Accept", exact=True).wait_for(state="detached")


def main() -> None:
    parser = argparse.ArgumentParser(prog="screens", description="Take the pictures of the pages anew.")
    parser.add_argument("--folder", type=Path, default=SCREENS, help="where they go")
    parser.add_argument("names", nargs="*", help="only these (default: all)")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    program = require_binary("chromium", "chromium")
    with running_desk() as desk, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        seat = log_in(browser, desk)
        work(seat)
        for screen in SHOWN:
            if options.names and screen.name not in options.names:
                continue
            with opened(seat, screen) as page:
                page.screenshot(path=options.folder / f"{screen.name}.png")
        browser.close()


if __name__ == "__main__":
    main()
