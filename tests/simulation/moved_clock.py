"""A clock that several processes read and one moves."""

import mmap
from datetime import UTC, datetime, timedelta
from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class MovedClock:
    """The moment is eight bytes of a file that everybody has mapped: written at once, read at once. Eight more are a
    bell that is rung when there may be something to do."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(16))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 16)

    def __call__(self) -> datetime:
        return _EPOCH + int.from_bytes(self._shared[:8], "little") * _MICROSECOND

    def move(self, moment: datetime) -> None:
        self._shared[:8] = ((moment - _EPOCH) // _MICROSECOND).to_bytes(8, "little")

    def ring(self) -> None:
        self._shared[8:16] = (self.rung + 1).to_bytes(8, "little")

    @property
    def rung(self) -> int:
        """How often the bell was rung."""
        return int.from_bytes(self._shared[8:16], "little")
