"""What persons and devices write that looks like a bounce or an automatic reply, and what is one beside it."""

from email import message_from_bytes
from email.policy import default

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


def titled_like_an_alarm(sender: str) -> bytes:
    text = "您好，巡检发现核心交换机风扇3故障，请安排更换。电话 021-55500100"
    return mail(text, sender=sender, subject="告警：核心交换机风扇故障")


def test_a_letter_of_a_named_person_is_answered_though_it_is_titled_like_an_alarm() -> None:
    assert verdict(titled_like_an_alarm("Ann Lee <ann@customer.example>")).answer
    assert not verdict(titled_like_an_alarm("监控平台 <jk@customer.example>")).answer
    assert not verdict(titled_like_an_alarm("jk@customer.example")).answer


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("Zabbix <z@customer.example>", "Problem: High CPU on db1", "Hello,\nHost: db1\nSeverity: High"),
        (
            "阿里云 <cloud@customer.example>",
            "【云监控】告警：实例 CPU 过高",
            "您好，您的实例 CPU 95%，请及时处理，谢谢！",
        ),
        ("Veeam <vm@customer.example>", "[Failed] Backup job 7", "Hello, job 7 has failed. Please check the disk."),
    ],
)
def test_an_alarm_that_greets_is_no_letter(sender: str, subject: str, text: str) -> None:
    found = verdict(mail(text, sender=sender, subject=subject))

    assert found.from_machine
    assert not found.answer


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
        mail("您发给 ann@customer.example 的邮件已阅读。", subject="已读：备份"),
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


@pytest.mark.parametrize(
    ("subject", "text", "sender"),
    [
        ("Backup job failed", "Path /mnt/b does not exist.\nNotify: ops@customer.example", "backup@customer.example"),
        ("NAS alert", "Volume 1 crashed. Quota exceeded, user bo@customer.example.", "MAILER-DAEMON@nas.example"),
        ("RAID degraded", "A disk has permanently failed: /dev/sdc.", "mailer-daemon@nas.example"),
        ("存储告警", "控制器B永久失效，无法发送心跳。联系人：bo@customer.example", "alarm@customer.example"),
        ("ERP error", "Export failed: user unknown: bo@customer.example. Error 5.1.1", "erp@customer.example"),
    ],
)
def test_an_alarm_without_envelope_sender_is_no_bounce_though_something_fails_and_somebody_is_named(
    subject: str, text: str, sender: str
) -> None:
    found = verdict(mail(text, subject=subject, sender=sender), mail_from="")

    assert (found.outcome, found.answer) == (None, False)


def test_a_postmaster_who_asks_for_help_is_heard_whatever_his_subject() -> None:
    raw = mail(
        "我是贵司邮件网关的用户，今天所有邮件投递失败，报错 550 5.7.1，请安排工程师。",
        subject="邮件投递失败",
        sender="postmaster@customer.example",
    )

    assert verdict(raw, mail_from="postmaster@customer.example").answer


EXCHANGE = "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@customer.example>"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("未送达: 已收到您的报修", "对以下收件人或组的传递失败:\nli@customer.example\n找不到你输入的电子邮件地址。"),
        ("Unzustellbar: Meldung", "Fehler bei der Nachrichtenzustellung an folgende Empfänger:\nli@customer.example"),
        ("배달되지 않음: 접수", "다음 받는 사람에게 배달하지 못했습니다.\nli@customer.example"),
        ("配信不能: 受付", "次の受信者への配信に失敗しました:\nli@customer.example"),
        ("Non recapitabile: ricevuto", "Recapito non riuscito ai seguenti destinatari:\nli@customer.example"),
    ],
)
@pytest.mark.parametrize(("mail_from", "headers"), [("", {}), (None, {}), (None, {"Auto-Submitted": "auto-replied"})])
def test_what_exchange_says_of_a_mail_is_a_notice_without_its_report_and_in_a_mailbox(
    subject: str, text: str, mail_from: str | None, headers: dict[str, str]
) -> None:
    raw = mail(text, subject=subject, sender=EXCHANGE, headers=headers)

    found = judge(parse(raw), Known(mail_from, OWN, frozenset()))

    assert found.bounce is not None
    assert found.bounce.permanent == ("li@customer.example",)


def test_a_notice_that_exchange_marks_as_one_names_the_mail_that_came_back() -> None:
    headers = {"X-MS-Exchange-Message-Is-Ndr": "", "X-MS-Exchange-Parent-Message-Id": "<ack@firstline.example>"}
    raw = mail("li@customer.example is not known here.", subject="未送达: 报修", sender=EXCHANGE, headers=headers)

    found = verdict(raw)

    assert found.bounced_ids == ("ack@firstline.example",)


BY_MACHINE = {"Auto-Submitted": "auto-generated", "X-OTRS-Loop": "help@customer.example"}


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("[Ticket#991] Core switch down", "Incident number: 991\nPriority: 1\nThe core switch is down."),
        ("INC0099 P1 ERP unreachable", "Case number: INC0099\nShort description: ERP unreachable since 08:00"),
        ("服务请求 SR123 已登记：生产线停机", "单号：SR123\n描述：3号生产线PLC停机"),
    ],
)
def test_a_ticket_that_a_customers_own_desk_sends_on_is_a_report(subject: str, text: str) -> None:
    found = verdict(mail(text, subject=subject, headers=BY_MACHINE))

    assert (found.outcome, found.answer) == (None, False)


def test_a_fault_of_automatic_replies_is_a_report_though_its_subject_begins_as_they_do() -> None:
    raw = mail("我们的邮件服务器因为循环已经卡死了，全公司收发不了邮件。", subject="自动回复：系统一直在循环发送")

    assert verdict(raw) == Verdict()


@pytest.mark.parametrize(
    "raw",
    [
        mail("这是来自QQ邮箱的假期自动回复邮件。\n\n您好，我最近正在休假中。", subject="Re:[FL-000001] 受理通知"),
        mail(
            "—-—-—-—\nReply above this line.\n\nJust confirming that we got your request. We're on it.",
            subject="HELP-12 We have your report",
            headers={"Auto-Submitted": "auto-generated"},
        ),
    ],
)
def test_what_qq_mail_and_jira_write_by_themselves_opens_no_case(raw: bytes) -> None:
    assert verdict(raw).outcome == "auto-reply"


@pytest.mark.parametrize(
    ("note", "outcome"), [(".", "auto-reply"), (' with this note:\n"The array is down, come now."', None)]
)
def test_an_invitation_that_google_says_is_accepted_opens_no_case_but_a_guests_note_does(
    note: str, outcome: str | None
) -> None:
    message = message_from_bytes(mail(headers={"Auto-Submitted": "auto-generated"}), policy=default)
    message.replace_header("Subject", "Accepted: Visit @ Mon Nov 30, 2026")
    said = (
        f"Li Wei has accepted this invitation{note}\n\nVisit\nMonday Nov 30, 2026 10am - 11am\nInvitation from Google"
    )
    message.set_content(said)
    message.add_alternative("BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n", subtype="calendar")

    found = verdict(message.as_bytes())

    assert found.outcome == outcome


@pytest.mark.parametrize("before", ["", "[Preview] ", "Dmarc Aggregate "])
def test_an_aggregate_report_opens_no_case(before: str) -> None:
    raw = mail("A report.", subject=f"{before}Report Domain: x.example; Submitter: qq.com; Report-ID: 1")

    found = verdict(raw, mail_from="dmarc@qq.example")

    assert (found.opens_case, found.answer) == (False, False)


def test_who_asks_about_an_aggregate_report_is_answered() -> None:
    subject = "Report Domain: x.example; Submitter: qq.com; Report-ID: 1"

    assert verdict(mail("Why do we get these?", subject=subject, headers={"X-Mailer": "Foxmail 7"})) == Verdict()


def test_a_device_that_could_not_deliver_what_is_no_mail_reports_a_fault() -> None:
    text = "Order queue: delivery to all 12 machines failed.\nState: DOWN\nMessage: lines 1 to 4 stopped"

    found = verdict(mail(text, sender="mes@plant.example", subject="Delivery notification: order queue"), mail_from="")

    assert found.opens_case


@pytest.mark.parametrize("field", [("X-Autoreply", "yes"), ("Precedence", "auto_reply")])
def test_a_new_mail_that_tells_of_a_fault_opens_a_case_whatever_field_calls_it_an_answer(
    field: tuple[str, str],
) -> None:
    raw = mail("Line 3 is down, production has stopped.", subject="Line 3", headers=dict([field]))

    found = verdict(raw)

    assert (found.opens_case, found.answer, found.auto) == (True, False, Auto.AUTO_GENERATED)


@pytest.mark.parametrize(
    "comment", ["", "COMMENT:Cannot come\\, line 3 has stopped and the whole hall stands still.\r\n"]
)
def test_an_answer_to_an_invitation_is_read_where_the_guest_has_added_something(comment: str) -> None:
    event = (
        f"BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Service on line 3\r\nDESCRIPTION:{'Bring the spare part. ' * 9}\r\n{comment}"
    )
    calendar = f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"
    head = "From: li@customer.example\r\nTo: support@firstline.example\r\nSubject: Declined: service\r\n"
    raw = f"{head}Content-Type: text/calendar; method=REPLY\r\n\r\n{calendar}".encode()

    assert verdict(raw).opens_case is bool(comment)
