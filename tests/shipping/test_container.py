"""The container file and the compose file: by the tools of each, and against the program."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.servers import require_binary
from tests.shipping.deployed import COMMANDS, DEPLOY, documents, settings_in, strange_addresses, strange_settings

pytestmark = pytest.mark.long

FILES = sorted(DEPLOY.rglob("Dockerfile"))
COMPOSE = DEPLOY / "compose" / "compose.yaml"
BIN = Path(sys.executable).parent
SERVICES: dict[str, dict[str, Any]] = documents(COMPOSE)[0]["services"]
PARTS = {name: service for name, service in SERVICES.items() if name in COMMANDS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_hadolint_has_nothing_to_say(path: Path) -> None:
    done = subprocess.run([BIN / "hadolint", "--no-color", path], capture_output=True, text=True, check=False)

    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_base_is_of_a_version(path: Path) -> None:
    text = path.read_text("utf-8")

    bases = [
        base.replace("${PYTHON}", str(re.findall(r"ARG PYTHON=(\S+)", text)))
        for base in re.findall(r"^FROM (\S+)", text, re.M)
    ]

    assert bases
    assert [base for base in bases if not re.search(r":.*\d+\.\d+", base)] == []


def test_the_image_runs_as_nobody_in_particular_and_says_whether_it_is_ready() -> None:
    text = (DEPLOY / "container" / "Dockerfile").read_text("utf-8")
    final = text[text.rindex("\nFROM ") :]

    assert re.search(r"^USER 10001:10001$", final, re.M)
    assert "/readyz" in final
    assert strange_settings(settings_in(final)) == []
    assert strange_addresses(text) == []


def test_the_image_is_made_of_what_it_needs_and_of_files_that_there_are(source: Path) -> None:
    text = (DEPLOY / "container" / "Dockerfile").read_text("utf-8")
    allowed = (DEPLOY / "container" / "Dockerfile.dockerignore").read_text("utf-8").splitlines()

    named = [name for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.M) for name in line.split()]

    assert [name for name in named if not (source / name).exists()] == []
    assert [line for line in allowed if line.startswith("!") and not (source / line[1:]).exists()] == []


def test_what_the_image_is_built_from_makes_the_same_wheel(source: Path, wheel: Path, tmp_path: Path) -> None:
    allowed = (DEPLOY / "container" / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    for name in (line[1:] for line in allowed if line.startswith("!")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(source / name)

    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "out")],
        cwd=tmp_path,
        env={"SOURCE_DATE_EPOCH": "1790000000"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_compose_file_is_one() -> None:
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_there_is_a_service_for_each_part_which_runs_it() -> None:
    assert set(PARTS) == COMMANDS - {"up"}
    assert {name: service["command"] for name, service in PARTS.items()} == {name: [name] for name in PARTS}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_no_more_than_it_has_to(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]
    assert "privileged" not in service
    assert re.search(r":[^:]*\d+\.\d+", service["image"])


def test_each_part_is_as_unprivileged_as_its_image() -> None:
    assert {service["user"] for service in PARTS.values()} == {"10001:10001"}


def test_settings_secrets_and_addresses_of_the_compose_file_are_there() -> None:
    text, whole = COMPOSE.read_text("utf-8"), documents(COMPOSE)[0]
    made = (DEPLOY / "compose" / "make-secrets").read_text("utf-8")

    assert strange_settings(settings_in(text + (DEPLOY / "compose" / ".env.example").read_text("utf-8"))) == []
    assert strange_addresses(text) == []
    for service in PARTS.values():
        files = {Path(value).name for key, value in service["environment"].items() if key.endswith("_FILE")}
        assert files == set(service["secrets"])
    kept = {Path(secret["file"]).name for secret in whole["secrets"].values()}
    assert {name for name in kept if name not in made} == set()


def test_what_stays_inside_is_not_reached_from_outside() -> None:
    whole = documents(COMPOSE)[0]

    assert whole["networks"]["inside"]["internal"]
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"postfix": ["25:25"], "web": ["127.0.0.1:8080:8080"]}


def test_the_secrets_are_made_once_and_are_nobody_elses(tmp_path: Path) -> None:
    script = tmp_path / "make-secrets"
    script.write_bytes((DEPLOY / "compose" / "make-secrets").read_bytes())
    # Who they belong to is for root, who makes them, to say.
    script.write_text(script.read_text("utf-8").replace("chown", ": chown"), "utf-8")

    def run() -> dict[str, str]:
        subprocess.run(["sh", str(script)], check=True)
        return {path.name: path.read_text("utf-8") for path in (tmp_path / "secrets").iterdir()}

    files, again = run(), run()

    assert again == files
    assert set(documents(COMPOSE)[0]["secrets"]) == {name.replace(".", "_") for name in files}
    assert all(path.stat().st_mode & 0o777 == 0o400 for path in (tmp_path / "secrets").iterdir())
    assert files["postgres_password"] in files["database_url"]
    assert len({files["token_key"], files["api_token"], files["postgres_password"]}) == 3


def test_postfix_knows_every_line_of_its_settings(tmp_path: Path) -> None:
    postconf = require_binary("postconf", "postfix")
    (tmp_path / "main.cf").write_bytes((DEPLOY / "compose" / "postfix" / "main.cf").read_bytes())
    (tmp_path / "master.cf").touch()

    done = subprocess.run([postconf, "-c", str(tmp_path), "-n"], capture_output=True, text=True, check=True)

    assert done.stderr == ""
    assert "desk.example = lmtp:inet:smtp:8025" in done.stdout


def test_mail_is_relayed_for_the_inner_network_alone_and_we_come_from_there() -> None:
    networks = documents(COMPOSE)[0]["networks"]
    inner = networks["inside"]["ipam"]["config"][0]["subnet"]
    given = re.findall(r"^mynetworks = (.+)$", (COMPOSE.parent / "postfix" / "main.cf").read_text("utf-8"), re.M)
    relays = {service["environment"]["FIRSTLINE_RELAY_HOST"] for service in PARTS.values()}

    assert [one.split(", ") for one in given] == [["127.0.0.0/8", inner]]
    assert SERVICES["postfix"]["networks"]["inside"]["aliases"] == list(relays)
    assert not SERVICES["postfix"]["networks"]["outside"]
