"""Settings: where they come from, and how wrong ones are refused."""

from pathlib import Path

import pytest

from models import broker_url
from models.settings import Settings, load
from tests.models.settings_file import SECRET, refused, write

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_without_any_settings_everything_has_a_default() -> None:
    settings = load({})

    assert settings == Settings()
    assert (settings.smtp_host, settings.smtp_port) == ("127.0.0.1", 8025)
    assert (settings.web_host, settings.web_port) == ("127.0.0.1", 8080)
    assert settings.data == Path("var")
    assert settings.resolved_database_url == f"sqlite:///{Path('var').resolve()}/firstline.db"


def test_the_command_line_wins_over_the_environment_and_that_over_the_file() -> None:
    write('smtp_port = 1001\nweb_port = 1002\nprofile = "from-file"\nworkers = 3\n')

    settings = load({"FIRSTLINE_SMTP_PORT": "2001", "FIRSTLINE_WEB_PORT": "2002"}, web_port=3002, workers=None)

    assert (settings.profile, settings.smtp_port, settings.web_port) == ("from-file", 2001, 3002)
    assert settings.workers == 3


def test_an_empty_variable_counts_as_not_set() -> None:
    write("smtp_port = 1001\n")

    settings = load({"FIRSTLINE_SMTP_PORT": "", "FIRSTLINE_API_TOKEN": ""})

    assert settings.smtp_port == 1001
    assert settings.api_token is None


def test_other_programs_variables_are_left_alone() -> None:
    assert load({"PATH": "/bin", "SMTP_PORT": "1", "XFIRSTLINE_PORT": "1"}) == Settings()


def test_another_file_can_be_named_and_must_be_there() -> None:
    write("smtp_port = 1001\n", "other.toml")

    assert load({"FIRSTLINE_CONFIG": "other.toml"}).smtp_port == 1001
    assert "gone.toml" in refused({"FIRSTLINE_CONFIG": "gone.toml"})
    assert "Is a directory" in refused({"FIRSTLINE_CONFIG": "."})


@pytest.mark.parametrize(
    ("name", "meant"),
    [("smtp_prot", "smtp_port"), ("adresses", "addresses"), ("api_tokne", "api_token"), ("loglevel", "log_level")],
)
def test_an_unknown_name_is_refused_with_the_nearest_one(name: str, meant: str) -> None:
    by_variable = refused({f"FIRSTLINE_{name.upper()}": SECRET})
    write(f'{name} = "{SECRET}"\n')
    by_file = refused()

    for message in (by_variable, by_file):
        assert f"FIRSTLINE_{name.upper()}" in message
        assert f"did you mean {meant}?" in message


def test_a_name_like_no_other_is_refused_without_a_guess() -> None:
    message = refused({"FIRSTLINE_QWXYZ": "1"})

    assert "qwxyz" in message
    assert "did you mean" not in message


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SMTP_PORT", "smtp", ["smtp_port", "integer"]),
        ("SMTP_PORT", "65536", ["smtp_port", "65535"]),
        ("WEB_PORT", "-1", ["web_port"]),
        ("RELAY_TLS", "yes", ["relay_tls", "starttls", "implicit"]),
        ("LOG_LEVEL", "loud", ["log_level", "warning"]),
        ("LOG_FORMAT", "xml", ["log_format", "json"]),
        ("WORKERS", "0", ["workers", "1"]),
        ("SMTP_KEY", "key.pem", ["smtp_certificate", "smtp_key"]),
        ("DATABASE_URL", f"mysql://u:{SECRET}@db/x", ["database_url", "sqlite:///PATH", "postgresql://"]),
        ("DATABASE_URL", f"postgresql://u@db:{SECRET}/x", ["database_url", "%2F"]),
        ("DATABASE_URL", f"postgresql://u:p@{SECRET}@db/x", ["database_url", "%40"]),
        ("DATABASE_URL", f"postgresql://u:{SECRET}@db", ["database_url", "names no database"]),
        ("DATABASE_URL", f"postgresql://u:{SECRET}@db/x?speed=high", ["database_url", "no option 'speed'"]),
        (
            "BROKER_URL",
            f"kafka://:{SECRET}@broker",
            ["broker_url", "redis://", "amqp://", "postgresql://", "leave it out"],
        ),
        ("BROKER_URL", f"redis://:{SECRET}@broker:door/0", ["broker_url", "%2F"]),
        ("BROKER_URL", f"amqp://{SECRET}@", ["broker_url", "%2F"]),
        ("BROKER_URL", f"postgresql://u:{SECRET}@db", ["broker_url", "names no database"]),
        ("IMAP", SECRET, ["imap"]),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_what_to_write(name: str, value: str, words: list[str]) -> None:
    message = refused({f"FIRSTLINE_{name}": value, "FIRSTLINE_API_TOKEN": SECRET})

    assert [word for word in words if word not in message] == []
    assert "\n" not in message


def test_all_wrong_values_are_named_at_once() -> None:
    message = refused({"FIRSTLINE_SMTP_PORT": "x", "FIRSTLINE_WEB_PORT": "y"})

    assert "smtp_port" in message
    assert "web_port" in message


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"redis://:{SECRET}@broker/0", "redis://broker:6379"),
        (f"amqps://user:{SECRET}@broker:5679/%2F", "amqps://broker:5679"),
        (f"postgres://user:{SECRET}@broker/wakeups", "postgresql://broker"),
    ],
)
def test_the_address_of_a_broker_is_shown_without_name_and_password(written: str, shown: str) -> None:
    settings = load({"FIRSTLINE_BROKER_URL": written})

    assert broker_url.shown(settings.broker_url.get_secret_value()) == shown
    assert SECRET not in repr(settings)


def test_what_a_broker_says_is_shown_without_name_and_password() -> None:
    url = f"postgresql://clerk:{SECRET}%40@broker/wakeups"

    said = broker_url.masked(url, f'FATAL: password authentication failed for user "clerk"\n with {SECRET}@ here')

    assert said == 'FATAL: password authentication failed for user "…" with … here'


@pytest.mark.parametrize("value", ["INFO", "Warning", "debug"])
def test_the_case_of_a_log_level_does_not_matter(value: str) -> None:
    assert load({"FIRSTLINE_LOG_LEVEL": value}).log_level == value.lower()


def test_addresses_are_separated_by_commas_or_a_list_in_the_file() -> None:
    from_variable = load({"FIRSTLINE_ADDRESSES": "support@a.example, 支持@例子.example,"})
    write('addresses = ["support@a.example", "支持@例子.example"]\n')
    from_file = load({})

    assert from_variable.addresses == from_file.addresses == ("support@a.example", "支持@例子.example")


@pytest.mark.parametrize("address", ["support", "@a.example", "support@", "support+x@a.example", "a b@a.example"])
def test_an_address_that_could_take_no_mail_is_refused(address: str) -> None:
    message = refused({"FIRSTLINE_ADDRESSES": f"good@a.example,{address}"})

    assert "addresses" in message
    assert repr(address) in message
    assert "name@domain" in message


@pytest.mark.parametrize("text", ["smtp_port = = 1", "[[imap]", 'profile = "unclosed', "smtp_port = 1\nsmtp_port = 2"])
def test_a_broken_file_is_refused_with_its_name_and_the_line(text: str) -> None:
    write(text)

    message = refused()

    assert message.startswith("firstline.toml: ")
    assert "line" in message or "end of document" in message


def test_a_single_table_for_a_mailbox_is_told_of_the_second_bracket() -> None:
    write('[imap]\nname = "desk"\n')

    assert "imap: write its table with double brackets, [[imap]]" in refused()


def test_a_file_that_is_not_utf_8_is_refused_with_what_to_do() -> None:
    Path("firstline.toml").write_bytes(b'profile = "\xff\xfe"')

    assert refused() == "firstline.toml is not UTF-8 (byte 12); save it as UTF-8"


def test_a_transcriber_is_written_as_in_a_shell_or_as_a_list_in_the_file() -> None:
    from_variable = load({"FIRSTLINE_TRANSCRIBER": "/opt/whisper/run --model '/srv/my models/small'"})
    write('transcriber = ["/opt/whisper/run", "--model", "/srv/my models/small"]\n')

    assert from_variable.transcriber == load({}).transcriber == ("/opt/whisper/run", "--model", "/srv/my models/small")


def test_a_transcriber_that_cannot_be_meant_is_refused_with_how_to_write_it() -> None:
    assert "as in a shell" in refused({"FIRSTLINE_TRANSCRIBER": "/opt/whisper/run 'small"})
    both = {"FIRSTLINE_TRANSCRIBER": "run", "FIRSTLINE_TWILIO_TRANSCRIBE": "true"}
    assert "transcriber: set it or twilio_transcribe" in refused(both)


def test_a_name_of_the_environment_in_the_file_is_refused_with_that_of_the_file() -> None:
    write('FIRSTLINE_ADDRESSES = ["support@desk.example"]\n')

    assert "did you mean addresses?" in refused()


def test_what_is_wrong_within_a_table_is_said_as_what_to_write() -> None:
    write('[[imap]]\nname = "a"\nhost = "imap.desk.example"\nuser = "support"\n')

    message = refused()

    assert "imap.0.username: it has to be set" in message
    assert "imap.0.user: there is no such setting here; did you mean username?" in message


def test_a_setting_below_a_table_is_told_where_it_belongs() -> None:
    write('[[imap]]\nname = "a"\nhost = "imap.desk.example"\nusername = "support"\nprofile = "netops"\n')

    assert "imap.0.profile: this is no key of a table; write it at the top of the file" in refused()


def test_a_file_of_an_editor_of_windows_is_read() -> None:
    write('\ufeffprofile = "netops"\n')

    assert load({}).profile == "netops"
