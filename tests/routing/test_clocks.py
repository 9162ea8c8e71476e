"""The table of the yilong section of SERVICE.md, row by row, against the clocks of the profile; all the others are in
service_rows.py."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from routing import profile
from routing.clocks import Clock, plan

SHANGHAI = ZoneInfo("Asia/Shanghai")
YILONG = profile.load("yilong")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# All of them for a report received on Monday 2026-11-09 at 10:00, or by night where it makes a difference.
MONDAY, NIGHT = at("2026-11-09 10:00"), at("2026-11-09 03:00")
ROWS = [
    ("7x24 phone and mail; first response within 4 hours", 4, "first_reply", NIGHT, "2026-11-09 07:00"),
    ("| 1 | 2 h | respond", 1, "respond", MONDAY, "2026-11-09 12:00"),
    ("| 2 | 4 h | respond", 2, "respond", MONDAY, "2026-11-09 15:00"),
    ("| 3 | 8 h | respond", 3, "respond", MONDAY, "2026-11-10 10:00"),
    ("| 4 | 8 h | respond", 4, "respond", MONDAY, "2026-11-10 10:00"),
    ("| 1 | 4 h | not solved online within", 1, "solve_online", MONDAY, "2026-11-09 15:00"),
    ("| 2 | 8 h | not solved online within", 2, "solve_online", MONDAY, "2026-11-10 10:00"),
    ("| 3 | 24 h | not solved online within", 3, "solve_online", MONDAY, "2026-11-12 10:00"),
    ("| 4 | 48 h | not solved online within", 4, "solve_online", MONDAY, "2026-11-17 10:00"),
    ("| 1 | on site on the second working day, within 24 h", 1, "on_site", MONDAY, "2026-11-10 15:00"),
    ("| 2 | on site within 3 working days", 2, "on_site", MONDAY, "2026-11-13 10:00"),
    ("| 3 | on site within 5 working days", 3, "on_site", MONDAY, "2026-11-19 10:00"),
    ("| 4 | on site within 7 working days", 4, "on_site", MONDAY, "2026-11-26 10:00"),
    ("Replies for level 1: first within 10 min", 1, "first_reply", NIGHT, "2026-11-09 03:10"),
    ("Replies for level 2: first within 10 min", 2, "first_reply", NIGHT, "2026-11-09 03:10"),
    ("Replies for level 3: first within 10 min", 3, "first_reply", NIGHT, "2026-11-09 03:10"),
    ("Replies for level 1: second within 30 min", 1, "status_reply", NIGHT, "2026-11-09 03:30"),
    ("Replies for level 2: second within 30 min", 2, "status_reply", NIGHT, "2026-11-09 03:30"),
    ("Replies for level 3: second within 30 min", 3, "status_reply", NIGHT, "2026-11-09 03:30"),
    ("Replies for level 1: then usually hourly", 1, "next_update", NIGHT, "2026-11-09 04:30"),
    ("Replies for level 2: then usually hourly", 2, "next_update", NIGHT, "2026-11-09 04:30"),
    ("Replies for level 3: then usually hourly", 3, "next_update", NIGHT, "2026-11-09 04:30"),
    ("Level 1 not solved by the engineer in 30 min: escalated", 1, "escalate", MONDAY, "2026-11-09 10:30"),
    ("Level 2 not solved by the engineer in 30 min: escalated", 2, "escalate", MONDAY, "2026-11-09 10:30"),
    ("Level 3 not solved by the engineer in 30 min: escalated", 3, "escalate", MONDAY, "2026-11-09 10:30"),
]


def planned(level: int, received_at: datetime) -> dict[str, Clock]:
    return {clock.name: clock for clock in plan(YILONG, level, received_at)}


@pytest.mark.parametrize(("level", "name", "received", "due"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_profile_keeps_what_the_service_scheme_promises(
    level: int, name: str, received: datetime, due: str
) -> None:
    clock = planned(level, received)[name]

    assert clock.due_at.astimezone(SHANGHAI) == at(due)


def test_an_engineer_sent_at_closing_time_is_on_site_the_next_day() -> None:
    # 14:00 and 4 working hours: not solved online by 18:00; "the second working day, within 24 h".
    clocks = planned(1, at("2026-11-09 14:00"))

    assert clocks["solve_online"].due_at == at("2026-11-09 18:00")
    assert clocks["on_site"].due_at == at("2026-11-10 18:00")


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_clock_after_another_starts_at_that_ones_deadline(level: int) -> None:
    clocks = planned(level, MONDAY)

    for rule in YILONG.clocks:
        if rule.name in clocks:
            start = clocks[rule.after].due_at if rule.after else MONDAY
            assert clocks[rule.name].starts_at == start


def test_a_general_question_starts_no_clock_of_the_fault_process() -> None:
    assert set(planned(4, MONDAY)) == {"first_reply", "respond", "solve_online", "on_site", "call_out"}


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_every_clock_says_its_figure_its_row_and_how_time_was_counted(level: int) -> None:
    for rule in YILONG.clocks:
        clock = planned(level, MONDAY).get(rule.name)
        if clock is not None:
            assert clock.because.startswith(rule.levels[str(level)].words)  # type: ignore[index]
            assert rule.row in clock.because
            assert ("around the clock" in clock.because) == (rule.hours == "always")
            # The scheme names no working hours: whoever reads the reason must know that ours are a default.
            assert ("the hours themselves are a default" in clock.because) == (rule.hours == "working")


def test_clocks_do_not_depend_on_the_zone_in_which_the_time_of_receipt_is_written() -> None:
    in_utc, in_new_york = MONDAY.astimezone(UTC), MONDAY.astimezone(ZoneInfo("America/New_York"))

    assert [c.due_at for c in plan(YILONG, 1, in_new_york)] == [c.due_at for c in plan(YILONG, 1, in_utc)]


def test_round_the_clock_promises_run_on_through_a_change_to_summer_time() -> None:
    before_the_change = datetime(2026, 3, 28, 23, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    clocks = {clock.name: clock for clock in plan(YILONG, 4, before_the_change)}

    assert (
        clocks["first_reply"].due_at.astimezone(UTC) - before_the_change.astimezone(UTC)
    ).total_seconds() == 4 * 3600
