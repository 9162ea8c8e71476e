"""Real Chromium windows on the pages of a real server."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from console.app import create_app
from console.auth import sessions
from console.auth.roles import Role
from console.services import Services
from models.tables import UserRow
from tests.servers import require_binary
from workers.web import WebServer

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_DESKTOP = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}
OpenWindow = Callable[..., Page]
# A form with what is wrong in it, or what cannot be done: the page says so.
_REFUSED = re.compile("the server responded with a status of (409|422)")


# For a module, not for the session: Playwright keeps an event loop running in this thread, and no other test can have
# one of its own meanwhile.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = require_binary("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(services: Services) -> Iterator[str]:
    app = create_app(services)
    server = WebServer(app, "127.0.0.1", 0)
    port = server.start()
    yield f"http://127.0.0.1:{port}"
    app.state.live.close()
    server.stop()


@pytest.fixture
def window(chromium: Browser, address: str, services: Services, add_user: Callable[..., None]) -> Iterator[OpenWindow]:
    """Opens windows in which a new user is logged in, with Playwright's options of a context. What the browser
    complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error" and not _REFUSED.search(message.text):
            complaints.append(message.text)

    def open_window(path: str, role: Role = Role.AGENT, name: str = "", **options: Any) -> Page:
        add_user(role, name)
        with services.database.transaction() as session:
            user_id = session.query(UserRow.id).order_by(UserRow.id.desc()).limit(1).scalar()
            key = sessions.begin(session, user_id, "127.0.0.1", services.clock())
        context = chromium.new_context(**_DESKTOP | options)
        contexts.append(context)
        context.add_cookies([{"name": "firstline", "value": key, "url": address}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + path)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []
