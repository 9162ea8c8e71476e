"""A case outlives the scheme that it was planned by: it is served all the same."""

import pytest
from sqlalchemy import update

from models.db import Database
from models.tables import CaseRow, ProfileVersionRow
from models.values import CaseState
from tests.conftest import Clock
from tests.console.builders import case, store
from workers.cases.office import Office
from workers.cases.work import CaseWork, lock

pytestmark = pytest.mark.every_backend


@pytest.mark.parametrize("text", [None, "name = 'a scheme of another version of ours'"])
def test_a_scheme_that_is_gone_or_cannot_be_read_stops_no_case(
    database: Database, clock: Clock, office: Office, text: str | None
) -> None:
    store(database, case(clock(), level=2))
    with database.transaction() as session:
        session.execute(update(CaseRow).values(profile="gone", profile_version="old", tier="gold", site_class="X"))
        if text is not None:
            session.add(ProfileVersionRow(version="old", name="gone", text=text, since=clock()))

    with database.transaction() as session:
        found = lock(session, 1)
        assert found is not None
        work = CaseWork(session, office, found, clock(), "a" * 300)
        work.move(CaseState.CLOSED, "by mistake", "none", "none")
        work.move(CaseState.ACKNOWLEDGED, "it is not over")
        work.raise_level("so that all clocks are asked for")
        work.settle()

    assert work.profile.name == office.default
    assert found.level == 1
    assert work.book.newest()
