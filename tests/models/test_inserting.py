"""Rows that are written past the session are those that the session would have written."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from models.db import Database
from models.inserting import insert_rows, values_of
from models.tables import EventRow, OutgoingRow, UtcDateTime
from tests.console.builders import case

AT = datetime(2026, 11, 9, 2, 0, 0, 7, tzinfo=UTC)


def message(number: int, case_id: int) -> OutgoingRow:
    """With a value for what has to have one; the rest is left to the defaults."""
    return OutgoingRow(
        id=f"m{number}",
        case_id=case_id,
        kind="notice",
        message_id=f"{number}@firstline.example",
        recipient="Ännchen@customer.example",
        recipient_key="ännchen@customer.example",
        content=bytes(range(256)),
        created_at=AT.astimezone(ZoneInfo("Asia/Shanghai")),
    )


def stored(session: Session) -> list[dict[str, object]]:
    """The messages as they are stored, but for what tells them apart."""
    columns = [column for column in OutgoingRow.__table__.columns if column.name not in ("id", "message_id")]
    return [dict(row) for row in session.execute(select(*columns)).mappings()]


@pytest.mark.every_backend
def test_a_row_is_stored_as_the_session_would_store_it(database: Database) -> None:
    with database.transaction() as session:
        row = case(AT)
        session.add(row)
        session.flush()
        session.add(message(1, row.id))
        session.flush()

        insert_rows(session, OutgoingRow, [values_of(message(2, row.id))])

        by_session, past_it = stored(session)
        assert past_it == by_session


@pytest.mark.every_backend
def test_more_rows_than_go_into_one_statement_are_all_stored_in_their_order(database: Database) -> None:
    with database.transaction() as session:
        row = case(AT)
        session.add(row)
        session.flush()
        notes = [EventRow(case_id=row.id, at=AT, actor="ann", kind="note", text=str(number)) for number in range(200)]

        insert_rows(session, EventRow, [values_of(note) for note in notes])

        texts = session.scalars(select(EventRow.text).where(EventRow.actor == "ann").order_by(EventRow.id))
        assert list(texts) == [str(number) for number in range(200)]


@pytest.mark.every_backend
def test_no_rows_are_no_statement(database: Database) -> None:
    with database.transaction() as session:
        insert_rows(session, EventRow, [])

        assert session.scalars(select(EventRow)).all() == []


@pytest.mark.parametrize("moment", [AT, AT + timedelta(microseconds=-7), datetime(1, 1, 1, tzinfo=UTC)])
def test_a_time_is_written_to_sqlite_as_sqlalchemy_writes_it(moment: datetime) -> None:
    dialect = sqlite.dialect()
    ours = UtcDateTime().dialect_impl(dialect).bind_processor(dialect)
    theirs = sqlite.DATETIME().bind_processor(dialect)  # type: ignore[no-untyped-call]

    assert ours is not None
    assert theirs is not None
    assert ours(moment) == theirs(moment.replace(tzinfo=None))
