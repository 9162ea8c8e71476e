"""Headers and charsets: what mail programs do, right and wrong."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.mail.model import Address, ParsedMail
from intake.mail.parse import author, parse

MAILS = Path(__file__).parents[2] / "fixtures" / "mail"

CHINESE = "服务器无法登录，请尽快处理。"
TAIWAN = "伺服器無法登入，請儘快處理。"


def read(head: str | bytes, body: str | bytes = "text") -> ParsedMail:
    """A mail of these header fields (one a line) and this body."""
    fields = head.encode() if isinstance(head, str) else head
    content = body.encode() if isinstance(body, str) else body
    return parse(
        b"From: ann@customer.example\nMessage-ID: <1@x>\n".replace(b"\n", b"\r\n") + fields + b"\r\n\r\n" + content
    )


@pytest.mark.parametrize(
    ("declared", "encoded", "text"),
    [
        ("utf-8", CHINESE.encode(), CHINESE),
        ("UTF8", CHINESE.encode(), CHINESE),
        ("utf-8", CHINESE.encode().decode("latin-1").encode(), CHINESE),
        ("utf-8", b"caf\xc3\xa9 \xc2\x85 down", "café \x85 down"),
        ("gb2312", CHINESE.encode("gbk"), CHINESE),
        ("gb2312", "赵䶮 鑫𬭚".encode("gb18030"), "赵䶮 鑫𬭚"),
        ("gbk", CHINESE.encode(), CHINESE),
        ("GB_2312-80", "硬盘坏了镕".encode("gbk"), "硬盘坏了镕"),
        ("csGB2312", "硬盘坏了镕".encode("gbk"), "硬盘坏了镕"),
        ("windows-936", "硬盘坏了镕".encode("gbk"), "硬盘坏了镕"),
        ("x-windows-950", "硬碟壞".encode("big5"), "硬碟壞"),
        ("x-unknown", CHINESE.encode("gbk"), CHINESE),
        ("us-ascii", CHINESE.encode("gbk"), CHINESE),
        ("utf-8", CHINESE.encode("gbk"), CHINESE),
        ("utf-8", TAIWAN.encode("big5"), TAIWAN),
        ("big5", TAIWAN.encode("big5"), TAIWAN),
        ("iso-8859-1", b"\x93Besan\xe7on\x94", "“Besançon”"),
        ("iso-2022-jp", "テスト".encode("iso-2022-jp"), "テスト"),
        ("csISO2022JP", "テスト".encode("iso-2022-jp"), "テスト"),
        ("utf-7", b"+ZwBSoVZo-", "最务器"),
        ("utf-7", b"half a pair +2AA-", "half a pair +2AA-"),
        ("unicode_escape", b"no \\ud800 \\escape", "no \\ud800 \\escape"),
        ("utf-16-le", "down".encode("utf-16-le"), "down"),
        ("base64", b"words", "words"),
        ('"gbk', CHINESE.encode("gbk"), CHINESE),
    ],
)
def test_the_text_is_readable_whatever_charset_is_declared(declared: str, encoded: bytes, text: str) -> None:
    mail = read(f"Content-Type: text/plain; charset={declared}\r\nContent-Transfer-Encoding: 8bit", encoded)

    assert mail.text == text


@pytest.mark.parametrize(("encoded", "text"), [(CHINESE.encode("gbk"), CHINESE), (TAIWAN.encode("big5"), TAIWAN)])
def test_a_charset_that_is_not_declared_is_found_and_is_a_defect(encoded: bytes, text: str) -> None:
    mail = read("Content-Transfer-Encoding: 8bit", encoded)

    assert mail.text == text
    assert "charset not declared" in mail.defects


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?utf-8?B?" + base64.b64encode("备份失败".encode()).decode() + "?=", "备份失败"),
        ("=?utf-8?b?5aSH5Lu9?=\r\n =?utf-8?b?5aSx6LSl?=", "备份失败"),
        ("=?utf-8?b?5aSH5Lu95aQ=?=\r\n =?utf-8?b?sei0pQ?=", "备份失败"),
        ("=?gb2312?B?" + base64.b64encode("鑫𬭚".encode("gb18030")).decode() + "?=", "鑫𬭚"),
        ("=?utf-8?q?caf=C3=A9_=3F?= today", "café ? today"),
        ("Re: =?iso-8859-1*fr?Q?caf=E9?=", "Re: café"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("two\r\n lines", "two lines"),
        ("备份失败", "备份失败"),
        ("=?utf-8?q?a=00b=0D=0ABcc:_c?=", "a b Bcc: c"),
    ],
)
def test_a_subject_is_read_as_it_was_meant(raw: str, subject: str) -> None:
    mail = read(f"Subject: {raw}")

    assert mail.subject == subject


def test_a_raw_header_is_read_in_the_charset_of_the_body() -> None:
    head = "Subject: 备份\r\nContent-Type: text/plain; charset=gbk".encode("gbk")

    mail = read(head, CHINESE.encode("gbk"))

    assert mail.subject == "备份"


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        ("Ann Lee <ann@customer.example>", Address("Ann Lee", "ann@customer.example")),
        ('"Lee, Ann" <ann@customer.example>', Address("Lee, Ann", "ann@customer.example")),
        ("=?utf-8?q?Lee=2C_Ann?= <ann@customer.example>", Address("Lee, Ann", "ann@customer.example")),
        ("ann@customer.example (Ann)", Address("Ann", "ann@customer.example")),
        ("Ann <ann@customer.example>, bob@customer.example", Address("Ann", "ann@customer.example")),
        ('"=?utf-8?b?5p2O5Zub?=" <li@customer.example>', Address("李四", "li@customer.example")),
        ("Ann", None),
        ("<>", None),
    ],
)
def test_a_sender_is_read_as_it_was_meant(raw: str, sender: Address | None) -> None:
    mail = parse(f"From: {raw}\r\nSubject: x\r\n\r\ntext".encode())

    assert mail.sender == sender


def test_ids_dates_and_answers_are_found_in_their_fields() -> None:
    mail = read(
        "Date: Mon, 9 Nov 2026 10:00:00 +0800 (CST)\r\nReply-To: Desk <desk@customer.example>\r\n"
        "In-Reply-To: Your message <a@b> of Monday\r\nReferences: <z@b>\r\n\t<a@b><c@d>\r\n"
        "To: x@a.example\r\nTo: y@a.example"
    )

    assert mail.date == datetime(2026, 11, 9, 2, tzinfo=UTC)
    assert (mail.in_reply_to, mail.references) == ("a@b", ("z@b", "a@b", "c@d"))
    assert mail.answer_to == Address("Desk", "desk@customer.example")
    assert [address.address for address in mail.to] == ["x@a.example", "y@a.example"]


@pytest.mark.parametrize(
    "date", ["yesterday", "", "Mon, 99 Nov 2026 10:00:00 +0800", "31 Dec 9999 23:00 -2300", "9" * 5000]
)
def test_a_date_that_is_none_is_none(date: str) -> None:
    assert read(f"Date: {date}").date is None


def test_empty_lines_above_the_header_are_passed_over() -> None:
    mail = parse(b"\r\n\r\n\r\nFrom: ann@customer.example\r\nSubject: disk\r\n\r\nIt failed.\r\n")

    assert (mail.subject, mail.text) == ("disk", "It failed.")


def test_who_wrote_is_the_same_by_the_header_alone() -> None:
    def mailbox(found: Address | None) -> str:
        return found.address if found else ""

    for file in sorted(MAILS.glob("*.eml")):
        raw = file.read_bytes()

        assert mailbox(author(raw)) == mailbox(parse(raw).sender), file.name
