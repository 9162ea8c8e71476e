"""Sends mails over several connections from a process of its own, and says how long each answer took.

It is lean, for it shares the machine with what it measures: the mails are made before the clock starts.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bench.mails import ADDRESS, mail, sender


@dataclass(frozen=True, slots=True)
class Load:
    """`size` 0 means mixed sizes; `pace` is mails a second, 0 as fast as they are taken; `first` the first's number."""

    port: int
    mails: int
    connections: int = 10
    size: int = 0
    pace: float = 0
    first: int = 0
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Sent:
    """When it began and ended on the system's monotonic clock, and how long the answers to DATA took, sorted."""

    began: float
    ended: float
    answers: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Mails a second."""
        return len(self.answers) / (self.ended - self.began)

    def answered_within(self, share: float) -> float:
        """The seconds within which this share of the mails was answered."""
        return self.answers[min(len(self.answers) - 1, int(len(self.answers) * share))]


def start(load: Load) -> "subprocess.Popen[str]":
    """Begin to send; `finished` waits for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "bench.sender", json.dumps(asdict(load))], stdout=subprocess.PIPE, text=True
    )


def finished(process: "subprocess.Popen[str]") -> Sent:
    """What came of it.

    Raises:
        RuntimeError: a mail was refused, or the connection lost.
    """
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError("the mails were not all taken")
    found = json.loads(output)
    return Sent(found["began"], found["ended"], tuple(found["answers"]))


def send(load: Load) -> Sent:
    """Send them all."""
    return finished(start(load))


Prepared = tuple[bytes, bytes]  # envelope sender, content with its end


class _Connection(asyncio.Protocol):
    """One connection: a command at a time, as clients without pipelining send."""

    def __init__(self, mails: Iterator[Prepared], answers: list[float], done: "asyncio.Future[None]") -> None:
        self._mails, self._answers, self._done = mails, answers, done
        self._steps = iter((b"",))
        self._asked_at = 0.0
        self._content = b""
        self._is_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._steps = self._said()

    def data_received(self, data: bytes) -> None:
        if not data.endswith(b"\n"):
            return  # the rest of the answer is on its way
        if data[:1] not in (b"2", b"3"):
            self._done.set_exception(RuntimeError(f"answered {data!r}"))
            self._transport.abort()
            return
        if self._is_data:
            self._answers.append(time.monotonic() - self._asked_at)
            self._is_data = False
        try:
            line = next(self._steps)
        except StopIteration:
            self._transport.close()
            return
        self._asked_at = time.monotonic()
        self._transport.write(line)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)

    def _said(self) -> Iterator[bytes]:
        yield b"HELO bench.example\r\n"
        for mail_from, content in self._mails:
            yield b"MAIL FROM:<" + mail_from + b">\r\n"
            yield b"RCPT TO:<" + ADDRESS.encode() + b">\r\n"
            yield b"DATA\r\n"
            self._is_data = True
            yield content
        yield b"QUIT\r\n"


async def _send(load: Load, mails: Iterator[Prepared]) -> Sent:
    loop = asyncio.get_running_loop()
    answers: list[float] = []
    began = time.monotonic()
    ends = []
    for _ in range(load.connections):
        done = loop.create_future()
        ends.append(done)
        await loop.create_connection(lambda done=done: _Connection(mails, answers, done), load.host, load.port)  # type: ignore[misc]
    await asyncio.gather(*ends)
    return Sent(began, time.monotonic(), tuple(sorted(answers)))


async def _send_paced(load: Load, mails: list[Prepared]) -> Sent:
    """A connection a mail, in even distances, as many customers' servers send."""
    loop = asyncio.get_running_loop()
    answers: list[float] = []
    began = time.monotonic()
    ends = []
    for number, prepared in enumerate(mails):
        await asyncio.sleep(began + number / load.pace - time.monotonic())
        done = loop.create_future()
        ends.append(done)
        one = iter([prepared])
        await loop.create_connection(lambda one=one, done=done: _Connection(one, answers, done), load.host, load.port)  # type: ignore[misc]
    await asyncio.gather(*ends)
    return Sent(began, time.monotonic(), tuple(sorted(answers)))


def _main() -> None:
    load = Load(**json.loads(sys.argv[1]))
    run = f"b{time.time_ns()}"
    numbers = range(load.first, load.first + load.mails)
    mails = [(sender(number).encode(), mail(number, load.size, run) + b"\r\n.\r\n") for number in numbers]
    sent = asyncio.run(_send_paced(load, mails) if load.pace else _send(load, iter(mails)))
    if len(sent.answers) != load.mails:
        raise SystemExit(f"{len(sent.answers)} of {load.mails} mails were answered")
    sys.stdout.write(json.dumps(asdict(sent)))


if __name__ == "__main__":
    _main()
