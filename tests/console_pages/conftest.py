"""The pages over a real database, with the real acts behind them."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from console.app import create_app
from console.auth import passwords, sessions
from console.auth.roles import Role
from console.services import Services
from models.db import Database
from models.tables import UserRow
from models.values import directory_key
from tests.conftest import Clock
from tests.console_pages.browser import Browser
from tests.services import make_services

PASSWORD = "correct horse battery"
LogIn = Callable[..., Browser]


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made once: it is slow on purpose."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def services(database: Database, clock: Clock) -> Services:
    return make_services(database, clock)


@pytest.fixture
def add_user(database: Database, clock: Clock, password_hash: str) -> Callable[..., None]:
    def add(role: Role = Role.AGENT, name: str = "", **changes: object) -> None:
        name = name or str(role)
        address = f"{name}@firstline.example"
        row = UserRow(
            name=name.capitalize(),
            address=address,
            address_key=directory_key(address),
            role=role,
            password=password_hash,
            created_at=clock(),
        )
        for key, value in changes.items():
            setattr(row, key, value)
        with database.transaction() as session:
            session.add(row)

    return add


@pytest.fixture
def browser(services: Services) -> Iterator[Callable[[], Browser]]:
    """Makes browsers in which nobody is logged in."""
    opened: list[TestClient] = []
    app = create_app(services)

    def make() -> Browser:
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=True)
        opened.append(client)
        return Browser(client)

    yield make
    app.state.live.close()
    for client in opened:
        client.close()


@pytest.fixture
def log_in(browser: Callable[[], Browser], add_user: Callable[..., None], database: Database, clock: Clock) -> LogIn:
    """Makes browsers in which a new user of that role is logged in."""

    def make(role: Role = Role.AGENT, name: str = "", **changes: object) -> Browser:
        add_user(role, name, **changes)
        with database.transaction() as session:
            user_id = session.scalars(select(UserRow.id).order_by(UserRow.id.desc())).first()
            assert user_id is not None
            key = sessions.begin(session, user_id, "testclient", clock())
        found = browser()
        found.use(key)
        return found

    return make
