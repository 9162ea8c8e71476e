"""Mails of a support desk's usual size, sent by a process of their own over several connections."""

import asyncio
import sys
import time
from itertools import count

BODY = (
    "Hello,\r\n\r\nsince this morning one disk of the array in rack 4 shows an amber light and the console lists it as"
    " failed. The spare has taken over, users notice nothing. Please tell us how to replace it and whether the part"
    " is on stock.\r\n阵列 4 号槽硬盘故障，热备已接管，业务正常，请安排更换。\r\n"
)


def mail(number: int, size: int) -> bytes:
    """A mail of about `size` bytes, each with an id and a sender of its own."""
    head = (
        f"From: Ann <ann{number}@customer.example>\r\nTo: support@firstline.example\r\n"
        f"Subject: Disk {number} failed\r\n"
        f"Message-ID: <bench{number}.{time.time_ns()}@customer.example>\r\nDate: Mon, 09 Nov 2026 10:00:00 +0800\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    body = BODY.encode()
    return head.encode() + body * max(1, (size - len(head)) // len(body))


async def _connection(port: int, numbers: "count[int]", total: int, size: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    await _say(reader, writer, b"HELO bench\r\n")
    while (number := next(numbers)) < total:
        await _say(reader, writer, f"MAIL FROM:<ann{number}@customer.example>\r\n".encode())
        await _say(reader, writer, b"RCPT TO:<support@firstline.example>\r\n")
        await _say(reader, writer, b"DATA\r\n")
        await _say(reader, writer, mail(number, size) + b".\r\n")
    await _say(reader, writer, b"QUIT\r\n")
    writer.close()


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> None:
    writer.write(line)
    answer = await reader.readline()
    if answer[:1] not in (b"2", b"3"):
        raise RuntimeError(f"{line[:20]!r} was answered {answer!r}")


async def send(port: int, connections: int, total: int, size: int) -> float:
    """Send `total` mails; returns the seconds until the last 250."""
    numbers = count()
    started = time.perf_counter()
    await asyncio.gather(*(_connection(port, numbers, total, size) for _ in range(connections)))
    return time.perf_counter() - started


if __name__ == "__main__":
    port, connections, total, size = map(int, sys.argv[1:])
    sys.stdout.write(f"{asyncio.run(send(port, connections, total, size)):.4f}\n")
