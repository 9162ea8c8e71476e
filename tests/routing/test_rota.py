"""Who is on call at a moment, and when too few are."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from routing.rota import Gap, Shift, gaps, on_call

MONDAY = datetime(2026, 11, 9, tzinfo=UTC)
ANN, BEN, CAI = 1, 2, 3


def hour(number: int) -> datetime:
    return MONDAY + timedelta(hours=number)


def shift(who: int, begin: int, end: int, *, is_override: bool = False) -> Shift:
    return Shift("incident", who, hour(begin), hour(end), is_override)


def instead(who: int, whom: int, begin: int, end: int, number: int = 1) -> Shift:
    return Shift("incident", who, hour(begin), hour(end), is_override=True, replaces_id=whom, id=number)


def people(shifts: list[Shift], at: int) -> list[int]:
    return [found.staff_id for found in on_call(shifts, hour(at))]


def test_a_shift_counts_from_its_start_until_before_its_end() -> None:
    one = [shift(ANN, 8, 16)]

    assert [people(one, at) for at in (7, 8, 15, 16)] == [[], [ANN], [ANN], []]


def test_overrides_alone_count_while_they_last() -> None:
    rota = [shift(ANN, 0, 24), shift(BEN, 0, 24), shift(CAI, 8, 10, is_override=True)]

    assert [people(rota, at) for at in (7, 8, 10)] == [[ANN, BEN], [CAI], [ANN, BEN]]


def test_who_stands_in_for_one_leaves_the_other_on_call() -> None:
    rota = [shift(ANN, 0, 24), shift(BEN, 0, 24), instead(CAI, ANN, 8, 10)]

    assert [people(rota, at) for at in (7, 8, 10)] == [[ANN, BEN], [BEN, CAI], [ANN, BEN]]


def test_who_stands_in_is_on_call_only_where_the_other_would_be() -> None:
    rota = [shift(ANN, 0, 12), shift(BEN, 0, 24), instead(CAI, ANN, 8, 20)]

    assert [people(rota, at) for at in (9, 12)] == [[BEN, CAI], [BEN]]


def test_of_two_who_stand_in_the_later_one_counts() -> None:
    rota = [shift(ANN, 0, 24), shift(BEN, 0, 24), instead(CAI, ANN, 8, 20, 1), instead(ANN, CAI, 12, 14, 2)]

    assert [people(rota, at) for at in (9, 13, 15)] == [[BEN, CAI], [BEN, ANN], [BEN, CAI]]


def test_who_is_away_leaves_a_gap_and_his_stand_in_none() -> None:
    rota = [shift(ANN, 0, 24), shift(BEN, 0, 24), instead(CAI, ANN, 8, 24)]

    assert gaps(rota, hour(0), hour(24), away={ANN}) == (Gap(hour(0), hour(8), (BEN,)),)


def test_who_is_away_takes_nobodys_place_where_nobody_else_is_left() -> None:
    plan = [shift(ANN, 0, 24), shift(BEN, 0, 24)]
    alone, swapped = [*plan, shift(CAI, 8, 10, is_override=True)], [shift(ANN, 0, 24), instead(CAI, ANN, 8, 10)]

    assert gaps(alone, hour(0), hour(24), away={CAI}) == ()
    assert [found.staff_id for found in on_call(swapped, hour(9), away={CAI})] == [ANN]
    assert on_call(alone, hour(9), away={ANN, BEN, CAI}) == ()


def test_who_has_been_there_longest_is_first_and_each_is_there_once() -> None:
    rota = [shift(CAI, 2, 9), shift(BEN, 2, 9), shift(ANN, 3, 9), shift(CAI, 4, 9)]

    assert people(rota, 5) == [BEN, CAI, ANN]


def test_a_gap_names_who_is_on_call_all_the_same() -> None:
    rota = [shift(ANN, 0, 12), shift(BEN, 0, 8), shift(CAI, 16, 24)]

    found = gaps(rota, hour(0), hour(24))

    assert found == (Gap(hour(8), hour(12), (ANN,)), Gap(hour(12), hour(16), ()), Gap(hour(16), hour(24), (CAI,)))


def test_one_person_in_two_shifts_is_one_person() -> None:
    found = gaps([shift(ANN, 0, 8), shift(ANN, 4, 12)], hour(0), hour(12))

    assert found == (Gap(hour(0), hour(12), (ANN,)),)


def test_without_shifts_the_whole_span_is_a_gap() -> None:
    assert gaps([], hour(0), hour(24)) == (Gap(hour(0), hour(24), ()),)


SHIFTS = st.lists(
    st.builds(
        lambda who, begin, length, is_override: shift(who, begin, begin + length, is_override=is_override),
        st.integers(1, 4),
        st.integers(-10, 60),
        st.integers(1, 40),
        st.booleans(),
    ),
    max_size=12,
)
CHANGED = st.tuples(
    SHIFTS,
    st.lists(st.builds(instead, st.integers(1, 4), st.integers(1, 4), st.integers(0, 40), st.just(50)), max_size=4),
).map(lambda found: [*found[0], *(replace(one, id=number) for number, one in enumerate(found[1], start=1))])


@given(CHANGED, st.integers(0, 30), st.integers(1, 40), st.integers(1, 3))
def test_an_hour_is_in_a_gap_just_where_too_few_are_on_call(
    rota: list[Shift], begin: int, length: int, wanted: int
) -> None:
    found = gaps(rota, hour(begin), hour(begin + length), wanted)

    for at in range(begin, begin + length):
        inside = [gap for gap in found if gap.starts_at <= hour(at) < gap.ends_at]
        few = len(on_call(rota, hour(at))) < wanted
        assert len(inside) == few
        assert all(set(gap.staff_ids) == set(people(rota, at)) for gap in inside)


@given(CHANGED)
def test_gaps_are_in_order_apart_and_within_the_span(rota: list[Shift]) -> None:
    found = gaps(rota, hour(0), hour(48))

    edges = [edge for gap in found for edge in (gap.starts_at, gap.ends_at)]
    assert edges == sorted(edges)
    assert all(hour(0) <= gap.starts_at < gap.ends_at <= hour(48) for gap in found)
    assert all(one.ends_at < two.starts_at or one.staff_ids != two.staff_ids for one, two in itertools.pairwise(found))


@given(CHANGED, st.integers(0, 48))
def test_the_order_of_the_shifts_does_not_matter(rota: list[Shift], at: int) -> None:
    one, other = on_call(rota, hour(at)), on_call(rota[::-1], hour(at))

    assert [found.staff_id for found in one] == [found.staff_id for found in other]
