"""Groups of words of which one stands in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.hints import Hints

_LETTERS = st.text("abc电梯火İ\U0001f525\ud800", max_size=40)
_WORDS = st.lists(st.lists(st.text("abc电梯火\U0001f525", min_size=1, max_size=5), max_size=4), max_size=6)


@given(_LETTERS, _WORDS)
def test_what_is_found_is_what_looking_for_each_word_finds(text: str, groups: list[list[str]]) -> None:
    assert Hints(groups).groups(text) == [
        number for number, words in enumerate(groups) if any(word in text for word in words)
    ]


@pytest.mark.parametrize("text", ["", "o", "o2", "the O2 alarm".lower()])
def test_short_words_and_short_texts_are_no_exception(text: str) -> None:
    assert Hints([["o2"], ["火"], ["o"]]).groups(text) == [
        number for number, word in enumerate(("o2", "火", "o")) if word in text
    ]
