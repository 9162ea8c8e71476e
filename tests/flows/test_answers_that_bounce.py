"""Answers that come back: which mailbox is left alone for it, for how long, and which is not."""

from email.message import EmailMessage

import pytest

from tests.factories import mail
from tests.flows.story import Story

pytestmark = pytest.mark.every_backend


def test_an_acknowledgement_that_bounces_is_sent_once_and_the_address_left_alone(story: Story) -> None:
    """The reporter's address does not exist; each of his reports is a case that says so."""
    first = story.arrives(mail(sender="typo@customer.example"))
    [acknowledgement] = story.relayed()
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
    [acknowledgement] = story.relayed()
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
    [acknowledgement] = story.relayed()
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
    [acknowledgement] = story.relayed()
    notice = story.arrives(came_back(acknowledgement, recipient, status, code), mail_from="")

    story.arrives(mail("The press stands still.", sender="team@customer.example"))

    assert (notice.outcome, notice.case_id) == ("bounce", first.case_id)
    assert story.case(first.case_id).needs_review
    assert "undeliverable" in story.events(first.case_id)
    assert len(story.answers()) == 2


def test_what_names_the_mailbox_itself_as_unknown_does(story: Story) -> None:
    story.arrives(mail(sender="team@customer.example"))
    [acknowledgement] = story.relayed()
    story.arrives(came_back(acknowledgement, "Team@Customer.example"), mail_from="")

    story.arrives(mail("The press stands still.", sender="team@customer.example"))

    assert len(story.answers()) == 1
