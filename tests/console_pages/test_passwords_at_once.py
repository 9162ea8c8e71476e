"""A password that is changed while somebody else has it reset, or changes it, too: what began first does not win."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pyotp
import pytest
from sqlalchemy import select, text

from console.auth import links, passwords, people, sessions, totp
from console.auth.people import By
from console.services import Services
from models.db import Database
from models.tables import SessionRow, UserLinkRow, UserRow
from tests.conftest import Clock
from tests.console_pages.browser import Answer, Browser
from tests.console_pages.conftest import PASSWORD
from tests.waiting import wait_until

EVE = "eve@firstline.example"
NEW, OTHER = "another horse battery", "a third horse battery"


@contextmanager
def compared_later() -> Iterator[Callable[[int], None]]:
    """Nobody's password is compared within; gives what waits until so many are to be."""
    turn = passwords._TURN
    turn.acquire(), turn.acquire()
    try:
        yield lambda count: wait_until(lambda: len(turn._cond._waiters) == count)  # type: ignore[attr-defined]
    finally:
        turn.release(2)


@pytest.fixture
def begun() -> Iterator[Callable[..., "Future[Answer]"]]:
    """Has a browser send a form, and does not wait for the answer."""
    with ThreadPoolExecutor(4) as pool:
        yield lambda browser, path, **fields: pool.submit(browser.post, path, **fields)


@pytest.fixture
def eve(browser: Callable[[], Browser], add_user: Callable[..., None]) -> Browser:
    add_user(name="eve")
    found = browser()
    found.log_in(EVE, PASSWORD)
    return found


def stored(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(UserRow.password).where(UserRow.address == EVE)).one()


def reset(database: Database, clock: Clock) -> str:
    with database.transaction() as session:
        return people.reset_password(session, By("admin", "", clock()), people.named(session, EVE))


@pytest.mark.every_backend
def test_a_change_that_a_reset_has_overtaken_changes_nothing(
    eve: Browser, database: Database, clock: Clock, begun: Callable[..., "Future[Answer]"]
) -> None:
    with compared_later() as are_waiting:
        answer = begun(eve, "/mine/password", current=PASSWORD, password=NEW, again=NEW)
        are_waiting(1)
        reset(database, clock)

    assert answer.result().status_code == 422
    assert stored(database) == ""


@pytest.mark.every_backend
def test_of_two_changes_at_once_the_second_is_told_that_the_password_is_another_one(
    eve: Browser, database: Database, begun: Callable[..., "Future[Answer]"]
) -> None:
    with compared_later() as are_waiting:
        answers = [begun(eve, "/mine/password", current=PASSWORD, password=each, again=each) for each in (NEW, OTHER)]
        are_waiting(2)

    assert sorted(answer.result().status_code for answer in answers) == [200, 422]
    [first] = [new for new, answer in zip((NEW, OTHER), answers, strict=True) if answer.result().status_code == 200]
    assert passwords.is_right(stored(database), first)


@pytest.mark.every_backend
def test_a_link_that_is_used_while_the_password_is_reset_does_not_outlast_the_reset(
    eve: Browser, database: Database, clock: Clock
) -> None:
    link = reset(database, clock)
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            row = links.find(session, link, clock(), locked=True)
            assert row is not None
            people.set_password(session, By(EVE, "", clock()), row, "what the link's holder chose")
            session.flush()
            second = pool.submit(reset, database, clock)
            wait_until(lambda: is_waited_for(database))
        second.result()

    assert stored(database) == ""
    with database.reading() as session:
        assert len(session.scalars(select(UserLinkRow.digest)).all()) == 1


@pytest.mark.every_backend
def test_a_code_that_is_shown_while_the_password_is_reset_lets_nobody_in(
    browser: Callable[[], Browser],
    eve: Browser,
    services: Services,
    database: Database,
    clock: Clock,
    begun: Callable[..., "Future[Answer]"],
) -> None:
    with database.transaction() as session:
        user_id = people.named(session, EVE).id
        totp.begin(session, user_id, services.pages.ways.vault)
        session.flush()
        secret = totp.pending(session, user_id, services.pages.ways.vault)
        assert secret is not None
        totp.confirm(session, user_id, pyotp.TOTP(secret).at(clock()), services.pages.ways.vault, clock())
    clock.forward(minutes=1)
    late = browser()
    late.log_in(EVE, PASSWORD)
    csrf = sessions.csrf(late.client.cookies["firstline"])

    with database.transaction() as session:
        people.reset_password(session, By("admin", "", clock()), people.named(session, EVE))
        session.flush()
        answer = begun(late, "/login/code", csrf=csrf, code=pyotp.TOTP(secret).at(clock()))
        wait_until(lambda: is_waited_for(database))

    assert answer.result().headers["location"] == "/login"
    with database.reading() as session:
        assert session.scalars(select(SessionRow.how)).all() == []


def is_waited_for(database: Database) -> bool:
    """True where somebody waits for a row that another has; on SQLite each waits before its first."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.reading() as session:
        return session.get_bind().dialect.name == "sqlite" or bool(session.scalar(text(waiting)))
