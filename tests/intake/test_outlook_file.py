"""An .msg file that is attached: the mail in it is read like any other."""

import random
import struct

import pytest

from intake.mail.outlook_file import to_mail
from intake.mail.parse import parse
from tests.intake.test_mail_enclosed import attached, own
from tests.intake.test_mail_parts import read_parts

REPORT = "我院HIS数据库服务器今早八点起无法连接，门诊挂号全部停了。"
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
SECTOR, MINI, CUTOFF = 512, 64, 4096


def unicode(text: str) -> bytes:
    return text.encode("utf-16-le")


def entry(name: str, kind: int, start: int, size: int, right: int = FREE, child: int = FREE) -> bytes:
    encoded = unicode(f"{name}\0")
    links = struct.pack("<BBIII", kind, 1, FREE, right, child)
    return (
        encoded.ljust(64, b"\0") + struct.pack("<H", len(encoded)) + links + bytes(36) + struct.pack("<IQ", start, size)
    )


def chained(count: int, first: int) -> list[int]:
    return [*range(first + 1, first + count), END] if count else []


def msg(properties: dict[str, bytes]) -> bytes:
    """A compound file with these properties, small ones in the mini stream, as Outlook writes it."""
    fat, sectors, mini, mini_fat, entries = [0xFFFFFFFD], [b""], b"", [], []

    def stored(data: bytes) -> int:
        pieces = [data[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(data), SECTOR)]
        start = len(sectors)
        fat.extend(chained(len(pieces), start))
        sectors.extend(pieces)
        return start if pieces else END

    for number, (name, data) in enumerate(properties.items(), 1):
        if len(data) >= CUTOFF:
            start = stored(data)
        else:
            start = len(mini) // MINI
            padded = data.ljust(-(-len(data) // MINI) * MINI, b"\0")
            mini_fat += chained(len(padded) // MINI, start)
            mini += padded
        right = number + 1 if number < len(properties) else FREE
        entries.append(entry(f"__substg1.0_{name}", 2, start, len(data), right))
    mini_start = stored(mini)
    mini_fat_start = stored(struct.pack(f"<{len(mini_fat)}I", *mini_fat))
    directory = stored(b"".join([entry("Root Entry", 5, mini_start, len(mini), child=1), *entries]))
    sectors[0] = struct.pack(f"<{len(fat)}I", *fat).ljust(SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", 1, directory, 0, CUTOFF, mini_fat_start, 1, END, 0, 0)
    return header + b"\xff" * (SECTOR - len(header)) + b"".join(sectors)


WRITTEN = {
    "0C1A001F": unicode("王海"),
    "5D01001F": unicode("wanghai@hospital.example"),
    "0037001F": unicode("数据库停了"),
}


@pytest.mark.parametrize(
    "body",
    [
        {"1000001F": unicode(REPORT)},
        {"1000001F": unicode(REPORT + "\r\n" * 4000)},
        {"1000001E": REPORT.encode("gb18030")},
        {"10130102": f"<html><p>{REPORT}</p></html>".encode()},
    ],
)
def test_the_mail_in_an_msg_file_is_read(body: dict[str, bytes]) -> None:
    mail = read_parts("mixed", own("请见附件"), attached("application/vnd.ms-outlook", "报修.msg", msg(WRITTEN | body)))

    assert mail.text == f"请见附件\n\n{REPORT}"
    assert mail.forwarded is not None
    assert (mail.forwarded.sender.name, mail.forwarded.sender.address) == ("王海", "wanghai@hospital.example")
    assert mail.forwarded.subject == "数据库停了"


def test_a_name_and_a_subject_add_no_fields() -> None:
    made = to_mail(
        msg(
            {"1000001F": unicode("x y"), "0C1A001F": unicode('a"\r\nBcc: b@c.example'), "0037001F": unicode("s\nTo: x")}
        )
    )

    assert made is not None
    assert [name for name, _ in parse(made).headers] == ["from", "subject", "content-type", "content-transfer-encoding"]


def test_what_is_no_such_file_or_broken_is_left_alone() -> None:
    whole = msg(WRITTEN | {"1000001F": unicode(REPORT)})
    chance = random.Random(1)

    assert to_mail(b"no such file") is None
    for length in range(0, len(whole), 97):
        to_mail(whole[:length])
    for _ in range(500):
        broken = bytearray(whole)
        for _ in range(20):
            broken[chance.randrange(8, len(broken))] = chance.randrange(256)
        to_mail(bytes(broken))


def test_chains_in_a_circle_come_to_an_end() -> None:
    whole = bytearray(msg(WRITTEN | {"1000001F": unicode(REPORT * 500)}))
    whole[SECTOR : 2 * SECTOR] = struct.pack("<128I", *([1] * 128))

    to_mail(bytes(whole) + bytes(5_000_000))
