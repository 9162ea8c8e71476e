"""What was stored by any version that has been is there in this one, and means the same; so is what was backed up."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import select

from models import knowledge
from models.case_search import find
from models.case_words import asked
from models.contents import described, set_sequences
from models.db import Database
from models.errors import Misconfigured
from models.migrations import HEAD
from models.migrations.run import config, upgrade_within
from models.settings import Settings
from models.tables import CaseRow, KnowledgeRow
from tests.models.any_rows import add_everywhere, stored
from workers.backup.make import NOT_KEPT, backup
from workers.backup.restore import restore

pytestmark = [pytest.mark.every_backend, pytest.mark.long]

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
REVISIONS = sorted(each.revision for each in ScriptDirectory.from_config(config()).walk_revisions())


def at_revision(url: str, revision: str) -> Database:
    """A database of that version with a row in each table."""
    database = Database(url)
    with database.filling() as connection:
        upgrade_within(connection, revision)
        add_everywhere(connection)
        set_sequences(connection, described(connection).values())
    return database


@pytest.fixture
def other_url(make_empty_url: Callable[[str], str]) -> str:
    """A second database, which is empty."""
    return make_empty_url("other")


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_value_of_every_table_is_kept_by_upgrade_and_by_restore(
    empty_url: str, other_url: str, tmp_path: Path, revision: str
) -> None:
    database = at_revision(empty_url, revision)
    with database.snapshot() as connection:
        before = stored(connection)
    old = Settings(data=tmp_path / "old", database_url=SecretStr(empty_url))
    new = Settings(data=tmp_path / "new", database_url=SecretStr(other_url))

    backup(old, tmp_path / "backup.zip", NOW, lambda table, rows: None)
    restore(new, tmp_path / "backup.zip", True, True, lambda table, rows: None)
    database.migrate()

    restored = Database(other_url)

    assert values(database, before) == before
    assert values(restored, before) == {name: row for name, row in before.items() if name not in NOT_KEPT}


def values(database: Database, wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is stored in those tables and columns, in tables of this version."""
    assert database.revision() == HEAD
    with database.snapshot() as connection:
        found = stored(connection)
    database.close()
    return {name: {column: found[name][column] for column in row} for name, row in wanted.items() if name in found}


def test_what_was_open_before_cases_had_a_life_is_new_or_acknowledged(empty_url: str) -> None:
    database = at_revision(empty_url, "0005")
    with database.filling() as connection:
        connection.exec_driver_sql("UPDATE cases SET state = 'open'")

    database.migrate()

    with database.reading() as session:
        assert session.scalars(select(CaseRow.state)).all() == ["acknowledged"]
    database.close()


def test_what_was_known_before_it_could_be_searched_is_found(empty_url: str) -> None:
    database = at_revision(empty_url, "0006")
    with database.filling() as connection:
        connection.exec_driver_sql("UPDATE knowledge SET title = 'Fan fails', terms = 'pastcase fan fails'")
        connection.exec_driver_sql("UPDATE cases SET subject = 'Fan fails again'")

    database.migrate()

    with database.reading() as session:
        assert [match.title for match in knowledge.like(session, "fan fails", "", None, None)] == ["Fan fails"]
        assert find(session, asked("fan again"), (), None, 10) == [1]
        assert session.scalars(select(KnowledgeRow.case_id)).all() == [1]
    database.close()


def test_a_database_of_a_newer_version_is_refused_by_name(database: Database) -> None:
    with database.filling() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(Misconfigured, match=r"newer Firstline \(revision 9999; this one knows"):
        database.migrate()
