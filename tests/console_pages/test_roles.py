"""Every route of the pages times every role, and nobody at all."""

from collections.abc import Callable, Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from console.auth.roles import Role, allows
from console.pages import site
from tests.conftest import Clock
from tests.console_pages.browser import Browser, live_of
from tests.console_pages.conftest import LogIn

OPEN = {
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/code"),
    ("POST", "/login/code"),
    ("GET", "/login/provider"),
    ("GET", "/login/provider/callback"),
    ("GET", "/welcome/{token}"),
    ("POST", "/welcome/{token}"),
    ("GET", "/static/{digest}/{name}"),
}
NEEDED = {
    ("GET", "/events"): Role.VIEWER,
    ("GET", "/mine"): Role.VIEWER,
    ("POST", "/mine"): Role.VIEWER,
    ("POST", "/mine/password"): Role.VIEWER,
    ("POST", "/mine/sessions/end"): Role.VIEWER,
    ("POST", "/mine/sessions/others"): Role.VIEWER,
    ("GET", "/mine/totp"): Role.VIEWER,
    ("POST", "/mine/totp"): Role.VIEWER,
    ("GET", "/mine/totp/qr.svg"): Role.VIEWER,
    ("POST", "/mine/totp/confirm"): Role.VIEWER,
    ("POST", "/mine/totp/codes"): Role.VIEWER,
    ("POST", "/mine/totp/off"): Role.VIEWER,
    ("POST", "/logout"): Role.VIEWER,
    ("GET", "/cases"): Role.VIEWER,
    ("GET", "/cases/tabs"): Role.VIEWER,
    ("POST", "/cases/lists"): Role.VIEWER,
    ("POST", "/cases/lists/{list_id}/remove"): Role.VIEWER,
    ("GET", "/cases/{number}"): Role.VIEWER,
    ("GET", "/cases/{number}/news"): Role.VIEWER,
    ("GET", "/cases/{number}/reports/{report_id}/attachments/{sha256}"): Role.VIEWER,
    ("GET", "/cases/{number}/reports/{report_id}/html"): Role.VIEWER,
    ("GET", "/cases/{number}/reports/{report_id}/raw"): Role.AGENT,
    ("GET", "/cases/{number}/reports/{report_id}/recording"): Role.VIEWER,
    ("POST", "/cases/{number}/consent"): Role.AGENT,
    ("GET", "/cases/{number}/merge"): Role.AGENT,
    ("GET", "/cases/{number}/others"): Role.AGENT,
    ("POST", "/cases/{number}/links"): Role.AGENT,
    ("POST", "/cases/{number}/merge"): Role.AGENT,
    ("POST", "/cases/{number}/met"): Role.AGENT,
    ("GET", "/cases/{number}/customers"): Role.AGENT,
    ("POST", "/cases/{number}/customer"): Role.AGENT,
    ("POST", "/cases/{number}/note"): Role.AGENT,
    ("GET", "/cases/{number}/known"): Role.VIEWER,
    ("POST", "/cases/{number}/take-over"): Role.AGENT,
    ("POST", "/cases/{number}/preview"): Role.AGENT,
    ("POST", "/cases/{number}/reply"): Role.AGENT,
    ("POST", "/cases/{number}/split"): Role.AGENT,
    ("POST", "/cases/{number}/state"): Role.AGENT,
    ("POST", "/cases/{number}/unlink"): Role.AGENT,
    ("POST", "/cases/{number}/unmerge"): Role.AGENT,
    ("GET", "/audit"): Role.SUPERVISOR,
    ("GET", "/classifier"): Role.VIEWER,
    ("GET", "/deadlines"): Role.VIEWER,
    ("GET", "/directory"): Role.VIEWER,
    ("GET", "/intake"): Role.VIEWER,
    ("GET", "/intake/aside"): Role.VIEWER,
    ("GET", "/intake/outgoing"): Role.VIEWER,
    ("GET", "/intake/held"): Role.VIEWER,
    ("POST", "/intake/held/send"): Role.SUPERVISOR,
    ("POST", "/intake/held/drop"): Role.SUPERVISOR,
    ("GET", "/intake/reports/{report_id}/raw"): Role.AGENT,
    ("POST", "/intake/reports/{report_id}/retry"): Role.AGENT,
    ("POST", "/intake/reports/{report_id}/release"): Role.SUPERVISOR,
    ("POST", "/intake/reports/{report_id}/discard"): Role.SUPERVISOR,
    ("POST", "/intake/breakers/close"): Role.SUPERVISOR,
    ("POST", "/intake/dead/revive"): Role.SUPERVISOR,
    ("GET", "/rota"): Role.VIEWER,
    ("POST", "/rota/shifts"): Role.SUPERVISOR,
    ("POST", "/rota/shifts/{shift_id}/off"): Role.SUPERVISOR,
    ("GET", "/schemes"): Role.VIEWER,
    ("GET", "/schemes/simulator"): Role.VIEWER,
    ("GET", "/schemes/{name}"): Role.VIEWER,
    ("GET", "/schemes/{name}/letters"): Role.VIEWER,
    ("GET", "/schemes/{name}/letters/{kind}.html"): Role.VIEWER,
    ("GET", "/directory/lists"): Role.ADMIN,
    ("POST", "/directory/lists"): Role.ADMIN,
    ("POST", "/directory/lists/take-in"): Role.ADMIN,
    ("POST", "/directory/lists/forget"): Role.ADMIN,
    ("POST", "/directory/lists/export"): Role.ADMIN,
    ("GET", "/classifier/models/{version}/report"): Role.VIEWER,
    ("POST", "/classifier/models/{version}/evaluate"): Role.ADMIN,
    ("POST", "/classifier/models/{version}/promote"): Role.ADMIN,
    ("POST", "/classifier/back"): Role.ADMIN,
    ("POST", "/classifier/ledger"): Role.SUPERVISOR,
    ("GET", "/intake/reports/{report_id}/edit"): Role.SUPERVISOR,
    ("POST", "/intake/reports/{report_id}/edit"): Role.SUPERVISOR,
    ("GET", "/intake/reports/{report_id}/original"): Role.AGENT,
    ("GET", "/reports"): Role.VIEWER,
    ("GET", "/reports/customers"): Role.VIEWER,
    ("GET", "/reports/desk.csv"): Role.VIEWER,
    ("GET", "/reports/monthly"): Role.VIEWER,
    ("GET", "/reports/accident/{number}"): Role.VIEWER,
    ("GET", "/review"): Role.VIEWER,
    ("GET", "/review/list"): Role.VIEWER,
    ("GET", "/review/{number}"): Role.VIEWER,
    ("GET", "/review/{number}/presence"): Role.VIEWER,
    ("POST", "/review/{number}"): Role.AGENT,
    ("POST", "/review/{number}/undo"): Role.AGENT,
    ("GET", "/users"): Role.ADMIN,
    ("POST", "/users"): Role.ADMIN,
    ("GET", "/users/{user_id}"): Role.ADMIN,
    ("POST", "/users/{user_id}"): Role.ADMIN,
    ("POST", "/users/{user_id}/disable"): Role.ADMIN,
    ("POST", "/users/{user_id}/enable"): Role.ADMIN,
    ("POST", "/users/{user_id}/reset"): Role.ADMIN,
    ("POST", "/users/{user_id}/logout"): Role.ADMIN,
    ("POST", "/users/{user_id}/totp-reset"): Role.ADMIN,
    ("GET", "/privacy"): Role.ADMIN,
    ("POST", "/privacy"): Role.ADMIN,
    ("POST", "/privacy/export"): Role.ADMIN,
    ("POST", "/privacy/erase"): Role.ADMIN,
    ("GET", "/webhooks"): Role.ADMIN,
    ("POST", "/webhooks"): Role.ADMIN,
    ("GET", "/webhooks/{webhook_id}"): Role.ADMIN,
    ("POST", "/webhooks/{webhook_id}/secret"): Role.ADMIN,
    ("POST", "/webhooks/{webhook_id}/switch"): Role.ADMIN,
    ("POST", "/webhooks/{webhook_id}/test"): Role.ADMIN,
    ("POST", "/webhooks/{webhook_id}/remove"): Role.ADMIN,
    ("POST", "/webhooks/{webhook_id}/deliveries/{delivery_id}/resend"): Role.ADMIN,
}
NAMES = {
    "{number}": "FL-000001",
    "{report_id}": "r1",
    "{list_id}": "1",
    "{sha256}": "0" * 64,
    "{scope}": "address",
    "{user_id}": "999",
    "{webhook_id}": "w1",
    "{delivery_id}": "d1",
}
NAMES |= {"{shift_id}": "1", "{name}": "yilong", "{kind}": "status", "{version}": "abc123"}


def routes() -> Iterator[tuple[str, str]]:
    for part in site.PARTS:
        found: list[BaseRoute] = part.router.routes
        for route in found:
            assert isinstance(route, APIRoute)
            for method in route.methods or ():
                yield method, route.path


def concrete(path: str) -> str:
    for name, value in NAMES.items():
        path = path.replace(name, value)
    return path.replace("{key}", "a@b.example").replace("{address}", "a@b.example").replace("{clock}", "respond")


def ask(browser: Browser, method: str, path: str, csrf: str | None = None) -> int:
    if method == "GET":
        return int(browser.get(concrete(path)).status_code)
    return int(browser.post(concrete(path), csrf=csrf).status_code)


def test_the_list_above_has_every_route() -> None:
    assert set(routes()) == OPEN | set(NEEDED)


@pytest.mark.parametrize(("method", "path"), NEEDED)
def test_who_is_not_logged_in_is_sent_to_the_login(browser: Callable[[], Browser], method: str, path: str) -> None:
    stranger = browser()

    assert ask(stranger, method, path) == 303
    answer = stranger.client.request(method, concrete(path), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-retarget"]) == (
        401,
        "#notice",
    )  # he may be writing
    assert 'href="/login"' in answer.text


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_is_its_own_and_nothing_else(log_in: LogIn, clock: Clock, role: Role) -> None:
    browser = log_in(role)
    live_of(browser).close()  # else its stream does not end

    for (method, path), needed in NEEDED.items():
        if path == "/logout":
            continue
        refused = ask(browser, method, path) == 403
        assert refused != allows(role, needed), (method, path)


@pytest.mark.parametrize(("method", "path"), [key for key in NEEDED if key[0] != "GET"])
def test_nothing_is_changed_without_the_token_of_the_session(log_in: LogIn, method: str, path: str) -> None:
    admin = log_in(Role.ADMIN)
    other = log_in(Role.ADMIN, name="eve")

    for csrf in ("", "0" * 64, other.csrf):
        assert ask(admin, method, path, csrf) == 403
