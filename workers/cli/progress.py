"""What long work is at, on stderr, for a person who watches; nothing where it is no terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from models.contents import Progress


@contextmanager
def watched(what: str) -> Iterator[Progress]:
    """Shows what is done and how far it is, on one line that goes away."""
    with Console(stderr=True).status(what) as status:
        yield lambda table, rows: status.update(f"{what}: {table}, {rows:,}")
