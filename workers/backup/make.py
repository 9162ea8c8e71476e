"""Makes a backup while everything runs: all that is in it is of one moment."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from models.contents import Progress, columns, described, lines
from models.db import Database, refuse_newer
from models.errors import Misconfigured, Temporary
from models.settings import Settings
from workers import storage
from workers.backup import archive, last
from workers.backup.archive import FORMAT, ArchiveWriter, Manifest, StoredFile
from workers.backup.parts import key_mark, model_files

# Who is logged in, has tried to, or reads a mailbox at the moment; links that set a password, and the access to
# mailboxes that is renewed from a secret of the settings: all are had again, and a copy would only be a danger.
NOT_KEPT = frozenset({"login_tries", "mailbox_leases", "oauth_tokens", "user_links", "user_sessions"})


def backup(settings: Settings, path: Path, now: datetime, progress: Progress) -> Manifest:
    """Write an archive of all that cannot be had again to `path`, and read it once more; it has that name only when it
    is whole and safe on the disk.

    Raises:
        Misconfigured: there is nothing to back up, or no place for it; the message says what to do.
        Temporary: the database, or the disk, did not let it be done.
    """
    if path.exists():
        raise Misconfigured(f"{path} is there already; name another file")
    with existing(settings) as database:
        with _written(path) as (file, part):
            manifest = _write(settings, database, file, now, progress)
            with archive.opened(part, str(path)) as written:
                written.verify(lambda name, rows: progress(f"verifying {name}", rows))
        last.note(database, now)
    return manifest


@contextmanager
def existing(settings: Settings) -> Iterator[Database]:
    """The database, as it is: it is not brought to this version.

    Raises:
        Misconfigured: there is none, or a newer one.
    """
    storage.refuse_missing(settings)
    database = Database(settings.resolved_database_url)
    try:
        revision = database.revision()
        if revision is None:
            raise Misconfigured("the database holds nothing yet")
        refuse_newer(revision)
        yield database
    finally:
        database.close()


def _write(settings: Settings, database: Database, file: IO[bytes], now: datetime, progress: Progress) -> Manifest:
    with ArchiveWriter(file) as writer:
        with database.snapshot() as connection:
            revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
            tables = tuple(
                writer.add_table(name, [column.name for column in columns(table)], lines(connection, table, progress))
                for name, table in described(connection).items()
                if name not in NOT_KEPT
            )
        manifest = Manifest(
            format=FORMAT,
            program=version("firstline"),
            revision=revision,
            made_at=now.isoformat(timespec="seconds"),
            key=key_mark(settings),
            tables=tables,
            files=tuple(_models(settings, writer)),
        )
        writer.finish(manifest)
        return manifest


def _models(settings: Settings, writer: ArchiveWriter) -> Iterator[StoredFile]:
    for name, path in model_files(settings.data):
        try:
            with path.open("rb") as source:
                yield writer.add_file(name, source)
        except FileNotFoundError as error:
            raise Temporary("the trained models were changed meanwhile; make the backup again") from error


@contextmanager
def _written(path: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A file that only its owner may read, under another name until it is done."""
    part = path.with_name(f"{path.name}.part")
    with ExitStack() as stack:
        try:
            file = stack.enter_context(os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Misconfigured(f"another backup is being written to {path}") from error
        except OSError as error:
            raise Misconfigured(f"{part} cannot be written: {error.strerror}") from error
        try:
            file.truncate()  # of one that was killed
            file.seek(0)
            os.fchmod(file.fileno(), 0o600)
            yield file, part
            _keep(file, part, path)
        except OSError as error:
            part.unlink(missing_ok=True)
            with suppress(OSError):  # what could not be written is tried once more, and would be told instead
                file.close()
            raise Temporary(f"{path} could not be written: {error.strerror}") from error
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _keep(file: IO[bytes], part: Path, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
