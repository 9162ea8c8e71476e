"""`firstline case`: what staff do at the command line, on the real database."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from models.db import Database
from models.errors import NotPossible
from models.tables import CaseRow, ClockEventRow, EventRow, OutgoingRow, ReportPart, StepRow
from tests.console import builders
from tests.factories import mail
from tests.workers.cli.conftest import Refused
from workers.main import app

COMMAND = "case"
Case = Callable[..., Result]


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIRSTLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FIRSTLINE_ADDRESSES", "support@firstline.example")
    shutil.copy(sqlite_template, tmp_path / "data" / "firstline.db")
    database = Database(f"sqlite:///{tmp_path / 'data' / 'firstline.db'}")
    yield database
    database.close()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def stored(database: Database, now: datetime) -> CaseRow:
    """FL-000001: acknowledged an hour ago, with its customer's mail."""
    case = builders.case(now - timedelta(hours=1), state="acknowledged", customer="ann@customer.example")
    case.reports[0].text = "The array shows two red lights.\x1b[31m"
    case.steps = [
        StepRow(name="escalate", clock="escalate", planned_at=now, due_at=None, state="done", told=["Eve by email"])
    ]
    builders.store(database, case)
    return case


@pytest.fixture
def run() -> Case:
    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, ["case", *arguments], input=typed, catch_exceptions=False)

    return run


def case_of(database: Database) -> CaseRow:
    with database.reading() as session:
        return session.get_one(CaseRow, 1)


def letters(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(row.kind, row.recipient) for row in session.scalars(select(OutgoingRow).order_by(OutgoingRow.id))]


def events(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        return [(row.kind, row.actor, row.text) for row in session.scalars(select(EventRow).order_by(EventRow.id))]


def test_open_cases_are_listed_with_their_next_deadline(database: Database, now: datetime, run: Case) -> None:
    late = builders.case(now - timedelta(days=60), level=1, subject="Old \x1b[31mand late")
    fresh = builders.case(now, level=3, category="software", subject="Fresh")
    builders.store(database, late, fresh, builders.case(now, state="closed", subject="Over"))

    lines = run("list").stdout.splitlines()

    assert lines[0].split() == ["number", "level", "state", "team", "next", "deadline", "subject"]
    assert [line.split()[0] for line in lines[1:]] == ["FL-000002", "FL-000001"]
    assert " late " in lines[2]
    assert "\x1b" not in lines[2]


def test_a_desk_without_cases_says_so(database: Database, run: Case) -> None:
    assert run("list").stdout == "no case is open\n"
    assert run("list", "--state", "all").stdout == "there is no case yet\n"
    assert run("list", "--level", "1").stdout == "no case is like that\n"


def test_the_list_can_be_narrowed_and_sorted(database: Database, now: datetime, run: Case) -> None:
    builders.store(
        database,
        builders.case(now, level=1),
        builders.case(now, level=3, state="waiting", clocks=[]),
        builders.case(now, level=3, assigned_team="others"),
        builders.case(now, state="closed"),
    )

    def numbers(*arguments: str) -> list[str]:
        lines = run("list", *arguments).stdout.splitlines()[1:]
        return [line.split()[0] for line in lines if line.startswith("FL-")]

    assert numbers("--state", "all") == ["FL-000004", "FL-000003", "FL-000002", "FL-000001"]
    assert numbers("--state", "waiting") == ["FL-000002"]
    assert numbers("--level", "3", "--team", "others") == ["FL-000003"]
    assert numbers("--due") == ["FL-000001", "FL-000003"]
    assert run("list", "--team", "nobody").stdout == "no case is like that\n"


def test_show_tells_everything_and_no_escape_sequence_of_a_customer(stored: CaseRow, run: Case) -> None:
    told = run("show", stored.number).stdout

    for said in ("Backup failed", "ann@customer.example", "two red lights", "Timeline", "Clocks", "Eve by email"):
        assert said in told
    assert "\x1b" not in told
    assert run("show", "1").stdout == told


def test_a_case_is_taken_worked_on_and_brought_to_its_end(database: Database, stored: CaseRow, run: Case) -> None:
    eve = ("--by", "eve@firstline.example")

    run("accept", "FL-000001", *eve)
    run("begin", "FL-000001", *eve, "--reason", "logs are read")
    run("wait", "FL-000001", *eve)
    run("begin", "FL-000001", *eve)
    run("recover", "FL-000001", *eve)
    solved = run("solve", "FL-000001", *eve, "--cause", "a controller", "--solution", "replaced")
    closed = run("close", "FL-000001", *eve)

    assert solved.stdout == "FL-000001 is solved; the solved letter to ann@customer.example is queued\n"
    assert closed.stdout.startswith("FL-000001 is closed; ")
    case = case_of(database)
    assert (case.state, case.accepted_by, case.cause) == ("closed", "eve@firstline.example", "a controller")
    assert [kind for kind, _ in letters(database)] == ["solved", "closed", "survey"]
    assert ("begun", "eve@firstline.example", "logs are read") in events(database)


def test_what_is_not_over_after_all_is_opened_again(database: Database, stored: CaseRow, run: Case) -> None:
    run("solve", "1", "--cause", "a cable", "--solution", "replaced")

    again = run("reopen", "1", "--reason", "it is down again")

    assert again.stdout == "FL-000001 is in-progress\n"
    run("close", "1")
    assert run("reopen", "1").stdout == "FL-000001 is acknowledged\n"


def test_letters_are_written_from_a_text_a_file_or_what_is_typed(
    database: Database, stored: CaseRow, run: Case, tmp_path: Path
) -> None:
    (tmp_path / "status.txt").write_text("From a file.", "utf-8")

    run("reply", "FL-000001", "--kind", "status", "--text", "As a text.")
    run("reply", "FL-000001", "--kind", "interim", "--text", str(tmp_path / "status.txt"))
    done = run("reply", "FL-000001", "--kind", "ask", "--text", "-", typed="Typed in.")

    assert done.stdout == "FL-000001 is acknowledged; the ask letter to ann@customer.example is queued\n"
    with database.reading() as session:
        sent = [row.content.decode() for row in session.scalars(select(OutgoingRow).order_by(OutgoingRow.created_at))]
    assert ["As a text." in sent[0], "From a file." in sent[1], "Typed in." in sent[2]] == [True] * 3


def test_it_is_said_where_nobody_can_be_written_to(database: Database, now: datetime, run: Case) -> None:
    builders.store(database, builders.case(now, customer=None))

    done = run("reply", "FL-000001", "--kind", "status", "--text", "All is well.")

    assert "the status letter has no address to go to" in done.stdout


def test_it_is_said_where_a_machine_would_be_written_to(database: Database, now: datetime, run: Case) -> None:
    alarm = builders.report(now, auto="auto-generated", outcome="case", state="done")
    builders.store(database, builders.case(now, customer="array@customer.example", reports=[alarm]))

    done = run("reply", "FL-000001", "--kind", "status", "--text", "All is well.")

    assert "a machine reported it" in done.stdout
    assert letters(database) == []


def test_consent_stops_the_clocks_and_lets_them_go_on(database: Database, stored: CaseRow, run: Case) -> None:
    asked = run("consent", "FL-000001", "asked", "--reason", "the logs lie on the array")
    paused = case_of(database).consent

    run("consent", "FL-000001", "given", "--reason", "by telephone")

    assert "the consent letter to ann@customer.example is queued" in asked.stdout
    assert (paused, case_of(database).consent) == ("asked", "given")
    with database.reading() as session:
        kinds = [row.kind for row in session.scalars(select(ClockEventRow).order_by(ClockEventRow.id))]
    assert {"paused", "resumed"} <= set(kinds)


def test_consent_is_asked_for_once(database: Database, stored: CaseRow, run: Case) -> None:
    run("consent", "FL-000001", "asked")

    with pytest.raises(NotPossible, match="asked for already; remind the customer by a letter"):
        run("consent", "FL-000001", "asked")

    assert len(letters(database)) == 1


def test_a_promise_that_no_state_tells_of_is_kept(database: Database, stored: CaseRow, run: Case) -> None:
    run("met", "FL-000001", "on_site", "--by", "eve@firstline.example", "--reason", "she is there")

    assert ("kept", "eve@firstline.example", "on_site: she is there") in events(database)
    why = run("why", "FL-000001").stdout
    assert "on_site" in why
    assert "she is there" in why
    assert "Ladder" in why


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "hello"), "'hello' is no case number; they look like FL-000042"),
        (("show", "FL-000009"), "there is no case FL-000009"),
        (("solve", "FL-000001"), "FL-000001 is a fault: say its cause and its solution when it ends"),
        (("reopen", "FL-000001"), "FL-000001 is acknowledged; there is nothing to open again"),
        (("accept", "FL-000001", "--by", "eve"), "say --by ADDRESS"),
        (("met", "FL-000001", "lunch"), "has no running clock lunch; running are: "),
        (("reply", "FL-000001", "--kind", "status", "--text", "gone.txt"), "there is no file gone.txt"),
        (("reply", "FL-000001", "--kind", "status"), "the status letter has no text: say how the case stands"),
        (("reply", "FL-000001", "--kind", "interim", "--text", " \n "), "the interim letter has no text"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    database: Database, stored: CaseRow, refused: Refused, arguments: tuple[str, ...], says: str
) -> None:
    said = refused(*arguments)

    assert says in said
    assert letters(database) == []
    assert case_of(database).state == "acknowledged"


def test_a_duplicate_is_merged_and_the_merge_taken_back(
    database: Database, stored: CaseRow, now: datetime, run: Case, refused: Refused
) -> None:
    builders.store(database, builders.case(now, customer="ann@customer.example", subject="Backup again"))

    merged = run("merge", "2", "FL-000001", "--reason", "the same job")
    shown = run("show", "FL-000001").stdout
    told = refused("reopen", "2")
    back = run("unmerge", "FL-000002")

    assert merged.stdout == "FL-000002 goes on in FL-000001, level 2\n"
    assert "FL-000002" in shown
    assert "was merged into FL-000001: work on that one" in told
    assert back.stdout == "FL-000002 is new, and a case of its own again\n"


def test_cases_are_linked_and_the_link_is_shown(
    database: Database, stored: CaseRow, now: datetime, run: Case, refused: Refused
) -> None:
    builders.store(database, builders.case(now))

    linked = run("link", "2", "1", "--kind", "follow-up")
    shown = run("show", "1").stdout
    gone = run("unlink", "1", "2")

    assert linked.stdout == "FL-000002 is linked with FL-000001\n"
    assert "FL-000002 (follow-up)" in shown
    assert gone.stdout == "FL-000001 is not linked with FL-000002 any more\n"
    assert "are not linked" in refused("unlink", "1", "2")


def test_a_second_matter_is_split_off(database: Database, stored: CaseRow, now: datetime, run: Case) -> None:
    raw = mail("How do I print on both sides of the paper?", subject="Re: Backup failed")
    with database.transaction() as session:
        session.add(builders.report(now, id="second", case_id=1, outcome="follow-up", state="done"))
        session.flush()
        session.add(ReportPart(report_id="second", seq=0, kind="message/rfc822", content=raw))

    done = run("split", "FL-000001", "second")

    assert done.stdout == ("FL-000002 is new, level 4, usage; the split letter to ann@customer.example is queued\n")


def test_a_note_is_kept_with_who_wrote_it(stored: CaseRow, run: Case, database: Database) -> None:
    result = run("note", "FL-000001", "--text", "She called: the spare runs.", "--by", "eve@desk.example")

    assert result.output.strip() == "FL-000001 is acknowledged"
    with database.reading() as session:
        [kept] = session.scalars(select(EventRow).where(EventRow.kind == "note"))
        assert (kept.actor, kept.text) == ("eve@desk.example", "She called: the spare runs.")
