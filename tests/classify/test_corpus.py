"""The corpus: wrong rows are refused by place, and the one that ships is fit to train on."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from classify.text import prepare
from classify.training.corpus import FOLDS, CorpusError, Row, read
from models.values import CATEGORIES, LEVELS, Channel, Language

CORPUS = Path(__file__).parents[2] / "classify" / "corpus"

GOOD: dict[str, Any] = {
    "id": "t-1",
    "writer": "t",
    "theme": "disk",
    "channel": "email",
    "lang": "en",
    "subject": "disk",
    "body": "one disk is amber",
    "level": 3,
    "category": "hardware",
}


def write(folder: Path, *lines: object) -> Path:
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / "w.jsonl").write_text("\n".join(texts), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    return read(CORPUS)


def test_a_good_row_is_read(tmp_path: Path) -> None:
    (row,) = read(write(tmp_path, GOOD, ""))

    assert (row.level, row.category, row.language) == (3, "hardware", Language.ENGLISH)
    assert row.text.channel is Channel.EMAIL


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("{", "not JSON"),
        ("[1]", "JSON object"),
        ({**GOOD, "id": "t-2", "level": 5}, "level is 5; write one of 1, 2, 3, 4"),
        ({**GOOD, "id": "t-2", "level": True}, "level is True"),
        ({**GOOD, "id": "t-2", "category": "disk"}, "category is 'disk'"),
        ({**GOOD, "id": "t-2", "channel": "fax"}, "channel is 'fax'; write one of email, phone, machine"),
        ({**GOOD, "id": "t-2", "lang": "zh"}, "lang is 'zh'"),
        ({**GOOD, "id": "t-2", "body": None}, "'body' is missing"),
        ({**GOOD, "id": "t-2", "subject": " ", "body": ""}, "both empty"),
        (GOOD, "used twice"),
    ],
)
def test_a_wrong_row_is_refused_by_file_and_line(tmp_path: Path, bad: object, says: str) -> None:
    folder = write(tmp_path, GOOD, bad)

    with pytest.raises(CorpusError) as refusal:
        read(folder)

    assert str(refusal.value).startswith("w.jsonl:2: ")
    assert says in str(refusal.value)


def test_a_folder_without_reports_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no \*\.jsonl"):
        read(tmp_path)


def test_the_corpus_covers_every_level_category_channel_and_language(rows: tuple[Row, ...]) -> None:
    levels = Counter(row.level for row in rows)

    assert len(rows) >= 600
    assert min(levels[level] for level in LEVELS) >= 0.2 * len(rows)
    assert {row.category for row in rows} == set(CATEGORIES)
    assert {row.text.channel for row in rows} == set(Channel)
    assert {row.language for row in rows} == set(Language)


def test_no_two_reports_are_the_same(rows: tuple[Row, ...]) -> None:
    bodies = Counter("".join(prepare(row.text).text.lower().split()) for row in rows)

    assert [body for body, count in bodies.items() if count > 1] == []


def test_the_held_out_parts_are_of_similar_size_and_keep_themes_together(rows: tuple[Row, ...]) -> None:
    sizes = Counter(row.fold for row in rows)
    themes: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        themes.setdefault((row.writer, row.theme), set()).add(row.fold)

    assert set(sizes) == set(range(FOLDS))
    assert max(sizes.values()) <= 1.3 * min(sizes.values())
    assert all(len(folds) == 1 for folds in themes.values())


def test_no_held_out_report_is_nearly_a_training_one(rows: tuple[Row, ...]) -> None:
    """Shingles of 8 characters; half of the shorter text's shared would be a leak, unless it is but a phrase."""
    shingled = [(row, pieces) for row in rows if len(pieces := shingles(prepare(row.text).text)) >= 12]
    holders: dict[str, list[int]] = {}
    for index, (_, pieces) in enumerate(shingled):
        for piece in pieces:
            holders.setdefault(piece, []).append(index)

    shared: Counter[tuple[int, int]] = Counter()
    for indices in holders.values():
        shared.update((a, b) for a in indices for b in indices if a < b)
    leaks = [
        (shingled[a][0].id, shingled[b][0].id)
        for (a, b), count in shared.items()
        if shingled[a][0].fold != shingled[b][0].fold and count > 0.5 * min(len(shingled[a][1]), len(shingled[b][1]))
    ]

    assert leaks == []


def shingles(text: str) -> set[str]:
    folded = "".join(text.lower().split())
    return {folded[start : start + 8] for start in range(max(1, len(folded) - 7))}
