"""Changes of many threads share commits, and no one of them suffers for another."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.group_commit import GroupCommit
from models.db import Database
from models.errors import Temporary
from models.tables import CustomerRow


@pytest.fixture
def group(database: Database) -> Iterator[GroupCommit]:
    group = GroupCommit(database, "test")
    yield group
    group.close()


def customer(number: int) -> CustomerRow:
    return CustomerRow(number=str(number), number_key=str(number), name="Harbour Foods")


def add(session: Session, number: int) -> int:
    session.add(customer(number))
    session.flush()
    return number


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(CustomerRow)) or 0


def test_each_gets_his_own_answer_when_it_is_durable(group: GroupCommit, database: Database) -> None:
    assert group.do(lambda session: add(session, 7)) == 7
    assert stored(database) == 1


def test_who_fails_fails_alone(group: GroupCommit, database: Database) -> None:
    began, failed = threading.Barrier(11), list[int]()

    def change(number: int) -> None:
        began.wait()
        try:
            group.do(lambda session: add(session, number) if number % 5 else 1 // 0)
        except ZeroDivisionError:
            failed.append(number)

    threads = [threading.Thread(target=change, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    began.wait()
    for thread in threads:
        thread.join()

    assert sorted(failed) == [0, 5]
    assert stored(database) == 8


def test_after_the_end_it_is_refused_as_temporary(group: GroupCommit) -> None:
    group.close()

    with pytest.raises(Temporary, match="shutting down"):
        group.do(lambda session: None)
