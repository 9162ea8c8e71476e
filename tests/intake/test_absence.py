"""Absence notices and other desks' answers without any header, and persons who write alike."""

import pytest

from intake.filters import Known, Verdict, judge
from intake.mail.parse import parse
from models.values import Auto
from tests.factories import mail

OWN = frozenset({"support@firstline.example"})
ANSWER = {"Subject": "Re: Backup failed", "In-Reply-To": "<1.ack@firstline.example>"}


def verdict(raw: bytes) -> Verdict:
    return judge(parse(raw), Known("ann@customer.example", OWN, frozenset()))


@pytest.mark.parametrize(
    "body",
    [
        "Sehr geehrte Damen und Herren,\n\nvielen Dank für Ihre Nachricht. Ich bin bis 20.11. nicht im Büro.",
        "Hi there,\n\nI'm on parental leave until 20 January and will not be checking this inbox.",
        "Thank you for your email. Our offices are closed for the holidays.",
        "Bonjour,\nJe suis actuellement en congés jusqu'au 20 novembre.",
        "Hola,\nEstoy fuera de la oficina hasta el 20.",
        "Buongiorno,\nsarò assente dall'ufficio fino al 20.",
        "Olá,\nEstou de férias até 20 de novembro.",
        "Beste,\nIk ben afwezig tot en met 20 november.",
        "Hej!\nJag är på semester till 20 november.",
        "Dzień dobry,\nJestem na urlopie do 20 listopada.",
        "Dobrý den,\nmomentálně čerpám dovolenou do 20. listopadu.",
        "Здравствуйте!\nЯ нахожусь в отпуске до 20 ноября.",
        "Merhaba,\n20 Kasım'a kadar yıllık izindeyim.",
        "お世話になっております。\n休暇中のため、11月20日まで不在にしております。",
        "お世話になっております。\n11月20日まで休暇をいただいております。",
        "안녕하세요. 저는 11월 20일까지 휴가 중입니다.",
        "안녕하세요. 11월 20일까지 휴가입니다. 복귀 후 확인하겠습니다.",
        "Bonjour,\nActuellement en congés, je lirai votre message le 20 novembre.",
        "สวัสดีค่ะ ดิฉันลาพักร้อนถึงวันที่ 20 พฤศจิกายน",
        "مرحبا، أنا خارج المكتب حتى 20 نوفمبر.",
        "שלום, אני בחופשה עד 20 בנובמבר.",
        "I'm on annual leave until Monday. If the system is down please call the hotline.",
        "您好，邮件已收到，谢谢！（此邮件为自动回复，请勿回复）",
        "We have received your request and assigned it case number 00012345.",
        "您好！\n本人于11月25日至12月2日参加封闭培训，期间无法查看邮件，如有急事请联系同事周洋。",
        "Hi,\nI left the company on 31 October. Please contact Maria Lopez from now on.",
        "Jeg holder ferie til den 20. november.",
        "Βρίσκομαι εκτός γραφείου έως τις 20 Νοεμβρίου.",
        "मैं 20 नवंबर तक छुट्टी पर हूँ।",
        "国庆放假期间（10月1日-10月8日）本人无法及时处理邮件，敬请谅解。",
        "来信收悉，我会尽快给您答复。",
        "Thank you for your mail.\nI am out of office until Monday, if anything is down please call 0100.",
        "I'm on leave until Monday. If this is about the array,\nthe switch or a server, please ask Dev.",
    ],
)
def test_an_answer_that_nobody_wrote_just_now_opens_no_case(body: str) -> None:
    found = verdict(mail(body, headers=ANSWER))

    assert (found.outcome, found.auto, found.answer) == ("auto-reply", Auto.AUTO_REPLY, False)


@pytest.mark.parametrize(
    "subject",
    [
        *("Frånvarande: Backup", "Afwezigheidsbericht Re: Backup", "Fuori sede: Backup", "Abwesenheit"),
        *("رد تلقائي: Backup", "תשובה אוטומטית: Backup", "ตอบกลับอัตโนมัติ: Backup"),
        *("Automatski odgovor: Backup", "Автоматичен отговор: Backup"),
        *("朱莉 不在办公室", "自动: 朱莉 不在办公室。 (返回 2026-12-03)", "Julie Lin 不在辦公室"),
    ],
)
def test_the_subject_of_an_automatic_reply_is_known(subject: str) -> None:
    assert verdict(mail("Back on the 20th.", subject=subject)).auto == Auto.AUTO_REPLY


@pytest.mark.parametrize(
    "raw",
    [
        mail(
            "I'm on leave from tomorrow so ask Sam. Today the storage array lost a second controller.", headers=ANSWER
        ),
        mail("Ich bin im Urlaub, aber der Server ist offline. Können Sie helfen?", headers=ANSWER),
        mail("I'm on parental leave from 1 March. Please give Bo the same rights in the portal.", headers=ANSWER),
        mail("I am out of office from Friday, so please come on Thursday.", headers=ANSWER),
        mail("Θα είμαι εκτός γραφείου αύριο, ο εκτυπωτής δεν λειτουργεί.", headers=ANSWER),
        mail("I am out of office until Monday, but my colleagues called me: line 3 has been standing still since 8."),
        mail(
            "Read it, thanks. But line 3 is down.",
            subject="Read: Backup failed",
            headers={"In-Reply-To": "<1@x.example>"},
        ),
        mail("通知已读。但是產線停機，請處理。", subject="已读：停机通知", headers={"In-Reply-To": "<1@x.example>"}),
        mail(
            "Line 3 is down. Follow this link to our camera and confirm: http://cam.example/",
            subject="Please confirm your message: line 3",
        ),
        mail("先週から担当者が不在のため困っています。サーバーは停止したままです。", headers=ANSWER),
        mail("通知写着请勿回复，那我应该怎么联系你们？打印机坏了三天了。"),
        mail("Je suis en déplacement, le serveur ne répond plus."),
        mail("Jag är på semester, men servern svarar inte."),
        mail("Sind die Techniker abwesend? Niemand geht ans Telefon.", headers=ANSWER),
        mail("The controller was replaced. Is there a case number for the second one?", headers=ANSWER),
    ],
)
def test_who_is_away_and_reports_a_fault_is_answered(raw: bytes) -> None:
    assert verdict(raw) == Verdict()


def invitation(note: str) -> bytes:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nSUMMARY:visit\r\nEND:VEVENT\r\nEND:VCALENDAR"
    return (
        "From: ann@customer.example\r\nSubject: Declined: visit\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{note}\r\n"
        f"--b\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n{calendar}\r\n--b--\r\n"
    ).encode()


def test_a_sentence_with_the_answer_to_an_invitation_is_read_in_chinese_too() -> None:
    assert verdict(invitation("那天产线要出货，请改到周六晚上，工程师带两块备盘过来。")) == Verdict()
    assert verdict(invitation("已拒绝")).auto == Auto.AUTO_REPLY


@pytest.mark.parametrize(
    "title",
    [
        "Report domain: firstline.example Submitter: isp.example Report-ID: 12",
        " Report Domain: a.example Submitter: b.example Report-ID: <2>",
    ],
)
def test_an_aggregate_report_is_a_machines(title: str) -> None:
    found = verdict(mail("This is an aggregate report.", subject=title, sender="reports@isp.example"))

    assert (found.auto, found.answer, found.opens_case) == (Auto.AUTO_GENERATED, False, False)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("Name: Lina\nMail: lina@customer.example\nMessage: our storage is down", True),
        ("I need a new password, please help me.", True),
        ("Your invoice of November is ready.", False),
    ],
)
def test_a_web_form_is_answered_to_the_visitor_who_filled_it_in(body: str, answer: bool) -> None:
    raw = mail(body, sender="Shop <noreply@shop.example>", headers={"Reply-To": "lina@customer.example"})

    assert verdict(raw).answer == answer


@pytest.mark.parametrize("addressee", ["", " to ann"])
def test_who_asks_for_a_proof_is_not_answered(addressee: str) -> None:
    body = "It was held. Click the following link to confirm that you are human."

    assert verdict(mail(body, subject=f"Your message{addressee} requires confirmation")).outcome == "challenge"


def test_a_notice_in_a_new_mail_that_names_whom_to_call_is_one_and_a_report_is_not() -> None:
    assert verdict(mail("您好，我正在休假，有急事请联系李工 13900001111。", subject="休假")).auto == Auto.AUTO_REPLY
    assert verdict(mail("您好，我正在休假，有急事请联系李工。今天控制器掉线，请马上派人。")) == Verdict()


def test_without_a_from_the_sender_is_who_wrote_it() -> None:
    read = parse(b"Sender: Ann <ann@customer.example>\r\nSubject: x\r\n\r\nThe disk is full.\r\n")

    assert read.sender is not None
    assert read.sender.address == "ann@customer.example"
    assert "no usable From" in read.defects


@pytest.mark.parametrize("unit", ["i am ", "ich bin ", "in case ", "如", "has ", "assigned case ", "is down "])
def test_words_over_and_over_are_no_notice(unit: str) -> None:
    assert verdict(mail((unit * 400)[:890], headers=ANSWER)).auto is None


@pytest.mark.parametrize(
    "body",
    [
        "Der Auftrag ist fehlgeschlagen. Diese Nachricht wurde automatisch erzeugt.",
        "Ihre Anfrage 12 ist da. Dies ist eine automatisch generierte E-Mail, bitte antworten Sie nicht darauf.",
        "La tâche a échoué. Ceci est un message automatique, merci de ne pas répondre.",
        "Tarea fallida. Este es un mensaje automático.",
        "Recebemos o chamado 12. Esta é uma mensagem automática, não responda.",
        "Zgłoszenie 12. Wiadomość wygenerowana automatycznie, prosimy na nią nie odpowiadać.",
        "Заявка 12 зарегистрирована. Это автоматическое сообщение, не отвечайте на него.",
        "Talebiniz kaydedildi. Bu otomatik bir mesajdır, lütfen yanıtlamayınız.",
        "応答がありません。このメールはシステムより自動送信されています。返信しないでください。",
        "문의가 접수되었습니다. 본 메일은 발신전용입니다.",
    ],
)
def test_a_machine_that_says_so_in_another_language_is_not_answered(body: str) -> None:
    found = verdict(mail(body, subject="SRV01"))

    assert (found.auto, found.answer, found.opens_case) == (Auto.AUTO_GENERATED, False, True)


@pytest.mark.parametrize(
    "body",
    [
        "Nous recevons un message automatique de la baie, que signifie-t-il ?",
        "Die automatische Sicherung läuft nicht mehr, bitte nicht erst morgen kommen.",
        "Автоматическое сообщение о сбое больше не приходит.",
        "自動バックアップが失敗しました。至急ご対応をお願いします。",
    ],
)
def test_who_speaks_of_what_a_machine_sent_is_answered(body: str) -> None:
    assert verdict(mail(body, subject="SRV01")) == Verdict()


@pytest.mark.parametrize("word", ["Прочитано", "Przeczytano", "Läst", "Okundu", "읽음"])
def test_a_receipt_in_another_language_is_one_where_it_answers(word: str) -> None:
    subject = f"{word}: [FL-000001] SRV01"

    assert verdict(mail("09.11.2026 10:05", headers=ANSWER | {"Subject": subject})).auto == Auto.AUTO_REPLY
    assert verdict(mail("The array failed.", subject=subject)) == Verdict()


REPORTS_OF_THE_ABSENT = (
    ("VPN", "I'm travelling this week and the VPN refuses my password."),
    ("Files", "I am on leave, but colleagues tell me the NAS is full and nobody can save anything."),
    ("Visit", "I will be out of the office tomorrow; the replacement disk can be left at reception."),
    ("Out of office", "I am out of the office, and our core switch has failed. Call Bob on 5512."),
    ("报表", "我出差在外地，手机上无法查看报表，一直转圈。"),
    ("邮箱", "我外出时手机邮箱无法收发邮件，回到公司电脑上也不行，提示服务器无响应。"),
    ("换盘", "我下周休假，请联系我的同事小王更换硬盘。"),
    ("补丁", "您的邮件我已收到，附件里的补丁装上后系统仍然会重启，请尽快回复处理办法。"),
    ("联系人", "本人已离职交接，系统管理员的联系人变更为王强，电话13811112222，请更新。"),
)


@pytest.mark.parametrize("subject_and_body", REPORTS_OF_THE_ABSENT)
def test_who_is_away_and_speaks_of_what_the_desk_looks_after_is_heard(subject_and_body: tuple[str, str]) -> None:
    subject, body = subject_and_body

    assert verdict(mail(body, subject=subject)) == Verdict()
    assert verdict(mail(body, headers=ANSWER)) == Verdict()


def test_who_writes_of_his_leave_with_a_program_of_people_is_heard() -> None:
    raw = mail(
        "I'm on vacation until Monday, so Tuesday's visit has to move to Thursday.",
        headers={"Subject": "Visit", "X-Mailer": "Microsoft Outlook 16.0"},
    )

    assert verdict(raw) == Verdict()


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("未读: 您的报修", "您的邮件\n\n收件人: 黄敏\n\n已于 2026年11月28日 2:10 被删除，未阅读。"),
        ("已讀取: 您的案件", "您的郵件\n\n收件者: Ken\n\n已於 2026年11月28日 上午 09:00:01 讀取。"),
        ("已读: 您的工单", "您的邮件\n收件人: 萧山\n在 2026年11月28日 2:00:01 被读取。"),
        ("已读: 您的工单", "您的邮件已被阅读。\n\n收件人: 萧山\n时间: 2026-11-28 2:00"),
        ("Not read: Your case", "Your message\n\nTo: Kate\n\nwas deleted without being read on 28 November 2026."),
    ],
)
def test_a_receipt_that_a_gateway_made_a_text_of_opens_no_case(subject: str, body: str) -> None:
    assert verdict(mail(body, subject=subject)).auto == Auto.AUTO_REPLY


def test_another_desk_that_has_given_our_mail_a_number_in_chinese_opens_no_case() -> None:
    raw = mail(
        "尊敬的客户：\n您的问题已提交，工单编号 8817-221，工程师将在2小时内与您联系。",
        headers=ANSWER | {"Subject": "[#8817-221] 我们已收到您的反馈"},
    )

    assert verdict(raw).auto == Auto.AUTO_REPLY


@pytest.mark.parametrize(
    "body",
    [
        "Line 3 is down. Your colleague answers:\n\nI am out of office until Monday.\n\nWho helps us?",
        "三号线停了，工程师的邮箱只回：\n\n此邮件为系统自动回复，我周一回来。\n\n还有谁在？",
    ],
)
def test_who_shows_somebody_elses_notice_below_his_fault_is_answered(body: str) -> None:
    found = verdict(mail(body, subject="Nobody there"))

    assert found == Verdict()


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Uw melding is geregistreerd onder nummer M2611 43", "Beste melder,\n\nUw melding is bij ons geregistreerd."),
        ("Ticket aperto: 2026-5519", "Gentile utente,\nla Sua richiesta è stata presa in carico con il numero 5519."),
    ],
)
def test_another_desks_receipt_in_a_new_mail_opens_no_case(subject: str, body: str) -> None:
    found = verdict(mail(body, subject=subject))

    assert found.outcome == "auto-reply"


def test_what_an_agent_writes_through_his_ticket_system_is_no_receipt_for_its_number() -> None:
    """Such systems call all that they send automatic."""
    said = "Kim wrote:\n\nThe serial number is AX 9912, please send the part.\n\nTicket number: 8812"

    found = verdict(mail(said, headers={**ANSWER, "Auto-Submitted": "auto-generated", "X-Mailer": "Zendesk Mailer"}))

    assert found.opens_case
    assert not found.answer


def test_who_asks_for_a_proof_in_chinese_is_not_answered() -> None:
    body = "您好，为防止垃圾邮件，请点击以下链接确认您的身份，您的邮件才会被投递：\nhttps://guard.example/c/2"

    found = verdict(mail(body, subject="请确认您发送的邮件"))

    assert found.outcome == "challenge"


@pytest.mark.parametrize(
    "body",
    [
        "Just this once, click the link so I can receive your emails:\nhttp://www.spamarrest.com/a2?x",
        "Pour prouver que vous êtes humain, merci de cliquer sur le lien :\nhttps://app.mailinblack.com/x",
        "Your message was waitlisted. Use the link below to be delivered.\nhttps://www.boxbe.com/x",
    ],
)
def test_who_asks_for_a_proof_is_known_by_where_his_link_leads(body: str) -> None:
    assert verdict(mail(body, subject="Re: Backup failed", headers=ANSWER)).outcome == "challenge"


@pytest.mark.parametrize(
    "body",
    [
        "Our ticket system is down at the moment, we answer later.\n\nThis is an automated response.",
        "因系统故障暂时无法处理您的来信。\n\n此邮件为系统自动回复，请勿回复。",
    ],
)
def test_an_answering_machine_that_tells_of_a_fault_of_its_own_is_not_answered(body: str) -> None:
    found = verdict(mail(body, subject="Re: Your case", headers=ANSWER))

    assert found.outcome == "auto-reply"


def test_who_shows_a_notice_in_an_answer_below_his_fault_is_heard() -> None:
    body = "Line 3 is still down. All I get is:\n\nThis is an automatic reply. I am away."

    found = verdict(mail(body, subject="Re: Your case", headers=ANSWER))

    assert found.outcome != "auto-reply"
