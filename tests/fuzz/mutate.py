"""Changes a mail a little or a lot, by chance but repeatably."""

from collections.abc import Callable, Sequence
from random import Random

# What parsers trip over: RFC 5322, 2045-2047, 2231, 3676, quote headers, codecs that shift.
TOKENS = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\t",
    b" ",
    b"\r\n ",
    b"\r\n\r\n",
    b"--",
    b"-- \r\n",
    b"> ",
    b">" * 50,
    b"=?",
    b"?=",
    b"=?utf-8?b?",
    b"=?gb2312?Q?=",
    b"=?utf-7?q?+",
    b"=\r\n",
    b"=3D",
    b"=",
    b"<",
    b">",
    b"@",
    b",",
    b";",
    b":",
    b'"',
    b"(",
    b")",
    b"\\",
    b"<a@b>",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xb7\xfe",
    b"\xa4\xa4",
    b"~{",
    b"~}",
    b"\x1b$B",
    b"+AGE-",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Type: text/html\r\n\r\n<table><tr><td>",
    b"<div>" * 50,
    b"</blockquote>",
    b"<!--",
    b"<![CDATA[",
    b"&#x110000;",
    b"filename*0*=utf-7''",
    b"; charset=utf-16",
    b"; charset=hz",
    b"; format=flowed",
    b"begin 644 a.b\r\n",
    b"\r\nend\r\n",
    b"\x78\x9f\x3e\x22",
    b"PK\x03\x04",
    b"On Mon, 9 Nov 2026, A <a@b> wrote:\r\n",
    "发件人: ".encode(),
    "写道：".encode(),
    "------------------ 原始邮件 ------------------".encode(),
    b"-----Original Message-----\r\n",
    b"From: a\r\nSent: b\r\n",
    b"Final-Recipient: rfc822; ",
    b"Status: 5.1.1\r\n",
    b"BEGIN:VCALENDAR\r\n",
    b"0" * 200,
    b"a" * 2000,
]


def mutate(mail: bytes, others: Sequence[bytes], random: Random, limit: int = 200_000) -> bytes:
    """A mail that differs from `mail` in one to eight places, at most `limit` bytes long."""
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        mail = random.choice(_CHANGES)(mail, others, random)[:limit]
    return mail


def _place(mail: bytes, random: Random) -> int:
    """More often in the header, where most decisions fall."""
    return random.randrange(len(mail) + 1) if random.random() < 0.6 else random.randrange(min(len(mail), 800) + 1)


def _insert(mail: bytes, others: Sequence[bytes], random: Random) -> bytes:
    at = _place(mail, random)
    return mail[:at] + random.choice(TOKENS) * random.choice((1, 1, 1, 2, 100)) + mail[at:]


def _remove(mail: bytes, others: Sequence[bytes], random: Random) -> bytes:
    at = _place(mail, random)
    return mail[:at] + mail[at + random.choice((1, 2, 10, 200)) :]


def _flip(mail: bytes, others: Sequence[bytes], random: Random) -> bytes:
    changed = bytearray(mail)
    for _ in range(random.choice((1, 4, 40))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _splice(mail: bytes, others: Sequence[bytes], random: Random) -> bytes:
    other = random.choice(others)
    return mail[: _place(mail, random)] + other[_place(other, random) :]


def _repeat(mail: bytes, others: Sequence[bytes], random: Random) -> bytes:
    at = _place(mail, random)
    piece = mail[at : at + random.choice((1, 10, 100, 1000))]
    return mail[:at] + piece * random.choice((2, 10, 100)) + mail[at:]


def _move_line(mail: bytes, others: Sequence[bytes], random: Random) -> bytes:
    lines = mail.split(b"\n")
    line = lines.pop(random.randrange(len(lines)))
    lines.insert(random.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


def _retype(mail: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Another value for something that a header declares."""
    old, new = random.choice(_DECLARED)
    return mail.replace(old, new, random.choice((1, -1)))


_DECLARED = [
    (b"utf-8", b"utf-16"),
    (b"UTF-8", b"gb2312"),
    (b"gb2312", b"hz"),
    (b"base64", b"quoted-printable"),
    (b"quoted-printable", b"base64"),
    (b"text/plain", b"text/html"),
    (b"text/html", b"text/plain"),
    (b"multipart/alternative", b"multipart/digest"),
    (b"multipart/mixed", b"multipart/report"),
    (b"boundary=", b"boundary*0="),
    (b"text/plain", b"message/rfc822"),
    (b"\r\n", b"\n"),
    (b"\n", b"\r"),
    (b"application/octet-stream", b"application/ms-tnef"),
    (b"filename=", b"filename*="),
    (b"7bit", b"x-uuencode"),
]

_CHANGES: list[Callable[[bytes, Sequence[bytes], Random], bytes]] = [
    _insert,
    _insert,
    _remove,
    _flip,
    _splice,
    _repeat,
    _move_line,
    _retype,
]
