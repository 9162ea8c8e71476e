"""What the commands share. Here, and nowhere else, the settings are read."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models import settings as settings_module
from models.settings import Settings
from routing import scheme_files
from workers import logs
from workers.cli.streams import is_unicode

if TYPE_CHECKING:
    from models.db import Database

_SURROGATE = re.compile("[\ud800-\udfff]")
Data = Annotated[Path | None, typer.Option("--data", help="Folder for everything that is written (FIRSTLINE_DATA).")]


def load(data: Path | None = None) -> Settings:
    """The settings in force, with the logs set up as they say, and the house's own schemes in use.

    Raises:
        Misconfigured: a setting is wrong, or a scheme of the house's cannot be read.
    """
    loaded = settings_module.load(data=data)
    logs.configure(loaded.log_level, loaded.log_format)
    scheme_files.use(scheme_files.read(loaded.schemes) if loaded.schemes else {}, loaded.schemes)
    return loaded


@contextmanager
def opened(settings: Settings, is_made: bool = False, keys_may_lack: bool = False) -> "Iterator[Database]":
    """The database that is there, brought to this version's state, and closed again. With `is_made` one is made where
    there is none: else a data folder that was mistyped, or is not mounted, would be taken for an empty desk. Storage
    keys have to be there unless they `may_lack`.

    Raises:
        Misconfigured: there is no data folder, or no database in it.
    """
    from workers import storage  # noqa: PLC0415 - commands that ask no database start in half the time

    if not is_made:
        storage.refuse_missing(settings)
    database = storage.open_database(settings)
    try:
        storage.start(settings, database, keys_may_lack)
        yield database
    finally:
        database.close()


def print_json(value: object, indent: int | None = None) -> None:
    """Print it as JSON; in ASCII where standard output takes nothing else, or where UTF-8 has no form for what it has,
    such as a file name of other bytes."""
    said = json.dumps(value, ensure_ascii=not is_unicode(sys.stdout.encoding), indent=indent)
    typer.echo(json.dumps(value, indent=indent) if _SURROGATE.search(said) else said)
