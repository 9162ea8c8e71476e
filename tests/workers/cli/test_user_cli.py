"""`firstline user`, through the command line, on the real database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from console.auth import passwords, sessions
from models.db import Database
from models.tables import AuditRow, SessionRow, UserRow
from tests.conftest import Clock
from workers.main import app

PASSWORD = "correct horse battery"
Firstline = Callable[..., Result]


@pytest.fixture
def firstline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Firstline:
    monkeypatch.setenv("FIRSTLINE_DATA", str(tmp_path / "data"))

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, ["user", *arguments], input=typed)

    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data" / "firstline.db"


def user(path: Path) -> UserRow:
    database = Database(f"sqlite:///{path}")
    with database.reading() as session:
        row = session.scalars(select(UserRow)).one()
    database.close()
    return row


def test_a_user_is_added_before_the_first_start_with_a_password_typed_twice(firstline: Firstline, data: Path) -> None:
    answer = firstline("add", "Ann@Firstline.example", "--role", "admin", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output
    row = user(data)
    assert (row.name, row.role, row.address_key) == ("Ann", "admin", "ann@firstline.example")
    assert row.password.startswith("$argon2id$")
    assert passwords.is_right(row.password, PASSWORD)
    assert "Ann@Firstline.example" in firstline("list").output


def test_a_short_password_and_a_second_user_of_the_address_are_refused(firstline: Firstline, tmp_path: Path) -> None:
    (tmp_path / "short").write_text("secret\n")
    (tmp_path / "long").write_text(PASSWORD)
    assert "12 to" in str(
        firstline("add", "ann@firstline.example", "--password-file", str(tmp_path / "short")).exception
    )
    assert firstline("add", "ann@firstline.example", "--password-file", str(tmp_path / "long")).exit_code == 0

    again = firstline("add", "ANN@firstline.example", "--password-file", str(tmp_path / "long"))

    assert "is a user already" in str(again.exception)
    long = "a" * 90 + "@firstline.example"
    assert "at most 100" in str(firstline("add", long, "--password-file", str(tmp_path / "long")).exception)
    assert "no mail address" in str(firstline("add", "ann", "--password-file", str(tmp_path / "long")).exception)


def test_a_new_password_another_role_and_disabling_log_the_user_out(
    firstline: Firstline, data: Path, tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "one").write_text(PASSWORD)
    (tmp_path / "other").write_text(PASSWORD * 2)
    firstline("add", "ann@firstline.example", "--password-file", str(tmp_path / "one"))
    database = Database(f"sqlite:///{data}")

    for arguments in (
        ("password", "ann@firstline.example", "--password-file", str(tmp_path / "other")),
        ("role", "ann@firstline.example", "supervisor"),
        ("disable", "ann@firstline.example"),
    ):
        with database.transaction() as session:
            sessions.begin(session, 1, "", clock())
        assert firstline(*arguments).exit_code == 0
        with database.reading() as session:
            assert session.scalars(select(SessionRow)).all() == []

    row = user(data)
    assert (row.role, row.is_disabled) == ("supervisor", True)
    assert passwords.is_right(row.password, PASSWORD * 2)
    with database.reading() as session:
        noted = session.scalars(select(AuditRow.what).order_by(AuditRow.id)).all()
    database.close()
    assert noted == ["user-added", "password-set", "role-supervisor", "user-disabled"]
    assert "there is no user" in str(firstline("disable", "eve@firstline.example").exception)
