"""Machines that answer machines, for a simulated day: how many mails we send is bounded, and nothing is lost."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import func, select

from intake.accept import Acceptor
from models.db import Database
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
    [acknowledgement] = ours.relayed()

    report = theirs.arrives(acknowledgement.as_bytes(), mail_from="", rcpt_to="help@vendor.example")

    assert report.outcome == "auto-reply"
    assert theirs.relayed() == []


@pytest.mark.parametrize("said", ["The rack has lost a power supply.", "机柜的一个电源坏了，业务正常。"])
def test_what_the_staff_of_one_desk_ask_is_read_at_the_other_whose_staff_can_answer(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock, other_database: Database, said: str
) -> None:
    """Ticket systems pass over what calls itself automatic, or answer it by nobody: what a person wrote does not."""
    ours, theirs, _ = _two_desks(make_desk, acceptor, clock, other_database)
    case = ours.arrives(mail(said, subject=said[:10], sender="help@vendor.example"), mail_from="help@vendor.example")
    ours.relayed()
    ours.does(case.case_id, "reply", "ask", "Which serial number has it?")
    [question] = [one for one in ours.relayed() if one["To"] == "help@vendor.example"]

    asked = theirs.arrives(question.as_bytes(), mail_from="support@firstline.example", rcpt_to="help@vendor.example")
    for message in theirs.relayed():
        ours.arrives(message.as_bytes(), mail_from="", rcpt_to=message["To"])
    theirs.does(asked.case_id, "reply", "status", "It is AX 9912.")
    [answer] = [one for one in theirs.relayed() if one["To"].startswith("support")]
    told = ours.arrives(answer.as_bytes(), mail_from="help@vendor.example", rcpt_to=answer["To"])

    assert asked.outcome == "case"
    assert question["Auto-Submitted"] == answer["Auto-Submitted"] == "no"
    assert (told.outcome, told.case_id) == ("follow-up", case.case_id)
    assert not [one for one in ours.relayed() if one["To"] == "help@vendor.example"]


def test_two_desks_behind_gateways_that_strip_all_marks_send_few_mails_a_day(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock, other_database: Database
) -> None:
    ours, theirs, rounds = _two_desks(make_desk, acceptor, clock, other_database)
    ours.arrives(mail(sender="help@vendor.example"), mail_from="help@vendor.example")
    arrived = 1

    for number in rounds:
        for one, two, address in ((ours, theirs, "help@vendor.example"), (theirs, ours, "support@firstline.example")):
            for message in one.relayed():
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
        story.relayed()

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
            for _ in story.relayed()
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
        to_her = [message for message in story.relayed() if message["To"] == eve and "step" in message["Message-ID"]]
        if to_her:
            told += len(to_her)
            story.arrives(
                mail(f"Noted under {number}: {stopped}", subject=f"Noted {number}", sender=eve), mail_from=eve
            )

    assert 0 < told <= 25
    other = story.arrives(mail("Line 4 has stopped and the whole hall stands still.", subject="Line 4"))
    story.later(seconds=5)
    assert (eve, "email") in story.told(other.case_id)


def test_a_machine_that_answers_notices_from_another_address_gets_few_of_them(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock
) -> None:
    """As where the duty address is an alias of a ticket system, which writes as itself and leaves no mark of ours."""
    story = Story(make_desk(limits=LIMITS), acceptor, clock)
    story.staff(person("eve", "engineer", "incident", "service-desk"))
    said, eve, told = "Line 3 has stopped and the whole hall stands still.", "eve@firstline.example", 0
    story.arrives(mail(said, subject="Line 3"))

    for number in range(60):
        story.later(seconds=5)
        if any(message["To"] == eve for message in story.relayed()):
            told += 1
            text = f"Ticket {number} was opened for you at 10:{number}. {said}"
            story.arrives(mail(text, subject=f"Noted {number}", sender="desk@tickets.example"))

    assert 0 < told <= 25
    with story.desk.database.reading() as session:
        last = session.scalars(select(CaseRow).order_by(CaseRow.id.desc())).first()
    assert last is not None
    assert last.needs_review
    story.later(hours=2)
    after = story.arrives(mail(said.replace("3", "9"), subject="Noted 99", sender="desk@tickets.example"))
    story.later(seconds=5)
    assert (eve, "email") in story.told(after.case_id)


def test_an_engineer_who_reports_much_from_another_address_is_told_of_all_of_it(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock
) -> None:
    story = Story(make_desk(limits=LIMITS), acceptor, clock)
    story.staff(person("eve", "engineer", "incident", "service-desk"))
    what = ("press", "furnace", "paint shop", "warehouse crane", "conveyor", "ERP", "mail server", "boiler", "lift")
    how = ("has stopped, nobody can work", "is dead since noon and the shift went home", "crashed for all users")

    reports = []
    for device, state in product(what, how):
        reports.append(story.arrives(mail(f"The {device} {state}.", subject=device, sender="eve@home.example")))
        story.later(seconds=5)
        story.relayed()

    told = [("eve@firstline.example", "email") in story.told(report.case_id) for report in reports]
    assert told.count(True) == len([one for one in reports if story.case(one.case_id).level == 1]) > 20


def test_an_outage_in_which_many_people_write_the_same_opens_no_breaker(
    make_desk: MakeDesk, acceptor: Acceptor, clock: Clock
) -> None:
    """One mail a minute, and each answer is there before the next: that looks like a chain until an answer waits."""
    story = Story(make_desk(limits=LIMITS), acceptor, clock)

    for number in range(100):
        story.arrives(mail("the wms is down", subject="WMS down", sender=f"user{number}@customer.example"))
        story.relayed()
    clock.forward(minutes=15)
    story.relayed()

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
        story.relayed()

    with story.desk.database.reading() as session:
        assert session.scalars(select(BreakerRow)).all() == []
        assert session.scalars(select(OutgoingRow.state)).all() == [OutgoingState.SENT] * 25
