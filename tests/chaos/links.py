"""Proxies that stand between processes: each link carries everything, can be cut, and can fall silent."""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

_PIECE = 65_536


class Link:
    """A port of its own that leads to another port of this machine."""

    def __init__(self, links: "Links", target: int) -> None:
        self._links = links
        self._target = target
        self._is_cut = False
        self._open = asyncio.Event()
        self._open.set()
        self._streams: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def connections(self) -> int:
        """How many are carried at the moment."""
        return len(self._streams) // 2

    def cut(self) -> None:
        """Drop every connection, and each new one at once."""
        self._links.call(self._cut())

    def silence(self) -> None:
        """Keep every connection, take new ones, and carry nothing: a cable that is out."""
        self._links.call(self._set_open(False))

    def mend(self) -> None:
        """Carry again, what waited first."""
        self._is_cut = False
        self._links.call(self._set_open(True))

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0, limit=_PIECE)
        self.port = self._server.sockets[0].getsockname()[1]

    async def end(self) -> None:
        """Listen no more, and drop what is carried."""
        self._server.close()
        await self._cut()

    async def _cut(self) -> None:
        self._is_cut = True
        self._open.set()
        for stream in list(self._streams):
            stream.transport.abort()

    async def _set_open(self, is_open: bool) -> None:
        self._open.set() if is_open else self._open.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        await self._open.wait()
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target, limit=_PIECE)
        except OSError:
            writer.transport.abort()
            return
        self._streams |= {writer, there_writer}
        try:
            await asyncio.gather(self._pump(reader, there_writer), self._pump(there_reader, writer))
        finally:
            self._streams -= {writer, there_writer}
            writer.transport.abort()
            there_writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(_PIECE):
                await self._open.wait()
                writer.write(piece)
                await writer.drain()
        with suppress(OSError):
            writer.close()


class Links:
    """All links of a test, served by one thread."""

    def __init__(self) -> None:
        self._all: list[Link] = []
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda loop, context: None)  # connections end in every way here
        self._thread = threading.Thread(target=self._loop.run_forever, name="links", daemon=True)
        self._thread.start()

    def to(self, target: int) -> Link:
        """A new link to that port."""
        link = Link(self, target)
        self._all.append(link)
        self.call(link.listen())
        return link

    def call(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    def close(self) -> None:
        self.call(self._end_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end_all(self) -> None:
        for link in self._all:
            await link.end()
        mine = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not mine]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.05)  # for the transports to be closed
