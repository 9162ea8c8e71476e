"""HEAD is answered wherever GET is, with the same headers and without the body."""

import http.client
from collections.abc import Iterator
from contextlib import closing

import pytest

from console.app import create_app
from console.auth.roles import Role
from console.services import Services
from tests.console_pages.browser import live_of
from tests.console_pages.conftest import LogIn
from tests.console_pages.test_roles import NEEDED, OPEN, concrete
from workers.web import WebServer

PAGES = sorted(concrete(path) for method, path in {*OPEN, *NEEDED} if method == "GET" and path != "/events")
OTHERS = ["/", "/healthz", "/readyz", "/openapi.json", "/api/v1/cases", "/nothing/at/all"]
# What is made anew for each answer.
_OWN = {"date", "set-cookie", "location", "etag"}


@pytest.fixture
def connection(services: Services) -> Iterator[http.client.HTTPConnection]:
    """To a real server, which keeps it open from one request to the next."""
    app = create_app(services)
    server = WebServer(app, "127.0.0.1", 0)
    with closing(http.client.HTTPConnection("127.0.0.1", server.start(), timeout=10)) as opened:
        yield opened
    app.state.live.close()
    server.stop()


def test_every_page_and_what_is_no_page_answers_a_head_as_it_does_a_get(log_in: LogIn) -> None:
    admin = log_in(Role.ADMIN)
    live_of(admin).close()

    for path in (*PAGES, *OTHERS):
        get, head = admin.client.get(path), admin.client.head(path)
        assert (head.status_code, head.content) == (get.status_code, b""), path
        assert set(head.headers) - _OWN == set(get.headers) - _OWN, path


def test_what_only_a_post_changes_is_not_there_for_a_head(log_in: LogIn) -> None:
    assert log_in(Role.ADMIN).client.head("/logout").status_code == 405


def test_who_is_not_logged_in_is_sent_to_the_log_in_by_a_head_too(connection: http.client.HTTPConnection) -> None:
    connection.request("HEAD", "/cases")
    answer = connection.getresponse()

    assert (answer.status, answer.headers["location"]) == (303, "/login?next=%2Fcases")
    assert answer.read() == b""


def test_a_head_of_a_stream_that_has_no_end_has_one(log_in: LogIn) -> None:
    answer = log_in().client.head("/events")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_the_connection_is_good_for_the_next_request(connection: http.client.HTTPConnection) -> None:
    said = []
    for method in ("HEAD", "GET", "HEAD", "GET"):
        connection.request(method, "/healthz")
        answer = connection.getresponse()
        said.append((answer.status, answer.headers["content-length"], answer.read()))

    head, get = (200, "15", b""), (200, "15", b'{"status":"ok"}')
    assert said == [head, get, head, get]
