"""What is changed about users, on every database."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import select

from console.auth import links, people, proof, sessions, totp, tries
from console.auth.people import By
from console.auth.roles import Role
from console.auth.totp import Vault
from models.db import Database
from models.errors import NotPossible
from models.tables import UserRow
from tests.conftest import Clock

pytestmark = pytest.mark.every_backend

VAULT = Vault(b"test key")


@pytest.fixture
def by(clock: Clock) -> By:
    return By("command line", "", clock())


def add(database: Database, by: By, *names: str, role: Role = Role.AGENT) -> None:
    with database.transaction() as session:
        for name in names:
            people.add(session, by, f"{name}@firstline.example", "", role)


def test_of_two_administrators_who_demote_each_other_at_once_one_stays(database: Database, by: By) -> None:
    add(database, by, "ann", "eve", role=Role.ADMIN)
    together = threading.Barrier(2)

    def demote(name: str) -> bool:
        together.wait()
        try:
            with database.transaction() as session:
                people.set_role(session, by, people.named(session, f"{name}@firstline.example"), Role.AGENT)
        except NotPossible:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(demote, ("ann", "eve")))

    assert sorted(done) == [False, True]
    with database.reading() as session:
        assert len(session.scalars(select(UserRow).where(UserRow.role == Role.ADMIN)).all()) == 1


def test_a_link_is_found_by_what_it_holds_until_it_is_dropped(database: Database, by: By, clock: Clock) -> None:
    add(database, by, "ann")
    with database.transaction() as session:
        old = people.reset_password(session, by, people.named(session, "ann@firstline.example"))
    with database.transaction() as session:
        token = people.reset_password(session, by, people.named(session, "ann@firstline.example"))

    with database.transaction() as session:
        row = links.find(session, token, clock(), locked=True)
        assert row is not None
        assert links.find(session, old, clock()) is None
        people.set_password(session, by, row, "a hash")
        assert links.find(session, token, clock()) is None


def test_one_code_shown_by_many_at_once_lets_one_in(database: Database, by: By, clock: Clock) -> None:
    add(database, by, "ann")
    with database.transaction() as session:
        totp.begin(session, 1, VAULT)
        secret = totp.pending(session, 1, VAULT)
    assert secret is not None
    code = pyotp.TOTP(secret).at(int(clock.now.timestamp()))
    with database.transaction() as session:
        assert totp.confirm(session, 1, code, VAULT, clock()) is not None
    clock.forward(seconds=30)
    code = pyotp.TOTP(secret).at(int(clock.now.timestamp()))

    def show(_: int) -> str:
        with database.transaction() as session:
            return proof.code(session, 1, code, "127.0.0.1", VAULT, clock())

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(show, range(4)))

    assert sorted(answers) == ["", *[proof.WRONG_CODE] * 3]


def test_failures_at_once_are_all_counted(database: Database, clock: Clock) -> None:
    def fail(_: int) -> None:
        with database.transaction() as session:
            tries.failed(session, "127.0.0.1", "ann", clock())

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(fail, range(tries.LIMITS["name"])))

    with database.reading() as session:
        assert tries.are_too_many(session, "elsewhere", "ann", clock())
        assert not tries.are_too_many(session, "127.0.0.1", "", clock())


def test_half_a_session_is_none_and_the_page_of_a_user_lists_the_others(
    database: Database, by: By, clock: Clock
) -> None:
    add(database, by, "ann")
    with database.transaction() as session:
        half = sessions.begin(session, 1, "", clock(), sessions.HALFWAY)
        whole = sessions.begin(session, 1, "", clock(), sessions.CODE)

    with database.reading() as session:
        assert sessions.find(session, half, "", clock()) is None
        assert sessions.halfway(session, whole, clock()) is None
        found = sessions.find(session, whole, "", clock())
        assert found is not None
        assert (found.how, found.has_totp, found.has_password) == ("code", False, False)
        assert [row.how for row in sessions.of_user(session, 1, clock())] == ["code"]
