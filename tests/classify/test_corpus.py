"""The corpus: wrong rows are refused by place, and the one that ships is fit to train on."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from classify.text import prepare
from classify.training.corpus import FOLDS, CorpusError, Row, folds, read
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


@pytest.fixture(scope="module")
def frozen() -> tuple[Row, ...]:
    return read(CORPUS / "test")


@pytest.fixture(scope="module")
def terse() -> tuple[Row, ...]:
    return read(CORPUS / "terse")


def test_the_corpus_has_the_mixture_that_the_datasheet_promises(rows: tuple[Row, ...], frozen: tuple[Row, ...]) -> None:
    every = (*rows, *frozen)
    chinese = [row for row in every if row.language is not Language.ENGLISH]

    assert len(every) >= 6000
    assert len(frozen) == 800
    assert 0.4 <= len(chinese) / len(every) <= 0.6
    assert sum(row.language is Language.TRADITIONAL for row in chinese) >= len(chinese) / 8
    channels = shares(row.text.channel for row in every)
    assert channels[Channel.EMAIL] == pytest.approx(0.6, abs=0.05)
    assert channels[Channel.PHONE] == pytest.approx(0.25, abs=0.05)
    assert channels[Channel.MACHINE] == pytest.approx(0.15, abs=0.05)
    assert min(shares(row.level for row in every)[level] for level in LEVELS) >= 0.2
    assert min(shares(row.category for row in every)[name] for name in CATEGORIES) >= 0.04


def test_the_frozen_test_is_the_one_that_was_frozen() -> None:
    """Labels and texts of the test are never touched again: what changes them makes every figure incomparable."""
    digest = hashlib.sha256()
    for path in sorted((CORPUS / "test").glob("*.jsonl")):
        digest.update(path.read_bytes())

    assert digest.hexdigest()[:16] == "544a3253f8fa6771"


def test_no_two_reports_are_the_same(rows: tuple[Row, ...], frozen: tuple[Row, ...], terse: tuple[Row, ...]) -> None:
    bodies = Counter("".join(prepare(row.text).text.lower().split()) for row in (*rows, *frozen, *terse))

    assert [body for body, count in bodies.items() if count > 1] == []


def test_the_held_out_parts_are_of_similar_size_and_keep_writers_together(rows: tuple[Row, ...]) -> None:
    parts = folds(rows)
    of_writer: dict[str, set[int]] = {}
    for row, part in zip(rows, parts, strict=True):
        of_writer.setdefault(row.writer, set()).add(part)
    sizes = Counter(parts)

    assert set(sizes) == set(range(FOLDS))
    assert max(sizes.values()) <= 1.3 * min(sizes.values())
    assert all(len(found) == 1 for found in of_writer.values())


def test_few_writers_are_held_out_by_their_themes(rows: tuple[Row, ...]) -> None:
    some = [row for row in rows if row.writer in {"w01", "w02"}]
    parts = folds(some)
    of_theme: dict[tuple[str, str], set[int]] = {}
    for row, part in zip(some, parts, strict=True):
        of_theme.setdefault((row.writer, row.theme), set()).add(part)

    assert set(parts) == set(range(FOLDS))
    assert all(len(found) == 1 for found in of_theme.values())


def test_the_test_shares_no_writer_and_theme_with_training(rows: tuple[Row, ...], frozen: tuple[Row, ...]) -> None:
    trained_on = {(row.writer, row.theme) for row in rows}

    assert [row.id for row in frozen if (row.writer, row.theme) in trained_on] == []
    assert not {row.id for row in rows} & {row.id for row in frozen}


def test_no_test_report_is_nearly_a_training_one(rows: tuple[Row, ...], frozen: tuple[Row, ...]) -> None:
    """Shingles of 8 characters; half of the shorter text's shared would be a leak, unless it is but a phrase."""
    tested = [(row, pieces) for row in frozen if len(pieces := shingles(prepare(row.text).text)) >= 12]
    holders: dict[str, list[int]] = {}
    for index, (_, pieces) in enumerate(tested):
        for piece in pieces:
            holders.setdefault(piece, []).append(index)

    leaks = []
    for row in rows:
        pieces = shingles(prepare(row.text).text)
        shared = Counter(index for piece in pieces for index in holders.get(piece, ()))
        leaks += [
            (row.id, tested[index][0].id)
            for index, count in shared.items()
            if len(pieces) >= 12 and count > 0.5 * min(len(pieces), len(tested[index][1]))
        ]

    assert leaks == []


def test_two_labellers_agree_as_the_datasheet_says(
    rows: tuple[Row, ...], frozen: tuple[Row, ...], terse: tuple[Row, ...]
) -> None:
    labels = [json.loads(line) for line in (CORPUS / "second" / "labels.jsonl").read_text("utf-8").splitlines()]
    by_id = {row.id: row for row in (*rows, *frozen, *terse)}

    assert len(labels) >= 1500
    assert {row.id for row in (*frozen, *terse)} <= {label["id"] for label in labels}
    assert {label["id"] for label in labels} <= by_id.keys()
    assert kappa([(label["first"]["level"], label["second"]["level"]) for label in labels]) == pytest.approx(
        0.994, abs=0.0005
    )
    assert kappa([(label["first"]["category"], label["second"]["category"]) for label in labels]) == pytest.approx(
        0.957, abs=0.0005
    )
    for label in labels:  # what was in dispute was settled for one of the two
        row = by_id[label["id"]]
        assert row.level in {label["first"]["level"], label["second"]["level"]}
        assert row.category in {label["first"]["category"], label["second"]["category"]}


def kappa(pairs: list[tuple[object, object]]) -> float:
    """Cohen's, unweighted."""
    agreed = sum(first == second for first, second in pairs) / len(pairs)
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    chance = sum(firsts[label] * seconds[label] for label in firsts) / len(pairs) ** 2
    return (agreed - chance) / (1 - chance)


def shares(values: Iterable[Any]) -> dict[Any, float]:
    counts = Counter(values)
    return {value: count / counts.total() for value, count in counts.items()}


def shingles(text: str) -> set[str]:
    folded = "".join(text.lower().split())
    return {folded[start : start + 8] for start in range(max(1, len(folded) - 7))}
