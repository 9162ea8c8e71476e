"""When machine mail of ours has to stop."""

from datetime import UTC, datetime, timedelta

import pytest

from routing.breaker import LONGEST_HOLD, Opening, Scope, Traffic, delay, must_open, opening

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("scope", [Scope.ADDRESS, Scope.DOMAIN, Scope.CASE, Scope.ALL])
def test_a_counted_breaker_opens_at_the_message_above_its_limit(scope: Scope) -> None:
    assert not must_open(scope, Traffic(sent=29), 30, None, NOW)
    assert must_open(scope, Traffic(sent=30), 30, None, NOW)


def test_a_mailbox_that_writes_at_an_even_pace_gets_no_more_than_four_hours_worth_in_a_day() -> None:
    assert not must_open(Scope.ADDRESS, Traffic(sent=20, today=119), 30, None, NOW)
    assert must_open(Scope.ADDRESS, Traffic(sent=20, today=120), 30, None, NOW)


def test_many_answers_to_one_text_that_make_no_chain_open_nothing() -> None:
    assert not must_open(Scope.CONTENT, Traffic(sent=10_000, chain=1, under_way=40), 20, None, NOW)
    assert must_open(Scope.CONTENT, Traffic(sent=20, chain=20), 20, None, NOW)


def test_the_longer_the_chain_the_longer_the_next_answer_waits() -> None:
    waits = [delay(chain, 20).total_seconds() for chain in (1, 10, 11, 12, 15, 20, 21, 500)]

    assert waits == [0, 0, 2, 4, 32, 600, 600, 600]


def test_what_arrives_while_an_answer_is_under_way_breaks_the_chain() -> None:
    assert Traffic(sent=40, chain=40).next_chain == 41
    assert Traffic(sent=40, chain=40, under_way=1).next_chain < 40


def test_a_breaker_that_opened_lately_lets_only_a_share_through() -> None:
    earlier = Opening(1, NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    long_ago = Opening(1, NOW - timedelta(hours=25), NOW - timedelta(hours=24))

    assert not must_open(Scope.ADDRESS, Traffic(sent=2), 30, earlier, NOW)
    assert must_open(Scope.ADDRESS, Traffic(sent=3), 30, earlier, NOW)
    assert not must_open(Scope.ADDRESS, Traffic(sent=3), 30, long_ago, NOW)


def test_it_stays_open_twice_as_long_each_time_but_never_above_a_day() -> None:
    found, now, holds = None, NOW, []
    for _ in range(8):
        found = opening(found, now)
        holds.append(found.closes_at - now)
        now = found.closes_at

    assert holds[:3] == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)]
    assert max(holds) == LONGEST_HOLD


def test_it_closes_by_itself() -> None:
    found = opening(None, NOW)

    assert found.is_open(NOW)
    assert not found.is_open(found.closes_at)
