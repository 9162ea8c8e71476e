"""A sender that says nothing for five minutes is sent away; time is moved on, not waited for."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from intake.channels.smtp_content import Room
from intake.channels.smtp_session import SmtpSession

PATIENCE_SECONDS = 300


class MovedLoop(asyncio.SelectorEventLoop):
    """Its clock can be set forward."""

    ahead = 0.0

    def time(self) -> float:
        return time.monotonic() + self.ahead


class Sender:
    """One connection to a session on the same loop."""

    def __init__(self, loop: MovedLoop, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.loop, self.reader, self.writer = loop, reader, writer

    async def says(self, line: bytes) -> bytes:
        self.writer.write(line + b"\r\n")
        return await self.reader.readline()

    def is_silent(self, seconds: float) -> None:
        self.loop.ahead += seconds


def run(talk: Callable[[Sender], Coroutine[Any, Any, None]]) -> None:
    loop = MovedLoop()

    async def session() -> None:
        sessions: set[SmtpSession] = set()
        server = await loop.create_server(
            lambda: SmtpSession(
                object(),
                sessions=sessions,
                connection_limit=9,
                room=Room(),
                loop=loop,
                hostname="localhost",
                enable_SMTPUTF8=True,
            ),
            "127.0.0.1",
            0,
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await reader.readline()
        await talk(Sender(loop, reader, writer))
        writer.close()
        server.close()
        await asyncio.wait([each.ended for each in sessions] or [asyncio.create_task(asyncio.sleep(0))])

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(session())


def test_who_says_nothing_is_sent_away() -> None:
    async def talk(sender: Sender) -> None:
        await sender.says(b"HELO client.example")

        sender.is_silent(PATIENCE_SECONDS + 1)

        assert await sender.reader.read() == b""

    run(talk)


def test_who_says_something_in_time_may_stay_as_long_again() -> None:
    async def talk(sender: Sender) -> None:
        await sender.says(b"HELO client.example")

        for _ in range(3):
            sender.is_silent(PATIENCE_SECONDS - 5)
            assert (await sender.says(b"NOOP")).startswith(b"250")

        sender.is_silent(PATIENCE_SECONDS + 1)
        assert await sender.reader.read() == b""

    run(talk)


def test_who_sends_a_long_mail_slowly_is_not_silent() -> None:
    async def talk(sender: Sender) -> None:
        for line in (b"HELO client.example", b"MAIL FROM:<ann@customer.example>", b"RCPT TO:<support@x.example>"):
            await sender.says(line)
        assert (await sender.says(b"DATA")).startswith(b"354")

        for _ in range(3):
            sender.is_silent(PATIENCE_SECONDS - 5)
            sender.writer.write(b"a line of the mail\r\n" * 100)
            await asyncio.sleep(0)
        sender.writer.write(b".\r\n")

        assert await sender.reader.readline() != b""

    run(talk)


def test_who_sends_a_mail_by_drops_is_sent_away() -> None:
    async def talk(sender: Sender) -> None:
        for line in (b"HELO client.example", b"MAIL FROM:<ann@customer.example>", b"RCPT TO:<support@x.example>"):
            await sender.says(line)
        assert (await sender.says(b"DATA")).startswith(b"354")

        for _ in range(4):
            sender.is_silent(PATIENCE_SECONDS / 3)
            sender.writer.write(b"a few drops\r\n")
            await asyncio.sleep(0)

        assert await sender.reader.read() == b""

    run(talk)
