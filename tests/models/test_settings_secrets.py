"""Secrets and mailbox accounts: from files, never empty, never shown."""

import pytest

from models import database_url
from models.errors import Misconfigured
from models.settings import load
from tests.models.settings_file import SECRET, refused, write

pytestmark = pytest.mark.usefixtures("in_a_folder")

SECRETS = ["api_token", "token_key", "relay_password", "twilio_auth_token", "twilio_auth_token_2", "oidc_client_secret"]
TABLE = '[[imap]]\nname = "desk"\nhost = "imap.example"\nusername = "desk"\n'
ACCOUNT = f'addresses = "support@firstline.example"\n{TABLE}'


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_comes_from_the_environment_the_file_or_a_file_of_its_own(name: str) -> None:
    write(f"{SECRET}\n", "secret.txt")

    from_variable = load({f"FIRSTLINE_{name.upper()}": SECRET})
    from_own_file = load({f"FIRSTLINE_{name.upper()}_FILE": "secret.txt"})
    write(f'{name}_file = "secret.txt"\n')
    by_toml = load({})

    for settings in (from_variable, from_own_file, by_toml):
        assert getattr(settings, name).get_secret_value() == SECRET
        assert SECRET not in repr(settings)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_in_the_environment_wins_over_a_file_that_firstline_toml_names(name: str) -> None:
    write("of the file\n", "secret.txt")
    write(f'{name}_file = "secret.txt"\n')

    settings = load({f"FIRSTLINE_{name.upper()}": SECRET})

    assert getattr(settings, name).get_secret_value() == SECRET


@pytest.mark.parametrize("name", [*SECRETS, "database_url", "broker_url", "storage_key"])
@pytest.mark.parametrize("in_the_environment", [True, False])
def test_a_secret_and_a_file_with_another_one_are_not_both_taken(name: str, in_the_environment: bool) -> None:
    write("of the file\n", "secret.txt")
    both = {name: SECRET, f"{name}_file": "secret.txt"}
    if not in_the_environment:
        write("".join(f'{each} = "{value}"\n' for each, value in both.items()))

    message = refused(
        {f"FIRSTLINE_{each.upper()}": value for each, value in both.items()} if in_the_environment else {}
    )

    assert message == f"{name} and {name}_file are both set: leave one of them out"


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("content", ["", "\n", " \t\n"])
def test_an_empty_secret_is_refused_for_it_would_open_every_door(name: str, content: str) -> None:
    write(content, "empty.txt")

    message = refused({f"FIRSTLINE_{name.upper()}_FILE": "empty.txt"})

    assert f"{name}_file" in message
    assert "empty" in message


@pytest.mark.parametrize("name", SECRETS)
def test_an_empty_secret_in_the_file_is_refused(name: str) -> None:
    write(f'{name} = ""\n')

    assert f"{name}: is empty" in refused()


def test_the_address_of_the_database_comes_from_a_file_like_a_secret_since_it_may_hold_a_password() -> None:
    write(f"postgres://firstline:{SECRET}@db.example/desk\n", "url.txt")

    settings = load({"FIRSTLINE_DATABASE_URL_FILE": "url.txt"})

    assert settings.resolved_database_url == f"postgresql+psycopg://firstline:{SECRET}@db.example/desk"
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:////srv/desk.db", "sqlite:////srv/desk.db"),
        (f"postgresql://firstline:{SECRET}@db.example/desk", "postgresql://firstline@db.example/desk"),
        (f"postgresql://db.example:5433/desk?password={SECRET}", "postgresql://db.example:5433/desk"),
        ("postgresql:///desk?host=/run/postgresql", "postgresql:///desk"),
    ],
)
def test_the_address_of_the_database_is_shown_without_its_password(url: str, expected: str) -> None:
    settings = load({"FIRSTLINE_DATABASE_URL": url})

    assert database_url.shown(settings.resolved_database_url) == expected


def test_a_secret_file_that_cannot_be_read_is_refused_by_name() -> None:
    message = refused({"FIRSTLINE_API_TOKEN_FILE": "gone.txt"})

    assert message.startswith("api_token_file: gone.txt cannot be read")


@pytest.mark.parametrize(("key", "value"), [("api_token", "12345"), ("api_token_file", "7")])
def test_a_number_for_a_secret_is_refused(key: str, value: str) -> None:
    write(f"{key} = {value}\n")

    assert key in refused()


def test_an_account_needs_no_more_than_a_name_a_host_and_a_log_in() -> None:
    write(f'{ACCOUNT}password = "{SECRET}"\n')

    [account] = load({}).imap

    assert (account.host, account.port, account.tls) == ("imap.example", 993, "implicit")
    assert (account.folders, account.after, account.idle) == (("INBOX",), "seen", True)
    assert account.secret() == SECRET
    assert SECRET not in repr(account)


def test_an_accounts_password_file_is_read_at_each_log_in() -> None:
    write("old\n", "password.txt")
    write(f'{ACCOUNT}password_file = "password.txt"\n')
    [account] = load({}).imap

    write(f"{SECRET}\n", "password.txt")

    assert account.secret() == SECRET


def test_an_accounts_password_file_that_is_gone_is_named() -> None:
    write(f'{ACCOUNT}password_file = "gone.txt"\n')
    [account] = load({}).imap

    with pytest.raises(Misconfigured, match=r"'desk': password_file: gone\.txt"):
        account.secret()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param("", ["imap.0", "password"], id="no password"),
        pytest.param(f'password = "{SECRET}"\npassword_file = "p"', ["imap.0", "exactly one"], id="two passwords"),
        pytest.param(f'password = "{SECRET}"\npasword = "{SECRET}"', ["imap.0.pasword"], id="unknown key"),
        pytest.param(f'password = "{SECRET}"\nport = 0', ["imap.0.port"], id="no port"),
        pytest.param(f'password = "{SECRET}"\ntls = "maybe"', ["imap.0.tls", "starttls"], id="unknown security"),
        pytest.param(f'password = "{SECRET}"\nafter = "delete"', ["imap.0.after"], id="mail would be lost"),
        pytest.param(f'password = "{SECRET}"\nafter = "move:"', ["imap.0.after"], id="moved to nowhere"),
        pytest.param(f'password = "{SECRET}"\npoll_seconds = 0', ["imap.0.poll_seconds"], id="polled without a pause"),
        pytest.param(f'password = "{SECRET}"\nfolders = []', ["imap.0.folders"], id="no folder at all"),
        pytest.param(f'password = "{SECRET}"\n{TABLE}password = "b"', ["same name"], id="two of one name"),
    ],
)
def test_a_wrong_account_is_refused_by_place_and_without_its_password(more: str, words: list[str]) -> None:
    write(f"{ACCOUNT}{more}\n")

    message = refused()

    assert [word for word in words if word not in message] == []


def test_a_wrong_value_does_not_show_the_secrets_beside_it() -> None:
    write(f'api_token = "{SECRET}"\nsmtp_certificate = "c.pem"\n{ACCOUNT}password = "{SECRET}"\n')

    assert refused() == "wrong setting: smtp_certificate and smtp_key go together"
