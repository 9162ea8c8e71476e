"""The wheel as a newcomer has it: installed beside nothing but the dependencies, run from an empty folder."""

import json
import os
import shutil
import smtplib
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers import free_port
from tests.waiting import wait_until
from workers import modelstore
from workers.modelstore import base_folder, current

pytestmark = pytest.mark.long

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; the pinned dependencies are seen, the checkout is not."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    libraries = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})["purelib"]
    # Only the folder: a .pth file in it, such as that of the checkout, is not followed.
    (Path(libraries) / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    install = ["install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), *install], check=True)
    return folder


@pytest.fixture(scope="module")
def trained(installed: Path) -> Path:
    """The same, with the checkout's model in the place where one trained from the wheel would lie."""
    model = current(base_folder())
    assert model is not None
    models = installed / "share" / "firstline" / "models"
    shutil.copytree(model, models / modelstore.version([]))
    return installed


def clean(**settings: str) -> dict[str, str]:
    """An environment in which nothing leads back to the checkout."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FIRSTLINE_", "VIRTUAL"))
    }
    return kept | {f"FIRSTLINE_{name.upper()}": value for name, value in settings.items()}


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        command = [str(installed / "bin" / "firstline"), *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=clean(**settings), capture_output=True, text=True, timeout=200, check=False
        )

    return run


@pytest.fixture
def desk(trained: Path, tmp_path: Path) -> Iterator[int]:
    """`firstline up` in an empty folder; the port of its SMTP endpoint."""
    port, web = free_port(), free_port()
    settings = clean(addresses="support@firstline.example", smtp_port=str(port), web_port=str(web))
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(trained / "bin" / "firstline"), "up"], cwd=tmp_path, env=settings, stdout=log, stderr=log
        )
        try:
            wait_until(lambda: "; ready" in (tmp_path / "log").read_text("utf-8"), timeout=60)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=60)


def test_help_comes_from_the_wheel(run: Run, installed: Path) -> None:
    shown = run("--help")

    where = subprocess.run(
        [str(installed / "bin" / "python"), "-c", "import workers; print(workers.__file__)"],
        env=clean(),
        cwd=installed,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert shown.returncode == 0
    assert "worker" in shown.stdout
    assert Path(where.strip()).is_relative_to(installed)


def test_the_wheel_has_all_that_the_classifier_is_trained_from(run: Run, trained: Path) -> None:
    done = run("train", "--base")

    # It is the checkout's version, so the same corpus and code: found to be there, and not trained again.
    assert done.returncode == 0, done.stderr
    assert f"classifier {modelstore.version([])} is in force" in done.stdout


def test_nothing_but_json_is_printed_where_the_classifier_is_built_first(
    run: Run, trained: Path, tmp_path: Path
) -> None:
    (trained / "share" / "firstline" / "models" / "current").unlink(missing_ok=True)
    (tmp_path / "reports").write_text(
        '{"id": "1", "channel": "email", "subject": "", "body": "switch down"}\n', "utf-8"
    )

    done = run("classify", "--batch", "reports")

    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1"]
    assert "building it once" in done.stderr


def test_a_mail_is_taken_and_answered(desk: int, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "ann@customer.example", "support@firstline.example"
    mail["Subject"], mail["Message-ID"] = "Array degraded", "<one@customer.example>"
    mail.set_content("One disk of the array in rack 4 shows an amber light, users notice nothing.")

    with smtplib.SMTP("127.0.0.1", desk) as client:
        client.send_message(mail)

    outbox = tmp_path / "var" / "outbox"
    wait_until(lambda: outbox.is_dir() and any(outbox.glob("*.eml")), timeout=60)
    assert b"To: ann@customer.example" in next(outbox.glob("*.eml")).read_bytes()


@pytest.mark.parametrize(
    "command",
    [
        ("policy", "check"),
        (
            "policy",
            "explain",
            "--profile",
            "yilong",
            "--level",
            "1",
            "--category",
            "network",
            "--at",
            "2026-11-09T10:00+08:00",
        ),
    ],
    ids=["schemes", "clocks"],
)
def test_what_else_lies_in_the_wheel_is_found(run: Run, command: tuple[str, ...]) -> None:
    done = run(*command)

    assert done.returncode == 0, done.stderr
    assert "yilong" in done.stdout


def test_the_manual_is_where_man_looks(installed: Path) -> None:
    assert (installed / "share" / "man" / "man1" / "firstline.1").is_file()


def test_a_model_that_cannot_be_put_beside_the_program_is_said_clearly(
    run: Run, installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "reports.jsonl").write_text('{"id": 1, "channel": "email", "subject": "s", "body": "b"}\n', "utf-8")
    share = installed / "share" / "firstline"
    moved = installed / "share" / "moved"
    if share.exists():
        share.rename(moved)
    share.write_text("", "utf-8")  # as good as a file system that is read-only, also for root
    try:
        done = run("classify", "--batch", "reports.jsonl")
    finally:
        share.unlink()
        if moved.exists():
            moved.rename(share)

    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("firstline: ")
    assert "FIRSTLINE_MODEL" in done.stderr
    assert "Traceback" not in done.stderr
