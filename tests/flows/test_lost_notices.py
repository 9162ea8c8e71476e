"""A notice that does not arrive tells nobody: who was meant is told otherwise, or somebody else is."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import delete, select

from intake.accept import Acceptor
from models.errors import Permanent
from models.tables import DeadAddressRow, OutgoingRow, StaffRow
from tests.conftest import Clock, make_office
from tests.factories import mail
from tests.flows.story import Story
from workers.cases.lost import note_lost
from workers.cases.sent import note_sent
from workers.deliver.email import RecipientUnknown
from workers.deliver.outgoing import Deliverer
from workers.desk import Desk

pytestmark = pytest.mark.every_backend

DOWN = "The main file server is down since 9:40, nobody can work, the whole plant stands still. All shares are gone."
EVE, DAN, PHONE = "eve@firstline.example", "dan@firstline.example", "+8613800000001"


class Refusing:
    """A way out that refuses some recipients for good."""

    def __init__(self, error: Permanent, *refused: str) -> None:
        self._error, self._refused = error, refused

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        if recipient in self._refused:
            raise self._error

    def close(self) -> None: ...


@pytest.fixture
def story(make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> Story:
    found = Story(make_desk(office=make_office(clock, means=frozenset({"email", "sms", "voice"}))), acceptor, clock)
    found.staff(
        StaffRow(name="Eve", address=EVE, address_key=EVE, role="engineer", teams=["incident"], phone=PHONE),
        StaffRow(name="Dan", address=DAN, address_key=DAN, role="director", phone="+8613800000003"),
    )
    return found


def called_out(story: Story) -> int:
    """A case of which the engineer on call is being told."""
    report = story.arrives(mail(DOWN, subject="Main server down"))
    story.later(seconds=5)
    assert report.case_id is not None
    return report.case_id


def deliver(story: Story, **refused: Refusing) -> None:
    office, free = story.desk.office, Refusing(Permanent(""))
    ways = {"email": free, "sms": free, "voice": free} | refused
    sent, lost = partial(note_sent, office=office), partial(note_lost, office=office)
    Deliverer(story.desk.database, ways, story.clock, "test", sent, lost=lost).run()


def test_who_cannot_be_called_is_written_to(story: Story) -> None:
    case_id = called_out(story)
    with story.desk.database.transaction() as session:  # as a scheme that only calls
        session.execute(delete(OutgoingRow).where(OutgoingRow.channel == "email", OutgoingRow.kind == "notice"))
    dead = Refusing(Permanent("the number does not exist"), PHONE)

    deliver(story, voice=dead, sms=dead)

    assert (EVE, "email") in story.told(case_id)
    assert story.events(case_id).count("not-told") == 2  # the call, and the text message
    assert story.case(case_id).needs_review


def test_where_mail_to_one_of_us_comes_back_the_next_rung_is_told(story: Story) -> None:
    case_id = called_out(story)
    gone = Refusing(RecipientUnknown("550 no such mailbox"), EVE)
    dead = Refusing(Permanent("the number does not exist"), PHONE)

    deliver(story, voice=dead, sms=dead, email=gone)

    assert any(recipient.endswith("0003") for recipient, _ in story.told(case_id))
    assert "bounced" not in story.events(case_id)  # which says that the customer is out of reach
    with story.desk.database.reading() as session:
        assert session.scalars(select(DeadAddressRow)).all() == []


def test_a_bounce_of_a_notice_says_nothing_of_the_customer(story: Story) -> None:
    case_id = called_out(story)
    deliver(story)
    with story.desk.database.reading() as session:
        notice = session.scalars(select(OutgoingRow).where(OutgoingRow.recipient == EVE)).first()
    assert notice is not None
    returned = (
        f"The following address had permanent fatal errors:\n<{EVE}>\n\n"
        f"  ----- Original message follows -----\n\nMessage-ID: <{notice.message_id}>\nSubject: x\n"
    )

    bounce = story.arrives(
        mail(returned, sender="MAILER-DAEMON@mx.firstline.example", subject="Returned mail: User unknown"), mail_from=""
    )

    assert (bounce.outcome, bounce.case_id) == ("bounce", case_id)
    assert "not-told" in story.events(case_id)
    assert "bounced" not in story.events(case_id)
    assert any(recipient.endswith("0003") for recipient, _ in story.told(case_id))
