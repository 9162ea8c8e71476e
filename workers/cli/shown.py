"""What commands print for people: tables without frames, local times, and no control characters of a stranger."""

import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDTH = 100


def console(width: int = WIDTH) -> Console:
    """The terminal as wide as it is; in a file or a pipe lines of `width`."""
    return Console(width=None if sys.stdout.isatty() else width, highlight=False)


def plain(text: str) -> str:
    """The text as it may be shown: what a mail says may hold escape sequences, and markup that means nothing here."""
    return escape("".join(character for character in text if character.isprintable() or character in "\n\t"))


def table(*columns: str, unbroken: tuple[str, ...] = ()) -> Table:
    """An empty table; the columns named by `unbroken` are never broken into lines."""
    made = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        made.add_column(name, overflow="fold", no_wrap=name in unbroken)
    return made


def facts(values: dict[str, str]) -> Table:
    """Names and what they stand for; what is empty is left out."""
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for name, text in values.items():
        if text:
            made.add_row(name, plain(text))
    return made


def local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}"
