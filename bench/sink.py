"""A relay that takes every mail, and says when and for whom; in a process of its own."""

import asyncio
import subprocess
import sys
import threading
import time
from types import TracebackType

_ANSWERS = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n", b"EHLO": b"250-sink\r\n250 8BITMIME\r\n"}
_OK = b"250 ok\r\n"


class Sink:
    """Listens on `port`. `taken` holds, for each recipient, when the first mail for him had arrived, on the system's
    monotonic clock; keeping the first of each makes a mail that is sent twice count once."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "bench.sink"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._lines = self._process.stdout
        self.port = int(self._lines.readline())
        self.taken: dict[str, float] = {}
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Sink":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._lines.close()

    def wait(self, recipients: int, seconds: float = 300) -> float:
        """When so many recipients had been written to.

        Raises:
            RuntimeError: it took longer than `seconds`.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.taken) >= recipients, seconds):
                raise RuntimeError(f"{len(self.taken)} of {recipients} acknowledgements within {seconds:.0f} s")
            return sorted(self.taken.values())[recipients - 1]

    def _read(self) -> None:
        for line in self._lines:
            at, _, recipient = line.strip().partition(" ")
            with self._changed:
                self.taken.setdefault(recipient.casefold(), float(at))
                self._changed.notify_all()


class _Session(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""
        self._is_mail = False
        self._recipient = ""
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._take():
            pass

    def _take(self) -> bool:
        """Read one command or one mail from what has come; False where it is not whole yet."""
        end = b"\r\n.\r\n" if self._is_mail else b"\r\n"
        head, found, rest = self._buffer.partition(end)
        if not found:
            return False
        self._buffer = rest
        if self._is_mail:
            self._is_mail = False
            sys.stdout.write(f"{time.monotonic():.6f} {self._recipient}\n")
            sys.stdout.flush()
            self._transport.write(_OK)
            return True
        verb = head[:4].upper()
        if verb == b"RCPT":
            self._recipient = head.partition(b"<")[2].partition(b">")[0].decode()
        self._is_mail = verb == b"DATA"
        self._transport.write(_ANSWERS.get(verb, _OK))
        return True


async def _main() -> None:
    server = await asyncio.get_running_loop().create_server(_Session, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
