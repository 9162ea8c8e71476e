"""A few ids are found among many."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classify.components.sieve import Sieve

_IDS = st.integers(0, 3).flatmap(
    lambda low: st.sampled_from([low, low << 47, low << 48, low << 62, (1 << 64) - 1 - low])
)


@given(few=st.sets(_IDS), many=st.lists(_IDS))
def test_a_sieve_finds_its_ids_and_no_other(few: set[int], many: list[int]) -> None:
    found = Sieve(few).find(np.array(many, np.uint64))

    assert found == [(place, one) for place, one in enumerate(many) if one in few]
