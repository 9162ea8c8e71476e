"""A short chaos run with a fixed seed; `python -m tests.chaos` breaks a larger desk for as long as one likes."""

from pathlib import Path

import pytest

from tests.chaos.run import Plan, run

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    "plan",
    [
        Plan(12, seed=3, parts=("smtp", "web", "poll", "worker", "timers")),
        Plan(12, seed=4, parts=("up",)),
        Plan(12, seed=3, database="postgresql", broker="redis", parts=("smtp", "worker-1", "worker-2", "timers")),
    ],
    ids=("sqlite", "all in one", "postgresql-redis"),
)
def test_nothing_is_lost_doubled_or_left_undone_whatever_breaks(tmp_path: Path, plan: Plan) -> None:
    result = run(tmp_path, plan, print)

    assert result.violations == []
    assert len(result.recoveries) > 1
