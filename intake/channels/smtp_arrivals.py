"""What other threads have finished, brought to the event loop that waits for it: the loop is woken once for all that
are done by then, where `asyncio.wrap_future` wakes it for each."""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class Arrivals:
    """Those of one loop; it may be closed before the last of them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._done: deque[asyncio.Future[None]] = deque()
        self._is_told = False

    async def wait(self, future: "Future[T]") -> T:
        """The result of a future of another thread; to stop waiting for it cancels nothing there."""
        if not future.done():
            waiter: asyncio.Future[None] = self._loop.create_future()
            future.add_done_callback(lambda _: self._finished(waiter))
            await waiter
        return future.result()

    def _finished(self, waiter: "asyncio.Future[None]") -> None:
        self._done.append(waiter)
        # In this order: the loop, too, first takes the note down and then looks what there is.
        if not self._is_told and not self._loop.is_closed():
            self._is_told = True
            self._loop.call_soon_threadsafe(self._bring)

    def _bring(self) -> None:
        self._is_told = False
        while self._done:
            waiter = self._done.popleft()
            if not waiter.done():
                waiter.set_result(None)
