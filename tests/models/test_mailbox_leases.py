"""The lease on a mailbox: one holder at a time, by the database's clock, and nothing is written without it."""

import pytest
from sqlalchemy import update

from models import mailbox_leases
from models.db import Database
from models.mailbox_leases import NotOurTurn
from models.tables import MailboxLeaseRow

pytestmark = pytest.mark.every_backend


def take(database: Database, owner: str, account: str = "support") -> str | None:
    with database.transaction() as session:
        return mailbox_leases.take(session, account, owner)


def renew(database: Database, lease: str) -> bool:
    with database.transaction() as session:
        return mailbox_leases.renew(session, "support", lease)


def let_pass(database: Database, seconds: float) -> None:
    """As if so much time had gone by since the lease was taken."""
    with database.transaction() as session:
        session.execute(update(MailboxLeaseRow).values(until=MailboxLeaseRow.until - seconds))


def test_of_two_who_want_to_read_a_mailbox_one_may(database: Database) -> None:
    assert take(database, "first") is not None
    assert take(database, "second") is None
    assert take(database, "second", account="another") is not None


def test_a_lease_that_was_not_renewed_goes_to_the_next(database: Database) -> None:
    first = take(database, "first")
    assert first is not None

    let_pass(database, 7)

    assert take(database, "second") is not None
    assert not renew(database, first)


def test_a_lease_that_is_renewed_in_time_stays(database: Database) -> None:
    first = take(database, "first")
    assert first is not None

    let_pass(database, 4)
    is_kept = renew(database, first)
    let_pass(database, 4)

    assert is_kept
    assert take(database, "second") is None


def test_a_lease_that_is_over_can_be_renewed_as_long_as_nobody_has_taken_it(database: Database) -> None:
    first = take(database, "first")
    assert first is not None

    let_pass(database, 60)

    assert renew(database, first)
    assert take(database, "second") is None


def test_a_lease_from_before_the_clock_was_set_back_is_over(database: Database) -> None:
    take(database, "first")

    let_pass(database, -3600)

    assert take(database, "second") is not None


def test_who_has_lost_the_lease_can_write_nothing(database: Database) -> None:
    first = take(database, "first")
    assert first is not None
    let_pass(database, 7)
    second = take(database, "second")
    assert second is not None

    with database.transaction() as session:
        mailbox_leases.hold(session, "support", second)
    with pytest.raises(NotOurTurn), database.transaction() as session:
        mailbox_leases.hold(session, "support", first)


def test_who_takes_it_again_after_another_has_a_new_lease(database: Database) -> None:
    first = take(database, "first")
    let_pass(database, 7)
    take(database, "second")
    let_pass(database, 7)

    again = take(database, "first")

    assert again not in (None, first)


def test_what_is_given_back_can_be_taken_at_once(database: Database) -> None:
    first = take(database, "first")
    assert first is not None

    with database.transaction() as session:
        mailbox_leases.give_back(session, "support", first)

    assert take(database, "second") is not None


def test_what_a_dead_process_held_is_released_by_its_name(database: Database) -> None:
    take(database, "machine-12")
    take(database, "machine-1", account="another")

    with database.transaction() as session:
        mailbox_leases.release(session, "machine-1")
        left = mailbox_leases.owners(session)

    assert left == {"machine-12"}
