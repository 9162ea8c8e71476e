"""What a key says of the level."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify import keyed
from classify.decide import Calibration, choose
from classify.decide import keyed as by_key
from models.values import CATEGORIES, LEVELS

USAGE = {name: float(name == "usage") for name in CATEGORIES}


def probs(*values: float) -> dict[int, float]:
    return dict(zip(LEVELS, values, strict=True))


@given(st.lists(st.floats(0.001, 1), min_size=4, max_size=4), st.booleans())
def test_the_probabilities_sum_to_one_and_move_the_way_of_the_answer(weights: list[float], is_stopped: bool) -> None:
    before = probs(*(weight / sum(weights) for weight in weights))

    after = keyed.weigh(before, is_stopped)

    assert sum(after.values()) == pytest.approx(1)
    assert after[1] >= before[1] - 1e-9 if is_stopped else after[1] <= before[1] + 1e-9


def test_where_words_say_nothing_the_key_decides() -> None:
    even = probs(0.25, 0.25, 0.25, 0.25)

    assert choose(keyed.weigh(even, True), USAGE, (), Calibration()).level == 1
    assert choose(keyed.weigh(even, False), USAGE, (), Calibration()).level > 1


def test_a_key_is_no_verdict_against_clear_words() -> None:
    question, dead = probs(0.005, 0.005, 0.01, 0.98), probs(0.97, 0.02, 0.005, 0.005)

    assert choose(keyed.weigh(question, True), USAGE, (), Calibration()).level == 4
    assert choose(keyed.weigh(dead, False), USAGE, (), Calibration()).level == 1


def test_a_person_looks_where_the_key_has_moved_the_level() -> None:
    words = probs(0.15, 0.6, 0.15, 0.1)
    after = keyed.weigh(words, True)

    moved = by_key(words, choose(after, USAGE, (), Calibration(most_risk=9)), after)
    unmoved = by_key(after, choose(after, USAGE, (), Calibration(most_risk=9)), after)

    assert (moved.level, moved.needs_review) == (1, True)
    assert "the words alone read as level" in moved.because
    assert not unmoved.needs_review
