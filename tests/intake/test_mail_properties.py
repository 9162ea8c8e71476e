"""Whatever arrives: it is read without an error, always the same way, and in bounded time."""

import base64
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.filters import Known, judge
from intake.mail.identity import mail_report
from intake.mail.mime import LIMIT_PARTS
from intake.mail.parse import parse
from tests.conftest import Clock
from workers.cli.parse_json import as_json

profile = settings(derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

NAMES = ["From", "To", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Reply-To", "Content-Type"]
NAMES += [
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "MIME-Version",
    "Auto-Submitted",
    "Precedence",
    "X-Y",
    "to ",
]
PIECES = [
    "multipart/mixed",
    "multipart/alternative",
    "multipart/report",
    "message/rfc822",
    "text/html",
    "text/plain",
    "; ",
]
PIECES += [
    "boundary=b",
    'boundary="b"',
    "charset=",
    "utf-7",
    "gb2312",
    "utf-16",
    "iso-2022-kr",
    "idna",
    "unicode_escape",
]
PIECES += ["base64", "quoted-printable", "x-uuencode", "8bit", "attachment", "inline", "filename*0*=", "utf-7''%2B2AA-"]
PIECES += [
    "=?utf-8?b?",
    "=?utf-7?q?+2AA-?=",
    "?=",
    "=?",
    "<",
    ">",
    "@",
    ",",
    '"',
    "(",
    ")",
    "\\",
    ":",
    "MAILER-DAEMON@x.example",
]
PIECES += [
    "Mon, 9 Nov 2026 10:00:00 +0800",
    "99999999999",
    "\r\n ",
    "\r\n",
    "\n",
    "\r",
    "\0",
    "é",
    "服务器",
    "\udcff",
    "\udcb7",
]

pieces = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=8).map("".join)
header = st.tuples(st.sampled_from(NAMES), pieces).map(": ".join)
block = st.lists(header, max_size=6).map("\r\n".join)
part = st.tuples(st.sampled_from(["--b", "--b--", "--", ""]), block, pieces).map("\r\n\r\n".join)
mails = st.tuples(block, st.lists(part, max_size=5)).map(
    lambda mail: "\r\n\r\n".join([mail[0], *mail[1]]).encode("utf-8", "surrogatepass")
)


def assert_is_read(raw: bytes) -> None:
    mail = parse(raw)

    assert mail == parse(raw)
    kept = json.dumps(as_json(raw), ensure_ascii=False).encode()  # no half characters anywhere
    assert b"\\u0000" not in kept
    assert mail.raw == raw
    assert mail.message_id
    for mail_from in ("", None, "ann@customer.example"):
        assert judge(mail, Known(mail_from)).because
    report = mail_report(raw, "test", Clock().now)
    assert "\0" not in (report.message_id or "")


@given(st.binary(max_size=400))
@profile
def test_any_bytes_are_read(raw: bytes) -> None:
    assert_is_read(raw)


@given(mails)
@settings(profile, max_examples=300)
def test_anything_like_a_mail_is_read(raw: bytes) -> None:
    assert_is_read(raw)


plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0\ufeff"), max_size=300)


@given(plain, st.sampled_from(["8bit", "base64", "quoted-printable"]))
@profile
def test_every_character_of_a_plain_text_is_in_the_text(body: str, encoding: str) -> None:
    head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"

    mail = parse(head.encode() + _encoded(body, encoding))

    assert mail.text == (body.strip("\n") if body.strip() else "")


words = st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), min_size=1, max_size=20)


@given(st.lists(st.tuples(words, st.sampled_from(["8bit", "base64", "quoted-printable"])), min_size=1, max_size=6))
@profile
def test_every_word_of_every_text_part_is_in_the_text_in_order(parts: list[tuple[list[str], str]]) -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b1\r\n\r\nfor old programs\r\n"
    for said, encoding in parts:
        head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        raw += b"--b1\r\n" + head.encode() + _encoded("\n".join(said), encoding) + b"\r\n"

    mail = parse(raw + b"--b1--\r\n")

    assert mail.text.split() == [word for said, _ in parts for word in said]


@given(words, st.sampled_from(["p", "div", "li", "td", "span", "b", "pre", "blockquote", "h2"]))
@profile
def test_every_word_of_an_html_part_is_in_the_text_in_order(said: list[str], tag: str) -> None:
    body = "".join(f"<{tag}>{word}</{tag}> " for word in said)

    mail = parse(f"Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>{body}</body></html>".encode())

    assert [word for word in mail.text.split() if word not in ("-", ">")] == said


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0\ufeff"), max_size=400))
@profile
def test_what_each_stretch_is_is_said_of_the_whole_text_once(body: str) -> None:
    mail = parse(b"Subject: Re: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body.encode())

    assert "".join(mail.text[span.start : span.end] for span in mail.spans) == mail.text


def _encoded(body: str, encoding: str) -> bytes:
    raw = body.encode()
    if encoding == "base64":
        return base64.encodebytes(raw)
    if encoding == "quoted-printable":
        return "".join(f"={byte:02X}" for byte in raw).encode()
    return raw


NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5000))
ALTERNATIVE = b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nhi\r\n--c\r\n"
ALTERNATIVE += b"Content-Type: text/html\r\n\r\n"
DAEMON = b"From: MAILER-DAEMON@x.example\r\nSubject: Undelivered\r\n\r\n"
HOSTILE = {
    "5,000 multiparts in each other": NESTED + b"\r\nwords",
    "100 multiparts in each other": NESTED[: NESTED.index(b"b100")] + b"x\r\n\r\nwords",
    "100,000 parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
    "10,000 References": b"References: " + b"\r\n ".join(b"<%d@x>" % n for n in range(10_000)) + b"\r\n\r\nx",
    "20,000 divs in each other": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 20_000 + b"words",
    "20,000 quotes in each other": b"Content-Type: text/html\r\n\r\n" + b"<blockquote>" * 20_000 + b"words",
    "a million spaces, each in a tag of its own": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + (b"--b\r\nContent-Type: text/html\r\n\r\nx" + b"<b> </b>" * 120_000 + b"y\r\n") * 4,
    "one line of 2 MB": b"Subject: x\r\n\r\n" + b"x" * 2_000_000,
    "one line of 2 MB in HTML": b"Content-Type: text/html\r\n\r\n" + b"x " * 1_000_000,
    "a header of 2 MB": b"Subject: " + b"=?" * 1_000_000 + b"\r\n\r\nx",
    "100,000 recipients": b"To: " + b"a@b.example, " * 100_000 + b"\r\n\r\nx",
    "400,000 brackets": b"From: " + b"(" * 400_000 + b"\r\n\r\nx",
    "100,000 encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\r\n\r\nx",
    "50,000 parameters": b"Content-Type: text/plain; " + b"a=b; " * 50_000 + b"\r\n\r\nx",
    "60,000 blank lines": b"Subject: x\r\n\r\na" + b"\n" * 59_000 + b"b",
    "a line of 60,000 that begins like a quote": b"Subject: x\r\n\r\nOn " + b"a b" * 19_000,
    "a bounce of one line": DAEMON + b"<a@b> " * 300_000,
    "a million labelled lines": b"Subject: x\r\n\r\n" + b"a:\r\n" * 1_000_000,
    "ten parts of 100,000 lines of HTML": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + (b"--b\r\nContent-Type: text/html\r\n\r\n" + b"a:<br>" * 100_000 + b"\r\n") * 10,
    "ten alternatives with 100,000 lines of HTML": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + (ALTERNATIVE + b"a:<br>" * 100_000 + b"\r\n--c--\r\n") * 10,
    "half a million signs of UTF-7": b"Subject: x\r\n\r\n" + b"+1" * 500_000,
    "a bounce of 200,000 addresses": DAEMON + b"<a@b.c>:\r\n" * 200_000,
}


@pytest.mark.long
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=list(HOSTILE))
def test_a_mail_made_to_hurt_takes_seconds_and_not_minutes(raw: bytes) -> None:
    begin = time.perf_counter()

    mail = parse(raw)
    judge(mail, Known(""))

    assert time.perf_counter() - begin < 60
    assert mail.message_id


def test_what_lies_deep_in_a_mail_is_read() -> None:
    assert parse(HOSTILE["100 multiparts in each other"]).text.endswith("words")
    assert parse(HOSTILE["20,000 divs in each other"]).text == "words"
    assert len(parse(HOSTILE["10,000 References"]).references) == 10_000


def test_a_mail_of_too_many_parts_says_that_not_all_were_read() -> None:
    mail = parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * (LIMIT_PARTS + 1))

    assert mail.text.count("x") == LIMIT_PARTS
    assert any("parts" in defect for defect in mail.defects)
