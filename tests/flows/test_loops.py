"""Machines that answer machines, for a simulated day: how many mails we send is bounded, and nothing is lost."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import func, select

from intake.accept import Acceptor
from models.db import Database
from models.queue import is_due
from models.tables import BreakerRow, CaseRow, OutgoingRow, ReportRow
from models.values import OutgoingState
from routing.breaker import Scope
from tests.conftest import LIMITS, Clock, make_office
from tests.factories import mail
from tests.flows.story import Story
from tests.flows.test_ladders import person
from workers.desk import Desk

pytestmark = pytest.mark.every_backend

DAY = timedelta(days=1)
# What gateways and ticket systems drop when they pass a mail on or build their own from it.
_MARKS = ("Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "References", "Reply-To")

MakeDesk = Callable[..., Desk]


@pytest.fixture
def other_database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    shutil.copy(sqlite_template, tmp_path / "other.db")
    database = Database(f"sqlite:///{tmp_path / 'other.db'}")
    yield database
    database.close()


def _sent(story: Story) -> list[EmailMessage]:
    """What the desk has to send at this moment, as a relay takes it."""
    with story.desk.database.transaction() as session:
        rows = session.scalars(
            select(OutgoingRow).where(
                OutgoingRow.state == OutgoingState.PENDING, is_due(OutgoingRow.due_at, story.clock())
            )
        ).all()
        for row in rows:
            row.state, row.due_at, row.sent_at = OutgoingState.SENT, None, story.clock()
    return [message_from_bytes(row.content, policy=policy.default) for row in rows]


def _count(story: Story, table: type[OutgoingRow] | type[ReportRow] | type[CaseRow]) -> int:
    with story.desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _bare(message: EmailMessage, number: int) -> bytes:
    """The mail after a gateway that leaves nothing by which it could be known."""
    for name in _MARKS:
        del message[name]
    message.replace_header("Message-ID", f"<{number}@gateway.example>")
    message.replace_header("Subject", re.sub(r"\[?FL-[\w-]+\]?", "", str(message["Subject"])).strip() or "support")
    return message.as_bytes()


def _two_desks(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock, other: Database
) -> tuple[Story, Story, Iterator[int]]:
    ours = Story(make_desk(limits=LIMITS), acceptor, clock)
    theirs_own = {"addresses": ("help@vendor.example",), "token_key": b"theirs"}
    theirs_desk = make_desk(limits=LIMITS, database=other, office=make_office(clock, **theirs_own), **theirs_own)
    theirs = Story(theirs_desk, Acceptor(other, lambda: None), clock)
    end = clock() + DAY
    return ours, theirs, (number for number in range(10_000) if clock() < end)


def test_two_desks_stop_at_the_first_acknowledgement(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock, other_database: Database
) -> None:
    ours, theirs, _ = _two_desks(make_desk, acceptor, clock, other_database)
    ours.arrives(mail(sender="help@vendor.example"), mail_from="help@vendor.example")
    [acknowledgement] = _sent(ours)

    report = theirs.arrives(acknowledgement.as_bytes(), mail_from="", rcpt_to="help@vendor.example")

    assert report.outcome == "auto-reply"
    assert _sent(theirs) == []


@pytest.mark.parametrize("said", ["The rack has lost a power supply.", "机柜的一个电源坏了，业务正常。"])
def test_what_the_staff_of_one_desk_ask_is_read_at_the_other_whose_staff_can_answer(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock, other_database: Database, said: str
) -> None:
    """Ticket systems pass over what calls itself automatic, or answer it by nobody: what a person wrote does not."""
    ours, theirs, _ = _two_desks(make_desk, acceptor, clock, other_database)
    case = ours.arrives(mail(said, subject=said[:10], sender="help@vendor.example"), mail_from="help@vendor.example")
    _sent(ours)
    ours.does(case.case_id, "reply", "ask", "Which serial number has it?")
    [question] = [one for one in _sent(ours) if one["To"] == "help@vendor.example"]

    asked = theirs.arrives(question.as_bytes(), mail_from="support@firstline.example", rcpt_to="help@vendor.example")
    for message in _sent(theirs):
        ours.arrives(message.as_bytes(), mail_from="", rcpt_to=message["To"])
    theirs.does(asked.case_id, "reply", "status", "It is AX 9912.")
    [answer] = [one for one in _sent(theirs) if one["To"].startswith("support")]
    told = ours.arrives(answer.as_bytes(), mail_from="help@vendor.example", rcpt_to=answer["To"])

    assert asked.outcome == "case"
    assert question["Auto-Submitted"] == answer["Auto-Submitted"] == "no"
    assert (told.outcome, told.case_id) == ("follow-up", case.case_id)
    assert not [one for one in _sent(ours) if one["To"] == "help@vendor.example"]


def test_two_desks_behind_gateways_that_strip_all_marks_send_few_mails_a_day(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock, other_database: Database
) -> None:
    ours, theirs, rounds = _two_desks(make_desk, acceptor, clock, other_database)
    ours.arrives(mail(sender="help@vendor.example"), mail_from="help@vendor.example")
    arrived = 1

    for number in rounds:
        for one, two, address in ((ours, theirs, "help@vendor.example"), (theirs, ours, "support@firstline.example")):
            for message in _sent(one):
                two.arrives(_bare(message, number), mail_from=str(message["From"]), rcpt_to=address)
                arrived += 1
        clock.forward(minutes=2)

    # Each answers the same text twenty times; then both are silent, since nothing is left to be answered.
    assert _count(ours, OutgoingRow) + _count(theirs, OutgoingRow) <= 44
    assert _count(ours, ReportRow) + _count(theirs, ReportRow) == arrived


@pytest.mark.long
def test_a_machine_that_answers_again_and_again_gets_few_mails_a_day(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock
) -> None:
    """It asks every five minutes whatever it hears: twelve an hour, which only the limit of the day stops."""
    story = Story(make_desk(limits=LIMITS), acceptor, clock)
    end, arrived = clock() + DAY, 0

    while clock() < end:
        story.arrives(mail(f"ticket {arrived} was opened for your request", sender="desk@other.example"))
        arrived += 1
        clock.forward(minutes=4)
        _sent(story)

    assert _count(story, OutgoingRow) == 4 * LIMITS[Scope.ADDRESS]
    assert _count(story, CaseRow) == arrived
    with story.desk.database.reading() as session:
        row = session.scalars(select(BreakerRow)).one()
        assert (row.scope, row.key) == (Scope.ADDRESS, "desk@other.example")
        assert row.held_back == arrived - _count(story, OutgoingRow)


def test_an_out_of_office_that_changes_its_address_each_time_gets_few_mails_a_day(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock
) -> None:
    """Each notice comes from a new address of a new domain, without a header that says what it is."""
    story = Story(make_desk(limits=LIMITS), acceptor, clock)
    end, arrived = clock() + DAY, 0
    asked = [mail(sender="first@away0.example")]

    while clock() < end:
        for raw in asked:
            story.arrives(raw, mail_from=f"first@away{arrived}.example")
            arrived += 1
        clock.forward(minutes=1)
        asked = [
            mail(
                f"Nobody reads this box before the 30th. Your number is {arrived}.",
                sender=f"n{arrived}@away{arrived}.example",
                subject=f"We got it {arrived}",
            )
            for _ in _sent(story)
        ]

    assert 20 <= _count(story, OutgoingRow) <= 25
    assert _count(story, ReportRow) == arrived
    with story.desk.database.reading() as session:
        assert Scope.CONTENT in session.scalars(select(BreakerRow.scope)).all()


def test_a_machine_in_the_mailbox_of_one_of_us_gets_few_notices_an_hour_and_others_hear_of_all(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock
) -> None:
    """As where the duty address leads to a ticket system, which thanks for each notice under a subject of its own."""
    story = Story(make_desk(limits=LIMITS), acceptor, clock)
    story.staff(person("eve", "engineer", "incident", "service-desk"))
    stopped = "Line 3 has stopped and the whole hall stands still."
    eve = "eve@firstline.example"
    story.arrives(mail(stopped, subject="Line 3"))
    told = 0
    for number in range(40):
        story.later(seconds=5)
        if to_her := [message for message in _sent(story) if message["To"] == eve and "step" in message["Message-ID"]]:
            told += len(to_her)
            story.arrives(
                mail(f"Noted under {number}: {stopped}", subject=f"Noted {number}", sender=eve), mail_from=eve
            )

    assert 0 < told <= 25
    other = story.arrives(mail("Line 4 has stopped and the whole hall stands still.", subject="Line 4"))
    story.later(seconds=5)
    assert (eve, "email") in story.told(other.case_id)


def test_an_acknowledgement_that_bounces_is_sent_once_and_the_address_left_alone(story: Story) -> None:
    """The reporter's address does not exist; each of his reports is a case that says so."""
    first = story.arrives(mail(sender="typo@customer.example"))
    [acknowledgement] = _sent(story)
    story.arrives(
        mail(
            "The following address had permanent fatal errors:\n<typo@customer.example>\n\n"
            f"  ----- Original message follows -----\n\nMessage-ID: {acknowledgement['Message-ID']}\n",
            sender="MAILER-DAEMON@mx.customer.example",
            subject="Returned mail: User unknown",
        ),
        mail_from="",
    )

    later = [story.arrives(mail(f"again {n}", sender="typo@customer.example")) for n in range(24)]

    assert len(story.answers()) == 1
    assert "phone" in story.case(first.case_id).missing
    for report in later:
        assert story.case(report.case_id).needs_review
        assert "not-acknowledged" in story.events(report.case_id)


def test_after_a_week_a_dead_address_is_tried_once_more(story: Story) -> None:
    story.arrives(mail(sender="moved@customer.example"))
    [acknowledgement] = _sent(story)
    story.arrives(
        mail(
            "<moved@customer.example>: 550 5.1.1 no such user\n\n"
            f"  ----- Original message follows -----\n\nMessage-ID: {acknowledgement['Message-ID']}\n",
            sender="MAILER-DAEMON@mx.customer.example",
            subject="Undelivered Mail Returned to Sender",
        ),
        mail_from="",
    )

    story.clock.forward(days=8)
    story.arrives(mail("back again", sender="moved@customer.example"))

    assert len(story.answers()) == 2


def test_a_forged_bounce_silences_nobody(story: Story) -> None:
    story.arrives(mail(sender="ann@customer.example"))
    story.arrives(
        mail(
            "The following address had permanent fatal errors:\n<ann@customer.example>\n",
            sender="MAILER-DAEMON@evil.example",
            subject="Undelivered Mail Returned to Sender",
        ),
        mail_from="",
    )

    story.arrives(mail("a second matter", sender="ann@customer.example"))

    assert len(story.answers()) == 2


@pytest.mark.parametrize("is_his", [True, False])
def test_a_bounce_that_names_no_message_but_shows_the_token_is_told_to_the_case(story: Story, is_his: bool) -> None:
    """QQ Mail quotes the subject of what came back, and no Message-ID. It silences nobody: others know it, too."""
    first = story.arrives(mail(sender="ann@customer.example"))
    [acknowledgement] = _sent(story)
    came_back = "ann@customer.example" if is_his else "somebody@elsewhere.example"
    notice = story.arrives(
        mail(
            f"抱歉，您的邮件被退回来了。\n主题：{acknowledgement['Subject']}\n收件人：{came_back}\n退信原因：收件人不存在",
            sender="PostMaster@qq.example",
            subject="系统退信",
        ),
        mail_from="",
    )

    story.arrives(mail("a second matter", sender="ann@customer.example"))

    assert (notice.outcome, notice.case_id) == ("bounce", first.case_id if is_his else None)
    assert ("undeliverable" in story.events(first.case_id)) is is_his
    assert len(story.answers()) == 2


def test_a_notice_of_somebody_else_in_the_thread_silences_no_customer(story: Story) -> None:
    """One of us has written to Ann and to Bob, whose address is gone. Exchange's notice names the whole thread."""
    first = story.arrives(mail(sender="ann@customer.example"))
    [acknowledgement] = story.answers()
    story.arrives(
        mail(
            "Delivery has failed to these recipients or groups:\n\nbob@elsewhere.example\n",
            sender="postmaster@firstline.example",
            subject="Undeliverable: RE: Backup failed",
            headers={
                "In-Reply-To": "<to-both@firstline.example>",
                "References": f"{acknowledgement['Message-ID']} <to-both@firstline.example>",
            },
        ),
        mail_from="",
    )

    story.arrives(mail("a second matter", sender="ann@customer.example"))

    assert len(story.answers()) == 2
    assert "bounced" not in story.events(first.case_id)


def came_back(acknowledgement: EmailMessage, recipient: str, status: str = "5.1.1", code: str = "550") -> bytes:
    """A report of delivery that returns the header of what we sent."""
    lines = f"""\
From: MAILER-DAEMON@mx.customer.example
To: support@firstline.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <notice@mx.customer.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {code} {status} no
--b
Content-Type: text/rfc822-headers

Message-ID: {acknowledgement["Message-ID"]}
--b--
"""
    return lines.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("recipient", "status", "code"),
    [
        ("kim@customer.example", "5.1.1", "550"),  # the group's member who has left
        ("ann.old@elsewhere.example", "5.1.1", "550"),  # whom the mailbox passes its mail on to, beside keeping it
        ("team@customer.example", "5.2.2", "552"),  # full
        ("team@customer.example", "5.7.1", "554"),  # this one looked like spam
    ],
)
def test_what_one_reader_or_one_mail_brings_back_silences_no_mailbox(
    story: Story, recipient: str, status: str, code: str
) -> None:
    first = story.arrives(mail(sender="team@customer.example"))
    [acknowledgement] = _sent(story)
    notice = story.arrives(came_back(acknowledgement, recipient, status, code), mail_from="")

    story.arrives(mail("The press stands still.", sender="team@customer.example"))

    assert (notice.outcome, notice.case_id) == ("bounce", first.case_id)
    assert story.case(first.case_id).needs_review
    assert "undeliverable" in story.events(first.case_id)
    assert len(story.answers()) == 2


def test_what_names_the_mailbox_itself_as_unknown_does(story: Story) -> None:
    story.arrives(mail(sender="team@customer.example"))
    [acknowledgement] = _sent(story)
    story.arrives(came_back(acknowledgement, "Team@Customer.example"), mail_from="")

    story.arrives(mail("The press stands still.", sender="team@customer.example"))

    assert len(story.answers()) == 1


def test_an_outage_in_which_many_people_write_the_same_opens_no_breaker(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock
) -> None:
    """One mail a minute, and each answer is there before the next: that looks like a chain until an answer waits."""
    story = Story(make_desk(limits=LIMITS), acceptor, clock)

    for number in range(100):
        story.arrives(mail("the wms is down", subject="WMS down", sender=f"user{number}@customer.example"))
        _sent(story)
    clock.forward(minutes=15)
    _sent(story)

    with story.desk.database.reading() as session:
        states = session.scalars(select(OutgoingRow.state)).all()
        longest_wait = max(row.sent_at - row.created_at for row in session.scalars(select(OutgoingRow)) if row.sent_at)
    assert states == [OutgoingState.SENT] * 100
    assert longest_wait <= timedelta(minutes=5)


def test_reports_that_differ_in_their_chinese_alone_open_no_breaker(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock
) -> None:
    """Chinese is written up to an address without a blank, and each of these reports is one word with an address."""
    story = Story(make_desk(limits=LIMITS), acceptor, clock)

    for number, (device, fault) in enumerate(
        product(("打印机", "投影仪", "电话", "门禁", "扫码枪"), ("坏", "漏水", "断电", "冒烟", "死机"))
    ):
        said = f"{device}{fault}了，回信到user{number}@kunde.example即可，谢谢"
        story.arrives(mail(said, subject="报修", sender=f"user{number}@customer.example"))
        _sent(story)

    with story.desk.database.reading() as session:
        assert session.scalars(select(BreakerRow)).all() == []
        assert session.scalars(select(OutgoingRow.state)).all() == [OutgoingState.SENT] * 25
