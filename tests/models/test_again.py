"""A mail that is delivered again while it is in quarantine, or waits."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models import queue
from models.again import AGAIN
from models.db import Database
from models.queue import NewReport
from models.tables import ReportPart, ReportRow
from models.values import Channel, ReportState

pytestmark = pytest.mark.every_backend
NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
FIRST = NewReport(Channel.EMAIL, "one", b"as it came first", "smtp", NOW, "ann@customer.example", client_ip="192.0.2.1")


def deliver(database: Database, *reports: NewReport) -> list[str]:
    with database.storing() as direct:
        return [receipt.report_id for receipt in queue.store(direct, reports)]


def bring_into(database: Database, state: ReportState) -> None:
    with database.transaction() as session:
        row = session.scalars(select(ReportRow)).one()
        row.state, row.due_at = state, None


def kinds(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(ReportPart.kind).order_by(ReportPart.seq)))


def test_what_is_in_quarantine_is_judged_by_what_came_again(database: Database) -> None:
    deliver(database, FIRST)
    bring_into(database, ReportState.QUARANTINED)

    deliver(database, replace(FIRST, id="other", content=b"as it came again", client_ip="192.0.2.2"))

    with database.transaction() as session:
        [claimed] = queue.claim(session, "test", NOW, 10)
    assert (claimed.id, claimed.content, claimed.client_ip) == (FIRST.id, b"as it came again", "192.0.2.2")
    assert claimed.mail_from == FIRST.mail_from


def test_what_came_again_in_one_commit_with_the_first_is_kept_once(database: Database) -> None:
    other = replace(FIRST, id="other", content=b"as it came again")

    ids = deliver(database, FIRST, other, replace(FIRST, id="third"), replace(other, id="fourth"))

    assert ids == [FIRST.id] * 4
    assert kinds(database) == ["message/rfc822", AGAIN]


def test_what_came_again_as_before_brings_nothing_new(database: Database) -> None:
    deliver(database, FIRST)
    bring_into(database, ReportState.QUARANTINED)

    deliver(database, replace(FIRST, id="other"))

    assert kinds(database) == ["message/rfc822"]


@pytest.mark.parametrize("state", [ReportState.DONE, ReportState.DISCARDED])
def test_what_was_decided_about_is_not_judged_again(database: Database, state: ReportState) -> None:
    deliver(database, FIRST)
    bring_into(database, state)

    deliver(database, replace(FIRST, id="other", content=b"as it came again"))

    assert kinds(database) == ["message/rfc822"]


def test_who_delivers_it_ever_differently_does_not_fill_the_database(database: Database) -> None:
    deliver(database, FIRST)

    for number in range(20):
        deliver(database, replace(FIRST, id=f"other{number}", content=b"as it came again %d" % number))

    assert kinds(database).count(AGAIN) == 5
