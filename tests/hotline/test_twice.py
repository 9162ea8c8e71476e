"""A matter that is told by telephone and by mail is offered as one case."""

from sqlalchemy import select

from intake.accept import Acceptor
from intake.mail.identity import mail_report
from models.tables import CaseLinkRow, ContactRow
from tests.factories import mail
from tests.hotline.conftest import KNOWN, Hotline

SAID = "The disk array in the second rack shows two red lights, two disks have failed"


def write(hotline: Hotline, acceptor: Acceptor, body: str = SAID) -> None:
    """Ann Lee of Harbour Foods, who calls from KNOWN, writes."""
    with hotline.database.transaction() as session:
        contact = session.scalars(select(ContactRow)).one()
        contact.address = contact.address_key = "ann@harbour.example"
    raw = mail(body, subject=body[:40], sender="Ann Lee <ann@harbour.example>")
    acceptor.accept(mail_report(raw, "test", hotline.clock(), "ann@harbour.example", ("support@firstline.example",)))
    hotline.work()


def call(hotline: Hotline) -> None:
    hotline.caller(KNOWN).presses("1").presses("12").says(SAID).hangs_up()
    hotline.work()


def links(hotline: Hotline) -> list[tuple[int, int]]:
    with hotline.database.reading() as session:
        return [(row.case_id, row.other_id) for row in session.scalars(select(CaseLinkRow))]


def test_a_mail_within_minutes_of_a_call_is_offered_as_the_same_case(hotline: Hotline, acceptor: Acceptor) -> None:
    call(hotline)
    hotline.clock.forward(minutes=5)
    write(hotline, acceptor)

    assert links(hotline) == [(2, 1)]
    assert [event for case in hotline.cases() for event in hotline.events(case) if event == "linked"] == ["linked"] * 2


def test_a_call_within_minutes_of_a_mail_is_too(hotline: Hotline, acceptor: Acceptor) -> None:
    write(hotline, acceptor)
    hotline.clock.forward(minutes=5)
    call(hotline)

    assert links(hotline) == [(2, 1)]


def test_hours_later_it_is_another_matter(hotline: Hotline, acceptor: Acceptor) -> None:
    call(hotline)
    hotline.clock.forward(hours=2)
    write(hotline, acceptor)

    assert links(hotline) == []


def test_something_else_is_another_matter(hotline: Hotline, acceptor: Acceptor) -> None:
    call(hotline)
    write(hotline, acceptor, "Please send us a quotation for the renewal of our maintenance contract next year")

    assert links(hotline) == []
