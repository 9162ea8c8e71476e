"""What a copy of the database is good for: to read in, but not to come in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.db import Database
from tests.console_pages.browser import Browser
from tests.console_pages.conftest import PASSWORD
from tests.console_pages.test_login import ANN

pytestmark = pytest.mark.on_sqlite


def test_a_stolen_database_lets_nobody_in(
    browser: Callable[[], Browser], add_user: Callable[..., None], database: Database
) -> None:
    add_user(name="ann")
    cookie = browser().log_in(ANN, PASSWORD).headers["set-cookie"]
    key = cookie.partition("=")[2].partition(";")[0]
    path = Path(str(database.engine.url.database))

    stolen = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))

    assert ANN.encode() in stolen
    assert PASSWORD.encode() not in stolen
    assert key.encode() not in stolen
    assert bytes.fromhex(key) not in stolen
    assert b"$argon2id$" in stolen


def test_no_table_has_a_place_for_the_keys_of_the_desk(database: Database) -> None:
    with database.engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT group_concat(sql) FROM sqlite_master").scalar_one()

    assert "sessions" in made
    assert [word for word in ("api_token", "token_key", "relay_password", "twilio") if word in made] == []
