"""Levels by what a mistake costs, and when a person is asked."""

import pytest

from classify.caution import Caution
from classify.decide import COSTS, Calibration, choose, risk
from models.values import CATEGORIES, LEVELS

SURE = {name: 1.0 if name == "data" else 0.0 for name in CATEGORIES}
TORN = {name: 0.5 if name in {"data", "software"} else 0.0 for name in CATEGORIES}
LIMITS = Calibration(most_risk=0.3)


def levels(*probs: float) -> dict[int, float]:
    return dict(zip(LEVELS, probs, strict=True))


def test_the_right_level_costs_nothing_and_a_missed_level_1_the_most() -> None:
    assert all(COSTS[level][level] == 0 for level in LEVELS)
    assert min(COSTS[1][given] for given in (2, 3, 4)) > max(
        COSTS[true][given] for true in (2, 3, 4) for given in LEVELS
    )


def test_what_is_sure_is_decided_alone() -> None:
    choice = choose(levels(0.0, 0.0, 0.05, 0.95), SURE, (), LIMITS)

    assert (choice.level, choice.category, choice.needs_review) == (4, "data", False)
    assert "95%" in choice.because


def test_a_likely_enough_level_1_is_taken_for_one_though_another_is_likelier() -> None:
    choice = choose(levels(0.4, 0.5, 0.05, 0.05), SURE, (), LIMITS)

    assert choice.level == 1
    assert choice.needs_review
    assert "Level 2 is likelier (50%), but level 1 (40%)" in choice.because


def test_a_possible_level_1_is_named_as_the_reason_to_look() -> None:
    choice = choose(levels(0.2, 0.7, 0.1, 0.0), SURE, (), LIMITS)

    assert (choice.level, choice.needs_review) == (2, True)
    assert "level 1 (20%)" in choice.because


def test_a_torn_category_asks_for_a_look() -> None:
    choice = choose(levels(0.0, 0.0, 0.0, 1.0), TORN, (), LIMITS)

    assert choice.needs_review
    assert "category is unsure" in choice.because


def test_a_torn_level_asks_for_a_look() -> None:
    choice = choose(levels(0.0, 0.5, 0.5, 0.0), SURE, (), LIMITS)

    assert choice.needs_review
    assert "level is unsure" in choice.because


def test_a_caution_raises_and_never_lowers() -> None:
    fire = Caution(1, "fire", 0, 4)
    smell = Caution(2, "burning smell", 0, 4)

    assert choose(levels(0.0, 0.0, 0.0, 1.0), SURE, (fire,), LIMITS).level == 1
    assert choose(levels(1.0, 0.0, 0.0, 0.0), SURE, (smell,), LIMITS).level == 1
    assert choose(levels(0.0, 0.0, 0.0, 1.0), SURE, (fire,), LIMITS).needs_review


@pytest.mark.parametrize("level", LEVELS)
def test_certainty_is_no_risk(level: int) -> None:
    assert risk({one: float(one == level) for one in LEVELS}, SURE) == 0
