"""Logging in, staying logged in, and being logged out."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from console.auth import sessions, tries
from console.auth.roles import Role
from console.pages.gate import cookie_name
from console.services import Services
from models.db import Database
from models.tables import AuditRow, SessionRow, UserRow
from tests.conftest import Clock
from tests.console_pages.browser import Browser
from tests.console_pages.conftest import PASSWORD, LogIn

ANN = "ann@firstline.example"
AddUser = Callable[..., None]
NewBrowser = Callable[[], Browser]


def is_in(browser: Browser) -> bool:
    return bool(browser.get("/mine").status_code == 200)


def test_who_gives_the_right_password_is_let_in_and_sent_to_where_he_wanted(
    browser: NewBrowser, add_user: AddUser
) -> None:
    add_user(name="ann")
    ann = browser()

    answer = ann.log_in(ANN.upper(), PASSWORD, next="/cases?level=1")

    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?level=1")
    assert is_in(ann)


@pytest.mark.parametrize(("address", "password"), [(ANN, "wrong"), ("eve@firstline.example", PASSWORD), (ANN, "")])
def test_a_wrong_name_or_password_is_refused_in_the_same_words(
    browser: NewBrowser, add_user: AddUser, address: str, password: str
) -> None:
    add_user(name="ann")
    stranger = browser()

    answer = stranger.log_in(address, password or " ")

    assert answer.status_code == 401
    assert "do not go together" in answer.text
    assert not is_in(stranger)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites_and_its_key_is_not_stored(
    browser: NewBrowser, add_user: AddUser, database: Database
) -> None:
    add_user(name="ann")
    ann = browser()

    cookie = ann.log_in(ANN, PASSWORD).headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    key = cookie.partition("=")[2].partition(";")[0]
    assert len(key) == 64
    with database.reading() as session:
        [row] = session.scalars(select(SessionRow))
    assert row.key_hash != key


def test_a_disabled_user_is_not_let_in_and_one_who_is_in_is_out(
    browser: NewBrowser, log_in: LogIn, database: Database
) -> None:
    ann = log_in(name="ann")
    with database.transaction() as session:
        session.scalars(select(UserRow)).one().is_disabled = True

    assert not is_in(ann)
    assert browser().log_in(ANN, PASSWORD).status_code == 401


def test_ten_wrong_passwords_and_the_right_one_is_refused_for_a_quarter_of_an_hour(
    browser: NewBrowser, add_user: AddUser, clock: Clock
) -> None:
    add_user(name="ann")
    ann = browser()
    for _ in range(tries.LIMITS["name"]):
        assert ann.log_in(ANN, "wrong").status_code == 401

    assert ann.log_in(ANN, PASSWORD).status_code == 429
    clock.forward(minutes=16)
    assert ann.log_in(ANN, PASSWORD).status_code == 303


def test_a_session_lasts_a_shift_from_the_last_look_and_no_longer_than_a_week(log_in: LogIn, clock: Clock) -> None:
    ann = log_in(name="ann")

    lasted = 0
    while is_in(ann):
        clock.forward(hours=11)
        lasted += 11

    assert 24 * 7 <= lasted <= 24 * 7 + 11
    lasting = log_in(name="eve")
    clock.forward(hours=12, minutes=1)
    assert not is_in(lasting)


def test_who_logs_out_is_out_even_with_the_old_cookie(log_in: LogIn) -> None:
    ann = log_in(name="ann")
    cookies = dict(ann.client.cookies)

    ann.post("/logout")

    ann.client.cookies.update(cookies)
    assert not is_in(ann)


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:1", ""])
def test_nobody_is_sent_elsewhere_after_logging_in(browser: NewBrowser, add_user: AddUser, next: str) -> None:
    add_user(name="ann")

    assert browser().log_in(ANN, PASSWORD, next=next).headers["location"] == "/"


def test_a_login_form_that_another_site_made_is_refused(browser: NewBrowser, add_user: AddUser) -> None:
    add_user(name="ann")
    ann = browser()
    ann.get("/login")

    answer = ann.post("/login", csrf=sessions.csrf("guessed"), address=ANN, password=PASSWORD)

    assert answer.status_code == 403


def test_logging_in_and_failing_to_is_in_a_log_that_nobody_can_change(
    browser: NewBrowser, add_user: AddUser, database: Database
) -> None:
    add_user(name="ann")
    browser().log_in(ANN, "wrong")
    browser().log_in(ANN, PASSWORD)

    with database.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()

    assert [(row.what, row.who, row.client) for row in rows] == [
        ("login-refused", ANN, "testclient"),
        ("login", ANN, "testclient"),
    ]
    for statement in ("UPDATE audit SET who = 'nobody'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
            session.execute(text(statement))


def test_with_https_the_cookie_is_for_https_alone(services: Services) -> None:
    secure = replace(services, pages=replace(services.pages, is_https=True))

    assert cookie_name(secure) == "__Host-firstline"


def test_language_and_theme_are_the_browsers_until_the_user_chooses(log_in: LogIn) -> None:
    ann = log_in(Role.VIEWER, name="ann")

    before = ann.get("/mine", accept_language="zh-CN,zh;q=0.9,en;q=0.5").text
    ann.post("/mine", theme="dark", language="en", back="/cases")
    after = ann.get("/mine", accept_language="zh-CN,zh;q=0.9,en;q=0.5").text

    assert 'lang="zh-Hans" data-theme="auto"' in before
    assert "处理工单" not in before
    assert "查看者" in before
    assert 'lang="en" data-theme="dark"' in after
