"""An .msg file that is attached: the mail in it is read like any other."""

import random
import struct
import tracemalloc

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


def header(tables: int, directory: int, mini_fat: int) -> bytes:
    """That of a file whose first sectors hold its table of sectors."""
    made = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    made += struct.pack("<IIIIIIII", tables, directory, 0, CUTOFF, mini_fat, 1, END, 0)
    return (made + struct.pack(f"<{tables}I", *range(tables))).ljust(SECTOR, b"\xff")


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
    return header(1, directory, mini_fat_start) + b"".join(sectors)


def nested(depth: int) -> bytes:
    """A compound file of storages, each in the one before."""
    entries = [entry("Root Entry", 5, END, 0, child=1)]
    entries += [entry(f"{n}", 1, END, 0, child=n + 1 if n < depth else FREE) for n in range(1, depth + 1)]
    directory = b"".join(entries)
    needed = -(-len(directory) // SECTOR)
    tables = needed // (SECTOR // 4 - 1) + 1
    fat = struct.pack(f"<{tables + needed}I", *[0xFFFFFFFD] * tables, *chained(needed, tables))
    return header(tables, tables, END) + fat.ljust(tables * SECTOR, b"\xff") + directory.ljust(needed * SECTOR, b"\0")


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
        assert to_mail(whole[:length]) in (None, to_mail(whole))
    for _ in range(500):
        broken = bytearray(whole)
        for _ in range(20):
            broken[chance.randrange(8, len(broken))] = chance.randrange(256)
        found = to_mail(bytes(broken))
        assert found is None or found.startswith(b"From: ")


@pytest.mark.parametrize(
    "promises",
    [
        {0x2C: 109 + 127 * 40_000, 0x44: 0, 0x48: 40_000},  # 5 million sectors of tables, named over and over
        {0x40: 0xFFFFFFFF},  # a table of small ones of 2 TB
    ],
)
def test_a_header_that_promises_too_much_takes_no_memory(promises: dict[int, int]) -> None:
    whole = bytearray(msg(WRITTEN | {"1000001F": unicode(REPORT * 500)}))
    for at, value in promises.items():
        struct.pack_into("<I", whole, at, value)
    whole[SECTOR : 2 * SECTOR] = struct.pack("<128I", *([0] * 128))

    tracemalloc.start()
    to_mail(bytes(whole))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 20 * len(whole)


def test_storages_in_storages_come_to_an_end() -> None:
    assert to_mail(nested(3000)) is None


def test_chains_in_a_circle_come_to_an_end() -> None:
    whole = bytearray(msg(WRITTEN | {"1000001F": unicode(REPORT * 500)}))
    whole[SECTOR : 2 * SECTOR] = struct.pack("<128I", *([1] * 128))

    assert to_mail(bytes(whole) + bytes(5_000_000)) is None
