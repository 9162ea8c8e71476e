"""What each filter recognises and, as important, what it leaves alone."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from intake.filters import Known, Verdict, judge
from intake.mail.parse import parse
from models.values import Auto
from tests.factories import mail

FIXTURES = Path(__file__).parents[2] / "fixtures" / "mail"
OWN = frozenset({"support@firstline.example"})
ANSWER = {"Subject": "Re: Backup failed", "In-Reply-To": "<1.ack@firstline.example>"}
BOUNCE_TEXT = """Hello, we get this for every mail to you, please look:

> This is the mail system at host mx2.customer.example.
> Your message could not be delivered to one or more recipients.
> <ann@customer.example>: host said: 550 5.1.1 User unknown
> Final-Recipient: rfc822; ann@customer.example
> Action: failed
> Status: 5.1.1
"""


def verdict(
    raw: bytes, mail_from: str | None = "ann@customer.example", own_ids: frozenset[str] = frozenset()
) -> Verdict:
    return judge(parse(raw), Known(mail_from, OWN, own_ids))


def with_headers(**headers: str) -> bytes:
    return mail(headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("raw", "auto"),
    [
        (with_headers(Auto_Submitted="auto-replied"), Auto.AUTO_REPLY),
        (with_headers(Auto_Submitted="Auto-Replied; owner-email=x"), Auto.AUTO_REPLY),
        (with_headers(X_Autoreply="yes"), Auto.AUTO_REPLY),
        (with_headers(X_Autorespond="Backup failed"), Auto.AUTO_REPLY),
        (with_headers(Precedence="auto_reply"), Auto.AUTO_REPLY),
        (mail(subject="Automatic reply: Backup failed"), Auto.AUTO_REPLY),
        (mail(subject="Auto-Reply: Re: Backup"), Auto.AUTO_REPLY),
        (mail(subject="Out of Office"), Auto.AUTO_REPLY),
        (mail(subject="Out of office AutoReply: Backup"), Auto.AUTO_REPLY),
        (mail(subject="Out of the office until Monday"), Auto.AUTO_REPLY),
        (mail(subject="[自动回复] 您的报修已受理"), Auto.AUTO_REPLY),
        (mail(subject="自动回复：您的报修已受理"), Auto.AUTO_REPLY),
        (mail(subject="自動回覆: 備份"), Auto.AUTO_REPLY),
        (mail("Your message\n\n was read on Friday, November 27, 2026.", subject="Read: Backup"), Auto.AUTO_REPLY),
        (mail("您的邮件\n\n已于 2026年11月27日 10:00 被阅读。", subject="已读: 备份"), Auto.AUTO_REPLY),
        (mail("We have received your message, ticket number 8812.", subject="We got your message"), Auto.AUTO_REPLY),
        (
            mail("##- Please type your reply above this line -##\n\nYour request (48213) has been received.\n"),
            Auto.AUTO_REPLY,
        ),
        (mail("##- 请在此行上方键入您的回复 -##\n\n您的请求 (48213) 已收到，正在处理。\n"), Auto.AUTO_REPLY),
        (mail("您好！我正在休国庆假，10月8日返岗，期间邮件可能无法及时回复。", headers=ANSWER), Auto.AUTO_REPLY),
        (mail("本人于11月25日至12月3日休年假，期间邮件会不定时查看。", headers=ANSWER), Auto.AUTO_REPLY),
        (mail("您好，我目前休假中，將於12/1恢復上班，緊急事項請聯絡代理人。", headers=ANSWER), Auto.AUTO_REPLY),
        (mail("您好，本人已从公司离职，后续工作请联系 bo@customer.example。", headers=ANSWER), Auto.AUTO_REPLY),
        (mail("【自动回复】您好，邮件已收到。", headers=ANSWER), Auto.AUTO_REPLY),
        (mail("Thanks for your email. I am currently on parental leave until March.", headers=ANSWER), Auto.AUTO_REPLY),
        (mail("Please note that I no longer work for Customer Ltd.", headers=ANSWER), Auto.AUTO_REPLY),
        (mail("Ich bin bis zum 4. Dezember nicht im Büro.", headers=ANSWER), Auto.AUTO_REPLY),
        (mail("Vielen Dank für Ihre Nachricht. Ich bin bis 4.12. im Urlaub.", headers=ANSWER), Auto.AUTO_REPLY),
        (mail("お世話になっております。本日は休暇をいただいております。", headers=ANSWER), Auto.AUTO_REPLY),
        (with_headers(Auto_Submitted="auto-generated"), Auto.AUTO_GENERATED),
        (with_headers(Auto_Submitted="auto-notified"), Auto.AUTO_GENERATED),
        (with_headers(X_Auto_Response_Suppress="All"), Auto.AUTO_GENERATED),
        (with_headers(X_Auto_Response_Suppress="DR, RN, NRN, OOF, AutoReply"), Auto.AUTO_GENERATED),
        (mail(sender="noreply@customer.example"), Auto.AUTO_GENERATED),
        (mail(sender="Shop <no-reply-eu@customer.example>"), Auto.AUTO_GENERATED),
        (mail(sender="do_not_reply@customer.example"), Auto.AUTO_GENERATED),
        (mail(sender="DoNotReply@customer.example"), Auto.AUTO_GENERATED),
        (mail(sender="root@db01.customer.example"), Auto.AUTO_GENERATED),
        (mail(sender="ups1@customer.example"), Auto.AUTO_GENERATED),
        (mail(sender="bms@customer.example"), Auto.AUTO_GENERATED),
        (mail(sender="plc@customer.example"), Auto.AUTO_GENERATED),
        (mail(subject="[Uptime Kuma] shop Down"), Auto.AUTO_GENERATED),
        (mail(sender="librenms@customer.example"), Auto.AUTO_GENERATED),
        (mail(sender="alerts+disk@customer.example"), Auto.AUTO_GENERATED),
        (mail(sender="zabbix-prod@customer.example"), Auto.AUTO_GENERATED),
        (mail("Plant: Line 4\nAlarm: overload\nState: CAME IN\n", sender="l4@customer.example"), Auto.AUTO_GENERATED),
        (
            mail("Device: R650\nSeverity: Critical\nTime: 10:20:30\n", sender="Servers <it@customer.example>"),
            Auto.AUTO_GENERATED,
        ),
        (
            mail("设备名称：冷水机组2\n报警内容：水温高\n报警状态：报警\n", sender="ba@customer.example"),
            Auto.AUTO_GENERATED,
        ),
        (
            mail("Drive 3 has failed.\n\nSincerely,\nSynology DiskStation", sender="it@customer.example"),
            Auto.AUTO_GENERATED,
        ),
        (mail("This mail was sent automatically by TNC-12.", sender="it@customer.example"), Auto.AUTO_GENERATED),
        (mail(subject="SQL Server Job System: 'Backup' completed on SQL1"), Auto.AUTO_GENERATED),
        (mail(subject="[PROBLEM] http on web1 is CRITICAL!"), Auto.AUTO_GENERATED),
        (mail(subject="iMC告警通知: 设备不响应Ping报文"), Auto.AUTO_GENERATED),
        (with_headers(Precedence="Bulk"), Auto.BULK),
        (with_headers(Precedence="junk"), Auto.BULK),
        (with_headers(List_Unsubscribe="<https://customer.example/u>"), Auto.BULK),
        (with_headers(List_Id="users <users.lists.customer.example>"), Auto.LIST),
        (with_headers(Precedence="list"), Auto.LIST),
        (mail(sender="MAILER-DAEMON@customer.example", subject="Undelivered Mail Returned to Sender"), Auto.BOUNCE),
        (mail(sender="postmaster@customer.example", subject="系统退信"), Auto.BOUNCE),
    ],
)
def test_a_mail_that_no_person_waits_an_answer_for_gets_none(raw: bytes, auto: Auto) -> None:
    found = verdict(raw)

    assert (found.auto, found.answer) == (auto, False)
    assert found.opens_case == (auto not in (Auto.AUTO_REPLY, Auto.BOUNCE))
    assert found.because != Verdict().because


@pytest.mark.parametrize(
    "raw",
    [
        mail(),
        mail(sender="Root, Ann <ann@customer.example>"),
        mail(sender="Ann Root <ann.root@customer.example>"),
        mail(sender="No Reply <ann@customer.example>"),
        mail(sender="Monitor Lizard Ltd <rooty@customer.example>"),
        mail(sender="robotics@customer.example"),
        mail("Do you offer a course? We have two new setters.", sender="cnc@customer.example"),
        mail("您好，我们想给机器人换一种语言，在哪里设置？", sender="robot@customer.example"),
        mail("All stations show grey. We run the pumps by hand.", sender="scada@customer.example"),
        mail(sender="rootes@customer.example"),
        mail(sender="cronin@customer.example"),
        mail(sender="upson@customer.example"),
        mail(subject="Auto: the ignition logger does not start"),
        mail(subject="Automatic failover did not work"),
        mail(subject="Automatic reply rules are gone after the upgrade"),
        mail(subject="Auto reply does not work"),
        mail(subject="Out of office replies are not sent any more"),
        mail(subject="自动回复功能失效，请处理"),
        mail(subject="Re: Automatic reply: Backup failed"),
        mail(subject="Undelivered mail since this morning"),
        mail(subject="邮件系统退信，请协助"),
        mail(sender="postmaster@customer.example", subject="Undeliverable mails since this morning, queue is stuck"),
        mail(BOUNCE_TEXT, subject="Fwd: Undelivered Mail Returned to Sender"),
        mail("All we send to bo@partner.example comes back: 550 5.1.1 user unknown.", subject="Mail failure"),
        mail(
            "It answers 550 to all, and says that the mailbox of bo@partner.example is full.",
            sender="System Administrator <it@customer.example>",
            subject="Mail server rejects everything",
        ),
        mail(
            "Stuck since 8:00, error 451 4.3.0.", sender="postmaster@customer.example", subject="Queue on MX2 is stuck"
        ),
        mail("554 5.7.1，收件人 bo@partner.example。请分析您的邮件网关设备。", subject="投递失败提示"),
        mail("Please help, 30 users ask for it.", subject="Automatic reply: cannot be switched off"),
        mail("今天收到，请问怎么处理？\n\n磁盘4故障\n本邮件由系统自动发送，请勿回复。", subject="阵列"),
        mail("We got this, what shall we do?\n\nDisk 4 failed\nThis is an automatically generated message."),
        mail("OA 发给 bo@partner.example 的都失败，提示 550 用户不存在，请看一下。", subject="发送失败"),
        mail("Request number 88123: the portal says error 500.", subject="Ticket created but cannot be opened"),
        mail("Ticket number 88123, please look.", subject="Your case 88123 received no answer for three days"),
        mail("Hi, I am out of office next week, so please send the disk to my colleague Bo. Shelf 2 has failed."),
        mail("我出差在外，ERP 客户端无法打开，提示 500。"),
        mail("我外出开会，无法接电话，请工程师直接找机房值班。"),
        mail("Thank you for your answer. The automatic notification that the array sent is below.", headers=ANSWER),
        mail("Thank you for your help, disk 4 is red.\n\n> This is an automated message.\n", headers=ANSWER),
        mail("我是信息科陈伟，8点起两台服务器宕机，挂号全停。", subject="机房告警：两台服务器宕机"),
        mail("请问这种短信怎么关闭？", subject="【告警】咨询"),
        mail("The fan in our server 12 is down, could you send one?", subject="Warning: fan in server 12 is down"),
        mail("Nobody can post invoices. Please call me.", subject="Critical: the ERP database is down"),
        mail('Every invoice says "This is an automatically generated message, please do not reply" twice.'),
        mail("通知里“请勿回复此邮件”这行字怎么去掉？"),
        mail("门户上的工单已提交三天无人处理，控制器仍然故障。", subject="工单已提交，三天无人处理"),
        mail("Device: R650\nSerial number: 7XK22\nStatus: down\nTime: 10:20\n"),
        mail("Device: R650\nStatus: down\nTime: 10:20\nPhone: 555-0100\n", sender="b7@customer.example"),
        mail("Hi,\n\nDevice: R650\nStatus: down\nTime: 10:20\n", sender="b7@customer.example"),
        mail("设备：R650\n状态：宕机\n时间：10:20\n联系人：陈伟\n", sender="b7@customer.example"),
        mail("Device: R650\nStatus: down\nTime: 10:20\n", subject="Re: R650", sender="b7@customer.example"),
        with_headers(Auto_Submitted="no"),
        with_headers(Auto_Submitted="No"),
        with_headers(X_Auto_Response_Suppress="DR"),
        with_headers(X_Auto_Response_Suppress="OOF, DR, RN, NRN"),
        with_headers(X_Autoreply="no"),
        with_headers(Precedence="first-class"),
        with_headers(X_Mailer="Automatic reply 1.0"),
        with_headers(Return_Receipt_To="ann@customer.example"),
    ],
)
def test_a_mail_from_a_person_is_answered(raw: bytes) -> None:
    assert verdict(raw) == Verdict()


def test_a_person_who_attaches_a_bounce_is_answered() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "ann@customer.example", "Undelivered Mail Returned to Sender"
    message.set_content("What does this bounce mean?")
    bounce = EmailMessage()
    bounce["From"], bounce["Subject"] = "MAILER-DAEMON@customer.example", "Undelivered Mail Returned to Sender"
    bounce.set_content(BOUNCE_TEXT)
    message.add_attachment(bounce)

    found = verdict(message.as_bytes())

    assert found == Verdict()


def test_the_null_envelope_sender_alone_is_a_machine_whose_report_is_kept() -> None:
    found = verdict(mail(), mail_from="")

    assert (found.auto, found.answer, found.opens_case) == (Auto.AUTO_GENERATED, False, True)


def test_an_envelope_sender_that_nobody_told_us_is_no_null_sender() -> None:
    assert verdict(mail(), mail_from=None) == Verdict()


def test_a_delivery_report_names_the_mail_of_ours_that_it_is_about() -> None:
    raw = (FIXTURES / "35-bounce-dsn-rfc3464.eml").read_bytes()

    found = verdict(raw, mail_from="")

    assert found.outcome == "bounce"
    assert len(found.bounced_ids) == 1
    assert found.bounced_ids[0].endswith("@firstline.example")


def test_a_read_receipt_is_an_automatic_reply_and_no_bounce() -> None:
    raw = b"From: ann@customer.example\r\nMIME-Version: 1.0\r\nSubject: Read: your report\r\n" + (
        b'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nRead.\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\r\n--b--\r\n"
    )

    found = verdict(raw, mail_from="")

    assert (found.auto, found.outcome) == (Auto.AUTO_REPLY, "auto-reply")


@pytest.mark.parametrize(
    "raw",
    [
        mail(sender="support@firstline.example"),
        mail(sender="Desk <Support@Firstline.Example>"),
        mail(sender="support+netops@firstline.example"),
    ],
)
def test_a_device_that_writes_in_our_own_name_opens_a_case_and_is_not_answered(raw: bytes) -> None:
    found = verdict(raw)

    assert (found.opens_case, found.answer) == (True, False)


def test_our_own_message_that_comes_back_is_ours_whatever_else_it_looks_like() -> None:
    raw = mail(message_id="<ack.1@firstline.example>", headers={"Auto-Submitted": "auto-replied"})

    found = verdict(raw, own_ids=frozenset({"ack.1@firstline.example"}))

    assert (found.outcome, found.answer) == ("own-notification", False)


@pytest.mark.parametrize("reply_to", ["support@firstline.example", "SUPPORT+x@firstline.example"])
def test_an_answer_that_would_come_back_to_us_is_not_given_but_the_case_is_opened(reply_to: str) -> None:
    found = verdict(with_headers(Reply_To=reply_to))

    assert (found.answer, found.opens_case, found.auto) == (False, True, None)


@pytest.mark.parametrize("sender", ["nobody", "Ann Lee", "<>", ""])
def test_without_an_address_there_is_nobody_to_answer_but_the_case_is_opened(sender: str) -> None:
    raw = b"From: " + sender.encode() + b"\r\nSubject: x\r\n\r\nThe disk is full.\r\n"

    found = verdict(raw)

    assert (found.answer, found.opens_case, found.auto) == (False, True, None)


@pytest.mark.parametrize(
    ("action", "status", "bounced"), [("failed", "5.1.1", ("ack.1@firstline.example",)), ("delayed", "4.4.1", ())]
)
def test_a_message_of_ours_has_bounced_when_it_failed_and_not_when_it_is_delayed(
    action: str, status: str, bounced: tuple[str, ...]
) -> None:
    raw = (
        "From: MAILER-DAEMON@mx.customer.example\r\nSubject: Your mail\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nAbout your mail.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n"
        f"Final-Recipient: rfc822; ann@customer.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <ack.1@firstline.example>\r\n\r\n--b--\r\n"
    )

    found = verdict(raw.encode(), mail_from="")

    assert (found.outcome, found.auto, found.bounced_ids) == ("bounce", Auto.BOUNCE, bounced)


def test_two_scans_are_two_reports_and_no_alarm_that_repeats_itself() -> None:
    found = verdict(mail('This E-mail was sent from "RNP0026739A1B2C" (MP C3004).', sender="scanner@customer.example"))

    assert (found.opens_case, found.answer, found.from_machine) == (True, False, False)


def test_who_writes_of_a_scanner_is_answered() -> None:
    raw = mail("I scanned the form twice; each mail begins 'Please open the attached document.' and is empty.")

    assert verdict(raw).answer
