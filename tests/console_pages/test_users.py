"""Administrators keep the users; users keep themselves."""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select
from starlette.testclient import TestClient

from console.app import create_app
from console.auth import passwords
from console.auth.roles import Role
from console.services import Services
from models.db import Database
from models.tables import AuditRow, SessionRow, UserLinkRow, UserRow
from models.values import TEAMS
from routing import profile as profiles
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import Answer, Browser, text
from tests.console_pages.conftest import PASSWORD, LogIn

EVE = "eve@firstline.example"
NEW = "another few words"
AddUser = Callable[..., None]
NewBrowser = Callable[[], Browser]


def user(database: Database, address: str = EVE) -> UserRow:
    with database.reading() as session:
        return session.scalars(select(UserRow).where(UserRow.address == address)).one()


def said(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(row.who, row.what) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


def link_in(answer: Answer) -> str:
    """The path of the link that a page shows once."""
    assert answer.status_code == 200, answer.text
    node = LexborHTMLParser(answer.text).css_first("code.secret")
    assert node is not None
    return urlsplit(node.text()).path


def open_link(browser: Browser, path: str, password: str = NEW, again: str = NEW) -> Answer:
    token = re.search(r'name="csrf" value="(\w+)"', browser.client.get(path).text)
    return browser.post(path, csrf=token[1] if token else "", password=password, again=again)


def is_in(browser: Browser) -> bool:
    return bool(browser.get("/mine").status_code == 200)


def test_who_is_added_sets_his_password_by_a_link_that_is_shown_once(
    log_in: LogIn, browser: NewBrowser, database: Database
) -> None:
    admin = log_in(Role.ADMIN)

    answer = admin.post("/users", address=EVE, name="Eve", role="supervisor")

    path = link_in(answer)
    token = path.rpartition("/")[2]
    with database.reading() as session:
        assert session.scalars(select(UserLinkRow.digest)).one() != token
    assert token not in admin.get("/users/2").text
    eve = browser()
    assert open_link(eve, path).headers["location"] == "/login"
    assert eve.log_in(EVE, NEW).status_code == 303
    assert text(eve.page("/mine"), "h1") == "Eve"
    assert open_link(browser(), path).status_code in (403, 404)
    assert said(database)[:3] == [
        ("admin@firstline.example", "user-added"),
        ("admin@firstline.example", "password-link"),
        (EVE, "password-set"),
    ]


def test_nobody_logs_in_before_the_link_was_used_nor_with_an_empty_password(
    log_in: LogIn, browser: NewBrowser, database: Database
) -> None:
    log_in(Role.ADMIN).post("/users", address=EVE, role="agent")

    assert user(database).password == ""
    for tried in (" ", "nobody has this password", EVE):
        assert browser().log_in(EVE, tried).status_code == 401


def test_a_link_is_good_for_a_day_and_until_there_is_another_one(
    log_in: LogIn, browser: NewBrowser, clock: Clock
) -> None:
    admin = log_in(Role.ADMIN)
    first = link_in(admin.post("/users", address=EVE, role="agent"))
    second = link_in(admin.post("/users/2/reset"))

    assert browser().get(first).status_code == 404
    assert browser().get(second).status_code == 200
    clock.forward(hours=24)
    assert browser().get(second).status_code == 404
    assert "good no more" in browser().get(second).text


def test_a_link_of_a_user_who_was_disabled_is_good_no_more(log_in: LogIn, browser: NewBrowser) -> None:
    admin = log_in(Role.ADMIN)
    path = link_in(admin.post("/users", address=EVE, role="agent"))

    admin.post("/users/2/disable")
    assert browser().get(path).status_code == 404
    admin.post("/users/2/enable")
    assert browser().get(path).status_code == 404


@pytest.mark.parametrize(("password", "again"), [("short", "short"), (NEW, f"{NEW}!"), ("x" * 1025, "x" * 1025)])
def test_a_password_that_cannot_be_does_not_use_the_link_up(
    log_in: LogIn, browser: NewBrowser, password: str, again: str
) -> None:
    path = link_in(log_in(Role.ADMIN).post("/users", address=EVE, role="agent"))
    eve = browser()

    assert open_link(eve, path, password, again).status_code == 422
    assert open_link(eve, path).status_code == 303


@pytest.mark.parametrize(
    "address", ["", "eve", "eve@", "a b@firstline.example", "a" * 101 + "@x.example", "ADMIN@firstline.example"]
)
def test_an_address_that_cannot_be_or_is_taken_is_refused(log_in: LogIn, database: Database, address: str) -> None:
    assert log_in(Role.ADMIN).post("/users", address=address, role="agent").status_code in (409, 422)

    with database.reading() as session:
        assert len(session.scalars(select(UserRow)).all()) == 1


def test_role_name_language_and_teams_are_changed_at_once_and_a_new_role_logs_out(
    log_in: LogIn, database: Database
) -> None:
    eve, admin = log_in(name="eve"), log_in(Role.ADMIN)

    answer = admin.client.post(
        "/users/1",
        data={
            "csrf": admin.csrf,
            "name": "Eve Chen",
            "role": "supervisor",
            "language": "zh-Hans",
            "team": ["security", "software"],
            "own_teams_only": "1",
        },
    )

    assert answer.status_code == 303
    row = user(database)
    assert (row.name, row.role, row.language, row.own_teams_only) == ("Eve Chen", "supervisor", "zh-Hans", True)
    assert row.teams == ["security", "software"]
    assert not is_in(eve)
    assert [what for _, what in said(database)] == ["user-described", "teams-set", "role-supervisor"]
    page = admin.get("/users/1").text
    assert page.count('name="team"') == len(TEAMS)
    assert page.count(" checked") == 3


def test_a_form_that_changes_nothing_logs_nobody_out_and_is_not_in_the_log(log_in: LogIn, database: Database) -> None:
    eve, admin = log_in(name="eve"), log_in(Role.ADMIN)

    admin.post("/users/1", name="Eve", role="agent", language="auto")

    assert is_in(eve)
    assert said(database) == []


def test_a_team_that_is_none_is_refused_and_every_scheme_has_these_teams(log_in: LogIn) -> None:
    log_in(name="eve")

    assert log_in(Role.ADMIN).post("/users/1", name="Eve", role="agent", language="auto", team="x").status_code == 409
    for name in profiles.names():
        assert {rule.team for rule in profiles.load(name).teams} <= set(TEAMS)


def test_who_is_disabled_or_logged_out_by_the_administrator_is_out(
    log_in: LogIn, browser: NewBrowser, database: Database
) -> None:
    eve, admin = log_in(name="eve"), log_in(Role.ADMIN)

    admin.post("/users/1/logout")
    assert not is_in(eve)
    assert browser().log_in(EVE, PASSWORD).status_code == 303
    admin.post("/users/1/disable")
    assert browser().log_in(EVE, PASSWORD).status_code == 401
    with database.reading() as session:
        assert session.scalars(select(SessionRow.user_id)).all() == [2]
    admin.post("/users/1/enable")
    assert browser().log_in(EVE, PASSWORD).status_code == 303


def test_what_somebody_works_on_is_on_his_page_and_a_colleague_takes_it_over(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    store(database, case(clock()), case(clock()))
    eve, max_, admin = log_in(name="eve"), log_in(name="max"), log_in(Role.ADMIN)
    eve.post("/cases/FL-000002/state", to="accepted")
    page = f"/users/{user(database).id}"

    shown = [link.text() for link in admin.page(page).css(".facts a")]
    assert eve.page("/cases/FL-000002").css('form[action$="/take-over"]') == []
    assert len(max_.page("/cases/FL-000002").css('form[action$="/take-over"]')) == 1
    taken = max_.post("/cases/FL-000002/take-over")

    assert (shown, taken.status_code) == (["FL-000002"], 303)
    assert admin.page(page).css(".facts a") == []
    assert "from eve@firstline.example" in text(max_.page("/cases/FL-000002"), ".timeline")
    assert said(database)[-1] == ("max@firstline.example", "taken over")


def test_a_reset_ends_the_old_password_at_once(log_in: LogIn, browser: NewBrowser) -> None:
    eve, admin = log_in(name="eve"), log_in(Role.ADMIN)

    path = link_in(admin.post("/users/1/reset"))

    assert not is_in(eve)
    assert browser().log_in(EVE, PASSWORD).status_code == 401
    open_link(browser(), path)
    assert browser().log_in(EVE, NEW).status_code == 303


@pytest.mark.parametrize("act", ["disable", "demote"])
def test_the_last_administrator_neither_disables_nor_demotes_himself(
    log_in: LogIn, add_user: AddUser, database: Database, act: str
) -> None:
    add_user(Role.ADMIN, name="gone", is_disabled=True)
    admin = log_in(Role.ADMIN)

    def ask() -> int:
        if act == "disable":
            return int(admin.post("/users/2/disable").status_code)
        return int(admin.post("/users/2", name="Admin", role="agent", language="auto").status_code)

    assert ask() == 409
    assert is_in(admin)
    add_user(Role.ADMIN, name="other")
    assert ask() == 303
    assert not is_in(admin)


def test_the_list_says_who_came_when(log_in: LogIn, browser: NewBrowser, add_user: AddUser, clock: Clock) -> None:
    add_user(name="eve")
    browser().log_in(EVE, PASSWORD)
    clock.forward(hours=2)
    admin = log_in(Role.ADMIN)

    rows = [" ".join(row.text().split()) for row in admin.page("/users").css("tbody tr")]

    assert "never" in rows[0]
    assert "2 h ago" in rows[1]
    assert admin.get("/users/99").status_code == 404


def test_the_link_leads_to_where_the_desk_is_reached(services: Services, log_in: LogIn) -> None:
    public = replace(services, pages=replace(services.pages, public_url="https://desk.example"))
    admin = Browser(TestClient(create_app(public), follow_redirects=False))
    admin.use(log_in(Role.ADMIN).client.cookies["firstline"])

    assert "https://desk.example/welcome/" in admin.post("/users", address=EVE, role="agent").text


def test_a_user_changes_his_own_password_and_is_out_everywhere_else(
    browser: NewBrowser, add_user: AddUser, database: Database
) -> None:
    add_user(name="eve")
    here, there = browser(), browser()
    for each in (here, there):
        each.log_in(EVE, PASSWORD)

    assert here.post("/mine/password", current="wrong", password=NEW, again=NEW).status_code == 422
    assert here.post("/mine/password", current=PASSWORD, password=NEW, again="other").status_code == 422
    assert here.post("/mine/password", current=PASSWORD, password="short", again="short").status_code == 422
    answer = here.post("/mine/password", current=PASSWORD, password=NEW, again=NEW)

    assert "The password is changed" in answer.text
    assert is_in(here)
    assert not is_in(there)
    assert passwords.is_right(user(database).password, NEW)
    assert [what for _, what in said(database)] == ["login", "login", "password-refused", "password-changed"]


def test_guessing_ones_own_password_is_counted_as_at_the_login(log_in: LogIn) -> None:
    eve = log_in(name="eve")
    for _ in range(10):
        eve.post("/mine/password", current="wrong", password=NEW, again=NEW)

    assert eve.post("/mine/password", current=PASSWORD, password=NEW, again=NEW).status_code == 429


def test_a_user_sees_where_he_is_logged_in_and_logs_out_there(
    browser: NewBrowser, add_user: AddUser, log_in: LogIn, clock: Clock
) -> None:
    add_user(name="eve")
    here, there = browser(), browser()
    for each in (there, here):
        each.log_in(EVE, PASSWORD)
        clock.forward(minutes=10)
    stranger = log_in(Role.ADMIN)

    page = here.page("/mine")
    assert len(page.css("tbody tr")) == 2
    assert text(page, "tbody tr .pill") == "here"
    other = page.css_first('[name="session"]')
    assert other is not None
    key = other.attributes["value"]
    stranger.post("/mine/sessions/end", session=key)
    assert is_in(there)
    here.post("/mine/sessions/end", session=key)

    assert not is_in(there)
    assert is_in(here)
    there.log_in(EVE, PASSWORD)
    here.post("/mine/sessions/others")
    assert not is_in(there)
