"""`firstline forget` and `firstline rekey`, as somebody types them."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from models.bodies import Body, Forgotten, add, content
from models.db import Database
from models.tables import ReportPart
from models.values import id_at
from tests.console.builders import case, report, store
from tests.workers.cli.conftest import Refused
from workers.main import app

LONG_AGO = datetime.now(UTC) - timedelta(days=400)
OLD, NEW = b64encode(b"o" * 32).decode(), b64encode(b"n" * 32).decode()
COMMAND = "doctor"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def old_mail(desk_database: Database) -> Database:
    """A closed case of more than a year ago, with its original."""
    row = report(LONG_AGO, id=f"{id_at(LONG_AGO)}0000000000", state="done", outcome="case")
    store(desk_database, case(LONG_AGO, state="closed", reports=[row]))
    with desk_database.transaction() as session:
        add(session, [Body(row.id, 0, "message/rfc822", b"Subject: canary\r\n\r\ncanary\r\n")])
    return desk_database


def bodies(database: Database) -> list[tuple[bytes, str | None]]:
    with database.reading() as session:
        return [(row.content, row.key_id) for row in session.scalars(select(ReportPart))]


def test_without_a_rule_everything_is_kept(old_mail: Database) -> None:
    assert "kept for ever" in run("forget").output
    assert b"canary" in bodies(old_mail)[0][0]


def test_what_would_go_is_said_before_it_goes(old_mail: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLINE_KEEP_RAW_DAYS", "365")

    assert run("forget", "--dry-run").output == "raw, 365 days: 1 would go\n"
    assert b"canary" in bodies(old_mail)[0][0]

    assert "raw, 365 days: 1 forgotten" in run("forget").output
    assert bodies(old_mail) == [(b"", None)]


def test_a_key_is_brought_in_changed_and_given_up(
    old_mail: Database, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    file = data.parent / "storage.key"
    monkeypatch.setenv("FIRSTLINE_STORAGE_KEY_FILE", str(file))
    plain = bodies(old_mail)

    file.write_text(OLD)
    assert "1 bodies were written anew" in run("rekey").output
    first = bodies(old_mail)
    file.write_text(f"{NEW}\n{OLD}\n")
    second = run("rekey").output
    sealed = bodies(old_mail)

    assert "canary" not in str(first + sealed)
    assert first[0][1] != sealed[0][1]
    assert "it may go from the file" in second
    run("rekey", "--plain")
    assert bodies(old_mail) == plain


def test_a_damaged_body_does_not_keep_the_others_from_being_sealed_anew(
    old_mail: Database, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    file = data.parent / "storage.key"
    monkeypatch.setenv("FIRSTLINE_STORAGE_KEY_FILE", str(file))
    file.write_text(OLD)
    run("rekey")
    with old_mail.transaction() as session:
        session.execute(update(ReportPart).values(content=b"damaged"))
    file.write_text(f"{NEW}\n{OLD}\n")

    answer = run("rekey")

    assert "0 bodies were written anew" in answer.output
    assert "1 bodies are damaged and stay as they are" in str(answer.exception)


def test_doctor_says_which_key_is_missing(
    old_mail: Database, monkeypatch: pytest.MonkeyPatch, data: Path, refused: Refused
) -> None:
    monkeypatch.setenv("FIRSTLINE_STORAGE_KEY", OLD)
    run("rekey")
    assert "ok    storage: bodies are sealed by the key" in run("doctor").output

    monkeypatch.delenv("FIRSTLINE_STORAGE_KEY")

    said = run("doctor").output
    assert "FAIL  storage: bodies are stored under the key" in said
    assert "FIRSTLINE_STORAGE_KEY_FILE" in said


def test_rekey_without_a_key_says_what_to_set(desk_database: Database) -> None:
    answer = run("rekey")

    assert answer.exit_code != 0
    assert "FIRSTLINE_STORAGE_KEY_FILE" in answer.output


def test_after_a_key_is_lost_what_it_seals_is_given_up_and_the_desk_starts_again(
    old_mail: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTLINE_STORAGE_KEY", OLD)
    run("rekey")
    lost = bodies(old_mail)[0][1]
    monkeypatch.setenv("FIRSTLINE_STORAGE_KEY", NEW)
    assert run("case", "list").exit_code != 0

    said = run("rekey", "--lost", "--yes").output

    assert f"given up: {lost};" in said
    assert run("case", "list").exit_code == 0
    with old_mail.reading() as session:
        part = session.scalars(select(ReportPart)).one()
        with pytest.raises(Forgotten, match="the loss of the key that sealed it"):
            content(session, part)


def test_what_a_lost_key_seals_is_kept_unless_somebody_says_so(
    old_mail: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTLINE_STORAGE_KEY", OLD)
    run("rekey")
    sealed = bodies(old_mail)
    monkeypatch.delenv("FIRSTLINE_STORAGE_KEY")

    assert "originals that they seal: 1" in run("rekey", "--lost").output  # nobody answers, so it is left

    assert bodies(old_mail) == sealed


def test_no_body_is_given_up_where_all_keys_are_there(old_mail: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLINE_STORAGE_KEY", OLD)
    run("rekey")
    sealed = bodies(old_mail)

    assert "no key is missing" in str(run("rekey", "--lost", "--yes").exception)

    assert bodies(old_mail) == sealed
