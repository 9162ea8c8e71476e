"""`firstline user`, through the command line, on the real database."""

from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from console.auth import passwords, sessions, totp
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


def test_a_link_is_printed_once_in_place_of_a_password(firstline: Firstline, data: Path) -> None:
    answer = firstline("add", "ann@firstline.example", "--link")

    assert answer.exit_code == 0, answer.output
    assert "http://127.0.0.1:8080/welcome/" in answer.output
    assert user(data).password == ""
    again = firstline("link", "ann@firstline.example")
    assert again.output.split()[-1] != answer.output.split()[-1]


def test_teams_are_set_and_listed_and_one_that_is_none_is_refused(firstline: Firstline, data: Path) -> None:
    firstline("add", "ann@firstline.example", "--link")

    answer = firstline("teams", "ann@firstline.example", "software", "security", "--only")

    assert "sees the cases of his own teams alone" in answer.output
    row = user(data)
    assert (row.teams, row.own_teams_only) == (["security", "software"], True)
    assert "security, software only" in firstline("list").output
    assert "there is no team" in str(firstline("teams", "ann@firstline.example", "boss").exception)
    firstline("teams", "ann@firstline.example")
    assert (user(data).teams, user(data).own_teams_only) == ([], True)
    assert "sees all cases" in firstline("teams", "ann@firstline.example", "--all").output
    assert not user(data).own_teams_only


def test_the_last_administrator_is_neither_disabled_nor_demoted(firstline: Firstline) -> None:
    firstline("add", "ann@firstline.example", "--role", "admin", "--link")

    for arguments in (("disable", "ann@firstline.example"), ("role", "ann@firstline.example", "agent")):
        assert "is the only administrator" in str(firstline(*arguments).exception)


def test_a_lost_authenticator_is_forgotten_and_a_user_logged_out(
    firstline: Firstline, data: Path, clock: Clock
) -> None:
    firstline("add", "ann@firstline.example", "--link")
    database = Database(f"sqlite:///{data}")
    vault = totp.Vault(b"key")
    with database.transaction() as session:
        totp.begin(session, 1, vault)
        secret = totp.pending(session, 1, vault)
        assert secret is not None
        code = pyotp.TOTP(secret).at(int(clock().timestamp()))
        assert totp.confirm(session, 1, code, vault, clock()) is not None
        sessions.begin(session, 1, "", clock())

    assert "asked for no code" in firstline("totp-reset", "ann@firstline.example").output
    assert "has no authenticator" in str(firstline("totp-reset", "ann@firstline.example").exception)
    assert "logged out everywhere" in firstline("logout", "ann@firstline.example").output

    with database.reading() as session:
        assert session.scalars(select(SessionRow)).all() == []
        assert not totp.is_on(session, 1)
        noted = session.scalars(select(AuditRow.what).order_by(AuditRow.id)).all()
    database.close()
    assert noted == ["user-added", "password-link", "totp-reset", "logged-out-everywhere"]
