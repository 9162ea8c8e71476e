"""The reader of what comes after DATA, beside a plain one that goes line by line."""

import asyncio
import tracemalloc
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.smtp_content import Limits, NotTaken, Place, Room, read

LIMITS = Limits(size=2000, line=500)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read, or the reply that refuses it, and what is left for the next command."""

    content: bytes | str
    left: bytes


def found(chunks: Iterable[bytes], limits: Limits = LIMITS) -> Found:
    """What the reader makes of a mail that comes in these chunks, and then no more."""

    async def session() -> Found:
        reader = asyncio.StreamReader(limit=limits.line)
        reading = asyncio.create_task(read(reader, limits, Place(Room())))
        for chunk in chunks:
            reader.feed_data(chunk)
            await asyncio.sleep(0)  # the reader's turn
        try:
            content: bytes | str = await reading
        except NotTaken as refusal:
            content = str(refusal)[:3]
        reader.feed_eof()
        return Found(content, await reader.read())

    return asyncio.run(session())


def by_lines(sent: bytes, limits: Limits = LIMITS) -> Found:
    """The same, written down from RFC 5321 section 4.5.2; `sent` holds an end."""
    lines: list[bytes] = []
    while True:
        line, _, sent = sent.partition(b"\r\n")
        if line == b".":
            break
        lines.append(line + b"\r\n")
    if sum(map(len, lines)) > limits.size:
        return Found("552", sent)
    if any(len(part) + 1 > limits.line for line in lines for part in line.removesuffix(b"\n").split(b"\n")):
        return Found("500", sent)
    return Found(b"".join(line.removeprefix(b".") for line in lines), sent)


def cut(sent: bytes, places: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted({place % (len(sent) + 1) for place in places}), len(sent)]
    return [sent[start:end] for start, end in pairwise(edges) if start < end]


# What ends lines and mails, in every wrong order, and now and then a line that is too long.
PIECES = st.sampled_from(
    [b"\r", b"\n", b".", b"\r\n", b"\r\n.", b".\r\n", b"\n.\n", b"\r.\r", b"\n.\r\n", b"x", b"\xff", b"\0", b"y" * 490]
)
MAILS = st.lists(PIECES, max_size=40).map(b"".join)


@given(MAILS, st.lists(st.integers(0, 10_000), max_size=20))
def test_however_it_is_cut_a_mail_is_what_its_lines_are(mail: bytes, places: list[int]) -> None:
    sent = mail + b"\r\n.\r\nQUIT\r\n"

    read_so = found(cut(sent, places))

    assert read_so == by_lines(sent)


@given(MAILS)
def test_a_mail_that_comes_octet_by_octet_is_the_same(mail: bytes) -> None:
    sent = mail + b"\r\n.\r\nNOOP\r\n"

    read_so = found(cut(sent, range(len(sent))))

    assert read_so == by_lines(sent)


@pytest.mark.parametrize(
    ("sent", "content"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b".\r\r\n.\r\n", b"\r\r\n"),
        (b".\n\r\n.\r\n", b"\n\r\n"),
        (b"\r\r\n.\r\n", b"\r\r\n"),
    ],
)
def test_the_first_line_is_a_line_as_any_other(sent: bytes, content: bytes) -> None:
    assert found([sent]) == found(cut(sent, range(len(sent)))) == Found(content, b"")


@pytest.mark.parametrize(("length", "outcome"), [(500, b"x" * 498 + b"\r\n"), (501, "500")])
@pytest.mark.parametrize("before", [b"", b"y\r\n", (b"z" * 400 + b"\r\n") * 3])
def test_a_line_may_be_as_long_as_the_limit_and_not_longer(length: int, outcome: bytes | str, before: bytes) -> None:
    line = b"x" * (length - 2) + b"\r\n"

    read_so = found([before + line + b".\r\n"])

    assert read_so == Found(before + outcome if isinstance(outcome, bytes) else outcome, b"")


def test_lines_that_end_with_a_bare_lf_are_no_line_that_is_too_long() -> None:
    mail = b"x" * 100 + b"\n"

    read_so = found([mail * 15 + b"\r\n.\r\n"])

    assert read_so == Found(mail * 15 + b"\r\n", b"")


@pytest.mark.parametrize(("size", "is_taken"), [(2000, True), (2001, False)])
def test_a_mail_may_be_as_large_as_the_limit_and_what_follows_a_larger_one_is_the_next_command(
    size: int, is_taken: bool
) -> None:
    mail = (b"x" * 98 + b"\r\n") * 19 + b"x" * (size - 1902) + b"\r\n"

    read_so = found(cut(mail + b".\r\nRSET\r\n", range(0, size, 64)))

    assert read_so == Found(mail if is_taken else "552", b"RSET\r\n")


def test_of_a_mail_without_end_nothing_is_kept() -> None:
    async def most_held() -> int:
        reader = asyncio.StreamReader(limit=LIMITS.line)
        reading = asyncio.create_task(read(reader, LIMITS, Place(Room())))
        tracemalloc.start()
        for _ in range(1000):
            reader.feed_data(b"x" * 1000)
            await asyncio.sleep(0)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        reading.cancel()
        return peak

    assert asyncio.run(most_held()) < 100_000
