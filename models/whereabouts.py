"""Whether the file of a database is still where it was opened."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from models.errors import Temporary


class Replaced(Temporary):
    """The file that is open is no more the one that has its name: what is written to it is lost with it."""


class Whereabouts:
    """The file of an SQLite database. SQLite goes on with one that was deleted or moved away, and says nothing: mail
    would be answered with 250 and be gone at the next start. Nothing is looked at where the database is no file."""

    def __init__(self, url: URL) -> None:
        path = url.database or ""
        is_file = url.get_backend_name() == "sqlite" and path and not path.startswith((":memory:", "file:"))
        self._path = Path(path) if is_file else None
        self._known: tuple[int, int] | None = None

    def check(self) -> None:
        """Raises Replaced where the file is another one than at the first look, or none."""
        if self._path is None:
            return
        found = _identity(self._path)
        if self._known is None:
            self._known = found
        elif found != self._known:
            became = "deleted or moved away" if found is None else "replaced by another one"
            raise Replaced(
                f"{self._path} was {became} while this process had it open: put it back, or restart Firstline to go on "
                "with what is there"
            )

    def before_connecting(self, *_: Any) -> None:
        """As `check`, for the event of that name: SQLite would make a new file where the old one is gone."""
        self.check()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
