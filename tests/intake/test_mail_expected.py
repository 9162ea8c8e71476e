"""The mails of fixtures/mail, each with what its sender meant beside it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from workers.cli.parse_json import as_json

MAILS = Path(__file__).parents[2] / "fixtures" / "mail"
EXPECTED = sorted(MAILS.glob("*.json"))
DEMO = re.compile(r"\d\d-")  # those of the demo have a table of their own: test_mail_fixtures.py
_BLANKS = re.compile(r"[ \t\u00a0\u3000]+")
_BREAKS = re.compile(r"\s*\n\s*")


def same(value: Any) -> Any:
    """Texts without what no reader sees: the number of blanks and of empty lines."""
    if isinstance(value, str):
        return _BREAKS.sub("\n", _BLANKS.sub(" ", value)).strip()
    if isinstance(value, list):
        return [same(one) for one in value]
    return {key: same(one) for key, one in value.items()} if isinstance(value, dict) else value


def fits(read: Any, expected: Any) -> bool:
    """Equal in all that is expected: of an address or an attachment perhaps only some of its keys."""
    if isinstance(expected, dict) and isinstance(read, dict):
        return all(fits(read.get(key), value) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(read, list):
        return len(read) == len(expected) and all(map(fits, read, expected))
    return bool(read == expected) or (expected is None and read == "")


def holds(read: dict[str, Any], key: str, expected: Any) -> bool:
    """One expectation: the value of a key, words that must (`text_has`) or must not (`text_lacks`) be in it."""
    if key == "defective":
        return bool(read["defects"]) == bool(expected)
    for how in ("_has", "_lacks"):
        if key.endswith(how):
            text = same(read[key.removesuffix(how)])
            return all((same(words) in text) == (how == "_has") for words in expected)
    if key == "bounced":
        return sorted(map(str.casefold, read[key])) == sorted(map(str.casefold, expected))
    return fits(same(read[key]), same(expected))


@pytest.mark.parametrize("path", EXPECTED, ids=[path.stem for path in EXPECTED])
def test_a_mail_is_read_as_its_sender_meant_it(path: Path) -> None:
    expected = json.loads(path.read_text("utf-8"))
    expected.pop("note")

    read = as_json(path.with_suffix(".eml").read_bytes())

    wrong = {key: value for key, value in expected.items() if not holds(read, key, value)}
    assert wrong == {}, {
        key: read.get(key.removesuffix("_has").removesuffix("_lacks"), read["defects"]) for key in wrong
    }


def test_every_mail_has_its_expectation_and_every_expectation_its_mail() -> None:
    mails = {path.stem for path in MAILS.glob("*.eml") if not DEMO.match(path.name)}

    assert mails == {path.stem for path in EXPECTED}
    assert len(mails) >= 200


def test_each_expectation_says_what_is_odd_about_its_mail() -> None:
    notes = [json.loads(path.read_text("utf-8"))["note"] for path in EXPECTED]

    assert len(set(notes)) == len(notes)
