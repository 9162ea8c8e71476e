"""What long work is at, on stderr, for a person who watches; nothing where it is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def watched(what: str) -> Iterator[Callable[[str, int], None]]:
    """Shows what is done and how far it is, on one line that goes away."""
    with Console(stderr=True).status(what) as status:
        yield lambda table, rows: status.update(f"{what}: {table}, {rows:,}")
