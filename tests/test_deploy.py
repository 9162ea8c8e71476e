"""What stands in deploy/ fits the program: the units run parts that exist, with settings that exist."""

import re
from pathlib import Path

from models import settings
from workers.service import Part

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "deploy" / "systemd"


def test_there_is_a_unit_for_each_part_and_no_other() -> None:
    parts = {re.sub(r"@?\.service$", "", path.name).removeprefix("firstline-") for path in FOLDER.glob("*.service")}

    assert parts == set(Part)


def test_the_part_is_the_last_word_of_the_units_name() -> None:
    common = (FOLDER / "firstline-.service.d" / "common.conf").read_text("utf-8")

    assert "ExecStart=/opt/firstline/.venv/bin/firstline %j\n" in common
    assert not any("ExecStart" in path.read_text("utf-8") for path in FOLDER.glob("*.service"))


def test_a_part_is_started_again_for_as_long_as_the_database_is_away() -> None:
    unit, _, service = (FOLDER / "firstline-.service.d" / "common.conf").read_text("utf-8").partition("[Service]")

    assert "\nStartLimitIntervalSec=0\n" in unit
    assert "\nRestart=always\nRestartSec=2\n" in service


def test_the_settings_of_the_units_are_settings(tmp_path: Path) -> None:
    example = (FOLDER / "firstline.env").read_text("utf-8")
    common = (FOLDER / "firstline-.service.d" / "common.conf").read_text("utf-8")
    given = dict(re.findall(r"(FIRSTLINE_\w+)=(\S+)", example + common))
    secrets = {
        "DATABASE_URL": "postgresql://firstline:secret@db.example/firstline",
        "BROKER_URL": "redis://:secret@broker.example/0",
        "TOKEN_KEY": "a key",
        "API_TOKEN": "a token",
    }
    for name, value in secrets.items():
        (tmp_path / name).write_text(value, "utf-8")
        given[f"FIRSTLINE_{name}_FILE"] = str(tmp_path / name)

    found = settings.load(given)

    assert found.addresses == ("support@desk.example",)
    assert found.broker_url.get_secret_value() == secrets["BROKER_URL"]


def test_what_the_documents_run_beside_the_units_has_their_user_settings_folders_and_program() -> None:
    common = (FOLDER / "firstline-.service.d" / "common.conf").read_text("utf-8")
    of_the_units = dict(re.findall(r"^(User|EnvironmentFile|WorkingDirectory)=(\S+)$", common, re.MULTILINE))
    data, program = (re.findall(wanted, common)[0] for wanted in (r"FIRSTLINE_DATA=(\S+)", r"ExecStart=(\S+)"))
    backup = (
        (ROOT / "docs" / "backup.md").read_text("utf-8").partition("backup-firstline.service\n")[2].partition("\n\n")[0]
    )
    wrapper = re.findall(
        r"exec systemd-run (.+?) \"\$@\"", (ROOT / "docs" / "deploying.md").read_text("utf-8"), re.DOTALL
    )[0]

    assert len(of_the_units) == 3
    assert [line for name, value in of_the_units.items() if (line := f"{name}={value}") not in backup] == []
    assert f"Environment=FIRSTLINE_DATA={data}\n" in backup
    assert [
        value for value in (*of_the_units.values(), f"FIRSTLINE_DATA={data}", program) if value not in wrapper
    ] == []
    assert program in backup


def test_the_documents_make_the_user_before_anything_is_given_to_it() -> None:
    told = (ROOT / "docs" / "deploying.md").read_text("utf-8")

    assert told.count("useradd") == 1
    assert told.index("useradd") < told.index("-g firstline")


def test_the_storage_key_that_the_documents_make_can_be_read_by_the_units_user_and_by_nobody_else() -> None:
    told = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    made = [line for line in told.splitlines() if "/etc/firstline/storage.key" in line and not line.startswith("#")]

    assert made[0].startswith("install -m 0640 -g firstline /dev/null /etc/firstline/storage.key")


def test_prometheus_asks_each_process_of_the_units_for_what_it_counts() -> None:
    units = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.service")}
    port = re.compile(r"^Environment=FIRSTLINE_MONITOR_PORT=(\S+)$", re.MULTILINE)
    ports = {name: port.findall(text) for name, text in units.items()}
    example = (ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text("utf-8")
    asked = re.findall(r"^ +- \S+:(\d+) #", example, re.MULTILINE)

    assert ports.pop("firstline-web.service") == []
    of_the_parts = [port.replace("%i", worker) for found in ports.values() for port in found for worker in "12"]

    assert [name for name, found in ports.items() if len(found) != 1] == []
    assert set(asked) == {"8080", *of_the_parts}
