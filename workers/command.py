"""What the commands share. Here, and nowhere else, the settings are read."""

import json
from pathlib import Path
from typing import Annotated

import typer

from models import settings as settings_module
from models.settings import Settings
from workers import logs

Data = Annotated[Path | None, typer.Option("--data", help="Folder for everything that is written (FIRSTLINE_DATA).")]


def load(data: Path | None = None) -> Settings:
    """The settings in force, with the logs set up as they say.

    Raises:
        Misconfigured: a setting is wrong.
    """
    loaded = settings_module.load(data=data)
    logs.configure(loaded.log_level, loaded.log_format)
    return loaded


def print_json(value: object, indent: int | None = None) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=indent))
