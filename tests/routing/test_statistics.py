"""Figures of reports, against numbers that were worked out by hand."""

from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import profile
from routing.clocks import business_time
from routing.figures import percentile, wilson
from routing.statistics import CaseRecord, ClockRecord, Outcome, busy_hours, promises, summarise, times, volumes

SHANGHAI = ZoneInfo("Asia/Shanghai")
BUSINESS = {"yilong": business_time(profile.load("yilong").hours)}
MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=SHANGHAI)

spans = st.lists(st.integers(0, 10**9).map(lambda number: timedelta(milliseconds=number)), min_size=1, max_size=60)
shares = st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


def case(**changes: Any) -> CaseRecord:
    values: dict[str, Any] = {
        "number": "FL-000001",
        "subject": "Backup failed",
        "level": 2,
        "category": "hardware",
        "channel": "email",
        "profile": "yilong",
        "customer": "Example Bank",
        "state": "new",
        "created_at": MONDAY,
    }
    return CaseRecord(**(values | changes))


def clock(outcome: Outcome, name: str = "solve") -> ClockRecord:
    due = MONDAY + timedelta(hours=4)
    met = {"kept": due, "missed": due + timedelta(minutes=1)}.get(outcome)
    return ClockRecord(name, MONDAY, due, met, outcome == "missed", outcome == "overtaken")


def minutes(*numbers: float) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


def test_cases_are_counted_by_level_category_channel_and_week() -> None:
    found = volumes(
        [
            case(level=1, category="network"),
            case(level=4, category="usage", channel="phone", created_at=MONDAY + timedelta(days=14)),
            case(level=4, category="usage", created_at=MONDAY - timedelta(hours=11)),
        ],
        SHANGHAI,
    )

    assert found.total == 3
    assert found.by_level == {1: 1, 2: 0, 3: 0, 4: 2}
    assert list(found.by_category.items()) == [("usage", 2), ("network", 1)]
    assert found.by_channel == {"email": 2, "phone": 1}
    assert found.by_week == {"2026-W45": 1, "2026-W46": 1, "2026-W47": 0, "2026-W48": 1}


def test_a_week_over_the_turn_of_the_year_is_one_week() -> None:
    sylvester = datetime(2026, 12, 31, 9, 0, tzinfo=SHANGHAI)

    found = volumes([case(created_at=sylvester), case(created_at=sylvester + timedelta(days=1))], SHANGHAI)

    assert found.by_week == {"2026-W53": 2}


def test_promises_are_counted_by_name_and_level_with_the_share_of_those_decided() -> None:
    kept, missed, running = clock("kept"), clock("missed"), clock("running")

    [every, critical, major] = promises(
        [case(level=1, clocks=(kept, missed)), case(clocks=(kept,)), case(clocks=(kept,)), case(clocks=(running,))]
    )

    assert (every.level, every.kept, every.missed, every.running) == (None, 3, 1, 1)
    assert every.share == 0.75
    assert (critical.level, critical.share) == (1, 0.5)
    assert (major.level, major.kept, major.running, major.share) == (2, 2, 1, 1.0)


def test_a_promise_that_the_end_of_its_case_overtook_is_neither_kept_nor_missed() -> None:
    found = promises([case(clocks=(clock("overtaken"), clock("kept", "respond")))])

    assert {line.name for line in found} == {"respond"}


def test_a_promise_that_is_not_decided_has_no_share() -> None:
    [every, _] = promises([case(clocks=(clock("running"),))])

    assert every.share is None
    assert every.interval is None


def test_times_are_taken_by_the_wall_and_in_working_time() -> None:
    # Friday 17:00 until Monday 09:30: the working hours are 09-12 and 13-18.
    friday = datetime(2026, 11, 6, 17, 0, tzinfo=SHANGHAI)
    solved = datetime(2026, 11, 9, 9, 30, tzinfo=SHANGHAI)

    acknowledged, accepted, until_solved = times(
        [case(created_at=friday, acknowledged_at=friday + timedelta(minutes=2), solved_at=solved), case()], BUSINESS
    )

    assert (acknowledged.count, acknowledged.median) == (1, timedelta(minutes=2))
    assert (accepted.count, accepted.median, accepted.working_late) == (0, None, None)
    assert until_solved.median == timedelta(hours=64, minutes=30)
    assert until_solved.working_median == timedelta(hours=1, minutes=30)


def test_busy_hours_are_those_of_the_zone() -> None:
    table = busy_hours([case(created_at=datetime(2026, 11, 8, 16, 30, tzinfo=UTC)), case()], SHANGHAI)

    assert (table[0][0], table[0][10], sum(map(sum, table))) == (1, 1, 2)
    assert [len(line) for line in table] == [24] * 7


def test_the_summary_counts_escalations_reopened_cases_and_surveys() -> None:
    found = summarise(
        [case(steps=("manager", "director"), score=5), case(steps=("manager",), reopened=2, score=2), case()],
        SHANGHAI,
        BUSINESS,
    )

    assert (found.escalated, found.escalations) == (2, {"manager": 2, "director": 1})
    assert found.reopened == 1
    assert (found.survey_count, found.survey_mean) == (2, 3.5)


def test_of_nothing_there_is_a_summary_too() -> None:
    found = summarise([], SHANGHAI, BUSINESS)

    assert (found.volumes.total, found.volumes.by_week, found.promises, found.survey_mean) == (0, {}, (), None)
    assert [line.median for line in found.times] == [None] * 3


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        (minutes(1), 0.9, 1),
        (minutes(4, 1, 2, 3), 0.5, 2.5),
        (minutes(*range(11)), 0.9, 9),
        (minutes(10, 20), 0.9, 19),
    ],
)
def test_percentiles_of_known_numbers(values: list[timedelta], share: float, expected: float) -> None:
    assert percentile(values, share) == timedelta(minutes=expected)


# Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_of_known_shares(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


@given(spans)
def test_a_percentile_lies_within_and_rises(values: list[timedelta]) -> None:
    found = [percentile(values, step / 10) for step in range(11)]

    assert found[0] == min(values)
    assert found[-1] == max(values)
    assert found == sorted(found)  # type: ignore[type-var]
    middle = percentile(values, 0.5)
    assert middle is not None
    assert middle.total_seconds() == pytest.approx(median(value.total_seconds() for value in values), abs=2e-6)


@given(shares)
def test_an_interval_holds_its_share_and_mirrors_that_of_the_rest(share: tuple[int, int]) -> None:
    part, whole = share

    found, rest = wilson(part, whole), wilson(whole - part, whole)

    assert found is not None
    assert rest is not None
    assert 0 <= found[0] <= part / whole <= found[1] <= 1
    assert found[0] == pytest.approx(1 - rest[1], abs=1e-9)


@given(shares)
def test_more_cases_of_one_share_make_it_surer(share: tuple[int, int]) -> None:
    part, whole = share

    few, many = wilson(part, whole), wilson(part * 4, whole * 4)

    assert few is not None
    assert many is not None
    assert many[1] - many[0] < few[1] - few[0]
