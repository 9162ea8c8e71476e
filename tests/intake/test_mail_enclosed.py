"""The report that is attached to a mail which says nothing, or only points at it."""

import base64

import pytest

from intake.filters import Known, Verdict, judge
from intake.mail.parse import parse
from tests.intake.test_mail_parts import CHINESE, multipart, read_parts

REPORT = "The storage controller at the Hamburg plant is down, and all lines stand still."
MAIL = f"From: Ina <ina@plant.example>\r\nSubject: lines stand still\r\n\r\n{REPORT}"


def own(words: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\r\n\r\n{words}"


def attached(kind: str, name: str, content: bytes) -> str:
    head = f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"'
    return f"{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64.encodebytes(content).decode()}"


@pytest.mark.parametrize("kind", ["message/rfc822", "application/octet-stream"])
@pytest.mark.parametrize("words", ["", "FYI", "Please see the attached mail from our plant.", "客户报障邮件见附件。"])
def test_an_attached_mail_is_read_where_its_carrier_only_points_at_it(words: str, kind: str) -> None:
    mail = read_parts("mixed", own(words), attached(kind, "report.eml", MAIL.encode()))

    assert mail.text == f"{words}\n\n{REPORT}".strip()
    assert mail.reply == (words or REPORT)
    assert mail.forwarded is not None
    assert mail.forwarded.sender.address == "ina@plant.example"
    assert [attachment.filename for attachment in mail.attachments] == ["report.eml"]


def test_an_attached_mail_that_only_carries_another_is_read_to_its_end() -> None:
    outer = (
        "From: joe@plant.example\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n"
        f"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n{MAIL}\r\n--i--\r\n"
    )

    mail = read_parts("mixed", own("see below"), attached("message/rfc822", "outer.eml", outer.encode()))

    assert REPORT in mail.text


@pytest.mark.parametrize(
    "words",
    [
        "Hi, please see attached.",
        "Dear support,\n\nPlease find the description attached.\n\nBest regards\nAmy",
        "您好，问题描述详见附件文档，谢谢！\n\n小吴",
    ],
)
def test_a_text_file_is_read_however_politely_the_mail_points_at_it(words: str) -> None:
    mail = read_parts("mixed", own(words), attached("text/plain", "report.txt", REPORT.encode()))

    assert mail.text.endswith(REPORT)


def test_a_text_file_beside_words_of_its_own_is_evidence() -> None:
    words = "Hi, the fan of node 3 is loud; attached is what it says."

    assert read_parts("mixed", own(words), attached("text/plain", "says.txt", REPORT.encode())).text == words


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [
        ("text/plain", "report.txt", CHINESE.encode("gb18030")),
        ("application/octet-stream", "report.txt", CHINESE.encode()),
        ("text/html", "report.html", f"<html><p>{CHINESE}</p></html>".encode()),
    ],
)
def test_a_text_file_is_what_a_mail_without_words_says(kind: str, name: str, content: bytes) -> None:
    silent = read_parts("mixed", own(" "), attached(kind, name, content))
    pointing = read_parts("mixed", own("详见附件"), attached(kind, name, content))

    assert (silent.text, silent.reply) == (CHINESE, CHINESE)
    assert (pointing.text, pointing.reply) == (f"详见附件\n\n{CHINESE}", "详见附件")


@pytest.mark.parametrize("name", ["messages.log", "dmesg.txt", "错误日志.txt"])
def test_a_log_is_evidence_and_no_report(name: str) -> None:
    mail = read_parts("mixed", own(""), attached("text/plain", name, b"ata3: COMRESET failed"))

    assert mail.text == ""


def test_what_came_back_with_a_bounce_is_not_read() -> None:
    status = "Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed"

    mail = read_parts(
        "report; report-type=delivery-status", own(""), status, attached("message/rfc822", "a.eml", MAIL.encode())
    )

    assert REPORT not in mail.text


def test_many_attached_mails_within_each_other_take_no_time() -> None:
    inner = MAIL
    for _ in range(60):
        inner = f"From: a@b.example\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n{inner}"

    mail = read_parts("mixed", own(""), *[attached("message/rfc822", "a.eml", inner.encode())] * 50)

    assert mail.defects == ()


@pytest.mark.parametrize(
    "inner",
    [
        "Subject: Out of office\r\n\r\nI am out of the office until Monday.",
        "From: MAILER-DAEMON@mx.example\r\n\r\nYour message could not be delivered to bo@gone.example: 550 unknown",
        "Subject: disk\r\n\r\nDisk 4 failed. This is an automatically generated message, please do not reply.",
    ],
)
@pytest.mark.parametrize("words", ["", "?", "please see the attached"])
def test_who_attaches_what_a_machine_wrote_is_a_person(words: str, inner: str) -> None:
    carrier = multipart("mixed", own(words), attached("message/rfc822", "a.eml", inner.encode()))
    mail = parse(f"From: ann@customer.example\r\nSubject: Undelivered Mail Returned to Sender\r\n{carrier}".encode())

    found = judge(mail, Known("ann@customer.example", frozenset(), frozenset()))

    assert inner[-20:] in mail.text
    assert found == Verdict()
