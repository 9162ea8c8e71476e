"""Texts whose header says nothing of how they are encoded, or something else."""

import base64
import quopri

import pytest

from intake.mail.parse import parse
from tests.intake.test_mail_parts import HTML, PLAIN, multipart, read

REPORT = "我院HIS数据库服务器今早八点起无法连接，门诊挂号全部停了，请立即派人。"
ENGLISH = "The whole production line is down since this morning. Please send somebody."


def of(content: bytes, *fields: str) -> str:
    """The text of a mail with that body."""
    head = "\r\n".join(["From: ann@customer.example", *fields])
    return parse(f"{head}\r\n\r\n".encode() + content).text


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe" + REPORT.encode("utf-16-le"),
        b"\xfe\xff" + REPORT.encode("utf-16-be"),
        b"\xff\xfe" + f'<html><meta charset="utf-16"><p>{REPORT}'.encode("utf-16-le"),
    ],
)
@pytest.mark.parametrize("charset", ["", "; charset=utf-8"])
def test_a_byte_order_mark_says_more_than_the_header(content: bytes, charset: str) -> None:
    kind = "text/html" if b"<" in content else "text/plain"
    encoded = base64.encodebytes(content)

    assert of(encoded, f"Content-Type: {kind}{charset}", "Content-Transfer-Encoding: base64") == REPORT


def test_windows_calls_utf_16_unicode() -> None:
    encoded = base64.encodebytes(f"{REPORT}\r\n".encode("utf-16-le"))

    text = of(encoded, "Content-Type: text/plain; charset=unicode", "Content-Transfer-Encoding: base64")

    assert text == REPORT


@pytest.mark.parametrize("charset", ["", "; charset=iso-2022-cn"])
def test_chinese_in_seven_bits_by_shifting_is_read(charset: str) -> None:
    report = "门诊挂号全部停了，请立即派人。"
    shifted = b"\x1b$)A\x0e" + bytes(byte & 0x7F for byte in report.encode("gb2312")) + b"\x0f HIS\r\n"

    assert of(shifted, f"Content-Type: text/plain{charset}") == f"{report} HIS"


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_chinese_that_was_taken_for_latin_1_is_read(charset: str) -> None:
    mangled = REPORT.encode(charset).decode("latin-1").encode()

    assert of(mangled, "Content-Type: text/plain; charset=utf-8") == REPORT


@pytest.mark.parametrize("charset", ["gb18030", "big5"])
@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252"])
def test_chinese_that_is_labelled_as_western_is_read(charset: str, label: str) -> None:
    said = "核心交換機當機，產線停了，請馬上派人。"

    assert of(said.encode(charset), f"Content-Type: text/plain; charset={label}") == said


@pytest.mark.parametrize("text", ["déjà vu à Zürich, où l'été fut gâché", "ÄÖÜ äöüß ÀÉÈ «çà»", "Größe: 5 µm ±½ °C"])
def test_accents_stay_what_they_are(text: str) -> None:
    assert of(text.encode(), "Content-Type: text/plain; charset=utf-8") == text


@pytest.mark.parametrize("fields", [(), ("Content-Transfer-Encoding: 8bit", "Content-Transfer-Encoding: base64")])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize("encode", [base64.encodebytes, quopri.encodestring, base64.b64encode])
def test_a_text_that_is_encoded_without_saying_so_is_read(encode, charset: str, fields: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    text = of(encode(REPORT.encode(charset)[:70]), f"Content-Type: text/plain; charset={charset}", *fields)

    assert text.startswith(REPORT[:20])


@pytest.mark.parametrize(
    "text",
    [
        "d2hhdCBpcyB0aGlz: what is this?",
        "a" * 64,
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "x=3D is what I see, and =E6=9C=8D in the subject of every mail that comes from the server",
    ],
)
def test_what_only_looks_encoded_stays(text: str) -> None:
    assert of(text.encode(), "Content-Type: text/plain") == text


@pytest.mark.parametrize("text", [ENGLISH, REPORT, "server down please call"])
def test_a_plain_text_is_read_though_its_header_says_base64(text: str) -> None:
    fields = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64")

    assert of(text.encode(), *fields) == text


@pytest.mark.parametrize("preamble", ["", "This is a multi-part message in MIME format.\r\n\r\n"])
def test_parts_are_read_though_the_header_lost_that_there_are_some(preamble: str) -> None:
    _, _, body = multipart("alternative", PLAIN, HTML, boundary="----=_Part_1").partition("\r\n\r\n")

    mail = read("Content-Type: text/plain", preamble + body)

    assert "plain words" in mail.text
    assert "----=_Part_1" not in mail.text
    assert mail.defects[0] == "a multipart that is not declared as one"


@pytest.mark.parametrize("body", ["--b\r\nContent-Type: text/plain\r\n\r\nwhat is this?", "-- \r\nContent-Type: x\r\n"])
def test_a_text_that_begins_like_a_part_is_a_text(body: str) -> None:
    assert read("Content-Type: text/plain", body).text.strip().endswith(body.strip()[-10:])


@pytest.mark.parametrize("unit", ["QUJD" * 19 + "\n", "QUJD", "=E6", "--b\r\nContent-Type: x\r\n", "-"])
def test_a_long_text_that_looks_encoded_to_its_last_sign_is_left_as_it_is(unit: str) -> None:
    text = (unit * 100_000)[:300_000] + "!"

    assert of(text.encode(), "Content-Type: text/plain") == text.replace("\r\n", "\n")
