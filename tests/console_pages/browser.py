"""A browser without a window: it keeps cookies, and fills in what a form hides."""

import re
from typing import Any

from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from console.auth import sessions
from console.pages.live import Live

# The tests' client calls itself http://testserver.
Answer = Any


class Browser:
    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.csrf = ""

    def get(self, path: str, **headers: str) -> Answer:
        answer = self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        if found := re.search(r'"X-CSRF-Token": "(\w+)"', answer.text):
            self.csrf = found[1]
        return answer

    def page(self, path: str, **headers: str) -> LexborHTMLParser:
        """The page at `path`, which has to be there."""
        answer = self.get(path, **headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return LexborHTMLParser(answer.text)

    def post(self, path: str, csrf: str | None = None, **fields: object) -> Answer:
        """Send a form, with the token of the last page unless another is given."""
        data = {name: str(value) for name, value in fields.items()}
        return self.client.post(path, data={"csrf": self.csrf if csrf is None else csrf, **data})

    def use(self, key: str) -> None:
        """Go on as who has the session of that key."""
        self.client.cookies.set("firstline", key)
        self.csrf = sessions.csrf(key)

    def log_in(self, address: str, password: str, next: str = "/") -> Answer:
        form = self.client.get(f"/login?next={next}").text
        token = re.search(r'name="csrf" value="(\w+)"', form)
        assert token is not None
        answer = self.post("/login", csrf=token[1], address=address, password=password, next=next)
        if answer.status_code == 303:
            self.get("/mine")  # every page tells the session's token
        return answer


def text(page: LexborHTMLParser, selector: str) -> str:
    """What stands in the first element that `selector` finds."""
    node = page.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text().split())


def live_of(browser: Browser) -> Live:
    """What tells the pages of that browser's server."""
    assert isinstance(browser.client.app, FastAPI)
    live = browser.client.app.state.live
    assert isinstance(live, Live)
    return live
