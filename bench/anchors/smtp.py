"""aiosmtpd as one would set it up in an afternoon, and the quickest that can be made of it.

`python -m bench.anchors.smtp HOW FILE` prints its port. HOW is one of `KINDS`.
"""

import asyncio
import logging
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.anchors.store import Grouped, add, connect

logging.getLogger("mail.log").setLevel(logging.ERROR)

_PATH = re.compile(r"<([^<>\s\"]*)>(.*)")
Store = Callable[[str, bytes], Awaitable[int]]


class Fast(SMTP):
    """The two methods that take most of a session's time, replaced; it guards nothing that the library's guard."""

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        match = _PATH.fullmatch(arg.strip())
        return (match[1], match[2].strip()) if match else (None, None)

    async def smtp_DATA(self, arg: str) -> None:
        assert self.envelope is not None
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = bytearray()
        while not content.endswith(b"\r\n.\r\n"):
            content += await self._reader.read(65536)
        del content[-3:]
        self.envelope.content = self.envelope.original_content = bytes(content.replace(b"\r\n..", b"\r\n."))
        status = await self.event_handler.handle_DATA(self, self.session, self.envelope)
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(status)


class Handler:
    """Stores each mail before it is answered."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        number = await self._store(envelope.mail_from or "", envelope.original_content or b"")
        return f"250 2.0.0 accepted as {number}"


def one_by_one(file: Path) -> Store:
    """A commit a mail, where the mail is taken."""
    connection = connect(file)

    async def store(mail_from: str, content: bytes) -> int:
        return add(connection, [(mail_from, content)])[0]

    return store


def grouped(file: Path) -> Store:
    """A commit for all that arrive while the last one runs."""
    group = Grouped(file)

    async def store(mail_from: str, content: bytes) -> int:
        return await asyncio.wrap_future(group.submit((mail_from, content)))

    return store


KINDS: dict[str, tuple[type[SMTP], Callable[[Path], Store]]] = {
    "stock-each": (SMTP, one_by_one),
    "stock-grouped": (SMTP, grouped),
    "fast-grouped": (Fast, grouped),
}


async def listen(kind: type[SMTP], store: Store) -> int:
    """Listen on the running loop, for as long as it runs; returns the port."""
    handler = Handler(store)
    options: dict[str, Any] = {"hostname": "localhost", "enable_SMTPUTF8": True}
    server = await asyncio.get_running_loop().create_server(
        lambda: kind(handler, loop=asyncio.get_running_loop(), **options), "127.0.0.1", 0, backlog=512
    )
    _SERVERS.append(server)
    return int(server.sockets[0].getsockname()[1])


_SERVERS: list[asyncio.Server] = []  # a server that nobody holds is closed


async def _main(how: str, file: Path) -> None:
    kind, make_store = KINDS[how]
    sys.stdout.write(f"{await listen(kind, make_store(file))}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], Path(sys.argv[2])))
