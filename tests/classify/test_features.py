"""A model's vocabulary finds what it knows, and knows nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.components.features import Vocabulary
from classify.components.layout import Ids

MOST = 2**64 - 1
# Hashes lie evenly; these lie close together, too, and at both ends.
IDS = st.integers(0, MOST) | st.integers(0, 20) | st.integers(MOST - 20, MOST) | st.integers(2**63 - 9, 2**63 + 9)


def ids(found: list[int]) -> Ids:
    return np.array(found, dtype=np.uint64)


def vocabulary(keys: set[int]) -> Vocabulary:
    return Vocabulary(ids(sorted(keys)), np.ones(len(keys), np.float32))


@given(st.sets(IDS, max_size=60), st.lists(IDS, max_size=60))
def test_every_id_that_is_known_is_found_in_its_row_and_no_other(keys: set[int], others: list[int]) -> None:
    asked = [*others, *keys]

    rows, known = vocabulary(keys).find(ids(asked))

    assert known.tolist() == [one in keys for one in asked]
    assert [sorted(keys)[row] for row in rows[known]] == [one for one in asked if one in keys]


def test_ids_that_all_lie_in_one_place_are_found() -> None:
    keys = set(range(1000, 3000, 2))

    rows, known = vocabulary(keys).find(ids(list(range(1000, 3000))))

    assert rows[known].tolist() == list(range(1000))


@pytest.mark.parametrize("asked", [[], [0], [MOST]])
def test_an_empty_vocabulary_knows_nothing(asked: list[int]) -> None:
    _, known = vocabulary(set()).find(ids(asked))

    assert not known.any()
