"""The parts of a mail: which are read, which are kept, and what a reply adds."""

import base64
import hashlib
from pathlib import Path

import pytest

from intake.mail.model import ParsedMail
from intake.mail.parse import parse

FIXTURES = Path(__file__).parents[2] / "fixtures" / "mail"
CHINESE = "服务器无法登录，请尽快处理。"


def read(head: str, body: str) -> ParsedMail:
    return parse(f"From: ann@customer.example\r\nMessage-ID: <1@x>\r\n{head}\r\n\r\n{body}".encode())


def multipart(kind: str, *parts: str, boundary: str = "b") -> str:
    """A multipart entity; each part is its header fields, an empty line, and its content."""
    inside = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{inside}--{boundary}--\r\n'


def read_parts(kind: str, *parts: str) -> ParsedMail:
    head, _, body = multipart(kind, *parts).partition("\r\n\r\n")
    return read(head, body)


PLAIN = "Content-Type: text/plain\r\n\r\nplain words"
HTML = "Content-Type: text/html\r\n\r\n<p>html words</p>"
PICTURE = "Content-Type: image/png; name=a.png\r\nContent-ID: <a>\r\n\r\npixels"


def test_of_two_alternatives_the_plain_one_is_read() -> None:
    assert read_parts("alternative", PLAIN, HTML).text == "plain words"


def test_html_beside_its_pictures_is_an_alternative_too() -> None:
    related = multipart("related", HTML, PICTURE, boundary="inner")

    mail = read_parts("alternative", PLAIN, related)

    assert mail.text == "plain words"
    assert [attachment.filename for attachment in mail.attachments] == ["a.png"]


BLANK = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: "


@pytest.mark.parametrize(
    "blank",
    [
        "7bit\r\n\r\n  ",
        "7bit\r\n\r\n[cid:image001.png@01DC.7]",
        "base64\r\n\r\nDQoNCg==",
        "quoted-printable\r\n\r\n=20=\r\n=A0",
    ],
)
def test_html_is_read_where_the_plain_alternative_says_nothing(blank: str) -> None:
    mail = read_parts("alternative", BLANK + blank, HTML)

    assert mail.text == "html words"


@pytest.mark.parametrize("stub", ["Your mail program cannot show HTML mail.", "This is an HTML message."])
def test_html_is_read_where_the_plain_alternative_only_speaks_of_it(stub: str) -> None:
    mail = read_parts("alternative", f"Content-Type: text/plain\r\n\r\n{stub}\r\n", HTML)

    assert mail.text == "html words"


def test_a_notice_about_html_is_no_text_however_it_is_worded() -> None:
    mail = read_parts("alternative", "Content-Type: text/plain\r\n\r\nUse an HTML capable program, please.", HTML)

    assert mail.text == "html words"


def test_who_writes_about_html_is_read_in_plain() -> None:
    words = "the HTML report of the backup is empty"

    mail = read_parts(
        "alternative", f"Content-Type: text/plain\r\n\r\n{words}", f"Content-Type: text/html\r\n\r\n<b>{words}</b>"
    )

    assert (mail.text, mail.html) == (words, None)


LONG = "The storage controller of the plant in Hamburg is down and all lines stand still."


@pytest.mark.parametrize("fragment", ["Dear desk,", "http://mail.example/view?id=1"])
def test_html_is_read_where_the_plain_alternative_is_a_fragment_of_it(fragment: str) -> None:
    page = f"Content-Type: text/html\r\n\r\n<p>{fragment}</p><p>{LONG}</p>"

    assert read_parts("alternative", f"Content-Type: text/plain\r\n\r\n{fragment}", page).text.endswith(LONG)


def test_a_short_answer_is_read_in_plain_where_the_html_repeats_the_history() -> None:
    page = f"Content-Type: text/html\r\n\r\n<p>Slot 3</p><blockquote>{LONG}</blockquote>"

    assert read_parts("alternative", "Content-Type: text/plain\r\n\r\nSlot 3", page).text == "Slot 3"


@pytest.mark.parametrize("kind", ["x-amp-html", "watch-html"])
def test_a_page_for_other_programs_is_not_read_beside_the_text(kind: str) -> None:
    other = f"Content-Type: text/{kind}\r\n\r\n<p>moving words</p>"

    assert read_parts("alternative", PLAIN, other, HTML).text == "plain words"
    assert read_parts("alternative", other, HTML).text == "html words"
    assert read_parts("alternative", other).text == "moving words"


def test_a_forward_is_read_and_a_forward_as_attachment_is_kept() -> None:
    inner = "Subject: inner\r\n\r\nforwarded words"
    inline = read_parts("mixed", PLAIN, f"Content-Type: message/rfc822\r\n\r\n{inner}")
    own = f"{PLAIN} of a writer who has something to say"
    attached = read_parts(
        "mixed", own, f"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n{inner}"
    )

    assert inline.text == "plain words\n\nforwarded words"
    assert (attached.text, len(attached.attachments)) == ("plain words of a writer who has something to say", 1)


def test_a_mail_that_came_back_is_an_attachment_of_the_report_about_it() -> None:
    mail = read_parts(
        "report; report-type=delivery-status", PLAIN, f"Content-Type: message/rfc822\r\n\r\n\r\n{CHINESE}"
    )

    assert (mail.text, mail.language) == ("plain words", "en")


def test_an_attachment_is_measured_after_its_encoding_is_undone() -> None:
    data = b"\0log\xff" * 100
    part = (
        'Content-Type: application/x-log; name="=?utf-8?b?5pel5b+X?=.log"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )

    attachment = read_parts("mixed", PLAIN, part + base64.b64encode(data).decode()).attachments[0]

    assert (attachment.filename, attachment.content_type, attachment.inline) == ("日志.log", "application/x-log", False)
    assert (attachment.size, attachment.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ("filename*=utf-8''%E6%97%A5%E5%BF%97.log", "日志.log"),
        ("filename*0*=utf-8''%E6%97%A5; filename*1=\".log\"", "日.log"),
        ('filename="../../etc/passwd"', "_.._etc_passwd"),
        ('filename="a:b?.log"', "a_b_.log"),
        ("filename*=utf-7''%2B2AA-", "+2AA-"),
        ("filename*=no%00charset''x", "x"),
    ],
)
def test_a_file_name_is_safe_and_as_the_sender_wrote_it(parameter: str, name: str) -> None:
    mail = read_parts("mixed", PLAIN, f"Content-Disposition: attachment; {parameter}\r\n\r\nx")

    assert [attachment.filename for attachment in mail.attachments] == [name]


HTML_TEXTS = [
    ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
    ("<ul><li>a</li><li>b</li></ul>", "- a\n\n- b"),
    ("<table><tr><td>时间</td><td>CPU</td></tr><tr><td>9:00</td><td>98%</td></tr></table>", "时间\tCPU\t\n\n9:00\t98%"),
    ("a<style>p{}</style><script>x()</script><!-- no --><title>t</title>b", "ab"),
    ("&lt;b&gt; &amp; &nbsp;&#26381;&#x52A1;", "<b> & 服务"),
    ("<p>un<b>clos<i>ed", "unclosed"),
    ("a\u200b\u00adb", "ab"),
    ("no markup at all", "no markup at all"),
    ("<frameset>", ""),
    ("<!-- begin <p>lost words</p>", "begin \nlost words"),
    ("<style>p{}</style><script>x()</script><title>t<body><p>lost words", "t\n\nlost words"),
    ("<body style='display:none'><p>hidden by mistake", "hidden by mistake"),
    ("<p>seen</p><div style='display:none'>preheader</div>", "seen"),
]


@pytest.mark.parametrize(("source", "text"), HTML_TEXTS)
def test_html_is_read_as_a_reader_would_see_it(source: str, text: str) -> None:
    mail = read("Content-Type: text/html; charset=utf-8", source)

    assert mail.text == text


def test_of_more_html_than_mail_programs_write_all_words_are_read_and_the_first_with_their_structure() -> None:
    parts = [f"Content-Type: text/html\r\n\r\n<ul><li>{word}</ul>" + "<p>a</p>" * 80_000 for word in ("one", "two")]

    mail = read_parts("mixed", *parts)

    first, _, second = mail.text.partition("two")
    assert first.startswith("- one\n\na\n\na\n\n")
    assert first.endswith("a\n\n")
    assert (first.count("a"), second.count("a")) == (80_000, 80_000)


def test_html_without_a_charset_is_read_by_its_bytes() -> None:
    mail = parse(b"Content-Type: text/html\r\n\r\n<meta charset=gb2312><p>" + CHINESE.encode("gbk"))

    assert mail.text == CHINESE


def test_a_mail_signed_in_one_piece_is_read_though_a_gateway_made_bytes_of_its_type() -> None:
    raw = (FIXTURES / "smime-opaque-signed-p7m.eml").read_bytes()
    typed = raw.replace(b"application/pkcs7-mime", b"application/octet-stream")

    assert typed != raw
    assert parse(typed).text == parse(raw).text != ""


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ('multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b', "--b\r\n\r\nVersion: 1\r\n--b--\r\n"),
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "MIAGCSqGSIb3DQEHA6CAMIACAQA="),
        ("text/plain", "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"),
    ],
)
def test_an_encrypted_mail_is_known_not_to_have_been_read(kind: str, body: str) -> None:
    raw = f"From: ann@customer.example\r\nSubject: ...\r\nContent-Type: {kind}\r\n\r\n{body}".encode()

    assert parse(raw).unread
