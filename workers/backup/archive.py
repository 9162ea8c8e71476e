"""The file that a backup is: a ZIP archive with a table each as `tables/NAME.jsonl` (`models.contents`), the trained
models below `models/`, and `manifest.json`, which says what there has to be, with checksums."""

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO

from models.contents import Progress, Tally
from models.db import refuse_newer
from models.errors import Misconfigured, Permanent

FORMAT = 1
MODELS = "models"
_MANIFEST = "manifest.json"
_LONGEST_MANIFEST = 16 * 1024 * 1024
_PIECE = 1024 * 1024
# Mails shrink to a fifth; level 6 takes twice the time for a tenth less.
_LEVEL = 3
# What zipfile, zlib and json raise for a file that was cut or changed: an unknown method or flag, a name that is none.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, KeyError, TypeError, RuntimeError)


class Damaged(Permanent):
    """The file is no backup, or not the one that was written any more."""


@dataclass(frozen=True, slots=True)
class StoredTable:
    """What a table held: `sha256` is of its lines."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the data folder, by its path there."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. `revision` is that of the tables, `made_at` when it was begun, in ISO 8601. `key` tells
    the key that what it holds is signed and encrypted by from others, and not what it is; None where there was none."""

    format: int
    program: str
    revision: str
    made_at: str
    key: str | None
    tables: tuple[StoredTable, ...]
    files: tuple[StoredFile, ...]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class ArchiveWriter:
    """Writes an archive within a block, one part after the other; it is none before `finish`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was broken off is let go of here, while the file is open: else the archive tries to end itself later,
        and Python prints that it could not."""
        with suppress(OSError, ValueError):
            self._zip.close()

    def add_table(self, name: str, columns: Iterable[str], lines: Iterable[bytes]) -> StoredTable:
        tally = Tally()
        with self._zip.open(f"tables/{name}.jsonl", "w", force_zip64=True) as member:
            for line in tally.of(lines):
                member.write(line)
        return StoredTable(name, tuple(columns), tally.rows, tally.sha256)

    def add_file(self, path: str, source: IO[bytes]) -> StoredFile:
        digest, size = hashlib.sha256(), 0
        with self._zip.open(path, "w", force_zip64=True) as member:
            while piece := source.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                member.write(piece)
        return StoredFile(path, size, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        self._zip.writestr(_MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
        self._zip.close()


class Archive:
    """An archive that can be read."""

    def __init__(self, name: str, members: zipfile.ZipFile, manifest: Manifest) -> None:
        self.name = name
        self.manifest = manifest
        self._zip = members

    def lines(self, table: StoredTable) -> Iterator[bytes]:
        """The rows of a table.

        Raises:
            Damaged: they cannot be read; only after the last it is known that they are those that were written.
        """
        tally = Tally()
        with _reading(self.name), self._zip.open(table.member) as member:
            yield from tally.of(member)
        if (tally.rows, tally.sha256) != (table.rows, table.sha256):
            raise Damaged(f"{self.name} is damaged: {table.name} is not as it was written")

    def pieces(self, file: StoredFile) -> Iterator[bytes]:
        """What a file held. Raises Damaged, as `lines` does."""
        digest = hashlib.sha256()
        with _reading(self.name), self._zip.open(file.path) as member:
            while piece := member.read(_PIECE):
                digest.update(piece)
                yield piece
        if digest.hexdigest() != file.sha256:
            raise Damaged(f"{self.name} is damaged: {file.path} is not as it was written")

    def verify(self, progress: Progress = lambda table, rows: None) -> None:
        """Read all of it.

        Raises:
            Damaged: something is missing, or not as it was written.
        """
        wanted = {table.member for table in self.manifest.tables} | {file.path for file in self.manifest.files}
        if sorted(self._zip.namelist()) != sorted(wanted | {_MANIFEST}):
            raise Damaged(f"{self.name} is damaged: it does not hold what its manifest says")
        for table in self.manifest.tables:
            progress(table.name, table.rows)
            for _ in self.lines(table):
                pass
        for file in self.manifest.files:
            for _ in self.pieces(file):
                pass


@contextmanager
def opened(path: Path, name: str | None = None) -> Iterator[Archive]:
    """The archive in a file, which is called `name` in what is said of it.

    Raises:
        Misconfigured: there is none, or it cannot be read by this version.
        Damaged: it is no archive of ours, or was cut.
    """
    name = name or str(path)
    try:
        file = path.open("rb")
    except OSError as error:
        raise Misconfigured(f"{name} cannot be read: {error.strerror}") from error
    with file:
        with _reading(name):
            members = zipfile.ZipFile(file)
            manifest = _manifest(name, members)
        with members:
            yield Archive(name, members, manifest)


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise Damaged(f"{name} is no backup of Firstline, or is damaged: {error}") from error
    except OSError as error:
        raise Misconfigured(f"{name} cannot be read: {error.strerror}") from error


def _manifest(name: str, members: zipfile.ZipFile) -> Manifest:
    if members.getinfo(_MANIFEST).file_size > _LONGEST_MANIFEST:
        raise ValueError("its manifest is too long")
    values = json.loads(members.read(_MANIFEST))
    if values["format"] != FORMAT:
        raise Misconfigured(f"{name} is of a newer Firstline ({values['program']}): install that version")
    tables = [StoredTable(**table | {"columns": tuple(table["columns"])}) for table in values.pop("tables")]
    files = [StoredFile(**file) for file in values.pop("files")]
    manifest = Manifest(**values, tables=tuple(tables), files=tuple(files))
    refuse_newer(manifest.revision, name)
    for file in files:
        parts = PurePosixPath(file.path).parts
        if parts[:1] != (MODELS,) or ".." in parts:
            raise ValueError(f"{file.path} has no place in a data folder")
    return manifest
