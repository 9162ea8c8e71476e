"""What the pages of administration are given, over each kind of database."""

import csv
import io
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.db import Database
from models.settings import Settings
from models.tables import CorrectionRow, CustomerDomainRow, ListRow, UserRow
from tests.conftest import Clock
from tests.console.builders import case, store
from workers.admin.classifiers import ModelBook
from workers.admin.lists import ListBook

pytestmark = pytest.mark.every_backend

CUSTOMERS = "number,name,language,note,domains\nC-1,银行,zh-Hans,,bank.example\n".encode("gb18030")


def test_a_list_that_waits_is_planned_and_written_as_it_was_planned(database: Database, clock: Clock) -> None:
    book = ListBook(ZoneInfo("Asia/Shanghai"))
    with database.transaction() as session:
        user = UserRow(name="a", address="a", address_key="a", role="admin", password="", created_at=clock())
        session.add(user)
        session.flush()
        session.add(ListRow(user_id=user.id, name="customers", at=clock(), content=CUSTOMERS))

    with database.reading() as session:
        sheets = book.read({row.name: row.content for row in session.scalars(select(ListRow))})
        plan = book.plan(session, sheets)
    with database.transaction() as session:
        refused = book.take_in(session, sheets, "another")
        taken = book.take_in(session, sheets, plan.digest)

    assert refused is None
    assert taken == plan
    with database.reading() as session:
        assert session.scalars(select(CustomerDomainRow.domain)).all() == ["bank.example"]
        assert "银行" in book.export(session, "customers").decode("utf-8-sig")


def test_a_long_ledger_comes_in_pieces_and_whole(database: Database, clock: Clock) -> None:
    said = {"case_id": 1, "by": "ann", "channel": "email", "language": "en", "subject": "", "body": ""}
    judged = {"predicted_level": 1, "predicted_category": "data", "level": 2, "category": "data"}
    store(database, case(clock()))
    with database.transaction() as session:
        session.add_all(CorrectionRow(**said, **judged, at=clock(), text_hash=str(number)) for number in range(2100))
    book = ModelBook(Settings(), database, clock)

    with database.reading() as session:
        pieces = list(book.ledger(session, "csv"))

    rows = list(csv.DictReader(io.StringIO(b"".join(pieces).decode("utf-8-sig"))))
    assert len(pieces) == 4  # the header, and three of a thousand at most
    assert [row["text_hash"] for row in rows] == [str(number) for number in range(2100)]
