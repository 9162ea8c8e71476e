"""The queue in the tables: each report is worked on by one worker at a time and never lost."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from models.queue import LEASE, MAX_ATTEMPTS, MAX_FAILURES, POSTPONED, Claimed
from models.tables import ReportRow
from models.values import ReportState
from tests.models.conftest import Work

pytestmark = pytest.mark.every_backend


def ids(claimed: Sequence[Claimed]) -> list[str]:
    return [one.id for one in claimed]


def test_a_claimed_report_is_given_to_nobody_else(work: Work) -> None:
    [report_id] = work.arrive("a")

    first, second = work.claim("one"), work.claim("two")

    assert ids(first) == [report_id]
    assert second == []


def test_many_threads_that_claim_at_once_share_the_reports_without_overlap(work: Work) -> None:
    arrived = work.arrive(*(f"mail {number}" for number in range(120)))
    together = threading.Barrier(6)

    def claim_all(owner: int) -> list[str]:
        together.wait()
        mine: list[str] = []
        while claimed := work.claim(f"worker {owner}", limit=7):
            mine += ids(claimed)
        return mine

    with ThreadPoolExecutor(6) as threads:
        shares = list(threads.map(claim_all, range(6)))

    assert sorted(report_id for share in shares for report_id in share) == sorted(arrived)


def test_a_claim_takes_no_more_than_its_limit_the_longest_waiting_first(work: Work) -> None:
    [oldest] = work.arrive("a")
    work.clock.forward(seconds=1)
    work.arrive("b", "c")

    claimed = work.claim(limit=1)

    assert ids(claimed) == [oldest]


def test_what_nobody_answers_is_taken_in_its_own_order_when_nothing_else_waits(work: Work) -> None:
    old = work.arrive("old 1", answer=False)
    work.clock.forward(seconds=1)
    old += work.arrive("old 2", "old 3", answer=False)
    work.clock.forward(minutes=5)
    fresh = work.arrive("fresh")

    first = work.claim(limit=2)
    work.clock.forward(seconds=1)
    later = work.arrive("later")

    assert sorted(ids(first)) == sorted([fresh[0], old[0]])
    assert ids(work.claim(limit=1)) == later
    assert sorted(ids(work.claim())) == sorted(old[1:])


def test_a_report_comes_back_when_its_lease_has_ended_and_not_before(work: Work) -> None:
    [report_id] = work.arrive("a")
    work.claim("dead")

    work.clock.forward(seconds=LEASE.total_seconds() - 1)
    before = work.claim()
    work.clock.forward(seconds=1)
    after = work.claim()

    assert before == []
    assert ids(after) == [report_id]
    assert after[0].attempts == 2


def test_a_report_that_is_held_back_is_not_due_before_its_time(work: Work) -> None:
    work.arrive("call", ready_at=work.clock() + timedelta(minutes=5))

    early = work.claim()
    work.clock.forward(minutes=5)

    assert early == []
    assert len(work.claim()) == 1


def test_a_report_that_was_tried_before_comes_alone(work: Work) -> None:
    [tried] = work.arrive("tried")
    work.vanish(times=1)
    fresh = work.arrive("b", "c")

    first, second = work.claim(), work.claim()

    assert ids(first) == [tried]
    assert sorted(ids(second)) == sorted(fresh)


def test_a_batch_whose_worker_died_is_tried_one_by_one(work: Work) -> None:
    arrived = work.arrive("a", "b", "c")
    work.vanish(times=1)

    batches = [ids(work.claim()) for _ in range(3)]

    assert [len(batch) for batch in batches] == [1, 1, 1]
    assert sorted(batch[0] for batch in batches) == sorted(arrived)


def test_what_was_lost_to_another_worker_is_not_written(work: Work) -> None:
    [report_id] = work.arrive("a")
    slow = work.claim("slow")
    work.clock.forward(seconds=LEASE.total_seconds())
    quick = work.claim("quick")

    written_by_slow, written_by_quick = work.finish(slow), work.finish(quick)

    assert written_by_slow == []
    assert written_by_quick == [report_id]


def test_what_was_finished_is_not_finished_again(work: Work) -> None:
    work.arrive("a")
    claimed = work.claim()
    work.finish(claimed)

    assert work.finish(claimed) == []


def test_a_finished_report_is_never_due_again(work: Work) -> None:
    [report_id] = work.arrive("a")
    work.finish(work.claim())

    work.clock.forward(days=3650)

    assert work.claim() == []
    row = work.row(report_id)
    assert (row.state, row.outcome, row.outcome_because, row.lease, row.error) == (
        "done",
        "case",
        "it is new",
        None,
        None,
    )


def test_a_report_that_fails_is_tried_after_1_2_and_4_seconds_and_then_shunted(work: Work) -> None:
    [report_id] = work.arrive("poison")
    waited = []

    while claimed := work.claim():
        work.fail(claimed)
        if due_at := work.row(report_id).due_at:
            waited.append((due_at - work.clock()).total_seconds())
            work.clock.now = due_at

    row = work.row(report_id)
    assert waited == [1, 2, 4]
    assert row.failures == MAX_FAILURES
    assert (row.state, row.outcome, row.error, row.due_at) == (ReportState.SHUNTED, "shunted", "ValueError: no", None)
    assert row.finished_at == work.clock()


def test_a_postponed_report_is_due_soon_and_nothing_is_counted_against_it(work: Work) -> None:
    [report_id] = work.arrive("a")

    for _ in range(3 * MAX_ATTEMPTS):
        work.postpone(work.claim())
        assert work.claim() == []
        work.clock.forward(seconds=POSTPONED.total_seconds())

    row = work.row(report_id)
    assert (row.attempts, row.failures, row.state) == (0, 0, ReportState.WAITING)


def test_a_report_that_outlives_all_its_workers_is_shunted_and_its_neighbours_are_served(work: Work) -> None:
    [killer] = work.arrive("killer")
    work.vanish(times=MAX_ATTEMPTS)
    neighbours = work.arrive("b", "c")

    claimed = work.claim()

    assert sorted(ids(claimed)) == sorted(neighbours)
    row = work.row(killer)
    assert row.state == ReportState.SHUNTED
    assert f"{MAX_ATTEMPTS} attempts" in (row.error or "")


def test_however_many_reports_outlived_their_workers_the_next_claim_serves_the_others(work: Work) -> None:
    worn = work.arrive(*(f"worn {number}" for number in range(1200)))
    with work.database.transaction() as session:
        session.execute(update(ReportRow).values(attempts=MAX_ATTEMPTS))
    work.clock.forward(seconds=1)
    [fresh] = work.arrive("fresh")

    claimed = work.claim()

    assert ids(claimed) == [fresh]
    assert {work.row(report_id).state for report_id in worn} == {ReportState.SHUNTED}


def test_a_clock_that_is_set_back_an_hour_does_not_keep_reports_waiting(work: Work) -> None:
    [arrived] = work.arrive("a")
    work.clock.forward(hours=-1)

    claimed = work.claim()

    assert ids(claimed) == [arrived]
    assert work.claim() == []
