"""What becomes of the mails of a conversation, told as it happens."""

import re

import pytest
from sqlalchemy import select

from intake.mail.identity import mail_report
from models.tables import OutgoingRow
from models.values import OutgoingState
from tests.factories import mail
from tests.flows.story import Story
from workers.runner import Runner

pytestmark = pytest.mark.every_backend


def test_a_customer_answers_the_acknowledgement(story: Story) -> None:
    report = story.arrives(mail())
    [acknowledgement] = story.answers()

    answer = story.arrives(
        mail(
            "The serial number is X1.", subject="Re: your mail", headers={"In-Reply-To": acknowledgement["Message-ID"]}
        )
    )

    assert answer.outcome == "follow-up"
    assert answer.case_id == report.case_id
    assert len(story.answers()) == 1


def test_the_token_in_the_subject_is_enough(story: Story) -> None:
    report = story.arrives(mail())
    [acknowledgement] = story.answers()

    answer = story.arrives(mail("Still failing.", subject=f"AW: {acknowledgement['Subject']}"))

    assert answer.case_id == report.case_id


def test_an_addition_that_reads_graver_than_its_case_asks_for_a_look(story: Story) -> None:
    report = story.arrives(mail("How do I change the time zone of the report?", subject="question"))
    [acknowledgement] = story.answers()
    assert story.case(report.case_id).level > 1

    story.arrives(
        mail(
            "All production lines have stopped, the database server is down and nobody can work.",
            subject="production stopped",
            headers={"In-Reply-To": acknowledgement["Message-ID"]},
        )
    )

    assert story.case(report.case_id).needs_review
    assert "graver" in story.events(report.case_id)


def test_a_new_matter_that_an_address_book_sends_to_an_old_case_asks_for_a_look(story: Story) -> None:
    report = story.arrives(mail("The time zone of the monthly report is wrong.", subject="Report"))
    [acknowledgement] = story.answers()
    address = acknowledgement["Reply-To"]
    story.arrives(mail("It is all of them.", subject="report"), rcpt_to=address)
    story.arrives(mail("It is all of them.", subject=f"AW: {acknowledgement['Subject']}"), rcpt_to=address)
    assert "new-matter" not in story.events(report.case_id)

    added = story.arrives(mail("Please send us toner for room 5.", subject="Toner"), rcpt_to=address)

    assert added.case_id == report.case_id
    assert story.case(report.case_id).needs_review
    assert story.events(report.case_id).count("new-matter") == 1


def test_an_out_of_office_notice_is_put_on_its_case_and_not_answered(story: Story) -> None:
    report = story.arrives(mail())
    [acknowledgement] = story.answers()

    notice = story.arrives(
        mail(
            "I am away until Monday.",
            subject=f"Automatic reply: {acknowledgement['Subject']}",
            headers={"Auto-Submitted": "auto-replied", "In-Reply-To": acknowledgement["Message-ID"]},
        ),
        mail_from="",
    )

    assert (notice.outcome, notice.auto, notice.case_id) == ("auto-reply", "auto-reply", report.case_id)
    assert len(story.answers()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Subject": "阵列控制器在凌晨三点掉线之后又自己恢复了请帮忙看一下日志里面到底发生了什么" * 4},
        {"Subject": "a very long subject of plain words " * 8},
        {"Subject": "innocent =?utf-8?B?DQpCY2M6IHZpY3RpbUB2LmV4YW1wbGU=?= words"},
        {"Message-ID": f"<{'x' * 3000}@customer.example>"},
        {"References": f"<{'y' * 3000}@customer.example> <ok@customer.example>"},
        {"From": '"Ann\\r\\nBcc: victim@v.example" <ann@customer.example>'},
    ],
)
def test_no_header_of_a_customer_spoils_the_acknowledgement(story: Story, headers: dict[str, str]) -> None:
    raw = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items())
    usual = b"" if "From" in headers else b"From: ann@customer.example\r\n"

    story.arrives(raw + usual + b"\r\nA disk of the array failed, the business runs.\r\n")

    with story.desk.database.reading() as session:
        content = session.scalars(select(OutgoingRow.content)).one()
    head = content.partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in content.split(b"\r\n")) <= 300
    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^ \r\n]*\?=", head))
    [answer] = story.answers()
    assert answer["Bcc"] is None
    assert answer["To"] == "ann@customer.example"


def test_a_bounce_of_our_acknowledgement_is_told_on_the_case(story: Story) -> None:
    report = story.arrives(mail())
    [acknowledgement] = story.answers()
    returned = (
        "The following address had permanent fatal errors:\n<ann@customer.example>\n\n"
        f"  ----- Original message follows -----\n\nMessage-ID: {acknowledgement['Message-ID']}\nSubject: x\n"
    )

    bounce = story.arrives(
        mail(returned, sender="MAILER-DAEMON@mx.customer.example", subject="Returned mail: User unknown"), mail_from=""
    )

    assert (bounce.outcome, bounce.case_id) == ("bounce", report.case_id)
    assert "bounced" in story.events(report.case_id)
    with story.desk.database.reading() as session:
        assert session.scalars(select(OutgoingRow.state)).one() == OutgoingState.BOUNCED


def test_our_own_acknowledgement_that_comes_back_is_recorded_and_not_answered(story: Story) -> None:
    story.arrives(mail())
    [acknowledgement] = story.answers()

    returned = story.arrives(acknowledgement.as_bytes(), mail_from="forwarder@customer.example")

    assert returned.outcome == "own-notification"
    assert len(story.answers()) == 1


def test_a_machine_alert_opens_a_case_and_is_not_answered(story: Story) -> None:
    alert = story.arrives(
        mail("Controller B failed.", sender="callhome@array1.customer.example", subject="CALLHOME alarm 118204")
    )

    assert (alert.outcome, alert.auto) == ("case", "auto-generated")
    assert story.answers() == []
    assert "not-acknowledged" in story.events(alert.case_id)


def test_a_sender_gets_no_more_acknowledgements_than_the_limit_but_every_report_is_a_case(story: Story) -> None:
    reports = [story.arrives(mail(f"report {number}")) for number in range(5)]

    assert [report.outcome for report in reports] == ["case"] * 5
    assert len(story.answers()) == 3

    story.clock.forward(hours=1)
    story.arrives(mail("an hour later"))

    assert len(story.answers()) == 4


def test_the_limit_is_one_for_all_names_of_a_mailbox(story: Story) -> None:
    for sender in ("dumb+1@d.example", "Dumb+2@d.example", '"dumb"@d.example', "dumb@D.example"):
        story.arrives(mail(f"from {sender}", sender=sender), mail_from="dumb@d.example")

    assert len(story.answers()) == 3


def test_the_limit_holds_within_one_batch(story: Story) -> None:
    for number in range(5):
        story.acceptor.accept(mail_report(mail(f"report {number}"), "test", story.clock(), "ann@customer.example"))

    Runner(story.desk, "test").run()

    assert len(story.answers()) == 3


def test_an_acknowledgement_follows_rfc_3834(story: Story) -> None:
    story.arrives(mail("阵列 B 的控制器坏了，业务正常。", subject="控制器故障", message_id="<zh@customer.example>"))

    [answer] = story.answers()
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["In-Reply-To"] == "<zh@customer.example>"
    assert answer["References"] == "<zh@customer.example>"
    assert answer["To"] == "ann@customer.example"
    assert answer["From"] == "support@firstline.example"
    assert "FL-000001" in answer["Subject"]
    assert "控制器故障" in answer["Subject"]
    assert "工单号" in answer.get_content()


def test_plus_addressing_is_kept_as_a_routing_hint(story: Story) -> None:
    report = story.arrives(mail(), rcpt_to="support+netops@firstline.example")

    assert story.case(report.case_id).routing_hint == "netops"


def test_the_same_mail_to_two_of_our_addresses_is_one_report(story: Story) -> None:
    raw = mail(message_id="<twice@customer.example>", to="support@firstline.example, hotline@firstline.example")

    one = story.arrives(b"Delivered-To: support@firstline.example\r\n" + raw)
    other = story.arrives(b"Delivered-To: hotline@firstline.example\r\n" + raw, rcpt_to="hotline@firstline.example")

    assert one.id == other.id
    assert len(story.answers()) == 1


def test_no_link_of_a_stranger_is_sent_on_to_whom_he_names(story: Story) -> None:
    """Spammers have desks write for them: From is the victim, the advertisement stands in name and subject."""
    story.arrives(
        mail(
            sender='"You won, see http://evil.example/win" <victim@customer.example>',
            subject="Claim it at http://evil.example/win or evil.example/prize, srv01.customer.example 10.0.0.1/24",
        ),
        mail_from="eve@evil.example",
    )

    [acknowledgement] = story.answers()
    assert "evil.example" not in acknowledgement["Subject"] + acknowledgement.get_content()
    assert "srv01.customer.example 10.0.0.1/24" in acknowledgement["Subject"]
    assert acknowledgement.get_content().startswith("Dear customer,")


def test_who_is_answered_at_our_own_address_by_his_program_is_answered_where_he_wrote_from(story: Story) -> None:
    story.arrives(mail(headers={"Reply-To": "support@firstline.example"}))

    [acknowledgement] = story.answers()
    assert acknowledgement["To"] == "ann@customer.example"


def test_one_mail_that_comes_direct_and_by_a_list_opens_two_cases_that_are_linked(story: Story) -> None:
    same = "<m1@customer.example>"
    first = story.arrives(mail("The backup fails.", message_id=same))
    second = story.arrives(mail("[EXTERNAL]\n\nThe backup fails.", message_id=same))
    stranger = story.arrives(mail("The backup fails.", sender="bob@other.example", message_id=same))

    assert story.linked(first.case_id) == {second.case_id}
    assert story.linked(stranger.case_id) == set()


def test_one_mail_in_two_forms_is_linked_though_both_are_processed_together(story: Story) -> None:
    for body in ("The backup fails.", "The backup fails.\n-- \nThis list is moderated."):
        raw = mail(body, message_id="<m1@customer.example>")
        story.acceptor.accept(
            mail_report(raw, "test", story.clock(), "ann@customer.example", ("support@firstline.example",))
        )

    Runner(story.desk, "test").run()

    assert story.linked(1) == {2}
