"""How a report falls into clauses."""

import pytest
import spacy

from classify.components.clauses import MOST_TOKENS, split
from classify.components.tokenizer import MixedTokenizer


def clauses(text: str) -> list[str]:
    found = split(MixedTokenizer(spacy.blank("xx").vocab)(text))
    return [text[start:end].strip() for start, end in zip(found.starts, found.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("disk dead", ["disk dead"]),
        ("disk dead, users wait. Help", ["disk dead,", "users wait.", "Help"]),
        ("disk dead\nusers wait", ["disk dead", "users wait"]),
        ("硬盘坏了 请来人", ["硬盘坏了", "请来人"]),
        ("重启 SAP 之后", ["重启 SAP 之后"]),
        ("重启。", ["重启。"]),
    ],
)
def test_clauses_end_at_punctuation_at_line_ends_and_between_ideographs(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


def test_a_clause_without_an_end_ends_when_it_is_long() -> None:
    said = "word " * (2 * MOST_TOKENS + 1)

    found = clauses(f"yes, {said}".strip())

    assert [len(clause.split()) for clause in found] == [1, MOST_TOKENS, MOST_TOKENS, 1]


def test_a_clause_of_just_the_longest_length_is_one() -> None:
    said = " ".join(["word"] * (MOST_TOKENS - 1))

    assert clauses(f"{said}. yes") == [f"{said}.", "yes"]
