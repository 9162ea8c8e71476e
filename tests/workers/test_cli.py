"""The command line as people and scripts use it."""

import json
import mailbox
import os
import subprocess
import sys
from collections.abc import Mapping
from email import message_from_bytes
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner

from models.db import Database
from models.settings import load
from models.tables import ReportRow
from tests.factories import mail
from tests.servers import free_port
from tests.servers.postgres import PASSWORD, USER, Postgres
from workers import datafolder
from workers.cli import doctor
from workers.main import app

ROOT = Path(__file__).resolve().parents[2]


def run(
    *arguments: str, folder: Path, stdin: bytes = b"", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTLINE_")}
    environment |= {"FIRSTLINE_DATA": str(folder / "data"), "COLUMNS": "200", "NO_COLOR": "1"}
    environment |= {f"FIRSTLINE_{name.upper()}": value for name, value in (settings or {}).items()}
    return subprocess.run(
        [sys.executable, "-m", "workers.main", *arguments],
        input=stdin,
        capture_output=True,
        cwd=folder,
        env=environment,
        timeout=120,
        check=False,
    )


def sources(data: Path) -> list[tuple[str, bool]]:
    database = Database(f"sqlite:///{data / 'firstline.db'}")
    with database.reading() as session:
        found = [(row.source, row.answer) for row in session.scalars(select(ReportRow))]
    database.close()
    return found


def test_parse_prints_one_json_object(tmp_path: Path) -> None:
    result = run("parse", folder=tmp_path, stdin=mail(subject="阵列报警"))

    parsed = json.loads(result.stdout)
    assert result.returncode == 0
    assert parsed["subject"] == "阵列报警"
    assert parsed["from"] == {"name": "Ann Lee", "address": "ann@customer.example"}
    assert parsed["date"] == "2026-11-09T02:00:00+00:00"
    assert parsed["auto"] is None


def test_parse_batch_prints_a_line_a_file(tmp_path: Path) -> None:
    result = run("parse", "--batch", str(ROOT / "fixtures" / "mail"), folder=tmp_path)

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["file"] for line in lines] == sorted(path.name for path in (ROOT / "fixtures" / "mail").glob("*.eml"))


def test_parse_goes_on_after_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.EML").write_bytes(mail("one"))
    (tmp_path / "b.eml").mkdir()
    (tmp_path / os.fsdecode(b"c\xff.eml")).write_bytes(mail("two"))

    result = run("parse", "--batch", str(tmp_path), folder=tmp_path)

    assert [os.fsencode(json.loads(line)["file"]) for line in result.stdout.splitlines()] == [b"a.EML", b"c\xff.eml"]
    assert result.returncode == 1
    assert f"{tmp_path / 'b.eml'} cannot be read: Is a directory" in result.stderr.decode()


def test_classify_reads_and_writes_json_lines_in_order(tmp_path: Path) -> None:
    reports = [
        {"id": "a", "channel": "email", "subject": "宕机", "body": "核心数据库服务器宕机，全院业务中断。"},
        {"id": 2, "channel": "phone", "subject": "", "body": "hi um where do i find the manual for the switch"},
    ]
    lines = "\n".join(json.dumps(report, ensure_ascii=False) for report in reports).encode()

    result = run("classify", "--batch", "-", folder=tmp_path, stdin=lines)

    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["id"] for line in found] == ["a", 2]
    for line in found:
        assert line["level"] in (1, 2, 3, 4)
        assert set(line["level_probs"]) == {"1", "2", "3", "4"}
        assert sum(line["level_probs"].values()) == pytest.approx(1, abs=1e-3)
        assert sum(line["category_probs"].values()) == pytest.approx(1, abs=1e-3)
        assert isinstance(line["needs_review"], bool)
        assert set(line) >= {"category", "evidence", "model"}


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    result = run("classify", "--batch", "-", folder=tmp_path, stdin=b'{"id": 1, "body": "x"}\nnonsense\n')

    assert result.returncode == 1
    assert b"line 2" in result.stderr
    assert b"Traceback" not in result.stderr


def test_a_file_of_reports_that_is_missing_is_said_before_a_model_is_sought(tmp_path: Path) -> None:
    result = run("classify", "--batch", "none.jsonl", folder=tmp_path, settings={"model": "no-folder"})

    assert result.returncode == 1
    assert result.stderr.decode() == "firstline: none.jsonl cannot be read: No such file or directory\n"


@pytest.mark.parametrize("kind", ["maildir", "mbox", "folder"])
def test_import_takes_in_each_mail_once_and_answers_none(tmp_path: Path, kind: str) -> None:
    mails = [mail(f"old report {number}") for number in range(3)]
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
        for number, raw in enumerate(mails):
            (path / f"{number}.eml").write_bytes(raw)
    else:
        box: mailbox.Mailbox[Any] = mailbox.Maildir(path) if kind == "maildir" else mailbox.mbox(path)
        for raw in mails:
            box.add(message_from_bytes(raw))
        box.close()

    first = run("import", str(path), folder=tmp_path)
    again = run("import", str(path), folder=tmp_path)

    assert first.stdout.decode().splitlines()[-1] == "3 stored, 0 known already, 0 unreadable"
    assert again.stdout.decode().splitlines()[-1] == "0 stored, 3 known already, 0 unreadable"
    assert sources(tmp_path / "data") == [("import", False)] * 3


def test_import_names_what_it_did_not_take(tmp_path: Path) -> None:
    folder, box = tmp_path / "mails", tmp_path / "Maildir"
    (folder / "2025").mkdir(parents=True)
    (folder / "OLD.EML").write_bytes(mail("one"))
    (folder / "2025" / "b.eml").write_bytes(mail("two"))
    (folder / "list.csv").write_text("a,b")
    mailbox.Maildir(box).add_folder("Archive").add(mail("three"))

    taken, empty = run("import", str(folder), folder=tmp_path), run("import", str(box), folder=tmp_path)

    assert taken.stdout.decode().splitlines()[-1] == "2 stored, 0 known already, 0 unreadable"
    assert f"not taken: {folder / 'list.csv'}" in taken.stderr.decode()
    assert empty.stdout.decode().splitlines()[-1] == "0 stored, 0 known already, 0 unreadable"
    assert f"not taken: {box / '.Archive'}" in empty.stderr.decode()


def test_import_makes_no_case_of_an_empty_file_and_passes_no_file_over(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(mail("one"))
    (folder / "cut-off.eml").touch()
    (folder / "moved.mbox").symlink_to(tmp_path / "nowhere")

    result = run("import", str(folder), folder=tmp_path)

    assert result.stdout.decode().splitlines()[-1] == "1 stored, 0 known already, 1 unreadable"
    assert f"not taken: {folder / 'moved.mbox'}" in result.stderr.decode()


@pytest.mark.parametrize("name", ["mail.msg", "archive.pst", "Inbox.sbd"])
def test_import_says_how_to_come_by_what_it_takes(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")

    result = run("import", name, folder=tmp_path)

    assert result.returncode == 1
    assert b"save mails of Outlook (.msg, .pst) as .eml" in result.stderr


def test_import_of_something_else_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no mail here")

    result = run("import", "notes.txt", folder=tmp_path)

    assert result.returncode == 1
    assert b"no mbox file" in result.stderr


def test_doctor_is_content_with_a_good_setup(tmp_path: Path) -> None:
    settings = {
        "addresses": "support@firstline.example",
        "smtp_port": str(free_port()),
        "web_port": str(free_port()),
    }

    result = run("doctor", folder=tmp_path, settings=settings)

    assert result.returncode == 0, result.stdout
    assert b"FAIL" not in result.stdout


def test_doctor_names_the_database_server_but_not_its_password(tmp_path: Path, postgres: Postgres) -> None:
    name = postgres.create()
    good, old = postgres.url(name), postgres.url(postgres.create(encoding="SQL_ASCII"))

    found = [run("doctor", folder=tmp_path, settings={"database_url": url}).stdout.decode() for url in (good, old)]

    place = f"postgresql://{USER}@127.0.0.1:{postgres.port}/{name}"
    assert f"ok    database: {place}, PostgreSQL {postgres.version}: empty; made at the first start" in found[0]
    assert "FAIL  database: the database is encoded in SQL_ASCII" in found[1]
    assert PASSWORD not in found[0] + found[1]


def test_doctor_names_each_fault_and_what_to_do(tmp_path: Path) -> None:
    port = free_port()
    settings = {"relay_host": "127.0.0.1", "relay_port": str(port), "profile": "nobodys"}

    result = run("doctor", folder=tmp_path, settings=settings)

    lines = result.stdout.decode().splitlines()
    assert result.returncode == 1
    assert any(line.startswith("FAIL  settings") and "FIRSTLINE_ADDRESSES" in line for line in lines)
    assert any(line.startswith("FAIL  relay") and f"127.0.0.1:{port}" in line for line in lines)
    assert any(line.startswith("FAIL  profile") and "yilong" in line for line in lines)
    assert "ok    queue: not known before the first start" in lines


def test_doctor_says_each_finding_as_it_is_made(tmp_path: Path) -> None:
    settings = load({"FIRSTLINE_DATA": str(tmp_path / "data"), "FIRSTLINE_RELAY_HOST": "relay.example"})
    asked: list[str] = []

    def relay(*_: object) -> str:
        asked.append("relay")
        return ""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor, "_relay", relay)
        found = iter(doctor.examine(settings))

        assert next(found).name == "settings"
        assert asked == []
        assert "relay" in {finding.name for finding in found}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"smpt_port": "2525"}, "did you mean smtp_port?"),
        ({"smtp_port": "many"}, "smtp_port"),
        ({"addresses": "support"}, "no support address"),
        ({"broker_url": "kafka://localhost"}, "broker_url"),
    ],
)
def test_a_wrong_setting_is_refused_at_the_start_by_name(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    result = run("up", folder=tmp_path, settings=settings)

    assert result.returncode == 1
    [line] = result.stderr.decode().splitlines()
    assert line.startswith("firstline: ")
    assert words in line


def test_two_in_one_data_folder_is_refused(tmp_path: Path) -> None:
    datafolder.prepare(tmp_path / "data")
    lock = datafolder.FolderLock(tmp_path / "data")

    result = run("up", folder=tmp_path)

    lock.release()
    assert result.returncode == 1
    assert b"another firstline up works in" in result.stderr


def test_help_is_there_for_every_command(tmp_path: Path) -> None:
    for command in (
        "up",
        "smtp",
        "poll",
        "web",
        "worker",
        "parse",
        "classify",
        "train",
        "evaluate",
        "import",
        "doctor",
    ):
        assert run(command, "--help", folder=tmp_path).returncode == 0


@pytest.mark.parametrize(
    "command",
    [
        "case list",
        "user list",
        "user disable ann@desk.example",
        "shunted list",
        "held list",
        "directory gaps",
        "knowledge search printer",
        "report accident FL-000001",
        "migrate status",
        "backup desk.zip",
        "erase --person ann@desk.example --yes",
    ],
)
def test_a_data_folder_without_a_database_is_not_taken_for_an_empty_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()

    done = CliRunner().invoke(app, [*command.split(), "--data", str(tmp_path / "data")])

    assert "there is no database" in str(done.exception)
    assert list(tmp_path.rglob("*")) == [tmp_path / "data"]


def test_doctor_does_not_call_the_database_of_a_newer_version_well(tmp_path: Path) -> None:
    settings = load({"FIRSTLINE_DATA": str(tmp_path)})
    database = Database(settings.resolved_database_url)
    database.migrate()
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    [found] = [finding for finding in doctor.examine(settings) if finding.name == "database"]

    assert (found.ok, "install that version" in found.text) == (False, True)


def in_a_shell(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What a shell makes of it, with "$F" for the program."""
    return subprocess.run(
        ["bash", "-c", script.replace("$F", f"{sys.executable} -m workers.main")],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "FIRSTLINE_DATA": str(folder / "data"), **environment},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_of_another_encoding_is_shown_all_the_same(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.eml").write_bytes(mail(subject="阵列报警 \N{BELL} é"))

    parsed = in_a_shell("$F parse a.eml", tmp_path, PYTHONIOENCODING=encoding)
    helped = in_a_shell("$F --help", tmp_path, PYTHONIOENCODING=encoding)

    assert json.loads(parsed.stdout)["subject"] == "阵列报警 \N{BELL} é"
    assert (parsed.stderr, helped.returncode, helped.stderr) == (b"", 0, b"")


@pytest.mark.parametrize(
    ("script", "status", "says"),
    [
        ("$F parse a.eml > /dev/full", 1, b"firstline: No space left on device\n"),
        ("$F parse a.eml >&-", 0, b""),
        ("$F parse <&-", 0, b""),
        ("$F parse --batch . | true; exit ${PIPESTATUS[0]}", 1, b""),
    ],
)
def test_output_that_goes_nowhere_is_told_in_a_line_at_most(
    tmp_path: Path, script: str, status: int, says: bytes
) -> None:
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(mail("x" * 100_000))

    done = in_a_shell(script, tmp_path)

    assert (done.returncode, done.stderr) == (status, says)


def test_an_argument_that_is_no_text_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    database = Database(f"sqlite:///{tmp_path / 'data' / 'firstline.db'}")
    database.migrate()
    database.close()

    done = in_a_shell("$F directory show $'C-\\xff'", tmp_path, PYTHONUTF8="1")

    assert done.returncode == 1
    assert done.stderr == b"firstline: what was typed is not text in the encoding of this terminal\n"


def test_the_version_is_said(tmp_path: Path) -> None:
    done = run("--version", folder=tmp_path)

    assert (done.returncode, done.stdout.decode()) == (0, f"firstline {version('firstline')}\n")
