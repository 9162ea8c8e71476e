"""The ladders of the seven schemes against SERVICE.md: who is told of a promise not kept, when, and what happens."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from routing import ladder, profile
from routing.clocks import plan
from routing.ladder import Running, Step
from routing.profile import Profile

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=CHINA)
NIGHT = datetime(2026, 11, 9, 3, 0, tzinfo=CHINA)
NAMES = profile.names()
RISES, EXPERT, BOTH, CLOSES = ("raise-level",), ("expert",), ("raise-level", "expert"), ("close",)

# Row, level, step, due, told, what else; for what happened on Monday 2026-11-09 at 10:00, no clock being met.
ROWS: list[tuple[str, int, str, str, set[str], tuple[str, ...]]] = [
    *[
        (f"yilong.5x8.{level}.{step}", level, step, due, told, ())
        for level in (1, 2, 3)
        for step, due, told in (
            ("notice", "11-09 10:00", {"service-manager", "quality"}),
            ("specialist-silent", "11-09 10:05", {"specialist", "on-call"}),
            ("manager-reached", "11-09 10:10", {"service-manager"}),
            ("escalate", "11-09 10:30", {"service-manager"}),
            ("assign-help", "11-09 11:00", {"project-manager", "service-manager"}),
            ("interim-report", "11-09 18:00", {"service-manager", "assignee"}),
        )
    ],
    ("yilong.responds.1", 1, "nobody-responds-1", "11-09 12:00", {"director"}, ()),
    ("yilong.responds.2", 2, "nobody-responds-2", "11-09 15:00", {"director"}, RISES),
    ("yilong.responds.3", 3, "nobody-responds-3", "11-10 10:00", {"project-manager"}, RISES),
    ("yilong.responds.4", 4, "nobody-responds-4", "11-10 10:00", {"service-manager"}, RISES),
    ("yilong.answer.1", 1, "no-answer-1", "11-09 15:00", {"director", "assignee"}, ()),
    ("yilong.answer.2", 2, "no-answer-2", "11-10 10:00", {"director", "assignee"}, RISES),
    ("yilong.answer.3", 3, "no-answer-3", "11-12 10:00", {"project-manager", "assignee"}, RISES),
    ("yilong.answer.4", 4, "no-answer-4", "11-17 10:00", {"service-manager", "assignee"}, RISES),
    *[
        row
        for level in (1, 2, 3, 4)
        for row in (
            (f"yilong.close.{level}.manager-told", level, "confirmed", "11-09 10:00", {"service-manager"}, ()),
            (f"yilong.close.{level}.closed", level, "close", "11-09 10:30", {"specialist", "service-manager"}, CLOSES),
        )
    ],
    ("vodecn.levels.1", 1, "escalate-1", "11-09 14:00", {"expert", "service-manager", "director"}, EXPERT),
    ("vodecn.levels.2", 2, "escalate", "11-09 18:00", {"expert", "assignee", "service-manager"}, BOTH),
    ("vodecn.levels.3", 3, "escalate", "11-10 10:00", {"expert", "assignee", "service-manager"}, BOTH),
    ("netops.rises.1", 1, "escalate-1", "11-09 12:00", {"project-manager", "supervision", "director"}, ()),
    ("netops.rises.2", 2, "escalate", "11-09 18:00", {"assignee", "project-manager"}, RISES),
    ("netops.rises.3", 3, "escalate", "11-10 10:00", {"assignee", "project-manager"}, RISES),
    ("service-plan.experts.1", 1, "expert-group", "11-09 10:00", {"expert"}, EXPERT),
    ("service-plan.experts.own-2", 3, "expert-group-2", "11-09 10:00", {"on-call", "expert"}, EXPERT),
    ("ucloud.gold.1", 1, "expert-call", "11-09 10:00", {"expert"}, EXPERT),
    ("ucloud.fault.1", 1, "escalate-1", "11-09 12:00", {"service-manager", "director"}, ()),
    ("ucloud.fault.2", 2, "escalate", "11-09 14:00", {"assignee", "service-manager"}, RISES),
    ("ucloud.fault.3", 3, "escalate", "11-10 10:00", {"assignee", "service-manager"}, RISES),
    ("ucloud.fault.1.research", 1, "research", "11-09 13:00", {"rnd", "second-line"}, ()),
    ("ucloud.non-fault.4.second-line", 4, "second-line", "11-10 10:00", {"second-line"}, ()),
    ("ucloud.non-fault.4.product", 4, "product-management", "11-12 10:00", {"product-management", "rnd"}, ()),
    ("storage-callhome.events.4", 4, "review", "11-09 10:00", {"service-manager"}, ()),
    ("storage-callhome.engineering.1", 1, "engineering", "11-09 12:00", {"rnd", "assignee", "service-manager"}, EXPERT),
    ("storage-callhome.engineering.2", 2, "engineering", "11-09 14:00", {"rnd", "assignee", "service-manager"}, EXPERT),
    ("storage-callhome.engineering.3", 3, "engineering", "11-10 10:00", {"rnd", "assignee", "service-manager"}, EXPERT),
    ("software-project.staff.1.engineer", 1, "support-engineer", "11-09 14:00", {"engineer", "assignee"}, ()),
    ("software-project.staff.2.engineer", 2, "support-engineer", "11-09 18:00", {"engineer", "assignee"}, ()),
    ("software-project.staff.3.engineer", 3, "support-engineer", "11-11 10:00", {"engineer", "assignee"}, ()),
    ("software-project.staff.4.engineer", 4, "support-engineer", "11-13 10:00", {"engineer", "assignee"}, ()),
    ("software-project.staff.1.developers", 1, "developers", "11-09 18:00", {"rnd", "service-manager"}, EXPERT),
    ("software-project.staff.2.developers", 2, "developers", "11-10 10:00", {"rnd", "service-manager"}, EXPERT),
    ("software-project.staff.3.developers", 3, "developers", "11-11 14:00", {"rnd", "service-manager"}, EXPERT),
    ("software-project.staff.4.developers", 4, "developers", "11-13 14:00", {"rnd", "service-manager"}, EXPERT),
]


def climb(scheme: Profile, level: int, at: datetime, **asked: Any) -> dict[str, Step]:
    """The steps of a case on which nothing happens after what `asked["starts"]` names."""
    clocks = {clock.name: Running(clock.due_at, clock.hours) for clock in plan(scheme, level, at, **asked)}
    return {step.name: step for step in ladder.steps(scheme, level, clocks)}


@pytest.mark.parametrize(("row", "level", "name", "due", "told", "does"), ROWS, ids=[row[0] for row in ROWS])
def test_what_misses_its_time_climbs_as_the_scheme_says(
    row: str, level: int, name: str, due: str, told: set[str], does: tuple[str, ...]
) -> None:
    scheme = profile.load(row.partition(".")[0])
    rule = ladder.rule_of(scheme, name)
    assert rule is not None
    starts = next(clock.starts for clock in scheme.clocks if clock.name == rule.clock)
    tier = "gold-vip" if ".gold." in row else None

    step = climb(scheme, level, MONDAY, starts=starts, category="hardware", tier=tier)[name]

    assert f"{step.due_at.astimezone(CHINA):%m-%d %H:%M}" == due
    assert set(rule.tell) == told
    assert rule.does == does
    assert rule.row in step.because


def test_the_table_leaves_out_no_step_that_a_source_states() -> None:
    stated = {
        (name, rule.name, level)
        for name in NAMES
        for rule in profile.load(name).ladder
        if rule.stated
        for level in rule.levels
    }

    tested = {(row.partition(".")[0], name, level) for row, level, name, _, _, _ in ROWS}

    assert stated - tested == set()


@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("name", NAMES)
def test_whoever_is_on_call_hears_of_each_case_at_once_and_of_the_gravest_by_telephone(name: str, level: int) -> None:
    scheme = profile.load(name)

    step = min(climb(scheme, level, NIGHT, category="usage").values(), key=lambda step: step.due_at)

    rule = ladder.rule_of(scheme, step.name)
    assert rule is not None
    assert step.due_at == NIGHT
    assert "on-call" in rule.tell
    assert "email" in rule.by
    assert level > 1 or "voice" in rule.by


@pytest.mark.parametrize("name", ["ucloud", "netops"])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_two_schemes_telephone_about_every_fault(name: str, level: int) -> None:
    scheme = profile.load(name)

    rule = ladder.rule_of(scheme, min(climb(scheme, level, NIGHT).values(), key=lambda step: step.due_at).name)

    assert rule is not None
    assert "voice" in rule.by


@pytest.mark.parametrize("level", [1, 2, 3])
def test_ucloud_tells_everybody_that_a_fault_needs_by_telephone(level: int) -> None:
    scheme = profile.load("ucloud")

    rules = [rule for rule in scheme.ladder if rule.name in climb(scheme, level, MONDAY)]

    assert [rule.name for rule in rules if "voice" not in rule.by] == []


def test_ucloud_sets_no_time_to_solve_a_question() -> None:
    clocks = {clock.name for clock in plan(profile.load("ucloud"), 4, MONDAY, "usage")}

    assert clocks == {"first_reply", "desk_answer", "call_out"}


def test_yilong_asks_for_news_again_and_again() -> None:
    repeating = [rule.name for rule in profile.load("yilong").clocks if rule.repeats]

    assert repeating == ["next_update"]


@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("name", NAMES)
def test_an_acceptance_that_leads_nowhere_is_taken_back(name: str, level: int) -> None:
    scheme = profile.load(name)

    (step,) = climb(scheme, level, MONDAY, starts="accepted").values()

    rule = ladder.rule_of(scheme, step.name)
    assert rule is not None
    assert rule.does == ("take-back",)
    assert "on-call" in rule.tell
    assert step.due_at > MONDAY


@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_closed_when_the_customer_is_silent_or_has_confirmed(name: str, level: int) -> None:
    scheme = profile.load(name)

    silent, confirmed = (climb(scheme, level, MONDAY, starts=starts) for starts in ("solved", "confirmed"))

    assert f"{silent['no-objection'].due_at.astimezone(CHINA):%m-%d %H:%M}" == "11-12 10:00"
    assert confirmed["close"].due_at > MONDAY
    for step in ("no-objection", "close"):
        rule = ladder.rule_of(scheme, step)
        assert rule is not None
        assert rule.does == ("close",)


@pytest.mark.parametrize("name", NAMES)
def test_no_step_raises_a_case_above_the_gravest_level(name: str) -> None:
    raising = [rule for rule in profile.load(name).ladder if "raise-level" in rule.does]

    assert [rule.name for rule in raising if 1 in rule.levels] == []
