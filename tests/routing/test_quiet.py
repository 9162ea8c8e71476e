"""In quiet hours a case that can wait makes no telephone ring."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.errors import Misconfigured
from routing import profile
from routing.quiet import QuietRule, is_quiet, ways
from tests.routing.test_profile import TEXT

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
RULE = QuietRule()
ALL = ("voice", "sms", "email")


def at(time: str, zone: ZoneInfo = SHANGHAI, day: str = "2026-11-09") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("time", "expected"),
    [("21:59:59", False), ("22:00", True), ("23:59:59", True), ("00:00", True), ("06:59:59", True), ("07:00", False)],
)
def test_a_span_passes_midnight_and_ends_before_its_end(time: str, expected: bool) -> None:
    assert is_quiet(RULE, 3, "network", at(time), SHANGHAI) is expected


def test_a_night_in_two_spans_is_the_same_night() -> None:
    two = QuietRule(spans=(("22:00", "24:00"), ("00:00", "07:00")))
    minutes = [at("00:00") + timedelta(minutes=minute) for minute in range(24 * 60)]
    night = [now for now in minutes if now < at("07:00") or now >= at("22:00")]

    assert [now for now in minutes if is_quiet(two, 4, "network", now, SHANGHAI)] == night
    assert [now for now in minutes if is_quiet(RULE, 4, "network", now, SHANGHAI)] == night


def test_a_span_by_day_holds_nothing_of_the_night() -> None:
    noon = QuietRule(spans=(("12:00", "13:30"),), levels=(4,))

    times = ("11:59", "12:00", "13:29", "13:30", "23:00")
    assert [is_quiet(noon, 4, "network", at(time), SHANGHAI) for time in times] == [False, True, True, False, False]


def test_grave_faults_are_told_by_telephone_at_night() -> None:
    assert [ways(ALL, RULE, level, "network", at("03:00"), SHANGHAI) for level in (1, 2, 3, 4)] == [
        ALL, ALL, ("email",), ("email",),
    ]  # fmt: skip
    assert ways(ALL, RULE, 4, "network", at("12:00"), SHANGHAI) == ALL


def test_who_is_told_nothing_is_not_written_to_either() -> None:
    assert ways((), RULE, 4, "network", at("03:00"), SHANGHAI) == ()


def test_the_night_is_that_of_the_schemes_zone() -> None:
    evening_in_berlin = at("16:00", BERLIN)  # 23:00 in Shanghai

    assert is_quiet(RULE, 3, "network", evening_in_berlin, SHANGHAI)
    assert not is_quiet(RULE, 3, "network", evening_in_berlin, BERLIN)


def test_the_wall_clock_counts_where_it_is_put_forward() -> None:
    before = at("01:59", BERLIN, "2026-03-29")
    night = QuietRule(spans=(("22:00", "03:00"),))

    skipped = datetime.fromisoformat("2026-03-29T01:00+00:00")  # 02:00 there is 03:00 at once

    assert is_quiet(night, 3, "network", before, BERLIN)
    assert not is_quiet(night, 3, "network", skipped, BERLIN)


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    night = QuietRule(spans=(("02:00", "03:00"),))
    hours = [datetime.fromisoformat(f"2026-10-25T{time}+00:00") for time in ("00:30", "01:30", "02:00")]

    assert [is_quiet(night, 3, "network", hour, BERLIN) for hour in hours] == [True, True, False]


def test_no_levels_are_no_quiet_hours() -> None:
    never = QuietRule(levels=())

    assert not is_quiet(never, 4, "network", at("03:00"), SHANGHAI)
    assert never.words == "none"


@pytest.mark.parametrize("span", [("22:00", "25:00"), ("24:00", "07:00"), ("9:00", "10:00"), ("07:00", "07:00")])
def test_a_span_that_is_none_is_refused_with_what_to_write(span: tuple[str, str]) -> None:
    text = f"{TEXT}\n[quiet]\nspans = [{list(span)}]\nlevels = [4]\nrow = 'none'\n"

    with pytest.raises(Misconfigured, match=r"quiet\.spans: .* write for example \['22:00', '07:00'\]"):
        profile.parse(text, "yilong")


def test_a_scheme_says_its_own_quiet_hours() -> None:
    text = f"{TEXT}\n[quiet]\nspans = [['23:00', '06:00']]\nlevels = [2, 3, 4]\nrow = 'yilong: nobody is woken'\n"

    found = profile.parse(text, "yilong")

    assert found.quiet.words == "level 2, 3, 4 by e-mail only 23:00-06:00"
    assert not found.quiet.stated


def test_a_category_may_wake_people_where_it_makes_a_fault_graver() -> None:
    rule = QuietRule(wakes=("hardware",))

    assert not is_quiet(rule, 3, "hardware", at("03:00"), SHANGHAI)
    assert is_quiet(rule, 3, "network", at("03:00"), SHANGHAI)
    assert is_quiet(rule, 4, "hardware", at("03:00"), SHANGHAI)  # a question is no fault
    assert rule.words == "level 3, 4 by e-mail only 22:00-07:00; faults of hardware at any hour"


def test_what_wakes_people_is_a_category() -> None:
    with pytest.raises(Misconfigured, match="'disks' is no category"):
        profile.parse(f"{TEXT}\n[quiet]\nwakes = ['disks']\n", "yilong")
