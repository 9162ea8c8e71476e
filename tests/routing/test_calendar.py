"""Working time. The make-up days are those of the State Council's notices for 2024, 2025 and 2026."""

import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import calendar, profile
from routing.calendar import BusinessTime, day_of, is_working_day
from routing.clocks import plan
from routing.rules import WorkingHours
from routing.spans import Span

SHANGHAI = ZoneInfo("Asia/Shanghai")
YILONG = profile.load("yilong")
DESK = BusinessTime(YILONG.hours)
BERLIN = BusinessTime(
    WorkingHours(
        timezone="Europe/Berlin", region="DE", spans=((time(0, 30), time(12)), (time(13), time(17))), row="own"
    )
)

FIRST, DAYS = datetime(2024, 1, 1, tzinfo=UTC), 1035  # until the end of October 2026
moments = st.integers(0, DAYS * 1440).map(lambda number: FIRST + timedelta(minutes=number))
minutes = st.integers(1, 20_000).map(lambda number: timedelta(minutes=number))
desks = st.sampled_from([DESK, BERLIN])
# Watched from the evening until the morning of working days.
NIGHT = BusinessTime(
    WorkingHours.model_validate(
        {
            "timezone": "Asia/Shanghai",
            "region": "CN",
            "spans": (("00:00", "06:00"), ("22:00", "24:00")),
            "row": "own",
        }
    )
)
with_nights = st.sampled_from([DESK, BERLIN, NIGHT])


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def hours(number: float) -> Span:
    return Span(elapsed=timedelta(hours=number))


def days(number: int) -> Span:
    return Span(working_days=number)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        pytest.param("2026-11-09 09:00", hours(2), "2026-11-09 11:00", id="within the morning"),
        pytest.param("2026-11-09 10:00", hours(2), "2026-11-09 12:00", id="the end of a span is still working time"),
        pytest.param("2026-11-09 11:30", hours(1), "2026-11-09 13:30", id="over lunch"),
        pytest.param("2026-11-09 12:30", hours(1), "2026-11-09 14:00", id="received at lunch"),
        pytest.param("2026-11-09 17:00", hours(2), "2026-11-10 10:00", id="over night"),
        pytest.param("2026-11-09 18:00", hours(1), "2026-11-10 10:00", id="received as the desk closes"),
        pytest.param("2026-11-09 03:00", hours(1), "2026-11-09 10:00", id="received before the desk opens"),
        pytest.param("2026-11-13 17:20", hours(2), "2026-11-16 10:20", id="over the weekend"),
        pytest.param("2026-09-18 17:20", hours(2), "2026-09-20 10:20", id="Friday before a make-up Sunday"),
        pytest.param("2026-09-19 10:00", hours(2), "2026-09-20 11:00", id="Saturday before a make-up Sunday"),
        pytest.param("2026-10-01 02:00", hours(2), "2026-10-08 11:00", id="02:00 on National Day"),
        pytest.param("2026-10-09 15:00", days(1), "2026-10-10 15:00", id="a make-up Saturday is a working day"),
        pytest.param("2026-11-13 15:10", days(1), "2026-11-16 15:10", id="working days keep the time of day"),
        pytest.param(
            "2026-11-09 18:00", days(1), "2026-11-10 18:00", id="a day from closing time ends at closing time"
        ),
        pytest.param("2026-11-09 20:00", days(1), "2026-11-11 09:00", id="a day from the evening starts next morning"),
        pytest.param("2026-11-09 10:00", hours(24), "2026-11-12 10:00", id="24 hours are three days of eight"),
    ],
)
def test_working_time_ends_when_the_desk_has_worked_so_long(start: str, span: Span, end: str) -> None:
    received = at(start)

    due = DESK.add(received, span)

    assert due.astimezone(SHANGHAI) == at(end)
    assert due.tzinfo is UTC


def _days(year: int, *texts: str) -> Iterator[date]:
    return (date.fromisoformat(f"{year}-{text}") for text in texts)


MAKE_UP_DAYS = [
    *_days(2024, "02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    *_days(2025, "01-26", "02-08", "04-27", "09-28", "10-11"),
    *_days(2026, "01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
]
DAYS_OFF = [
    *_days(2024, "01-01", "02-12", "02-16", "04-04", "05-03", "06-10", "09-17", "10-07"),
    *_days(2025, "01-01", "01-28", "02-04", "04-04", "05-05", "06-02", "10-06", "10-08"),
    *_days(2026, "01-01", "01-02", "02-16", "02-23", "04-06", "05-04", "06-19", "09-25", "10-01", "10-07"),
]


@pytest.mark.parametrize("day", MAKE_UP_DAYS, ids=str)
def test_a_make_up_day_on_a_weekend_is_worked(day: date) -> None:
    assert day.weekday() >= 5

    assert is_working_day(day, "CN")


@pytest.mark.parametrize("day", DAYS_OFF, ids=str)
def test_a_holiday_on_a_weekday_is_not_worked(day: date) -> None:
    assert day.weekday() < 5

    assert not is_working_day(day, "CN")


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        pytest.param("2026-03-28 10:00", days(1), "2026-03-31 00:30", id="Saturday before summer time"),
        pytest.param("2026-03-27 10:00", days(1), "2026-03-30 10:00", id="a day keeps its wall-clock time in spring"),
        pytest.param("2026-10-23 10:00", days(1), "2026-10-26 10:00", id="a day keeps its wall-clock time in autumn"),
        pytest.param("2026-03-27 16:00", hours(2), "2026-03-30 01:30", id="hours over the change"),
    ],
)
def test_a_change_to_or_from_summer_time_moves_no_deadline(start: str, span: Span, end: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")

    due = BERLIN.add(at(start, berlin), span)

    assert due.astimezone(berlin).replace(tzinfo=None) == datetime.fromisoformat(end)


def test_a_deadline_in_a_year_whose_make_up_days_are_unknown_says_so() -> None:
    last_of_2026, first_of_2027 = at("2026-12-31 17:30"), at("2027-01-04 10:00")

    late, next_year = plan(YILONG, 1, last_of_2026), plan(YILONG, 1, first_of_2027)

    assert {c.name for c in next_year if "not announced yet" in c.because} == {
        "escalate",
        "respond",
        "solve_online",
        "on_site",
        "tell_specialist",
        "tell_manager",
        "interim_report",
    }
    assert {c.name: "not announced yet" in c.because for c in late} == {
        "first_reply": False,  # around the clock: no calendar is asked
        "status_reply": False,
        "next_update": False,
        "escalate": False,
        "respond": True,
        "solve_online": True,
        "on_site": True,
        "tell_specialist": False,
        "tell_manager": False,
        "interim_report": False,
        "call_out": False,
    }


def test_several_threads_that_ask_first_about_a_year_get_the_same_right_answer() -> None:
    switch_interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    wrong = []

    def ask(barrier: threading.Barrier) -> None:
        barrier.wait()
        if is_working_day(date(2026, 10, 1), "CN") or not is_working_day(date(2026, 9, 20), "CN"):
            wrong.append(barrier)

    try:
        for _ in range(40):
            calendar._region.cache_clear()
            is_working_day.cache_clear()
            barrier = threading.Barrier(4)
            threads = [threading.Thread(target=ask, args=(barrier,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(switch_interval)

    assert wrong == []


@given(with_nights, moments, moments, minutes)
def test_a_later_report_is_never_due_earlier(
    desk: BusinessTime, one: datetime, other: datetime, length: timedelta
) -> None:
    first, second = sorted((one, other))
    span, day = Span(elapsed=length), Span(working_days=1 + length.seconds % 7)

    assert desk.add(first, span) <= desk.add(second, span)
    assert desk.add(first, day) <= desk.add(second, day)


@given(with_nights, moments, minutes, minutes)
def test_two_lengths_one_after_the_other_are_their_sum(
    desk: BusinessTime, start: datetime, one: timedelta, other: timedelta
) -> None:
    stepwise = desk.add(desk.add(start, Span(elapsed=one)), Span(elapsed=other))

    assert stepwise == desk.add(start, Span(elapsed=one + other))


@given(desks, moments, st.one_of(minutes.map(lambda m: Span(elapsed=m)), st.integers(1, 30).map(days)))
def test_a_deadline_lies_within_working_hours_after_the_start(desk: BusinessTime, start: datetime, span: Span) -> None:
    due = desk.add(start, span)

    local = due.astimezone(desk.hours.zone)
    assert due > start
    assert is_working_day(local.date(), desk.hours.region)
    assert any(begin <= local.time() <= end for begin, end in desk.hours.spans)


@pytest.mark.parametrize(
    ("start", "hours_passed", "end"),
    [
        pytest.param("2026-11-09 22:30", 1.5, "2026-11-10 00:00", id="until midnight"),
        pytest.param("2026-11-09 22:30", 2, "2026-11-10 00:30", id="over midnight"),
        pytest.param("2026-11-09 23:59", 2, "2026-11-10 01:59", id="the last minute of the day counts"),
        pytest.param("2026-11-09 00:00", 10, "2026-11-10 02:00", id="from midnight to the next night"),
        pytest.param("2026-11-13 23:00", 2, "2026-11-16 01:00", id="Saturday is not worked"),
        pytest.param("2026-11-14 00:00", 1, "2026-11-16 01:00", id="received as Friday ends"),
    ],
)
def test_hours_over_midnight_lose_no_minute(start: str, hours_passed: float, end: str) -> None:
    assert NIGHT.add(at(start), hours(hours_passed)) == at(end)
    assert NIGHT.between(at(start), at(end)) == timedelta(hours=hours_passed)


def test_working_days_around_the_clock_have_all_their_hours() -> None:
    whole = {"timezone": "Europe/Berlin", "region": "DE", "spans": (("00:00", "24:00"),), "days": "every", "row": "own"}
    always, berlin = BusinessTime(WorkingHours.model_validate(whole)), ZoneInfo("Europe/Berlin")

    assert always.between(at("2026-03-28 00:00", berlin), at("2026-03-30 00:00", berlin)) == timedelta(hours=47)


@pytest.mark.parametrize(
    ("start", "end", "hours_passed"),
    [
        pytest.param("2026-11-09 10:00", "2026-11-09 11:30", 1.5, id="within a morning"),
        pytest.param("2026-11-09 11:00", "2026-11-09 14:00", 2, id="the lunch break does not count"),
        pytest.param("2026-11-06 17:00", "2026-11-09 09:30", 1.5, id="the weekend does not count"),
        pytest.param("2026-11-07 10:00", "2026-11-08 22:00", 0, id="nothing passes at a weekend"),
        pytest.param("2026-02-13 18:00", "2026-02-14 10:00", 1, id="a make-up Saturday counts"),
        pytest.param("2026-11-09 11:30", "2026-11-09 10:00", 0, id="what ends before it begins takes no time"),
    ],
)
def test_between_two_moments_working_time_alone_passes(start: str, end: str, hours_passed: float) -> None:
    assert DESK.between(at(start), at(end)) == timedelta(hours=hours_passed)


def test_between_two_moments_the_lost_hour_of_summer_time_does_not_count() -> None:
    always = BusinessTime(
        WorkingHours(timezone="Europe/Berlin", region="DE", spans=((time(0), time(6)),), days="every", row="own")
    )
    berlin = ZoneInfo("Europe/Berlin")

    passed = always.between(at("2026-03-29 00:00", berlin), at("2026-03-29 06:00", berlin))

    assert passed == timedelta(hours=5)


@given(with_nights, moments, minutes)
def test_until_a_deadline_exactly_the_promised_time_passes(
    desk: BusinessTime, start: datetime, length: timedelta
) -> None:
    assert desk.between(start, desk.add(start, Span(elapsed=length))) == length


@given(with_nights, st.lists(moments, min_size=3, max_size=3))
def test_working_time_adds_up(desk: BusinessTime, found: list[datetime]) -> None:
    one, two, three = sorted(found)

    assert desk.between(one, two) + desk.between(two, three) == desk.between(one, three)


def test_a_day_is_a_holiday_by_its_name_or_a_weekend_that_is_worked() -> None:
    days = [day_of(date(2026, 10, day), "CN", "zh-Hans") for day in (1, 9, 10, 11)]

    assert [(day.kind, day.name) for day in days] == [
        ("holiday", "国庆节"),
        ("working", ""),
        ("make-up", ""),
        ("weekend", ""),
    ]
    assert day_of(date(2026, 10, 1), "CN", "en").name == "National Day"


def test_where_every_day_is_worked_no_day_moves_when_holidays_are_announced() -> None:
    new_year = datetime(2027, 1, 4, 10, 0, tzinfo=SHANGHAI)

    clocks = plan(profile.load("software-project"), 1, new_year, "software")

    assert [clock.name for clock in clocks if "not announced yet" in clock.because] == []


def test_what_counts_as_received_on_a_working_day_to_be_announced_may_move() -> None:
    new_year = datetime(2027, 1, 1, 10, 0, tzinfo=SHANGHAI)

    clocks = plan(profile.load("service-plan"), 2, new_year, "software")

    moving = {clock.name for clock in clocks if "not announced yet" in clock.because}
    assert moving >= {"respond", "on_site", "escalate"}
    assert "first_reply" not in moving


@pytest.mark.parametrize(
    ("region", "day", "is_worked"),
    [
        pytest.param("DE", "2026-01-06", True, id="Epiphany in Germany"),
        pytest.param("DE-BY", "2026-01-06", False, id="Epiphany in Bavaria"),
        pytest.param("DE-BY", "2026-10-03", False, id="the whole country's in Bavaria"),
        pytest.param("GB-SCT", "2026-11-30", False, id="Saint Andrew in Scotland"),
        pytest.param("GB-ENG", "2026-11-30", True, id="Saint Andrew in England"),
    ],
)
def test_the_holidays_of_a_part_of_a_country_count_there(region: str, day: str, is_worked: bool) -> None:
    assert is_working_day(date.fromisoformat(day), region) == is_worked
    assert (day_of(date.fromisoformat(day), region).kind == "working") == is_worked


def test_the_calendar_of_china_ends_by_either_of_its_codes() -> None:
    china = [BusinessTime(DESK.hours.model_copy(update={"region": code})) for code in ("CN", "CHN")]

    assert [desk.knows(at("2027-01-04 10:00")) for desk in china] == [False, False]
