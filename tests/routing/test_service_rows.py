"""Every figure of SERVICE.md against the clocks of its profile; the table is in service_rows.py."""

from datetime import datetime
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from routing import profile
from routing.clocks import plan
from routing.profile import Profile
from routing.rules import ClockRule
from tests.routing.service_rows import ROWS, Row

YILONG_TEXT = (resources.files("routing") / "profiles" / "yilong.toml").read_text(encoding="utf-8")
BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str, scheme: Profile) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=scheme.hours.zone)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.row)
def test_the_profile_keeps_what_the_service_scheme_promises(row: Row) -> None:
    scheme = profile.load(row.profile)

    clocks = plan(scheme, row.level, local(row.at, scheme), row.category, row.tier, row.site, row.starts)  # type: ignore[arg-type]

    due = {clock.name: f"{clock.due_at.astimezone(scheme.hours.zone):%Y-%m-%d %H:%M}" for clock in clocks}
    assert due[row.clock] == row.due


def test_each_row_has_an_id_of_its_own() -> None:
    ids = [row.row for row in ROWS]

    assert len(set(ids)) == len(ids)


def first_that_fits(scheme: Profile, row: Row) -> ClockRule:
    tier, site_class = scheme.tier(row.tier), scheme.site_class(row.site)
    return next(
        rule
        for rule in scheme.clocks
        if rule.name == row.clock and rule.starts == row.starts and rule.fits(row.level, row.category, tier, site_class)
    )


@pytest.mark.parametrize("name", profile.names())
def test_the_table_leaves_out_no_figure_of_a_profile(name: str) -> None:
    scheme = profile.load(name)
    held = {(number, int(level)) for number, rule in enumerate(scheme.clocks) for level in rule.levels}

    tested = {
        (scheme.clocks.index(first_that_fits(scheme, row)), row.level) for row in ROWS if row.profile == scheme.name
    }

    missing = [(scheme.clocks[number].name, level) for number, level in sorted(held - tested)]
    assert missing == []


@pytest.mark.parametrize("name", profile.names())
def test_every_figure_of_a_file_names_a_row_of_its_profile(name: str) -> None:
    text = (resources.files("routing") / "profiles" / f"{name}.toml").read_text(encoding="utf-8")
    scheme = profile.load(name)

    rows = [line.removeprefix('row = "') for line in text.splitlines() if line.startswith("row =")]

    others = 2 + ("[priority]" in text) + ("[quiet]" in text)  # the hours and the threads have one too
    assert len(rows) == len(scheme.clocks) + len(scheme.ladder) + others
    assert [row for row in rows if not row.startswith(f"{name}: ")] == []


# 2026: Europe/Berlin goes to summer time on 29 March at 02:00, and back on 25 October at 03:00.
@pytest.mark.parametrize(
    ("row", "level", "clock", "at", "due"),
    [
        ("spring.working", 2, "respond", "2026-03-27T17:20+01:00", "2026-03-30T13:20+02:00"),
        ("spring.days", 2, "on_site", "2026-03-27T17:20+01:00", "2026-04-02T17:20+02:00"),
        ("spring.all-hours", 4, "first_reply", "2026-03-28T23:30+01:00", "2026-03-29T04:30+02:00"),
        ("spring.hourly", 1, "next_update", "2026-03-29T00:45+01:00", "2026-03-29T03:15+02:00"),
        ("spring.same-day", 3, "interim_report", "2026-03-29T01:30+01:00", "2026-03-30T18:00+02:00"),
        ("autumn.working", 2, "respond", "2026-10-23T17:20+02:00", "2026-10-26T13:20+01:00"),
        ("autumn.days", 2, "on_site", "2026-10-23T17:20+02:00", "2026-10-29T17:20+01:00"),
        ("autumn.all-hours", 4, "first_reply", "2026-10-24T23:30+02:00", "2026-10-25T02:30+01:00"),
        ("autumn.hourly", 1, "next_update", "2026-10-25T01:15+02:00", "2026-10-25T02:45+02:00"),
        ("autumn.first-two-o-clock", 1, "status_reply", "2026-10-25T02:40+02:00", "2026-10-25T02:10+01:00"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_desk_in_berlin_keeps_its_times_over_both_changes(
    row: str, level: int, clock: str, at: str, due: str
) -> None:
    text = YILONG_TEXT.replace("Asia/Shanghai", "Europe/Berlin").replace('region = "CN"', 'region = "DE"')
    scheme = profile.parse(text, "yilong")

    found = {one.name: one.due_at for one in plan(scheme, level, datetime.fromisoformat(at))}

    assert found[clock] == datetime.fromisoformat(due)
    assert found[clock].astimezone(BERLIN).isoformat(timespec="minutes") == due
