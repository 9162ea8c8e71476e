"""CSV files as spreadsheets write them: which encoding, which separator, which line a row begins at."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import Misconfigured
from workers.directory.formulas import without_apostrophe
from workers.directory.tables import TABLES

_SEPARATORS = ",;\t"
# A first line by which Excel is told the separator; other programs write it for its sake.
_SAYS_SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*\r?\n', re.IGNORECASE)
# The hanzi of the first level, and the signs between them.
_COMMON_IN_GB = re.compile(rb"[\xa1\xa3\xb0-\xd7][\xa1-\xfe]")
_COMMON_IN_BIG5 = re.compile(rb"[\xa1-\xc6][\x40-\xfe]")
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row, or a whole file, was not taken."""

    file: str
    line: int
    column: str | None
    text: str

    def __str__(self) -> str:
        column = f" {self.column}:" if self.column else ""
        return f"{self.file}:{self.line}:{column} {self.text}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not blank: the line it begins at, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file. Where `refused` says something, nothing of it can be taken."""

    file: str
    table: str
    lines: tuple[Line, ...] = ()
    refused: tuple[Problem, ...] = ()
    bad_lines: tuple[Problem, ...] = ()


class _Unreadable(Exception):
    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


def read_all(paths: Iterable[Path]) -> list[Sheet]:
    """The lists in these files, and in the .csv files of these folders, in the order in which they refer to each other.

    Raises:
        Misconfigured: a file cannot be read, is named like no list, or the same list is there twice.
    """
    found: dict[str, Path] = {}
    for path in (file for given in paths for file in _files(given)):
        table = path.stem.casefold()
        if table not in TABLES:
            raise Misconfigured(
                f"{path} is named like no list; there are {', '.join(f'{name}.csv' for name in TABLES)}"
            )
        if table in found:
            raise Misconfigured(f"{path} and {found[table]} are both {table}; name one of them")
        found[table] = path
    return [_read(found[table], table) for table in TABLES if table in found]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(entry for entry in path.iterdir() if entry.suffix.casefold() == ".csv")
        if not files:
            raise Misconfigured(f"there are no .csv files in {path}; write for example {path / 'customers.csv'}")
        return files
    if not path.is_file():
        raise Misconfigured(f"there is no {path}")
    return [path]


def _read(path: Path, table: str) -> Sheet:
    try:
        return read(path.read_bytes(), path.name, table)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}") from error


def read(content: bytes, file: str, table: str) -> Sheet:
    """The rows of a file of that table."""
    try:
        rows = _rows(_decode(content))
        line, header = next(rows, (1, []))
        names = [cell.strip().casefold().replace(" ", "_") for cell in header]
        if faults := _faults(names, table):
            return Sheet(file, table, refused=tuple(Problem(file, line, None, fault) for fault in faults))
        lines, bad = [], []
        for line, row in rows:
            if fault := _row_fault(names, row):
                bad.append(Problem(file, line, None, fault))
            else:
                pairs = zip(names, row, strict=False)
                lines.append(Line(line, {name: without_apostrophe(cell.strip()) for name, cell in pairs if name}))
    except _Unreadable as error:
        return Sheet(file, table, refused=(Problem(file, error.line, None, str(error)),))
    return Sheet(file, table, tuple(lines), bad_lines=tuple(bad))


def _decode(content: bytes) -> str:
    """UTF-8 or, marked as such, UTF-16; else GB18030, in which a Chinese Excel writes CSV."""
    marked = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    at = 0
    for encoding in (marked, "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            at = error.start
        else:
            if encoding == marked or _is_gb(text, content):
                return text
    raise _Unreadable(content[:at].count(b"\n") + 1, "this is neither UTF-8 nor GB18030; save it as CSV UTF-8")


def _is_gb(text: str, content: bytes) -> bool:
    """Nearly all bytes can be read as GB18030, what a Western or a Taiwanese Excel writes too: names would be taken in
    that nobody has. Most characters of Chinese are of the common ones, and no more are so read as Big5."""
    share = _share(text, "gb18030", _COMMON_IN_GB)
    try:
        return share >= _MOST and _share(content.decode("big5"), "big5", _COMMON_IN_BIG5) <= share
    except UnicodeDecodeError:
        return share >= _MOST


def _share(text: str, encoding: str, common: re.Pattern[bytes]) -> float:
    high = [character for character in text if not character.isascii()]
    return sum(common.fullmatch(character.encode(encoding)) is not None for character in high) / max(1, len(high))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it begins at: a quoted cell may go over several."""
    said = _SAYS_SEPARATOR.match(text)
    text, before = (text[said.end() :], 1) if said else (text, 0)
    header = text.lstrip().partition("\n")[0]
    separator = said[1] if said else max(_SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = before + 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, row
            begins = before + reader.line_num + 1
    except csv.Error as error:
        raise _Unreadable(begins, f"the quotes do not fit ({error}); save it as CSV again") from error


def _faults(names: list[str], table: str) -> list[str]:
    known = [column.name for column in TABLES[table].columns]
    given = [name for name in names if name]
    if not given:
        return [f"there is no header; write {','.join(known)}"]
    unknown = [
        f"there is no column {name!r}; the columns are {', '.join(known)}" for name in given if name not in known
    ]
    needed = [column.name for column in TABLES[table].columns if not column.optional]
    missing = [f"column {name} is missing; its cells may be empty" for name in needed if name not in given]
    twice = [f"column {name} is there twice" for name, count in Counter(given).items() if count > 1]
    return [*unknown, *missing, *twice]


def _row_fault(names: list[str], row: list[str]) -> str | None:
    if len(row) < len(names):
        return f"the row has {len(row)} cells, the header {len(names)}; write empty cells too"
    named = [*names, *[""] * (len(row) - len(names))]
    for name, cell in zip(named, row, strict=True):
        if not name and cell.strip():
            return f"{cell.strip()!r} is in no column; quote a cell that has separators in it"
    return None
