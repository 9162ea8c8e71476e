"""Mailboxes that take access tokens: a real Dovecot that asks a token endpoint about each."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from intake.accept import Acceptor
from intake.channels.imap import check
from intake.channels.imap_connection import LoginRefused
from intake.channels.oauth import TokenRefused, TokenSource, TokenUnavailable
from models.accounts import OAuth
from models.db import Database
from models.tables import OAuthTokenRow
from tests.imap.mailbox import MailDesk, mail
from tests.servers import free_port
from tests.servers.dovecot import USER, Dovecot
from tests.servers.token_endpoint import CLIENT_ID, CLIENT_SECRET, FIRST_REFRESH_TOKEN, TokenEndpoint, serving


@pytest.fixture
def endpoint() -> TokenEndpoint:
    return TokenEndpoint(USER)


@pytest.fixture
def address(endpoint: TokenEndpoint) -> Iterator[str]:
    with serving(endpoint, free_port()) as address:
        yield address


@pytest.fixture
def mailbox(address: str, database: Database, acceptor: Acceptor) -> Iterator[MailDesk]:
    with Dovecot(introspection_url=address) as server:
        found = MailDesk(server, database, acceptor.accept_all)
        yield found
        for poller in found.pollers:
            poller.close()


def _oauth(address: str, **changes: Any) -> dict[str, Any]:
    usual = {
        "token_url": f"{address}/token",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "refresh_token": FIRST_REFRESH_TOKEN,
        "scope": "https://mail.example/IMAP.AccessAsUser.All",
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def _source(address: str, database: Database | None = None, **changes: Any) -> TokenSource:
    return TokenSource("support", OAuth.model_validate(_oauth(address, **changes)), database)


def test_mails_are_read_with_a_token_that_was_fetched_once(
    mailbox: MailDesk, address: str, endpoint: TokenEndpoint
) -> None:
    poller = mailbox.poller(oauth2=_oauth(address))
    mailbox.server.deliver(mail(1))

    poller.poll_once()
    poller.close()
    mailbox.server.deliver(mail(2))
    poller.poll_once()

    assert mailbox.stored() == [mail(1), mail(2)]
    [asked] = endpoint.asked
    assert asked == {
        "grant_type": "refresh_token",
        "refresh_token": FIRST_REFRESH_TOKEN,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "scope": "https://mail.example/IMAP.AccessAsUser.All",
    }


def test_without_a_refresh_token_the_client_s_own_credentials_are_used(
    mailbox: MailDesk, address: str, endpoint: TokenEndpoint
) -> None:
    poller = mailbox.poller(oauth2=_oauth(address, refresh_token=None))
    mailbox.server.deliver(mail(1))

    poller.poll_once()

    assert mailbox.stored() == [mail(1)]
    assert endpoint.asked[0]["grant_type"] == "client_credentials"


def test_a_token_that_was_called_back_is_replaced_and_the_mail_read(
    mailbox: MailDesk, address: str, endpoint: TokenEndpoint
) -> None:
    poller = mailbox.poller(oauth2=_oauth(address))
    poller.poll_once()
    poller.close()
    endpoint.valid.clear()
    mailbox.server.deliver(mail(1))

    poller.poll_once()

    assert mailbox.stored() == [mail(1)]
    assert [asked["refresh_token"] for asked in endpoint.asked] == [FIRST_REFRESH_TOKEN, "refresh-1"]


def test_a_server_that_refuses_every_token_is_said_clearly_without_the_token(
    mailbox: MailDesk, address: str, endpoint: TokenEndpoint
) -> None:
    endpoint.user = "somebody-else"
    poller = mailbox.poller(oauth2=_oauth(address), username="nobody")

    with pytest.raises(LoginRefused, match="refuses the access token") as refused:
        poller.poll_once()

    assert "access-" not in str(refused.value)
    assert "refuses the access token" in str(mailbox.error())


def test_a_token_is_kept_until_shortly_before_its_end(address: str, endpoint: TokenEndpoint) -> None:
    now = 0.0
    source = TokenSource("support", OAuth.model_validate(_oauth(address)), None, lambda: now)
    endpoint.expires_in = "3600"

    first = source.token()
    now = 3539.0
    same = source.token()
    now = 3541.0
    endpoint.refresh_token = FIRST_REFRESH_TOKEN  # without a database the one in the settings is used again
    other = source.token()

    assert (first, same, other) == ("access-1", "access-1", "access-2")


def test_the_latest_refresh_token_survives_a_restart_and_a_new_one_in_the_settings_counts(
    address: str, endpoint: TokenEndpoint, database: Database
) -> None:
    _source(address, database).token()
    after_restart = _source(address, database).token()
    endpoint.refresh_token = "by hand"  # somebody has consented anew
    after_consent = _source(address, database, refresh_token="by hand").token()

    assert (after_restart, after_consent) == ("access-2", "access-3")
    assert [asked["refresh_token"] for asked in endpoint.asked] == [FIRST_REFRESH_TOKEN, "refresh-1", "by hand"]
    with database.reading() as session:
        assert session.scalars(select(OAuthTokenRow.refresh_token)).one() == "refresh-3"


def test_of_two_processes_that_use_one_refresh_token_at_once_the_second_takes_the_next(
    address: str, endpoint: TokenEndpoint, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = endpoint.token

    def overtaken(form: dict[str, str]) -> tuple[int, dict[str, object]]:
        monkeypatch.setattr(endpoint, "token", answer)
        _source(address, database).token()
        return answer(form)

    monkeypatch.setattr(endpoint, "token", overtaken)

    assert _source(address, database).token() == "access-2"
    assert [form["refresh_token"] for form in endpoint.asked] == ["refresh-0", "refresh-0", "refresh-1"]


def test_a_grant_that_is_used_up_has_to_be_mended_by_a_person(address: str, endpoint: TokenEndpoint) -> None:
    endpoint.refresh_token = "another"

    with pytest.raises(TokenRefused, match=r"answers 400 invalid_grant .*; check client_id"):
        _source(address).token()


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_endpoint_with_trouble_of_its_own_is_asked_again_later(
    address: str, endpoint: TokenEndpoint, status: int
) -> None:
    endpoint.failure = (status, {})
    source = _source(address)
    with pytest.raises(TokenUnavailable, match=str(status)):
        source.token()

    endpoint.failure = None

    assert source.token() == "access-1"


def test_an_endpoint_that_is_away_is_temporary() -> None:
    with pytest.raises(TokenUnavailable, match="cannot be reached"):
        _source(f"http://127.0.0.1:{free_port()}").token()


def test_an_answer_without_a_token_is_refused(address: str, endpoint: TokenEndpoint) -> None:
    endpoint.failure = (200, {"token_type": "Bearer"})

    with pytest.raises(TokenRefused, match="without an access_token"):
        _source(address).token()


def test_the_poller_says_what_is_wrong_and_comes_back_by_itself(
    mailbox: MailDesk, address: str, endpoint: TokenEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.failure = (503, {"error": "temporarily_unavailable"})
    poller = mailbox.poller(oauth2=_oauth(address))
    mailbox.server.deliver(mail(1))
    with caplog.at_level(logging.INFO), pytest.raises(TokenUnavailable):
        poller.poll_once()
    said = mailbox.error()

    endpoint.failure = None
    poller.poll_once()

    assert "503 temporarily_unavailable" in str(said)
    assert mailbox.stored() == [mail(1)]
    assert mailbox.error() is None
    secrets = (CLIENT_SECRET, FIRST_REFRESH_TOKEN, "access-1")
    assert not any(secret in str(vars(record)) for record in caplog.records for secret in secrets)


def test_doctor_tries_the_mailbox_with_a_token_and_keeps_what_it_was_given(
    mailbox: MailDesk, address: str, endpoint: TokenEndpoint
) -> None:
    account = mailbox.account(oauth2=_oauth(address))
    mailbox.server.deliver(mail(1))

    first, second = check(account, mailbox.database), check(account, mailbox.database)

    assert (first, second) == ("1 message in INBOX", "1 message in INBOX")
    assert endpoint.asked[1]["refresh_token"] == "refresh-1"


def test_secrets_come_from_files_too(address: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{CLIENT_SECRET}\n")
    (tmp_path / "token").write_text(f"{FIRST_REFRESH_TOKEN}\n")

    source = _source(
        address,
        client_secret=None,
        refresh_token=None,
        client_secret_file=tmp_path / "secret",
        refresh_token_file=tmp_path / "token",
    )

    assert source.token() == "access-1"
