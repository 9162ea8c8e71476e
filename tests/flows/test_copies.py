"""Foreign managers at a customer get the same replies, at the same times, in their own language."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from models.db import Database
from models.tables import DeadAddressRow, OutgoingRow
from models.values import CaseState
from tests import directory
from tests.factories import mail
from tests.flows.story import Story

pytestmark = pytest.mark.every_backend

DOWN = "昨晚备份任务失败，业务运行正常，请帮忙看一下。"
MANAGER, REPORTER, COLLEAGUE = "joe@kunde.example", "li@kunde.example", "wang@kunde.example"


@pytest.fixture
def served(database: Database) -> int:
    """A customer of whom the reporter, a colleague and a foreign manager are known."""
    found = directory.customer(database, "C-1", domain="kunde.example", language="zh-Hans")
    directory.contract(database, found, "K-1", "yilong")
    for address in (REPORTER, COLLEAGUE):
        directory.contact(database, found, address)
    directory.contact(database, found, MANAGER, copies_in="en")
    other = directory.customer(database, "C-2", domain="other.example")
    directory.contact(database, other, "sue@other.example", copies_in="en")
    return found


def sent(story: Story, case_id: int | None) -> list[tuple[str, str, EmailMessage]]:
    """Kind, recipient and mail of what was written to the customer, in order of their addressees."""
    with story.desk.database.reading() as session:
        rows = session.scalars(
            select(OutgoingRow)
            .where(OutgoingRow.case_id == case_id, OutgoingRow.kind != "notice")
            .order_by(OutgoingRow.created_at, OutgoingRow.recipient.desc())
        ).all()
    return [(row.kind, row.recipient, message_from_bytes(row.content, policy=policy.default)) for row in rows]


def reported(story: Story, sender: str = REPORTER) -> int | None:
    return story.arrives(mail(DOWN, subject="备份失败", sender=sender), mail_from=sender).case_id


def test_a_manager_has_the_acknowledgement_and_the_letters_in_his_language(story: Story, served: int) -> None:
    case_id = reported(story)
    story.sends()
    story.does(case_id, "reply", "status", "正在更换磁盘。")

    found = sent(story, case_id)

    assert [(kind, to) for kind, to, _ in found] == [
        ("acknowledgement", REPORTER),
        ("copy", MANAGER),
        ("status", REPORTER),
        ("copy", MANAGER),
    ]
    (_, _, first), (_, _, copied), (_, _, status), (_, _, status_copied) = found
    number = story.case(case_id).number
    for message in (first, copied, status, status_copied):
        assert number in message["Subject"]
    assert "后续安排" in first.get_content()
    assert "What happens next" in copied.get_content()
    assert "Ann Lee" in copied.get_content()
    assert "级" not in copied.get_content()
    assert "正在更换磁盘。" in status_copied.get_content()
    assert {"copied"} <= set(story.events(case_id))
    assert len({message["Message-ID"] for _, _, message in found}) == 4


def test_a_copy_that_was_sent_keeps_no_promise(story: Story, served: int) -> None:
    case_id = reported(story)
    with story.desk.database.transaction() as session:
        row = session.scalars(select(OutgoingRow).where(OutgoingRow.kind == "acknowledgement")).one()
        row.due_at = None  # it waits, and the copy goes out

    story.sends()

    assert story.case(case_id).state == CaseState.NEW
    assert story.clocks(case_id)["first_reply"].met_at is None


def test_who_reports_himself_or_cannot_be_reached_gets_no_copy(story: Story, served: int) -> None:
    own = reported(story, MANAGER)
    with story.desk.database.transaction() as session:
        session.add(
            DeadAddressRow(
                address_key=MANAGER, since=story.clock(), bounces=1, report_id=None, because="550 no such user"
            )
        )
    theirs = reported(story, COLLEAGUE)

    assert [(kind, to) for kind, to, _ in sent(story, own)] == [("acknowledgement", MANAGER)]
    assert [(kind, to) for kind, to, _ in sent(story, theirs)] == [("acknowledgement", COLLEAGUE)]


def test_who_gets_copies_has_one_letter_of_his_own_case_however_his_address_is_written(
    story: Story, served: int
) -> None:
    case_id = reported(story, MANAGER.title())

    story.does(case_id, "reply", "status", "The disk is being replaced.")

    assert [kind for kind, _, _ in sent(story, case_id)] == ["acknowledgement", "status"]


def test_letter_and_acknowledgement_are_to_the_same_mailbox_where_its_domain_has_a_sharp_s(story: Story) -> None:
    case_id = reported(story, "ann@straße.example")  # another mailbox than ann@strasse.example

    story.does(case_id, "reply", "status", "The disk is being replaced.")

    with story.desk.database.reading() as session:
        of_case = select(OutgoingRow.recipient_key).where(OutgoingRow.case_id == case_id)
        assert session.scalars(of_case).all() == ["ann@straße.example"] * 2


def test_what_is_asked_of_the_customer_alone_is_not_copied(story: Story, served: int) -> None:
    case_id = reported(story)

    story.does(case_id, "reply", "consent", "")

    assert [(kind, to) for kind, to, _ in sent(story, case_id)][2:] == [("consent", REPORTER)]
