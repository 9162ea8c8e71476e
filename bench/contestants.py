"""Ours as it runs: `firstline PART` on a fresh data folder, at what it takes to be measured."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.servers.firstline import Firstline

# Neither the loop breakers nor a limit may stand in the way: the senders are few, and write within seconds.
LIMITS = {"mail_limit_per_hour": "100000000", "domain_limit_per_hour": "100000000"}


@contextmanager
def firstline(part: str = "up", **settings: str) -> Iterator[Firstline]:
    """One process, ready for work."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        yield start(stack, Path(folder), part, **settings)


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Processes started in the block have these in their environment."""
    before = os.environ.copy()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def start(stack: ExitStack, folder: Path, part: str = "up", **settings: str) -> Firstline:
    """The same in a folder that is there already; it ends with the stack."""
    process = Firstline(folder, part, **(LIMITS | settings))
    process.start()
    stack.callback(process.stop)
    process.wait_until_it_works()
    return process
