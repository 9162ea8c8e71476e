"""Process, team and reason for every level and category."""

from datetime import UTC, datetime

import pytest

from models.values import CATEGORIES, LEVELS
from routing import profile
from routing.clocks import plan
from routing.decide import decide
from routing.profile import Profile

YILONG = profile.load("yilong")
MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


@pytest.fixture
def with_teams() -> Profile:
    rules = (
        {"team": "night", "levels": (1, 2), "categories": ("network",)},
        {"team": "network", "categories": ("network",)},
        {"team": "everyone"},
    )
    return Profile.model_validate({**YILONG.model_dump(), "teams": rules})


@pytest.mark.parametrize(("level", "process"), [(1, "fault"), (2, "fault"), (3, "fault"), (4, "non-fault")])
def test_levels_1_to_3_take_the_fault_process_and_4_does_not(level: int, process: str) -> None:
    decision = decide(YILONG, level, "complaint", MONDAY)

    assert decision.process == process


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_every_level_and_category_has_a_team_clocks_and_a_reason(level: int, category: str) -> None:
    decision = decide(YILONG, level, category, MONDAY)

    assert decision.team in {rule.team for rule in YILONG.teams}
    assert decision.clocks == plan(YILONG, level, MONDAY)
    assert decision.team in decision.because
    assert "yilong" in decision.because


@pytest.mark.parametrize(
    ("category", "team"),
    [
        ("hardware", "infrastructure"),
        ("network", "infrastructure"),
        ("performance", "infrastructure"),
        ("software", "software"),
        ("data", "software"),
        ("install", "software"),
        ("account", "software"),
        ("security", "security"),
        ("usage", "service-desk"),
        ("contract", "service-desk"),
        ("service", "service-desk"),
        ("complaint", "service-desk"),
    ],
)
def test_below_critical_the_category_chooses_the_team(category: str, team: str) -> None:
    teams = {decide(YILONG, level, category, MONDAY).team for level in (2, 3, 4)}

    assert teams == {team}


@pytest.mark.parametrize(
    ("level", "category", "team"),
    [(1, "network", "night"), (3, "network", "network"), (1, "usage", "everyone")],
)
def test_the_first_team_rule_that_fits_counts(with_teams: Profile, level: int, category: str, team: str) -> None:
    decision = decide(with_teams, level, category, MONDAY)

    assert decision.team == team


def test_the_reason_names_what_the_rule_looked_at(with_teams: Profile) -> None:
    by_both, by_category = (decide(with_teams, level, "network", MONDAY).because for level in (1, 3))
    by_nothing = decide(with_teams, 1, "usage", MONDAY).because

    assert by_both == "level 1, category network goes to night in profile yilong"
    assert by_category == "category network goes to network in profile yilong"
    assert by_nothing == "everything else goes to everyone in profile yilong"
