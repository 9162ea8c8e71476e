"""What the desk holds on a person: looked up, handed out and erased on a page."""

import io
import json
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import func, select

from console.auth.roles import Role
from models.bodies import Body, add
from models.db import Database
from models.tables import AuditRow, ContactRow, CustomerRow, ErasureRow, ReportRow
from tests.console.builders import acknowledgement, case, report, store
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn
from workers.admin import people

AT = datetime(2026, 11, 9, 2, tzinfo=UTC)
ANN = "ann@customer.example"
MAIL = b"From: Ann Lee <ann@customer.example>\r\nSubject: canary\r\n\r\nIt failed.\r\n"
CHANGES = ["/privacy", "/privacy/export", "/privacy/erase"]


@pytest.fixture
def desk(database: Database) -> Database:
    """Ann has written; Bob has written in the same case."""
    hers = report(AT, subject="canary", text="It failed.", state="done")
    bobs = report(AT, sender="bob@customer.example", text="bob's own words", state="done")
    row = case(AT, state="closed", reports=[hers, bobs], customer=ANN)
    store(database, row)
    store(database, acknowledgement(row, AT, content=b"Subject: recorded\r\n\r\nThank you.\r\n", state="sent"))
    with database.transaction() as session:
        session.add(CustomerRow(id=1, number="C-1", number_key="c-1", name="Customer Ltd"))
        session.flush()
        session.add(ContactRow(customer_id=1, name="Ann Lee", address=ANN, address_key=ANN, phone="+862155550123"))
        add(session, [Body(hers.id, 0, "message/rfc822", MAIL)])
    return database


def senders(database: Database) -> set[str | None]:
    with database.reading() as session:
        return set(session.scalars(select(ReportRow.sender)))


def acts(database: Database) -> list[AuditRow]:
    with database.reading() as session:
        return list(session.scalars(select(AuditRow).order_by(AuditRow.id)))


@pytest.mark.parametrize(
    "asked",
    [{"said": "Ann@Customer.example"}, {"said": "+86 21 5555 0123"}, {"said": "c-1", "what": "customer"}],
    ids=["address", "number", "customer"],
)
def test_what_there_is_is_shown_and_nothing_is_changed(desk: Database, log_in: LogIn, asked: dict[str, str]) -> None:
    answer = log_in(Role.ADMIN).post("/privacy", **asked)

    shown = text(LexborHTMLParser(answer.text), "#holding")
    for said in ("messages to them 1", "cases that know of them 1", "entries of the directory 1"):
        assert said in shown
    for said in ("FL-000001", ANN, "+862155550123", "Ann Lee"):
        assert said in shown
    assert ANN in senders(desk)
    assert acts(desk) == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"said": "Ann"}, "neither a mail address nor a telephone number"),
        ({"said": "C-9", "what": "customer"}, "there is no customer C-9"),
        ({"said": "admin@firstline.example"}, "is one of ours"),
    ],
)
def test_who_cannot_be_told_or_is_one_of_ours_is_said_on_the_page(
    desk: Database, log_in: LogIn, asked: dict[str, str], words: str
) -> None:
    admin = log_in(Role.ADMIN)

    looked = admin.post("/privacy", **asked)

    page = LexborHTMLParser(looked.text)
    assert looked.status_code == 409
    assert words in text(page, "[role=alert]")
    assert page.css("#holding") == []
    assert admin.post("/privacy/export", **asked).status_code == 409
    assert admin.post("/privacy/erase", typed=asked["said"], **asked).status_code == 409
    assert acts(desk) == []


def test_of_a_stranger_nothing_is_held_and_nothing_is_to_be_erased(desk: Database, log_in: LogIn) -> None:
    answer = log_in(Role.ADMIN).post("/privacy", said="nobody@elsewhere.example")

    page = LexborHTMLParser(answer.text)
    assert "Nothing is held" in text(page, "#holding")
    assert page.css("form[action^='/privacy/']") == []


@pytest.mark.parametrize("typed", ["", "yes", "ann@customer", "bob@customer.example"])
def test_nothing_is_erased_before_the_address_was_typed_again(desk: Database, log_in: LogIn, typed: str) -> None:
    answer = log_in(Role.ADMIN).post("/privacy/erase", said=ANN, typed=typed)

    assert answer.status_code == 409
    assert "nothing was erased" in text(LexborHTMLParser(answer.text), "[role=alert]")
    assert ANN in senders(desk)
    with desk.reading() as session:
        assert session.scalar(select(func.count()).select_from(ErasureRow)) == 0


def test_who_types_it_again_erases_her_and_the_log_has_it_without_her(desk: Database, log_in: LogIn) -> None:
    admin = log_in(Role.ADMIN)

    page = LexborHTMLParser(admin.post("/privacy/erase", said=ANN, typed=" ANN@customer.example ").text)

    assert "reports 1" in text(page, "#erased")
    assert ANN not in senders(desk)
    assert "bob@customer.example" in senders(desk)
    [entry] = acts(desk)
    with desk.reading() as session:
        [erasure] = session.scalars(select(ErasureRow)).all()
    assert (entry.who, entry.what, entry.client) == ("admin@firstline.example", "erased person", "testclient")
    assert entry.about == f"{erasure.id}: {erasure.outcome}"
    assert erasure.by == "admin@firstline.example"
    assert erasure.id in text(admin.page("/privacy"), "#before")
    assert "Nothing is held" in admin.post("/privacy", said=ANN).text


def test_while_somebody_is_being_erased_nobody_else_is(desk: Database, log_in: LogIn) -> None:
    admin = log_in(Role.ADMIN)

    with people.alone():
        answer = admin.post("/privacy/erase", said=ANN, typed=ANN)

    assert answer.status_code == 409
    assert ANN in senders(desk)


def test_the_file_has_what_is_hers_and_that_it_was_handed_out_is_in_the_log(desk: Database, log_in: LogIn) -> None:
    answer = log_in(Role.ADMIN).post("/privacy/export", said=ANN)

    with ZipFile(io.BytesIO(answer.content)) as archive:
        data = json.loads(archive.read("data.json"))
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert answer.headers["content-disposition"].startswith('attachment; filename="personal-data.zip"')
    assert data["person"]["addresses"] == [ANN]
    assert MAIL in everything
    assert b"bob's own words" not in everything
    [entry] = acts(desk)
    assert (entry.what, entry.about.partition(": ")[2]) == ("exported person", "2 reports and messages")
    assert "ann" not in entry.about


def test_whom_it_is_about_stands_in_no_address(desk: Database, log_in: LogIn) -> None:
    admin = log_in(Role.ADMIN)

    answer = admin.post("/privacy", said=ANN)

    page = LexborHTMLParser(answer.text)
    assert [form.attributes["action"] for form in page.css("main form")] == CHANGES
    assert {form.attributes["method"] for form in page.css("main form")} == {"post"}
    assert admin.get(f"/privacy?said={ANN}").text.count(ANN) == 0


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT, Role.SUPERVISOR])
def test_nobody_but_an_administrator_looks_up_takes_out_or_erases(desk: Database, log_in: LogIn, role: Role) -> None:
    other = log_in(role)

    for path in CHANGES:
        assert other.post(path, said=ANN, typed=ANN).status_code == 403

    assert 'href="/privacy"' not in other.get("/mine").text
    assert ANN in senders(desk)
    assert acts(desk) == []
