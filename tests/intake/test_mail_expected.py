"""The mails of fixtures/mail, each with what its sender meant beside it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from workers.parse_json import as_json

MAILS = Path(__file__).parents[2] / "fixtures" / "mail"
EXPECTED = sorted(MAILS.glob("*.json"))
DEMO = re.compile(r"\d\d-")  # those of the demo have a table of their own: test_mail_fixtures.py
_BLANKS = re.compile(r"[ \t\u00a0\u3000]+")
_BREAKS = re.compile(r"\s*\n\s*")


def same(value: Any) -> Any:
    """Texts without what no reader sees: the number of blanks and of empty lines."""
    return _BREAKS.sub("\n", _BLANKS.sub(" ", value)).strip() if isinstance(value, str) else value


@pytest.mark.parametrize("path", EXPECTED, ids=[path.stem for path in EXPECTED])
def test_a_mail_is_read_as_its_sender_meant_it(path: Path) -> None:
    expected = json.loads(path.read_text("utf-8"))
    expected.pop("note")
    defective = expected.pop("defective", None)

    read = as_json(path.with_suffix(".eml").read_bytes())

    assert {key: same(read[key]) for key in expected} == {key: same(value) for key, value in expected.items()}
    assert defective is None or bool(read["defects"]) == defective


def test_every_mail_has_its_expectation_and_every_expectation_its_mail() -> None:
    mails = {path.stem for path in MAILS.glob("*.eml") if not DEMO.match(path.name)}

    assert mails == {path.stem for path in EXPECTED}


def test_each_expectation_says_what_is_odd_about_its_mail() -> None:
    notes = [json.loads(path.read_text("utf-8"))["note"] for path in EXPECTED]

    assert len(set(notes)) == len(notes)
