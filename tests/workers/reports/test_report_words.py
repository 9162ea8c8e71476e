"""Every language says everything."""

from datetime import timedelta
from typing import Any

import pytest

from models.values import CATEGORIES, CaseState, Channel, Language
from routing.rules import CONCERNED, ROLES
from workers.reports.accident import _SHOWN
from workers.reports.words import PROMISED, Words, _read


def keys(table: dict[str, Any], above: str = "") -> set[str]:
    found = set()
    for name, value in table.items():
        found |= keys(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}"}
    return found


def test_the_languages_have_the_same_words() -> None:
    by_language = _read()

    assert set(by_language) == set(Language)
    assert keys(by_language["zh-Hans"]) == keys(by_language["en"]) == keys(by_language["zh-Hant"])


@pytest.mark.parametrize("language", Language)
def test_whatever_a_case_can_be_has_a_name(language: Language) -> None:
    named = _read()[language]

    assert set(CATEGORIES) <= set(named["categories"])
    assert set(CaseState) <= set(named["states"])
    assert set(Channel) <= set(named["channels"])
    assert set(PROMISED) <= set(named["clock"])
    assert {*CONCERNED, *ROLES} == set(named["roles"])
    assert set(_SHOWN) <= set(named["event"])
    assert len(Words(language).days) == 7


def test_a_thing_that_no_table_knows_is_written_as_it_is() -> None:
    assert Words(Language.ENGLISH).of("roles", "duty-manager") == "duty manager"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (None, "–"),
        (timedelta(seconds=29), "0 min"),
        (timedelta(minutes=59, seconds=31), "1 h 00 min"),
        (timedelta(days=2, minutes=5), "48 h 05 min"),
    ],
)
def test_a_duration_is_told_in_hours_and_minutes(span: timedelta | None, said: str) -> None:
    assert Words(Language.ENGLISH).duration(span) == said
