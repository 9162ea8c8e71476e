"""What gets into the queue, what comes back into it, and what is counted."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models import queue
from models.db import Database
from models.queue import MAX_FAILURES
from models.tables import ReportPart, ReportRow
from models.values import Channel, ReportState
from tests.conftest import Clock
from tests.factories import report
from tests.models.conftest import Work

pytestmark = pytest.mark.every_backend


def stored(database: Database) -> tuple[int, int]:
    """How many reports there are, and how many bodies that came first."""
    bodies = select(func.count()).select_from(ReportPart).where(ReportPart.seq == 0)
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ReportRow)) or 0, session.scalar(bodies) or 0


def test_a_second_delivery_of_the_same_report_is_the_first_one(database: Database) -> None:
    with database.transaction() as session:
        [first] = queue.add(session, [report("a", content=b"first")])

    with database.transaction() as session:
        [again] = queue.add(session, [report("a", content=b"again")])

    assert (first.created, again.created) == (True, False)
    assert again.report_id == first.report_id
    assert stored(database) == (1, 1)


def test_equal_reports_in_one_batch_are_one_and_every_one_has_its_receipt_in_order(database: Database) -> None:
    with database.transaction() as session:
        receipts = queue.add(session, [report("a", content=b"1"), report("b"), report("a", content=b"2")])

    assert [receipt.created for receipt in receipts] == [True, True, False]
    assert receipts[2].report_id == receipts[0].report_id != receipts[1].report_id
    with database.reading() as session:
        assert session.get_one(ReportPart, (receipts[0].report_id, 0)).content == b"1"


def test_the_same_external_id_on_another_channel_is_another_report(database: Database) -> None:
    with database.transaction() as session:
        mail, call = queue.add(session, [report("a"), report("a", channel=Channel.PHONE)])

    assert mail.created
    assert call.created
    assert mail.report_id != call.report_id


def test_a_large_batch_is_stored_in_one_go(database: Database) -> None:
    with database.transaction() as session:
        receipts = queue.add(session, [report() for _ in range(2000)])

    assert all(receipt.created for receipt in receipts)
    assert stored(database) == (2000, 2000)


def test_a_report_is_claimed_as_it_was_handed_in(database: Database, work: Work, clock: Clock) -> None:
    raw = bytes(range(256)) * 4
    new = report(
        "a",
        content=raw,
        mail_from="ann@customer.example",
        rcpt_tos=("support@firstline.example", "支持@例子.example"),
        answer=False,
        message_id="1@customer.example",
        received_at=clock().astimezone() + timedelta(microseconds=1),
    )
    with database.transaction() as session:
        queue.add(session, [new])
    clock.forward(seconds=1)

    [claimed] = work.claim()

    assert claimed.content == raw
    assert (claimed.mail_from, claimed.rcpt_tos, claimed.answer) == (new.mail_from, new.rcpt_tos, False)
    assert claimed.received_at == new.received_at
    assert work.row(claimed.id).message_id == "1@customer.example"


def test_nothing_is_due_where_nothing_has_arrived(database: Database, work: Work) -> None:
    with database.reading() as session:
        before = queue.due(session, work.clock())
    work.arrive("a")

    with database.reading() as session:
        after = queue.due(session, work.clock())

    assert (before, after) == (False, True)


def test_release_gives_back_at_once_what_a_dead_process_had_claimed(work: Work) -> None:
    [report_id] = work.arrive("a")
    dead = work.claim("up")

    released = work.release("up")

    assert released == 1
    assert work.finish(dead) == []
    assert [claimed.id for claimed in work.claim("up")] == [report_id]


@pytest.mark.parametrize("neighbour", ["up-2", "u", "upx", "UP", "other"])
def test_release_leaves_what_others_have_claimed(work: Work, neighbour: str) -> None:
    work.arrive("a")
    claimed = work.claim(neighbour)

    assert work.release("up") == 0

    assert len(work.finish(claimed)) == 1


@pytest.mark.parametrize(("owner", "neighbour"), [("host_1", "hostx1"), ("%", "other"), ("h%", "host")])
def test_release_takes_a_name_by_the_letter(work: Work, owner: str, neighbour: str) -> None:
    work.arrive("a")
    claimed = work.claim(neighbour)

    assert work.release(owner) == 0

    assert len(work.finish(claimed)) == 1


def test_release_does_not_bring_back_what_is_finished_or_shunted(work: Work) -> None:
    work.arrive("done")
    work.finish(work.claim("up"))
    work.arrive("poison")
    for _ in range(MAX_FAILURES):
        work.fail(work.claim("up"))
        work.clock.forward(seconds=10)

    assert work.release("up") == 0

    assert work.claim("up") == []


def test_a_shunted_report_that_is_retried_has_all_its_tries_again(work: Work) -> None:
    [report_id] = work.arrive("poison")
    for _ in range(MAX_FAILURES):
        work.fail(work.claim())
        work.clock.forward(seconds=10)

    work.retry(report_id)

    row = work.row(report_id)
    assert (row.state, row.outcome, row.finished_at) == (ReportState.WAITING, None, None)
    [claimed] = work.claim()
    assert (claimed.attempts, claimed.failures) == (1, 0)
    assert work.finish([claimed]) == [report_id]


def test_reports_are_counted_by_state(database: Database, work: Work) -> None:
    work.arrive("a", "b")
    work.finish(work.claim(limit=1))

    with database.reading() as session:
        counted = queue.counts(session)

    assert counted == {"done": 1, "waiting": 1}


def test_what_is_new_in_a_batch_beside_what_is_there_is_stored_with_its_content(database: Database) -> None:
    with database.transaction() as session:
        known = queue.add(session, [report(str(number)) for number in range(0, 150, 3)])

    with database.transaction() as session:
        receipts = queue.add(session, [report(str(number), content=b"%d" % number) for number in range(150)])

    assert [receipt.created for receipt in receipts] == [number % 3 > 0 for number in range(150)]
    assert receipts[::3] == [replace(receipt, created=False) for receipt in known]
    assert stored(database) == (150, 150)
    with database.reading() as session:
        assert session.get_one(ReportPart, (receipts[149].report_id, 0)).content == b"149"
