"""Reads the labelled reports, and refuses a wrong one by file and line."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from classify.model import ReportText
from models.errors import Permanent
from models.values import CATEGORIES, LEVELS, Channel, Language

FOLDS = 5

_TEXT_KEYS = ("id", "writer", "theme", "subject", "body", "channel", "lang", "category")


class CorpusError(Permanent):
    """A row of the corpus cannot be used; the message begins with file:line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One report and what it is labelled as."""

    id: str
    writer: str
    theme: str
    language: Language
    text: ReportText
    level: int
    category: str


def folds(rows: Sequence[Row]) -> list[int]:
    """Which held-out part each row belongs to: all of a writer in one, and the parts of like size.

    A model is used on people whose way of writing it has never seen; so it is judged. Where there are fewer
    writers than parts, reports of one writer on one theme stay together.
    """
    by_writer = len({row.writer for row in rows}) >= FOLDS
    groups = [row.writer if by_writer else f"{row.writer}\n{row.theme}" for row in rows]
    sizes, part_of = [0] * FOLDS, {}
    for group, size in sorted(Counter(groups).items(), key=lambda item: (-item[1], item[0])):
        part_of[group] = sizes.index(min(sizes))
        sizes[part_of[group]] += size
    return [part_of[group] for group in groups]


def files(corpus_dir: Path) -> list[Path]:
    """The corpus files of a folder, in the order in which they are read."""
    found = sorted(corpus_dir.glob("*.jsonl"))
    if not found:
        raise CorpusError(f"{corpus_dir}: no *.jsonl file with labelled reports")
    return found


def read(corpus_dir: Path) -> tuple[Row, ...]:
    """Every row of the folder. Raises CorpusError for the first that is wrong or whose id came before."""
    rows: dict[str, Row] = {}
    for path in files(corpus_dir):
        for place, row in _rows(path):
            if row.id in rows:
                raise CorpusError(f"{place}: id {row.id!r} is used twice")
            rows[row.id] = row
    return tuple(rows.values())


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            place = f"{path.name}:{number}"
            if line.strip():
                yield place, _row(place, line)


def _row(place: str, line: str) -> Row:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise CorpusError(f"{place}: not JSON: {error}") from error
    if not isinstance(data, dict):
        raise CorpusError(f"{place}: a row is a JSON object")
    for key in _TEXT_KEYS:
        if not isinstance(data.get(key), str):
            raise CorpusError(f"{place}: {key!r} is missing or no text")
    if not (data["subject"] + data["body"]).strip():
        raise CorpusError(f"{place}: subject and body are both empty")
    _one_of(place, "channel", data["channel"], tuple(Channel))
    _one_of(place, "lang", data["lang"], tuple(Language))
    _one_of(place, "category", data["category"], CATEGORIES)
    _one_of(place, "level", data.get("level"), LEVELS)
    return Row(
        id=data["id"],
        writer=data["writer"],
        theme=data["theme"],
        language=Language(data["lang"]),
        text=ReportText(Channel(data["channel"]), data["subject"], data["body"]),
        level=data["level"],
        category=data["category"],
    )


def _one_of(place: str, key: str, value: object, allowed: tuple[object, ...]) -> None:
    if isinstance(value, bool) or value not in allowed:
        raise CorpusError(f"{place}: {key} is {value!r}; write one of {', '.join(map(str, allowed))}")
