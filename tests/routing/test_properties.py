"""What holds of working time, of decisions and of ladders whatever the scheme, the case, the zone and the moment."""

from datetime import UTC, datetime, time, timedelta
from importlib import resources
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.values import CATEGORIES, LEVELS
from routing import ladder, profile
from routing.calendar import BusinessTime, is_working_day
from routing.clocks import plan
from routing.decide import decide
from routing.ladder import Running
from routing.profile import Profile
from routing.rules import WorkingHours
from routing.spans import Span

ZONES = (
    ("Asia/Shanghai", "CN"),
    ("Europe/Berlin", "DE"),
    ("America/New_York", "US"),
    ("Asia/Kathmandu", "NP"),  # a quarter of an hour off all others
    ("Australia/Lord_Howe", "AU"),  # summer time of half an hour
)
NIGHT_AND_DAY = ((time(0), time(6)), (time(7, 30), time(23, 59)))  # over the hours in which clocks are changed
DAY = ((time(9), time(12)), (time(13), time(18)))
# A desk whose spans begin and end in the hour that a spring night leaves out.
CHANGING = ((time(1, 50), time(2, 10)), (time(2, 20), time(2, 40)), (time(3, 10), time(4)))

DESKS = [
    BusinessTime(WorkingHours(timezone=zone, region=region, spans=spans, days=days, row="own"))
    for zone, region in ZONES
    for spans in (DAY, NIGHT_AND_DAY, CHANGING)
    for days in ("working", "every")
]
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2030, 12, 31, 23, 59, tzinfo=UTC)
SECONDS = int((LAST - FIRST).total_seconds())


def moved(name: str, zone: str, region: str) -> Profile:
    """The scheme of that name, served by a desk elsewhere."""
    text = (resources.files("routing") / "profiles" / f"{name}.toml").read_text(encoding="utf-8")
    text = text.replace('timezone = "Asia/Shanghai"', f'timezone = "{zone}"')
    return profile.parse(text.replace('region = "CN"', f'region = "{region}"'), name)


schemes = st.sampled_from([moved(name, zone, region) for name in profile.names() for zone, region in ZONES])
desks = st.sampled_from(DESKS)
moments = st.integers(0, SECONDS).map(lambda number: FIRST + timedelta(seconds=number))
lengths = st.integers(0, 400_000).map(lambda number: timedelta(seconds=number))
# The first question about a year fills in its holidays, which takes its time.
unhurried = settings(deadline=None)
levels, categories = st.sampled_from(LEVELS), st.sampled_from(CATEGORIES)
starts = st.sampled_from(["received", "accepted", "recovered", "solved", "confirmed"])
SHANGHAI = DESKS[0]
CLOSING = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)  # Monday 18:00 in Shanghai


@unhurried
@given(desks, moments, lengths, lengths)
def test_what_starts_later_is_not_due_earlier(
    desk: BusinessTime, start: datetime, later: timedelta, length: timedelta
) -> None:
    one, other = Span(elapsed=length), Span(working_days=1 + length.seconds % 9)

    assert desk.add(start, one) <= desk.add(start + later, one)
    # Counted days keep the time of the day, and in autumn there is an hour of one night that comes twice.
    twice = timedelta() if desk.hours.spans == DAY else timedelta(hours=1)
    assert desk.add(start, other) <= desk.add(start + later, other) + twice


@unhurried
@given(desks, moments, lengths, lengths)
def test_what_takes_longer_is_not_due_earlier(
    desk: BusinessTime, start: datetime, length: timedelta, more: timedelta
) -> None:
    assert desk.add(start, Span(elapsed=length)) <= desk.add(start, Span(elapsed=length + more))


@unhurried
@given(desks, moments, lengths, lengths)
@example(SHANGHAI, CLOSING - timedelta(hours=1), timedelta(hours=1), timedelta(0))
@example(SHANGHAI, CLOSING - timedelta(hours=1), timedelta(hours=1), timedelta(hours=1))
@example(SHANGHAI, CLOSING + timedelta(minutes=1), timedelta(0), timedelta(hours=1))
def test_two_lengths_one_after_the_other_are_their_sum(
    desk: BusinessTime, start: datetime, one: timedelta, other: timedelta
) -> None:
    """Without exception: a length that ends as a span closes ends inside it, and what is added there begins with the
    next span, just as the rest of the whole length would."""
    stepwise = desk.add(desk.add(start, Span(elapsed=one)), Span(elapsed=other))

    assert stepwise == desk.add(start, Span(elapsed=one + other))


@unhurried
@given(desks, moments, lengths)
def test_what_is_due_by_working_hours_falls_into_them(desk: BusinessTime, start: datetime, length: timedelta) -> None:
    due = desk.add(start, Span(elapsed=length))

    assert due >= start
    assert desk.next_open(due) == due
    if desk.hours.days == "working":
        assert is_working_day(due.astimezone(desk.hours.zone).date(), desk.hours.region)


@unhurried
@given(desks, moments, lengths)
def test_counted_days_and_the_end_of_a_day_are_never_before_the_start(
    desk: BusinessTime, start: datetime, length: timedelta
) -> None:
    assert desk.add(start, Span(working_days=1 + length.seconds % 9)) > start
    assert desk.add(start, Span(by=time(17))) >= start
    assert desk.add(start, Span(calendar_days=1, by=time(18))) > start


@unhurried
@given(st.sampled_from([desk for desk in DESKS if desk.hours.spans != DAY]), st.integers(0, 6), st.integers(0, 86_399))
def test_a_time_that_the_spring_night_leaves_out_is_the_moment_of_the_change(
    desk: BusinessTime, year: int, second: int
) -> None:
    zone = desk.hours.zone
    noon = datetime(2024 + year, 1, 1, 12, tzinfo=zone)
    days = [noon + timedelta(days=number) for number in range(365)]
    longer = [(one, two) for one, two in pairwise(days) if one.utcoffset() < two.utcoffset()]  # type: ignore[operator]

    for evening, morning in longer:
        wanted = datetime.combine(morning.date(), time()) + timedelta(seconds=second)
        found = desk._at(morning.date(), wanted.time()).astimezone(zone)
        exists = wanted.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wanted

        assert found.replace(tzinfo=None) == wanted if exists else found.replace(tzinfo=None) > wanted
        assert found.utcoffset() in (evening.utcoffset(), morning.utcoffset())
        if not exists:
            assert (found.astimezone(UTC) - timedelta(seconds=1)).astimezone(zone).utcoffset() == evening.utcoffset()
            assert found.utcoffset() == morning.utcoffset()


@unhurried
@given(desks, moments, lengths)
def test_the_time_between_a_start_and_a_deadline_is_what_was_added(
    desk: BusinessTime, start: datetime, length: timedelta
) -> None:
    assert desk.between(start, desk.add(start, Span(elapsed=length))) == length


@unhurried
@given(desks, moments, lengths, lengths)
def test_the_time_between_two_moments_is_that_up_to_any_third_and_from_it(
    desk: BusinessTime, start: datetime, one: timedelta, other: timedelta
) -> None:
    middle, end = start + one, start + one + other

    assert desk.between(start, end) == desk.between(start, middle) + desk.between(middle, end)
    assert timedelta() <= desk.between(start, end) <= one + other
    assert desk.between(end, start) == timedelta()


@settings(max_examples=300, deadline=None)
@given(schemes, levels, categories, moments, starts, st.data())
def test_every_case_at_every_time_has_its_decision_its_deadlines_and_its_ladder(
    scheme: Profile, level: int, category: str, at: datetime, start: str, data: st.DataObject
) -> None:
    tier = data.draw(st.sampled_from([None, *scheme.tiers]))
    site_class = data.draw(st.sampled_from([None, *scheme.site_classes]))

    decision = decide(scheme, level, category, at, tier, site_class)
    clocks = plan(scheme, level, at, category, tier, site_class, start)  # type: ignore[arg-type]

    assert decision.team
    assert decision.clocks
    for clock in (*decision.clocks, *clocks):
        assert at <= clock.starts_at <= clock.due_at
        assert clock.because
    due = {clock.name: clock.due_at for clock in clocks}
    steps = ladder.steps(scheme, level, {one.name: Running(one.due_at, one.hours) for one in clocks})
    assert [step.due_at for step in steps] == sorted(step.due_at for step in steps)
    assert [step.name for step in steps if step.due_at < due[step.clock]] == []


@unhurried
@given(schemes, levels, categories, moments, lengths)
def test_a_later_report_has_no_earlier_deadline(
    scheme: Profile, level: int, category: str, at: datetime, later: timedelta
) -> None:
    before, after = (
        {clock.name: clock.due_at for clock in plan(scheme, level, moment, category)} for moment in (at, at + later)
    )

    assert before.keys() == after.keys()
    assert [name for name in before if before[name] > after[name]] == []
