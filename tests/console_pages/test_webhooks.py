"""The page of the webhooks, for admins."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from console.auth.roles import Role
from models.db import Database
from models.tables import AuditRow, DeliveryRow, WebhookRow
from tests.console_pages.browser import Browser, text
from tests.console_pages.conftest import LogIn

URL = "https://hooks.example/desk"


def stored(database: Database, table: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def added(browser: Browser, database: Database) -> str:
    """A receiver; returns the address of its page."""
    browser.get("/webhooks")
    assert browser.post("/webhooks", url=URL, events="case.created").status_code == 200
    return f"/webhooks/{stored(database, WebhookRow)[-1].id}"


def test_an_admin_adds_a_receiver_and_sees_its_secret_once(log_in: LogIn, database: Database) -> None:
    browser = log_in(Role.ADMIN)
    browser.get("/webhooks")

    answer = browser.post("/webhooks", url=f" {URL} ", events="case.breached", description="the chat")

    [hook] = stored(database, WebhookRow)
    assert (hook.url, hook.events, hook.description) == (URL, ["case.breached"], "the chat")
    assert hook.secret in answer.text
    assert hook.secret not in browser.get(f"/webhooks/{hook.id}").text
    assert URL in text(browser.page("/webhooks"), "table")
    assert [(row.what, row.about) for row in stored(database, AuditRow)] == [("webhook added", URL)]


def test_an_address_that_is_not_told_is_refused_with_what_to_write(log_in: LogIn, database: Database) -> None:
    browser = log_in(Role.ADMIN)
    browser.get("/webhooks")

    answer = browser.post("/webhooks", url="http://hooks.example/")

    assert answer.status_code == 422
    assert "write https://" in answer.text
    assert 'value="http://hooks.example/"' in answer.text  # to be mended
    assert stored(database, WebhookRow) == []


def test_a_test_is_queued_and_listed_and_can_be_sent_again(log_in: LogIn, database: Database) -> None:
    browser = log_in(Role.ADMIN)
    where = added(browser, database)

    assert browser.post(f"{where}/test").status_code == 303
    [delivery] = stored(database, DeliveryRow)
    with database.transaction() as session:
        row = session.get_one(DeliveryRow, delivery.id)
        row.state, row.due_at, row.answer, row.error = "failed", None, 500, "the receiver answered 500"

    page = text(browser.page(where), "table")
    assert "webhook.test" in page
    assert "the receiver answered 500" in page
    assert browser.post(f"{where}/deliveries/{delivery.id}/resend").status_code == 303
    assert stored(database, DeliveryRow)[0].state == "pending"


def test_a_receiver_is_switched_off_on_and_removed_and_the_log_says_who_did(log_in: LogIn, database: Database) -> None:
    browser = log_in(Role.ADMIN)
    where = added(browser, database)

    browser.post(f"{where}/switch", on="false")
    off = stored(database, WebhookRow)[0].disabled_because
    refused = browser.post(f"{where}/test")
    browser.post(f"{where}/switch", on="true")
    on = stored(database, WebhookRow)[0].disabled_because
    browser.post(f"{where}/remove")

    assert (off, on) == ("switched off by admin@firstline.example", None)
    assert refused.status_code == 409
    assert stored(database, WebhookRow) == []
    whats = [row.what for row in stored(database, AuditRow)]
    assert whats == ["webhook added", "webhook switched off", "webhook switched on", "webhook removed"]


def test_a_new_secret_is_shown_on_the_page_that_answers(log_in: LogIn, database: Database) -> None:
    browser = log_in(Role.ADMIN)
    where = added(browser, database)
    before = stored(database, WebhookRow)[0].secret

    answer = browser.post(f"{where}/secret")

    [shown] = re.findall(r"whsec_[\w+/=]+", answer.text.replace("&#43;", "+"))
    assert shown == stored(database, WebhookRow)[0].secret != before


def test_only_an_admin_finds_the_page_in_his_menu(log_in: LogIn, browser: Callable[[], Browser]) -> None:
    assert 'href="/webhooks"' in log_in(Role.ADMIN).get("/mine").text
    assert 'href="/webhooks"' not in log_in(Role.SUPERVISOR).get("/mine").text
