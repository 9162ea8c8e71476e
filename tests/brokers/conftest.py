"""The brokers' servers, and Wakeups on both sides of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.brokers.servers import KINDS, Server
from workers.wakeups import Wakeups


@pytest.fixture(scope="module", params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """One broker after the other, each for all tests of a module."""
    with KINDS[request.param]() as running:
        yield running


@pytest.fixture
def caller(server: Server) -> Iterator[Wakeups]:
    """The wake-ups of a process that takes mail."""
    wakeups = Wakeups(server.url)
    wakeups.start_calling()
    yield wakeups
    wakeups.stop()


@pytest.fixture
def listen(server: Server) -> Iterator[Callable[[Callable[[], object]], Wakeups]]:
    """Makes the wake-ups of a process that does the job "reports"."""
    with ExitStack() as stack:

        def listen(job: Callable[[], object]) -> Wakeups:
            wakeups = Wakeups(server.url)
            wakeups.start_working({"reports": job}, 1)
            stack.callback(wakeups.stop)
            return wakeups

        yield listen
