"""`firstline backup`, `restore`, `held` and `migrate`, through the command line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from models.db import Database
from models.migrations import HEAD
from models.tables import EventRow, OutgoingRow
from tests.console.builders import case, report
from workers.main import app, main

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
WAITING = {
    "case_id": 1,
    "channel": "email",
    "kind": "status",
    "recipient": "ann@customer.example",
    "recipient_key": "ann@customer.example",
    "content": b"",
    "created_at": NOW,
    "due_at": NOW,
}


def firstline(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture
def written(desk_database: Database) -> Database:
    """A desk with two letters that wait to be sent."""
    with desk_database.transaction() as session:
        session.add(case(NOW, reports=[report(NOW)]))
        session.flush()
        session.add_all(OutgoingRow(id=each, message_id=f"{each}@desk.example", **WAITING) for each in ("a", "b"))
    return desk_database


def test_a_backup_is_made_verified_and_restored_and_what_waited_is_sent_or_dropped(
    written: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, new = tmp_path / "desk.zip", tmp_path / "new"

    made, verified = firstline("backup", file), firstline("backup", "--verify", file)
    monkeypatch.setenv("FIRSTLINE_DATA", str(new))
    restored = firstline("restore", file)

    assert "is written and verified" in made.output
    assert f"tables at revision {HEAD}" in made.output
    assert "is whole: made" in verified.output
    assert "messages held, as they may have gone out since: 2;" in restored.output
    listed = firstline("held", "list").output
    assert listed.count("ann@customer.example") == 2
    assert firstline("held", "send", "a").output == "1 to be sent\n"
    assert firstline("held", "drop", "--all", "--reason", "it had gone out").output == "1 dropped\n"
    assert firstline("held", "list").output == "nothing is held\n"
    database = Database(f"sqlite:///{new / 'firstline.db'}")
    with database.reading() as session:
        assert session.scalars(select(OutgoingRow.id).where(OutgoingRow.due_at.is_not(None))).all() == ["a"]
        note = session.scalars(select(EventRow).where(EventRow.kind == "not-sent")).one()
        assert "it had gone out" in note.text
    database.close()


def test_doctor_says_that_messages_are_held(written: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    firstline("backup", tmp_path / "desk.zip")
    monkeypatch.setenv("FIRSTLINE_DATA", str(tmp_path / "new"))
    firstline("restore", tmp_path / "desk.zip")

    assert "FAIL  held: messages wait for a person since a backup was restored, 2 in all" in firstline("doctor").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "desk.zip"), "there is no data folder"),
        (("backup", "--verify", "nothing.zip"), "nothing.zip cannot be read: No such file"),
        (("restore", "text.zip"), "text.zip is no backup of Firstline, or is damaged"),
        (("held", "send"), "name the messages, or say --all"),
        (("migrate", "db-copy", "--to", "mysql://desk.example/x"), "it is for SQLite or PostgreSQL"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_why(
    arguments: tuple[str, ...],
    said: str,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.zip").write_text("a text")
    monkeypatch.setattr("sys.argv", ["firstline", *arguments])

    with pytest.raises(SystemExit) as ended:
        main()

    error = capsys.readouterr().err
    assert ended.value.code == 1
    assert error.count("\n") == 1
    assert said in error


def test_the_tables_are_migrated_and_copied_by_commands(data: Path, tmp_path: Path) -> None:
    before = firstline("migrate", "status")
    done, again = firstline("migrate", "up"), firstline("migrate", "up")
    copied = firstline("migrate", "db-copy", "--to", tmp_path / "copy")

    assert "there is no data folder" in str(before.exception)
    assert done.output == f"from empty to revision {HEAD}\n"
    assert again.output == f"at revision {HEAD}\n"
    assert "counts and checksums are equal" in copied.output
    assert firstline("migrate", "status").exit_code == 0
