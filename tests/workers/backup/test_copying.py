"""From SQLite to PostgreSQL and back without loss."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from models import queue
from models.contents import Tally, described, lines
from models.db import Database, DatabaseBusy
from models.engine import _POSTGRESQL_SESSION
from models.errors import Misconfigured, NotPossible
from models.tables import AuditRow, CaseRow, ReportRow
from tests.console.builders import case, report
from tests.factories import report as report_of
from tests.models.any_rows import AT, add_everywhere
from tests.servers.postgres import Postgres
from tests.workers.backup.conftest import quiet
from workers.backup.copying import copy, located
from workers.datafolder import FolderLock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a row in each table."""
    folder = tmp_path / "data"
    folder.mkdir()
    database = Database(located(str(folder)))
    database.migrate()
    with database.filling() as connection:
        add_everywhere(connection)
    database.close()
    return folder


@pytest.fixture
def server_url(postgres: Postgres) -> Iterator[str]:
    name = postgres.create()
    yield located(postgres.url(name))
    postgres.drop(name)


def contents(url: str) -> dict[str, str]:
    """The checksum of each table."""
    database, tallies = Database(url), {}
    with database.snapshot() as connection:
        for name, table in described(connection).items():
            tally = tallies[name] = Tally()
            assert list(tally.of(lines(connection, table)))
    database.close()
    return {name: tally.sha256 for name, tally in tallies.items()}


def test_all_that_is_stored_goes_to_the_server_and_comes_back(folder: Path, server_url: str, tmp_path: Path) -> None:
    source, back = located(str(folder)), located(str(tmp_path / "back"))

    there = copy(source, server_url, quiet)
    again = copy(server_url, back, quiet)

    assert set(there.values()) == {1}
    assert again == there
    assert contents(source) == contents(server_url) == contents(back)


def test_new_rows_are_numbered_after_those_that_were_copied(folder: Path, server_url: str) -> None:
    copy(located(str(folder)), server_url, quiet)
    database = Database(server_url)

    with database.transaction() as session:
        session.add(case(AT, reports=[report(AT)]))
        session.add(AuditRow(at=AT, who="eve@desk.example", what="looked"))

    with database.reading() as session:
        assert session.scalars(select(CaseRow.id).order_by(CaseRow.id)).all() == [1, 2]
    database.close()


def test_while_a_firstline_runs_on_either_nothing_is_copied(folder: Path, server_url: str, tmp_path: Path) -> None:
    lock = FolderLock(folder)
    with pytest.raises(Misconfigured, match="another firstline up works in"):
        copy(located(str(folder)), server_url, quiet)
    lock.release()
    part = Database(located(str(folder)))
    part.revision()
    with pytest.raises(Misconfigured, match="stop what runs on it first"):
        copy(located(str(folder)), server_url, quiet)
    part.close()
    copy(located(str(folder)), server_url, quiet)
    other = Database(server_url)
    other.revision()

    with pytest.raises(Misconfigured, match="stop all of it first"):
        copy(server_url, located(str(tmp_path / "back")), quiet)

    other.close()


def test_a_part_that_is_started_while_all_is_copied_can_take_nothing_that_would_be_lost(
    folder: Path, server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.engine.BUSY_SECONDS", 0)
    monkeypatch.setitem(_POSTGRESQL_SESSION, "lock_timeout", "1ms")
    back = located(str(tmp_path / "back"))
    tried: set[str] = set()

    def start(source: str, table: str) -> None:
        if table != "reports":
            return
        part = Database(source)
        with pytest.raises(DatabaseBusy), part.transaction() as session:
            queue.add(session, [report_of("mail")])
        part.close()
        tried.add(source)

    for source, target in ((located(str(folder)), server_url), (server_url, back)):
        copy(source, target, lambda table, rows: start(source, table))  # noqa: B023 - called before the next one

    assert tried == {located(str(folder)), server_url}


def test_a_target_that_is_not_empty_is_refused(folder: Path, server_url: str) -> None:
    copy(located(str(folder)), server_url, quiet)

    with pytest.raises(Misconfigured, match="is not empty"):
        copy(located(str(folder)), server_url, quiet)


def test_a_database_is_not_copied_to_itself_and_nobody_looks_for_another_firstline(
    folder: Path, server_url: str
) -> None:
    for url in (located(str(folder)), server_url):
        with pytest.raises(Misconfigured, match="both what is copied and where to: name another one"):
            copy(url, url, quiet)


def test_what_does_not_fit_is_named_and_nothing_is_kept(folder: Path, server_url: str) -> None:
    source = Database(located(str(folder)))
    with source.transaction() as session:
        session.scalars(select(ReportRow)).one().helo = "x" * 256
    source.close()

    with pytest.raises(NotPossible, match=r"reports: a row .* too long"):
        copy(located(str(folder)), server_url, quiet)

    target = Database(server_url)
    assert target.revision() is None
    target.close()


def test_a_source_that_holds_nothing_is_named(tmp_path: Path, server_url: str) -> None:
    with pytest.raises(Misconfigured, match="there is no database"):
        copy(located(str(tmp_path / "nowhere")), server_url, quiet)
    with pytest.raises(Misconfigured, match="holds nothing"):
        copy(server_url, located(str(tmp_path / "back")), quiet)
    with pytest.raises(Misconfigured, match="SQLite or PostgreSQL"):
        located("mysql://desk.example/x")
