"""What persons and devices write that looks like a bounce or an automatic reply, and what is one beside it."""

import pytest

from intake.filters import Known, Verdict, judge
from intake.mail.parse import parse
from models.values import Auto
from tests.factories import mail

OWN = frozenset({"support@firstline.example"})
NOTICE = "您的邮件无法送达 bo@supplier.example，550 user unknown。"
FAILED = "Delivery has failed to these recipients:\nbo@supplier.example\nYour message couldn't be delivered.\n"


def verdict(raw: bytes, mail_from: str = "li@customer.example") -> Verdict:
    return judge(parse(raw), Known(mail_from, OWN, frozenset()))


@pytest.mark.parametrize(
    "raw",
    [
        mail(f"收到很多退信，附上一封：\n{NOTICE}\n我们邮件服务器是不是坏了？", subject="退信"),
        mail(f"请帮忙看一下邮件网关。\n{NOTICE}", subject="系统退信"),
        mail(f"All our mails come back. Can you look at our server?\n\n{FAILED}", subject="Undeliverable: offer"),
        mail(f"Please fix this:\n\n{FAILED}", subject="Mail delivery failed", headers={"X-Mailer": "Foxmail 7.2"}),
        mail(
            "The array is offline. Your message of yesterday asked for logs that I could not deliver by FTP."
            " Please send an engineer.",
            sender="System Administrator <sysadmin@customer.example>",
        ),
    ],
)
def test_who_reports_that_mails_come_back_to_him_is_answered(raw: bytes) -> None:
    assert verdict(raw) == Verdict()


def test_a_report_of_mails_that_come_back_opens_a_case_though_a_forwarder_emptied_its_envelope() -> None:
    raw = mail(
        "邮件全部失败，收件人 bo@supplier.example 退回 550", subject="邮件发送失败", headers={"X-Mailer": "Foxmail"}
    )

    found = verdict(raw, mail_from="")

    assert found.opens_case


@pytest.mark.parametrize("mail_from", ["", "postmaster@mx.example"])
@pytest.mark.parametrize(
    "text", [NOTICE, FAILED, f"{FAILED}\n----- Original message -----\n\nPlease help, we are down.\n"]
)
def test_a_notice_is_none_of_those_though_what_it_returns_asks_for_help(text: str, mail_from: str) -> None:
    found = verdict(mail(text, sender="Mail <info@mx.example>", subject="Undeliverable: offer"), mail_from)

    assert found.outcome == "bounce"


def test_what_a_mailer_daemon_says_is_a_notice_however_it_asks() -> None:
    raw = mail(
        "Your mail to bo@supplier.example came back: user unknown. Can you check the address?",
        sender="mailer-daemon@x.example",
    )

    assert verdict(raw).outcome == "bounce"


def test_who_will_be_told_if_a_mail_fails_for_good_has_not_been_told_yet() -> None:
    raw = mail(
        "There was a temporary problem delivering your message to ulf@slow.example. Gmail will retry for 46 more"
        " hours. You'll be notified if the delivery fails permanently.\n",
        sender="Mail Delivery Subsystem <mailer-daemon@mx.example>",
        subject="Delivery Status Notification (Delay)",
    )

    found = verdict(raw, mail_from="")

    assert found.bounce is not None
    assert found.bounce.temporary == ("ulf@slow.example",)
    assert found.bounce.is_delay


REPLIED = {"Auto-Submitted": "auto-replied"}


def test_a_device_whose_alarm_says_that_it_is_an_automatic_reply_opens_a_case() -> None:
    raw = mail("Volume 1 on NAS01 has degraded. Disk 2 failed.", subject="[NAS01] Volume 1 degraded", headers=REPLIED)

    found = verdict(raw)

    assert (found.outcome, found.auto, found.answer) == (None, Auto.AUTO_GENERATED, False)


@pytest.mark.parametrize(
    "raw",
    [
        mail("I am on leave. Disk 2 failed? Ask Bo.", subject="[NAS01] Volume degraded", headers=REPLIED),
        mail("We have received your request about the disk.", subject="Disk failed", headers=REPLIED),
        mail("Disk failed. Bo knows.", headers={**REPLIED, "In-Reply-To": "<1@firstline.example>"}),
        mail("您发送的邮件 备份 已被 ann@customer.example 阅读。", subject="已读回执：备份"),
        mail("Disk failed. Bo knows.", subject="Automatic reply: disk failed", headers=REPLIED),
        mail(
            "Your incident INC0012345 has been created.",
            subject="Incident INC0012345 has been opened on your behalf",
            headers={"X-ServiceNow-Generated": "true", "Auto-Submitted": "auto-generated"},
        ),
    ],
)
def test_an_automatic_reply_is_one_whatever_fault_it_speaks_of(raw: bytes) -> None:
    assert verdict(raw).outcome == "auto-reply"
