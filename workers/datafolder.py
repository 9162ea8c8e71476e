"""The data folder: its secrets, and the lock that says that one `firstline up` works in it."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from models.errors import Misconfigured


def prepare(folder: Path) -> None:
    """Make the folder, readable only by its owner.

    Raises:
        Misconfigured: it cannot be made or written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"the data folder {folder} cannot be made: {error}; set FIRSTLINE_DATA") from error
    if not os.access(folder, os.W_OK):
        raise Misconfigured(
            f"the data folder {folder} cannot be written: see its owner and rights, and whether its disk is mounted "
            "read-only; or set FIRSTLINE_DATA"
        )


def secret(folder: Path, name: str) -> str:
    """A random secret kept in a file of that name, made at first use: by the first of several processes, for all."""
    path = folder / name
    try:
        return _secret(path)
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read or made: {error}") from error


def _secret(path: Path) -> str:
    if path.exists() and (kept := path.read_text(encoding="ascii").strip()):
        return kept
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if kept := file.read().strip():
            return kept
        value = secrets.token_urlsafe(32)
        file.write(value + "\n")
        file.flush()
        os.fsync(file.fileno())
    return value


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process after the other; the lock leaves no file, and the system frees it when the process dies."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network drives lock no folder
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class FolderLock:
    """Held while `firstline up` works in a data folder; the system frees it when the process dies."""

    def __init__(self, folder: Path) -> None:
        path = folder / "firstline.lock"
        try:
            self._file: IO[str] = path.open("a+", encoding="ascii")
        except OSError as error:
            raise Misconfigured(f"{path} cannot be made: {error}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise Misconfigured(
                f"another firstline up works in {folder}; stop it, or give this one its own folder with --data"
            ) from error

    def release(self) -> None:
        self._file.close()
