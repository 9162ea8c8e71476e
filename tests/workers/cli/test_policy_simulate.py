"""`firstline policy simulate`: what would become of a mail, with nothing sent and nothing written."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from models.db import Database
from models.tables import Base, CustomerRow, KnowledgeRow, ShiftRow, StaffRow
from tests.console import builders
from tests.factories import mail
from tests.knowledge import put, put_documents
from workers.main import app, main

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "mail"
CHINESE, OUT_OF_OFFICE = FIXTURES / "01-mes-stopped-foxmail.eml", FIXTURES / "33-out-of-office-en.eml"
ALARM = FIXTURES / "30-monitoring-problem.eml"
DOWN = "The main file server is down since 9:40, nobody can work, the whole plant stands still. All shares are gone."
MONDAY = "2026-11-09T10:00"
Simulate = Callable[..., Any]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIRSTLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FIRSTLINE_ADDRESSES", "support@firstline.example")
    return tmp_path / "data"


@pytest.fixture
def english(tmp_path: Path) -> Path:
    path = tmp_path / "down.eml"
    path.write_bytes(mail(DOWN, subject="Main server down"))
    return path


@pytest.fixture
def desk_database(data: Path, sqlite_template: Path) -> Database:
    data.mkdir()
    shutil.copy(sqlite_template, data / "firstline.db")
    database = Database(f"sqlite:///{data / 'firstline.db'}")
    with database.transaction() as session:
        session.add_all([
            StaffRow(
                name="Eve Stone",
                address="eve@firstline.example",
                address_key="eve@firstline.example",
                role="engineer",
                teams=["incident"],
                phone="+8613800000001",
            ),
            StaffRow(
                name="Dan Reed",
                address="dan@firstline.example",
                address_key="dan@firstline.example",
                role="director",
            ),
            CustomerRow(number="C-1", number_key="c-1", name="Example Works"),
            KnowledgeRow(at=datetime(2026, 1, 1, tzinfo=UTC), title="A disk", language="en", terms="disk"),
        ])  # fmt: skip
    with database.transaction() as session:
        start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        session.add(ShiftRow(team="incident", staff_id=1, starts_at=start, ends_at=end))
    return database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["policy", "simulate", *arguments], catch_exceptions=False)


def found(*arguments: str) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.exit_code == 0
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def contents(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def test_a_mail_in_chinese_is_followed_to_the_last_message(data: Path, desk_database: Database) -> None:
    before = contents(desk_database)

    told = found(str(CHINESE), "--at", MONDAY, "--for", "1")

    assert (told["case"]["level"], told["case"]["team"], told["case"]["process"]) == (1, "incident", "fault")
    first, second = told["messages"][:2]
    assert (first["kind"], first["at"]) == ("acknowledgement", "2026-11-09T10:00:00+08:00")
    assert "李沐辰，您好" in first["text"]
    assert (second["kind"], second["recipient"]) == ("notice", "eve@firstline.example")
    assert "dan@firstline.example" in {message["recipient"] for message in told["messages"]}
    assert [one["message"] for one in told["happened"] if one["message"]] == [one["number"] for one in told["messages"]]
    assert {rung["state"] for rung in told["ladder"]} <= {"done", "waiting", "dropped"}
    assert contents(desk_database) == before


def test_a_mail_in_english_is_told_in_words_at_a_hundred_columns(
    data: Path, desk_database: Database, english: Path
) -> None:
    done = run(str(english), "--at", MONDAY, "--for", "1", "--means", "sms,voice")

    assert done.exit_code == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    for said in ("level 1", "Mon 2026-11-09 10:10  first_reply", "Acknowledgement, message 1", "Dear Ann Lee"):
        assert said in done.stdout
    assert "call " in done.stdout.partition("If nobody does anything")[2]
    assert "SMS " in done.stdout.partition("If nobody does anything")[2]
    assert "Nothing was sent or written" in done.stdout


def test_documents_of_the_desk_are_offered_and_what_was_learnt_from_cases_is_not(
    data: Path, desk_database: Database, tmp_path: Path
) -> None:
    put_documents(desk_database)
    with desk_database.transaction() as session:
        case = builders.case(datetime(2026, 1, 1, tzinfo=UTC))
        session.add(case)
        session.flush()
        put(session, "Export a report to Excel or CSV", "Bo pressed the wrong key.", case_id=case.id)
    path = tmp_path / "question.eml"
    body = "How do I export the monthly report to Excel or CSV? There is no hurry, everything works."
    path.write_bytes(mail(body, subject="Question about export"))

    told = found(str(path), "--at", MONDAY, "--for", "0")

    assert "This may help already" in told["messages"][0]["text"]
    assert "Bo pressed" not in json.dumps(told)


def test_without_a_desk_it_works_all_the_same_and_makes_none(data: Path, english: Path) -> None:
    told = found(str(english), "--at", MONDAY, "--for", "0")

    assert [message["kind"] for message in told["messages"]] == ["acknowledgement"]
    assert told["case"]["customer"] == ""
    assert not data.exists()


def test_an_auto_reply_sets_nothing_off_and_it_is_said_why(data: Path) -> None:
    told = found(str(OUT_OF_OFFICE), "--at", MONDAY)
    done = run(str(OUT_OF_OFFICE), "--at", MONDAY)

    assert (told["outcome"], told["case"], told["messages"]) == ("auto-reply", None, [])
    assert "Auto-Submitted" in told["because"]
    assert "No case is opened, and nothing goes out." in done.stdout


def test_a_machine_is_not_answered_but_people_are_told(data: Path, desk_database: Database) -> None:
    told = found(str(ALARM), "--at", MONDAY)

    assert told["case"]["not_acknowledged"]
    assert {message["kind"] for message in told["messages"]} == {"notice"}


def test_what_comes_at_night_counts_from_the_next_working_day(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "night.eml"
    path.write_bytes(mail("The branch office link loses packets now and then, work goes on.", subject="Packet loss"))

    told = found(str(path), "--at", "2026-11-06T23:30", "--profile", "service-plan", "--for", "0")

    assert told["case"]["profile"] == "service-plan"
    assert told["case"]["level"] in (2, 3)
    [on_site] = [promise for promise in told["case"]["promises"] if promise["name"] == "on_site"]
    assert on_site["due_at"] >= "2026-11-09T16:00:00+08:00"


@pytest.mark.parametrize("at", ["2019-03-01T10:00:00+00:00", "2031-03-03T10:00:00Z"])
def test_it_may_arrive_long_ago_or_in_years(data: Path, english: Path, at: str) -> None:
    told = found(str(english), "--at", at, "--for", "0")

    assert told["received_at"] == datetime.fromisoformat(at).astimezone(UTC).strftime("%Y-%m-%dT18:00:00+08:00")
    assert told["messages"][0]["at"] == told["received_at"]


def test_messages_can_be_shown_and_written_out(data: Path, desk_database: Database, english: Path) -> None:
    outbox = data.parent / "out"

    done = run(str(english), "--at", MONDAY, "--for", "0", "--means", "sms", "--outbox", str(outbox), "--show", "1")

    assert "email to ann@customer.example" in done.stdout
    assert "Ann Lee" in done.stdout
    names = sorted(path.name for path in outbox.iterdir())
    assert names[0] == "001-acknowledgement-email.eml"
    assert any(name.endswith("-notice-sms.txt") for name in names)
    written = message_from_bytes((outbox / names[0]).read_bytes(), policy=policy.default)
    assert written["To"] == "ann@customer.example"


def test_an_answer_to_something_counts_as_new(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "reply.eml"
    headers = {"In-Reply-To": "<1.ack@firstline.example>", "References": "<1.ack@firstline.example>"}
    path.write_bytes(mail(DOWN, subject="Re: [FL-000042-k3x9q2abcd] Main server down", headers=headers))

    told = found(str(path), "--at", MONDAY, "--for", "0")

    assert (told["outcome"], told["case"]["number"]) == ("case", "FL-000001")


def test_what_is_no_mail_at_all_is_followed_too(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "noise.eml"
    path.write_bytes(bytes(range(256)) * 20)

    told = found(str(path), "--at", MONDAY, "--for", "0")

    assert told["outcome"]
    assert told["messages"] == []  # there is nobody to answer


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing.eml",), "nothing.eml cannot be read: No such file"),
        (("empty.eml",), "empty.eml is empty"),
        (("good.eml", "--at", "soon"), "'soon' is no time"),
        (("good.eml", "--at", "9999-01-01"), "the calendars reach from 2000 to 2099"),
        (("good.eml", "--profile", "acme"), "there is no profile 'acme'"),
        (("good.eml", "--means", "fax"), "fax is none"),
        (("good.eml", "--for", "0", "--show", "9"), "there is no message 9; there are 1"),
    ],
)
def test_it_says_in_a_line_what_is_wrong(
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    Path("empty.eml").write_bytes(b"\n \n")
    Path("good.eml").write_bytes(mail(DOWN))
    monkeypatch.setattr("sys.argv", ["firstline", "policy", "simulate", *arguments])

    with pytest.raises(SystemExit) as ended:
        main()

    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert says in said
    assert said.count("\n") == 1
