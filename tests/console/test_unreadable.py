"""Originals that cannot be opened, as the API says it."""

from collections.abc import Iterator

import pytest

from models.db import Database
from models.sealing import Keyring
from tests.conftest import Clock
from tests.console.conftest import Connect
from tests.console.forgotten import with_original
from tests.console.unreadable import HARMS, KEY, Harm


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, Keyring((KEY,)))
    yield database
    database.close()


@pytest.mark.parametrize("path", ["raw", "recording", f"attachments/{'0' * 64}"])
@pytest.mark.parametrize(("harm", "status", "says"), HARMS)
def test_the_api_says_why_it_cannot_be_had(
    connect: Connect, database: Database, clock: Clock, path: str, harm: Harm, status: int, says: str
) -> None:
    report_id = with_original(database, clock())
    with database.transaction() as session:
        harm(session, report_id)

    answer = connect().get(f"/api/v1/reports/{report_id}/{path}")

    assert answer.status_code == status
    assert says in answer.json()["detail"]
