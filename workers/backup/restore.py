"""Takes a backup into an empty installation: all of it, or nothing."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from models.contents import Progress
from models.database_url import shown
from models.db import Database
from models.errors import Misconfigured
from models.held import hold_all
from models.settings import Settings
from workers import datafolder
from workers.backup import archive
from workers.backup.archive import MODELS, Archive
from workers.backup.filling import Filled, fill_all, refuse_what_is_not_empty
from workers.backup.parts import KEY, key_mark

_UNPACKED = "models.restored"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: messages that are held, and reports that are processed without being answered."""

    tables: int
    rows: int
    files: int
    made_at: str
    held: int = 0
    unanswered: int = 0


def restore(settings: Settings, path: Path, sends: bool, other_key: bool, progress: Progress) -> Restored:
    """Verify an archive, and fill an empty installation with it. What waited to be sent is held unless `sends`.

    Raises:
        Misconfigured: the installation is not empty, or not the right one; the message says what to do.
        Damaged: the archive is not as it was written.
    """
    with archive.opened(path) as stored:
        if not other_key:
            _refuse_another_key(settings, stored)
        stored.verify(lambda name, rows: progress(f"verifying {name}", rows))
        datafolder.prepare(settings.data)
        lock = datafolder.FolderLock(settings.data)
        try:
            with _unpacked(settings.data, stored) as models:
                return _fill(settings, stored, models, sends, progress)
        finally:
            lock.release()


def _refuse_another_key(settings: Settings, stored: Archive) -> None:
    if stored.manifest.key in (None, key_mark(settings)):
        return
    place = "what FIRSTLINE_TOKEN_KEY is set to" if settings.token_key else f"{settings.data / KEY}"
    raise Misconfigured(
        f"{place} is not the key of this backup: put the old token_key there first, or say --other-key, after which"
        " authenticators are set up anew and signed case numbers in mails of before are not known"
    )


def _fill(settings: Settings, stored: Archive, models: Path | None, sends: bool, progress: Progress) -> Restored:
    manifest = stored.manifest
    wanted = [Filled(table.name, table.columns, partial(stored.lines, table)) for table in manifest.tables]
    database = Database(settings.resolved_database_url)
    try:
        database.server()
        with database.filling() as connection:
            refuse_what_is_not_empty(connection, shown(settings.resolved_database_url))
            fill_all(connection, manifest.revision, wanted, progress)
            because = f"held: it waited when the backup of {manifest.made_at} was made, and may have gone out since"
            held, unanswered = (0, 0) if sends else hold_all(connection, because)
            if models is not None:
                models.rename(settings.data / MODELS)
    finally:
        database.close()
    return Restored(len(manifest.tables), manifest.rows, len(manifest.files), manifest.made_at, held, unanswered)


@contextmanager
def _unpacked(data: Path, stored: Archive) -> Iterator[Path | None]:
    """The trained models beside the place where they belong, or None where there are none.

    Raises:
        Misconfigured: the place is taken.
    """
    folder = data / _UNPACKED
    if not stored.manifest.files:
        yield None
        return
    if (data / MODELS).exists():
        raise Misconfigured(f"there are trained models in {data / MODELS}: move them elsewhere, or name another --data")
    shutil.rmtree(folder, ignore_errors=True)  # of one that was killed
    try:
        for file in stored.manifest.files:
            path = folder / Path(file.path).relative_to(MODELS)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with path.open("wb") as target:
                for piece in stored.pieces(file):
                    target.write(piece)
                target.flush()
                os.fsync(target.fileno())
        yield folder
    except OSError as error:
        raise Misconfigured(f"the trained models cannot be written below {folder}: {error.strerror}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
