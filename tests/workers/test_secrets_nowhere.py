"""No secret of the settings shows: in no log, page, answer, report of doctor, traceback, nor among the data."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import free_port
from tests.servers.firstline import Firstline

pytestmark = pytest.mark.long

CANARY = "canary-5d1c"
KEY = b64encode(CANARY.encode().ljust(32, b"!")).decode()
PATHS = ("/openapi.json", "/readyz", "/healthz", "/metrics", "/nowhere", "/login", "/api/v1/cases", "/cases/FL-000001")


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """Every secret that can be set, each with the canary in it; nobody answers where they would be used."""
    nobody = free_port()
    file = tmp_path / "firstline.toml"
    file.write_text(
        f'[[imap]]\nname = "desk"\nhost = "127.0.0.1"\nport = {nobody}\ntls = "none"\nusername = "desk"\n'
        f'password = "{CANARY}-imap"\n'
    )
    names = ("api_token", "token_key", "relay_password", "twilio_auth_token", "twilio_auth_token_2")
    return {name: f"{CANARY}-{name}" for name in (*names, "oidc_client_secret")} | {
        "storage_key": KEY,
        "config": str(file),
        "relay_host": "127.0.0.1",
        "relay_port": str(nobody),
        "relay_user": "desk",
        "twilio_account_sid": f"AC{'0' * 32}",
        "twilio_number": "+862155550100",
        "twilio_api_url": f"http://127.0.0.1:{nobody}",
        "public_url": "https://desk.example",
        "oidc_issuer": f"http://127.0.0.1:{nobody}",
        "oidc_client_id": "desk",
        "broker_url": f"redis://:{CANARY}-broker@127.0.0.1:{nobody}/0",
        "log_level": "debug",
    }


@pytest.fixture
def running(tmp_path: Path, settings: dict[str, str]) -> Iterator[Firstline]:
    process = Firstline(tmp_path / "desk", "web", **settings)
    process.start()
    process.wait_until_it_works()
    yield process
    process.stop()


def shown(text: str) -> list[str]:
    """The lines that show a secret."""
    return [line for line in text.splitlines() if CANARY in line or KEY in line or KEY.rstrip("=") in line]


def asked(port: int, path: str, token: str | None) -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return f"{answer.headers}{answer.read().decode()}"
    except urllib.error.HTTPError as error:
        return f"{error.headers}{error.read().decode()}"


def test_no_page_no_answer_no_log_and_no_file_has_one(running: Firstline, settings: dict[str, str]) -> None:
    answers = [
        asked(running.web_port, path, token)
        for path in PATHS
        for token in (None, "wrong", settings["api_token"])
    ]  # fmt: skip
    running.stop()

    assert [line for answer in answers for line in shown(answer)] == []
    assert shown(running.log.read_text("utf-8")) == []
    files = [path for path in running.data.rglob("*") if path.is_file()]
    assert [path.name for path in files if CANARY.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("doctor",),
        ("-v", "doctor"),
        ("-v", "erase", "--person", "nobody"),  # refused with a traceback
        ("-v", "poll", "--data", "/proc/nowhere"),
        ("-v", "rekey", "--data", "/proc/nowhere"),
    ],
)
def test_no_command_shows_one_even_with_its_traceback(
    tmp_path: Path, settings: dict[str, str], arguments: tuple[str, ...]
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTLINE_")}
    environment |= {f"FIRSTLINE_{name.upper()}": value for name, value in settings.items()}
    environment |= {"FIRSTLINE_DATA": str(tmp_path / "data"), "FIRSTLINE_ADDRESSES": "support@firstline.example"}
    (tmp_path / "data").mkdir()

    done = subprocess.run(
        [sys.executable, "-m", "workers.main", *arguments],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert shown(done.stdout + done.stderr) == []


def test_a_wrong_setting_beside_them_is_named_and_they_are_not(tmp_path: Path, settings: dict[str, str]) -> None:
    environment = {f"FIRSTLINE_{name.upper()}": value for name, value in settings.items()} | {
        "PATH": os.environ["PATH"]
    }
    environment |= {"FIRSTLINE_WEB_PORT": "many", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}

    done = subprocess.run(
        [sys.executable, "-m", "workers.main", "-v", "web"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert "web_port" in done.stderr
    assert shown(done.stdout + done.stderr) == []
