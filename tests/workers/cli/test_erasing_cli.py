"""`firstline erase` and `firstline export`, as somebody types them."""

import json
import stat
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from models.bodies import Body, add
from models.db import Database
from models.tables import (
    CaseRow,
    ContactRow,
    CorrectionRow,
    CustomerRow,
    OutgoingRow,
    ReportPart,
    ReportRow,
    SurveyRow,
    UserRow,
)
from tests.console.builders import acknowledgement, case, report, store
from tests.workers.cli.conftest import Refused
from workers.main import app

COMMAND = "erase"
AT = datetime(2026, 11, 9, 2, tzinfo=UTC)
ANN = "ann@customer.example"
MAIL = b"From: Ann Lee <ann@customer.example>\r\nSubject: canary\r\n\r\nIt failed.\r\n"


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=typed)


@pytest.fixture
def desk(desk_database: Database) -> Database:
    """Ann has written and recorded something; Bob has written in the same case."""
    hers = report(AT, subject="canary", text="It failed.", state="done", client_ip="192.0.2.7")
    bobs = report(AT + timedelta(minutes=1), sender="bob@customer.example", text="bob's own words", state="done")
    row = case(AT, state="closed", reports=[hers, bobs], customer=ANN)
    store(desk_database, row, report(AT, sender="cy@other.example", text="nothing of hers", state="done"))
    store(desk_database, acknowledgement(row, AT, content=b"Subject: recorded\r\n\r\nThank you.\r\n", state="sent"))
    with desk_database.transaction() as session:
        session.add(CustomerRow(id=1, number="C-1", number_key="c-1", name="Customer Ltd"))
        session.flush()
        session.add(ContactRow(customer_id=1, name="Ann Lee", address=ANN, address_key=ANN, phone="+862155550123"))
        parts = [Body(hers.id, 0, "message/rfc822", MAIL), Body(hers.id, 1, "audio/mpeg", b"ID3 sound")]
        add(session, [*parts, Body(bobs.id, 0, "message/rfc822", b"Subject: bob\r\n\r\nbob's own words\r\n")])
    return desk_database


def senders(database: Database) -> set[str | None]:
    with database.reading() as session:
        return set(session.scalars(select(ReportRow.sender)))


def test_what_there_is_can_be_asked_before(desk: Database) -> None:
    said = run("erase", "--person", ANN, "--dry-run").output

    assert "there are 1 reports, 1 messages, 1 cases, 0 mentions elsewhere, 1 entries of the directory" in said
    assert ANN in senders(desk)


def test_it_is_done_only_by_whoever_says_yes(desk: Database) -> None:
    assert run("erase", "--person", ANN, typed="n\n").exit_code == 1
    assert ANN in senders(desk)

    done = run("erase", "--person", ANN, "--yes")

    assert done.exit_code == 0
    assert "erased: 1 reports, 1 messages, 1 cases" in done.output
    assert ANN not in senders(desk)
    assert "bob@customer.example" in senders(desk)


def test_a_message_that_was_written_to_a_file_goes_with_it(desk: Database, data: Path) -> None:
    (data / "outbox").mkdir()
    with desk.reading() as session:
        message_id = session.scalars(select(OutgoingRow.message_id)).one()
    file = data / "outbox" / f"{message_id}.eml"
    file.write_bytes(b"Thank you, Ann.")

    run("erase", "--person", ANN, "--yes")

    assert not file.exists()


def test_an_address_that_nothing_is_held_of_is_said_to_be_one(desk: Database, refused: Refused) -> None:
    said = refused("--person", "an@customer.example", "--yes")

    assert "holds nothing of an@customer.example, so nothing is erased" in said
    assert ANN in senders(desk)


def test_one_of_ours_is_not_erased_by_mistake(desk: Database, refused: Refused) -> None:
    with desk.transaction() as session:
        session.add(
            UserRow(name="Eve", address="eve@x.example", address_key="eve@x.example", role="agent", password="",
                    created_at=AT)
        )  # fmt: skip

    assert "one of ours" in refused("--person", "Eve@x.example", "--yes")


def test_the_address_that_every_mail_is_sent_to_is_nobodys(
    desk: Database, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTLINE_ADDRESSES", "support@firstline.example")

    assert "the desk's own address" in refused("--person", "Support+x@firstline.example", "--yes")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--person ADDRESS or NUMBER, or --customer NUMBER"),
        (("--person", "Ann"), "neither a mail address nor a telephone number"),
        (("--person", "@customer.example"), "neither a mail address nor a telephone number"),
        (("--person", "ann@"), "neither a mail address nor a telephone number"),
        (("--customer", "C-9"), "there is no customer C-9"),
    ],
)
def test_whoever_is_not_told_apart_is_asked_for_again(
    desk: Database, refused: Refused, arguments: tuple[str, ...], words: str
) -> None:
    assert words in refused(*arguments)


@pytest.mark.parametrize("whom", [("--person", ANN), ("--person", "+862155550123"), ("--customer", "C-1")])
def test_the_export_has_all_that_is_hers_and_nothing_that_others_wrote(
    desk: Database, data: Path, whom: tuple[str, str]
) -> None:
    file = data / "ann.zip"

    assert run("export", str(file), *whom).exit_code == 0

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with ZipFile(file) as archive:
        names = archive.namelist()
        found = json.loads(archive.read("data.json"))
        everything = b"".join(archive.read(name) for name in names)
        mails = [archive.read(name) for name in names if name.startswith("reports/") and name.endswith(".eml")]
    assert mails == [MAIL]
    assert any(name.endswith(".mp3") for name in names)
    assert any(name.startswith("messages/") for name in names)
    assert found["directory"][0]["telephone_number"] == "+862155550123"
    assert (found["reports"][0]["client_ip"], found["cases"][0]["level"]) == ("192.0.2.7", 2)
    assert b"bob's own words" not in everything
    assert b"nothing of hers" not in everything


def test_an_original_that_is_damaged_is_counted_and_keeps_nothing_else_back(
    desk: Database, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = data.parent / "storage.key"
    key.write_text(b64encode(b"k" * 32).decode())
    monkeypatch.setenv("FIRSTLINE_STORAGE_KEY_FILE", str(key))
    run("rekey")
    with desk.transaction() as session:
        session.execute(update(ReportPart).where(ReportPart.kind == "message/rfc822").values(content=b"damaged"))

    assert run("export", str(data / "ann.zip"), "--person", ANN).exit_code == 0

    with ZipFile(data / "ann.zip") as archive:
        [hers] = json.loads(archive.read("data.json"))["reports"]
    assert (hers["text"], hers["files_damaged"], len(hers["files"])) == ("It failed.", 1, 1)


def test_who_answered_in_anothers_case_is_given_its_figures_and_not_what_is_the_others(
    desk: Database, data: Path
) -> None:
    with desk.transaction() as session:
        opened = session.scalars(select(CaseRow).where(CaseRow.customer == ANN)).one()
        opened.subject, opened.cause, opened.solution = "her subject", "her cause", "her solution"
        session.add(SurveyRow(case_id=opened.id, asked_at=AT, answered_at=AT, score=1, remark="her remark"))
        session.add(
            CorrectionRow(
                case_id=opened.id, at=AT, by="eve", text_hash="0" * 64, channel="email", language="en",
                subject="her subject", body="her lesson", predicted_level=3, predicted_category="network",
                level=2, category="network",
            )
        )  # fmt: skip

    run("export", str(data / "bob.zip"), "--person", "bob@customer.example")
    run("export", str(data / "ann.zip"), "--person", ANN)

    with ZipFile(data / "bob.zip") as bobs, ZipFile(data / "ann.zip") as hers:
        said, told = bobs.read("data.json").decode(), hers.read("data.json").decode()
    (figures,) = json.loads(said)["cases"]
    texts = ("her subject", "her cause", "her solution", "her remark", "her lesson", ANN)
    assert (figures["number"], figures["level"], figures["only_took_part_in_it"]) == (opened.number, 2, True)
    assert [text for text in texts if text in said] == []
    assert [text for text in texts if text not in told] == []


def test_a_file_that_is_there_is_not_written_over(desk: Database, data: Path) -> None:
    file = data / "ann.zip"
    file.write_text("mine")

    answer = run("export", str(file), "--person", ANN)

    assert "cannot be written" in str(answer.exception)
    assert file.read_text() == "mine"
