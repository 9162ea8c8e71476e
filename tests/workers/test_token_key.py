"""A key that was lost, or can be guessed, is said before it does harm: by the doctor and in the log of a start."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from console.auth.totp import Vault
from intake.accept import Acceptor
from intake.mail.identity import mail_report
from models.db import Database
from models.errors import FirstlineError
from models.settings import Settings
from models.tables import TotpRow, UserRow
from tests.conftest import Clock
from tests.factories import mail
from workers import token_key
from workers.desk import Desk
from workers.runner import Runner

KEY = "the key that this desk has had from its first day"


def settings(tmp_path: Path, key: str | None = KEY) -> Settings:
    return Settings(data=tmp_path, token_key=SecretStr(key) if key else None)


def asked(database: Database, given: Settings) -> str:
    with database.reading() as session:
        return token_key.check(given, session)


@pytest.fixture
def answered(make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> Database:
    """A desk that has sent one acknowledgement."""
    desk = make_desk(token_key=KEY.encode())
    acceptor.accept(mail_report(mail(), "test", clock(), "ann@customer.example"))
    Runner(desk, "test").run()
    return desk.database


def test_the_key_of_before_is_well(answered: Database, tmp_path: Path) -> None:
    assert "FIRSTLINE_TOKEN_KEY" in asked(answered, settings(tmp_path))


def test_a_key_that_is_none_yet_is_well(database: Database, tmp_path: Path) -> None:
    assert "made at the first start" in asked(database, settings(tmp_path, key=None))


def test_another_key_than_that_of_our_last_message_is_said(answered: Database, tmp_path: Path) -> None:
    with pytest.raises(FirstlineError, match="FIRSTLINE_TOKEN_KEY is another one: the newest message") as said:
        asked(answered, settings(tmp_path, key="one that somebody has made up today"))

    assert "totp-reset" in str(said.value)


def test_a_key_that_is_gone_is_said_in_the_log_of_the_start_that_makes_another(
    answered: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)

    token_key.warn(settings(tmp_path, key=None), answered)

    [record] = [one for one in caplog.records if one.getMessage() == "token_key_in_doubt"]
    assert "token_key is not there" in record.error  # type: ignore[attr-defined]


def test_another_key_than_that_of_the_authenticators_is_said(database: Database, tmp_path: Path, clock: Clock) -> None:
    with database.transaction() as session:
        user = UserRow(name="a", address="a", address_key="a", role="admin", password="", created_at=clock())
        session.add(user)
        session.flush()
        sealed = Vault(KEY.encode()).sealed("JBSWY3DPEHPK3PXP")
        session.add(TotpRow(user_id=user.id, secret=sealed, confirmed_at=clock(), last_step=0))

    assert asked(database, settings(tmp_path))
    with pytest.raises(FirstlineError, match="authenticator was encrypted by another key"):
        asked(database, settings(tmp_path, key="one that somebody has made up today"))


def test_a_key_that_can_be_guessed_is_said(database: Database, tmp_path: Path) -> None:
    with pytest.raises(FirstlineError, match="has 6 characters, and can be guessed"):
        asked(database, settings(tmp_path, key="secret"))
