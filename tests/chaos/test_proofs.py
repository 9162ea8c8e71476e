"""A safeguard that is off is missed: the checks of a chaos run are able to fail. `python -m tests.chaos
--safeguards-off` plays the same, and that nothing is wrong where the safeguard is on."""

from pathlib import Path

import pytest

from tests.chaos.proofs import missed, play
from tests.chaos.safeguards import OFF
from tests.chaos.scenarios import BY_NAME

pytestmark = pytest.mark.long


@pytest.mark.parametrize("safeguard", BY_NAME)
def test_the_oracle_sees_that_a_safeguard_is_off(safeguard: str, tmp_path: Path) -> None:
    scenario = BY_NAME[safeguard]

    found = play(tmp_path, scenario, is_on=False)

    assert missed(scenario, found), found


def test_each_safeguard_has_a_fault_that_is_there_for_it() -> None:
    assert set(BY_NAME) == set(OFF)
