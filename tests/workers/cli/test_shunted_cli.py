"""`firstline shunted`, as the person on duty uses it: through the command line, on the real database."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models import queue
from models.db import Database
from models.queue import NewReport
from models.tables import ReportPart, ReportRow
from models.values import Channel
from tests.workers.cli.conftest import Firstline
from workers.main import app

SOURCE = b"From: ann@customer.example\r\nSubject: Backup failed\r\n\r\nIt failed again.\r\n"
NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
COMMAND = "shunted"


def aside(database: Database, outcome: str, because: str = "ValueError: no", content: bytes = SOURCE) -> str:
    """A stored report that ended so; returns its id."""
    with database.transaction() as session:
        number = len(session.query(ReportRow).all())
        [receipt] = queue.add(session, [NewReport(Channel.EMAIL, f"external {number}", content, "smtp", NOW)])
        row = session.get_one(ReportRow, receipt.report_id)
        if outcome == "shunted":
            queue.shunt(row, because, NOW)
        elif outcome != "waiting":
            queue.finish(row, outcome, because, NOW)
    return receipt.report_id


def stored(database: Database, report_id: str) -> ReportRow:
    with database.reading() as session:
        return session.get_one(ReportRow, report_id)


def test_the_list_shows_what_was_set_aside_and_why(firstline: Firstline, desk_database: Database) -> None:
    shunted = aside(desk_database, "shunted", "ValueError: no such thing")
    aside(desk_database, "case")

    listed = firstline("list")
    [facts] = [json.loads(line) for line in firstline("list", "--json").output.splitlines()]

    assert shunted in listed.output
    assert "no such thing" in listed.output
    assert facts["id"] == shunted
    assert facts["reason"] == "ValueError: no such thing"
    assert firstline("list", "--state", "quarantined").output == "nothing is set aside\n"


def test_raw_gives_the_bytes_that_came(firstline: Firstline, desk_database: Database, tmp_path: Path) -> None:
    source = SOURCE + bytes(range(256))
    shunted = aside(desk_database, "shunted", content=source)

    printed = firstline("raw", shunted)
    firstline("raw", shunted, "-o", str(tmp_path / "out.eml"))

    assert printed.stdout_bytes == source
    assert (tmp_path / "out.eml").read_bytes() == source


def test_show_tells_the_reason_and_the_source(firstline: Firstline, desk_database: Database) -> None:
    shunted = aside(desk_database, "shunted", "KeyError: 'x'")

    shown = firstline("show", shunted).output

    assert "KeyError: 'x'" in shown
    assert "It failed again." in shown
    assert "no usable Message-ID" in shown


def test_retry_gives_one_or_all_shunted_reports_another_round(firstline: Firstline, desk_database: Database) -> None:
    one, *others = [aside(desk_database, "shunted") for _ in range(3)]
    quarantined = aside(desk_database, "quarantined")

    first, rest = firstline("retry", one), firstline("retry", "--all")

    assert (first.output, rest.output) == ("1 to be processed again\n", "2 to be processed again\n")
    assert {stored(desk_database, report).state for report in (one, *others)} == {"waiting"}
    assert stored(desk_database, quarantined).state == "quarantined"


def test_a_quarantined_report_is_released_not_retried(firstline: Firstline, desk_database: Database) -> None:
    report = aside(desk_database, "quarantined", "DMARC fails")

    refused, released = firstline("retry", report), firstline("release", report)

    assert "release it if you vouch for it" in str(refused.exception)
    assert released.exit_code == 0
    assert stored(desk_database, report).released
    assert stored(desk_database, report).state == "waiting"


def test_a_discarded_report_keeps_its_reason_and_can_be_taken_back(
    firstline: Firstline, desk_database: Database
) -> None:
    report = aside(desk_database, "quarantined")

    firstline("discard", report, "--reason", "a phishing mail")
    because = stored(desk_database, report).outcome_because
    firstline("retry", report)

    assert because is not None
    assert because.endswith(": a phishing mail")
    assert stored(desk_database, report).state == "waiting"


@pytest.mark.parametrize("way", ["file", "editor"])
def test_edit_puts_the_mended_mail_in_place_and_keeps_what_came(
    firstline: Firstline, desk_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    report = aside(desk_database, "shunted")
    mended = tmp_path / "mended.eml"
    mended.write_bytes(SOURCE.replace(b"again", b"twice"))
    monkeypatch.setenv("VISUAL", "sed -i s/again/twice/")

    result = firstline("edit", report, *(["--file", str(mended)] if way == "file" else []))

    assert result.output == "1 to be processed again, as mended\n"
    with desk_database.transaction() as session:
        [claimed] = queue.claim(session, "test", NOW.replace(year=2027), 10)
        original = session.get_one(ReportPart, (report, 0)).content
    assert claimed.content == mended.read_bytes()
    assert original == SOURCE


def test_an_editor_that_changes_nothing_leaves_the_report_where_it_is(
    firstline: Firstline, desk_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = aside(desk_database, "shunted")
    monkeypatch.setenv("VISUAL", "true")

    assert "nothing was changed" in firstline("edit", report).output
    assert stored(desk_database, report).state == "shunted"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("retry", "nothing"), "there is no report nothing"),
        (("retry",), "name the reports, or say --all"),
        (("release", "SHUNTED"), "is not in quarantine but shunted: retry it"),
        (("raw", "WAITING"), "is not set aside: it is waiting"),
        (("discard", "SHUNTED", "--reason", " "), "say why it is discarded"),
        (("edit", "SHUNTED", "--file", "/nowhere/x.eml"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    firstline: Firstline, desk_database: Database, arguments: tuple[str, ...], says: str
) -> None:
    ids = {"SHUNTED": aside(desk_database, "shunted"), "WAITING": aside(desk_database, "waiting")}

    result = firstline(*(ids.get(argument, argument) for argument in arguments))

    assert says in str(result.exception)
    assert stored(desk_database, ids["SHUNTED"]).state == "shunted"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["shunted", "list", "--data", str(tmp_path / "empty")])

    assert "there is no data folder" in str(result.exception)
