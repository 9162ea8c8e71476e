"""Cases are found by what is written in them, at once, on either database; what is typed is never syntax."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from models import case_search
from models.case_words import asked, words
from models.db import Database
from models.errors import NotPossible
from models.tables import (
    AttachmentRow,
    CaseRow,
    ContactRow,
    CustomerRow,
    DeviceRow,
    EventRow,
    ParticipantRow,
    ReportRow,
)
from models.values import ReportState
from tests.conftest import Clock
from tests.console.builders import case, report, store

pytestmark = pytest.mark.every_backend


def found(database: Database, typed: str, *filters: Any, before: int | None = None, limit: int = 50) -> list[int]:
    with database.reading() as session:
        return case_search.find(session, asked(typed), filters, before, limit)


def note(database: Database, case_id: int, said: str, clock: Clock, actor: str = "eve@desk.example") -> None:
    with database.transaction() as session:
        session.add(EventRow(case_id=case_id, at=clock(), actor=actor, kind="replied", text=said))


@pytest.fixture
def told(database: Database, clock: Clock) -> Database:
    """One case of which everything is known, and one of which nothing is."""
    with database.transaction() as session:
        customer = CustomerRow(number="C-77", number_key="c-77", name="Harbour Freight Ltd")
        session.add(customer)
        session.flush()
        contact = ContactRow(customer_id=customer.id, name="Ann Lee", phone="+862150000077")
        device = DeviceRow(customer_id=customer.id, serial_number="SN-0815-X", serial_key="sn-0815-x", model="AX 200")
        session.add_all([contact, device])
        session.flush()
        one = case(clock(), subject="磁盘阵列离线", customer="ann@customer.example")
        one.customer_id, one.contact_id, one.device_id = customer.id, contact.id, device.id
        one.reports[0].text = "Since Monday two exports of the controller have failed with E-4711, 請檢查韌體。"
        one.reports[0].message_id = "CAF+x_1=2@mail.customer.example"
        session.add(one)
        session.flush()
        session.add(
            AttachmentRow(
                report_id=one.reports[0].id,
                position=0,
                sha256="0" * 64,
                filename="diagnose_rack4.zip",
                content_type="application/zip",
                size=1,
                inline=False,
            )
        )
        session.add(ParticipantRow(case_id=one.id, address_key="bob@partner.example", at=clock()))
    store(database, case(clock(), subject="Something else", reports=[report(clock(), sender="max@other.example")]))
    return database


BY_EVERYTHING = (
    *("FL-000001", "fl-1", "阵列", "盘", "磁盘阵列", "磁盤陣列離線", "固件", "檢查", "离线"),
    *("export", "EXPORTED", "controller monday", '"controller have failed"', "e4711", "E-4711"),
    *("ann@customer.example", "ＡＮＮ＠customer.example", "bob@partner.example", "<CAF+x_1=2@mail.customer.example>"),
    *("+86 21 5000 0077", "021-50000077", "5000-0077", "SN-0815-X", "sn0815x", "harbour freight", "C-77"),
    *("diagnose_rack4.zip", "rack4"),
)
NOT_THERE = ("controller tuesday", "阵离", "ann@customer.examples", "E-4712", "SN-0815-Y", "5000-0078", "smtp", "盤古")
HOSTILE = ('"', "'", "%", "*", "NEAR(", "disk NEAR x", "subject:disk", "^disk x", "a' | 'b", "disk -- \\", "{", "! q")
ODD = ("disk" * 50, "磁" * 200, " ".join(map(str, range(90))), "'" * 200, "\0disk", "𠀀𠀁", "\ud800")


def test_a_case_is_found_by_everything_that_belongs_to_it_however_it_is_written(told: Database) -> None:
    assert {typed: found(told, typed) for typed in BY_EVERYTHING} == {typed: [1] for typed in BY_EVERYTHING}


def test_a_case_that_lacks_one_of_the_words_is_not_found(told: Database) -> None:
    assert {typed: found(told, typed) for typed in NOT_THERE} == {typed: [] for typed in NOT_THERE}


def test_nothing_that_is_typed_is_taken_for_syntax(told: Database) -> None:
    assert {typed: found(told, typed) for typed in (*HOSTILE, *ODD)} == {typed: [] for typed in (*HOSTILE, *ODD)}


def test_the_case_whose_number_is_typed_comes_before_those_that_speak_of_it(database: Database, clock: Clock) -> None:
    store(database, *(case(clock()) for _ in range(4)))
    note(database, 3, "the same as FL-000002", clock)
    note(database, 4, "two errors of type 2", clock)

    assert found(database, "FL-2") == [2, 3]
    assert found(database, "2") == [2, 4, 3]
    assert found(database, "2", before=4) == [3]
    assert found(database, "2", limit=2) == [2, 4]


def test_what_is_noted_is_found_from_the_commit_on_and_not_before(database: Database, clock: Clock) -> None:
    store(database, case(clock()))
    with database.transaction() as session:
        session.add(EventRow(case_id=1, at=clock(), actor="eve@desk.example", kind="begun", text="a loose cable"))
        session.flush()
        assert found(database, "loose cable") == []

    assert found(database, "loose cable") == [1]


def test_a_note_that_is_rolled_back_leaves_no_words(database: Database, clock: Clock) -> None:
    store(database, case(clock()))

    def write() -> None:
        with database.transaction() as session:
            session.add(EventRow(case_id=1, at=clock(), actor="eve@desk.example", kind="begun", text="a loose cable"))
            session.flush()
            raise NotPossible("changed my mind")

    with pytest.raises(NotPossible):
        write()

    assert found(database, "cable") == []


def test_what_the_machine_notes_by_itself_is_not_what_people_look_for(database: Database, clock: Clock) -> None:
    store(database, case(clock()))
    note(database, 1, "report by smtp: nothing speaks against it", clock, actor="firstline")

    assert found(database, "speaks against") == []


def test_words_of_several_reports_and_notes_are_found_together(database: Database, clock: Clock) -> None:
    store(database, case(clock(), subject="Fan"), case(clock(), subject="Fan"))
    with database.transaction() as session:
        session.add(report(clock(), case_id=2, text="a rattling noise", sender="eve@customer.example"))
    note(database, 2, "bearing worn", clock)

    assert found(database, "fan rattling bearing eve@customer.example") == [2]


def test_a_report_in_quarantine_belongs_to_no_case_and_is_not_found_until_it_is_released(
    database: Database, clock: Clock
) -> None:
    store(database, case(clock()))
    with database.transaction() as session:
        session.add(report(clock(), id="q", state=ReportState.QUARANTINED, text="forged invoice"))
    assert found(database, "forged") == []

    with database.transaction() as session:
        session.get_one(ReportRow, "q").case_id = 1

    assert found(database, "forged") == [1]


def test_a_text_that_is_taken_away_is_not_found_any_more(database: Database, clock: Clock) -> None:
    one = case(clock(), subject="Fan")
    one.reports[0].text = "my password is swordfish"
    store(database, one, case(clock()))
    note(database, 1, "he wrote it into the mail", clock)

    with database.transaction() as session:
        session.get_one(CaseRow, 1).reports[0].text = None

    assert found(database, "swordfish") == []
    assert found(database, "fan wrote") == [1]


def test_a_report_that_is_put_on_another_case_is_found_there_alone(database: Database, clock: Clock) -> None:
    store(database, case(clock()), case(clock()))
    with database.transaction() as session:
        session.add(report(clock(), id="m", case_id=1, text="misfiled"))

    with database.transaction() as session:
        session.get_one(ReportRow, "m").case_id = 2

    assert found(database, "misfiled") == [2]


def test_a_case_that_is_put_under_a_customer_is_found_by_his_name_and_no_longer_by_anothers(
    told: Database, clock: Clock
) -> None:
    with told.transaction() as session:
        other = CustomerRow(number="C-78", number_key="c-78", name="Orchard Foods")
        session.add(other)
        session.flush()
        session.get_one(CaseRow, 1).customer_id = other.id

    assert found(told, "orchard") == [1]
    assert found(told, "harbour") == []


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_pages_of_what_is_found_lead_past_each_case_once(database: Database, clock: Clock, limit: int) -> None:
    with database.transaction() as session:
        for number in range(60):
            session.add(case(clock(), subject="Fan" if number % 3 else "Disk", level=1 + number % 4))
            session.flush()
    seen: list[int] = []

    while page := found(database, "fan", CaseRow.level == 2, before=seen[-1] if seen else None, limit=limit):
        seen += page

    with database.reading() as session:
        wanted = select(CaseRow.id).where(CaseRow.subject == "Fan", CaseRow.level == 2).order_by(CaseRow.id.desc())
        assert seen == session.scalars(wanted).all()


def test_cases_far_apart_are_found_however_many_numbers_lie_between(database: Database, clock: Clock) -> None:
    ids = [1, 1023, 1024, 1025, 5000, 70_000, 400_000]
    store(database, *(case(clock() + timedelta(seconds=id_), id=id_, subject="Fan") for id_ in ids))

    assert found(database, "fan") == ids[::-1]
    assert found(database, "fan", before=1024) == [1023, 1]


def test_a_batch_of_cases_is_indexed_by_a_few_statements(database: Database, clock: Clock) -> None:
    def statements(act: Callable[[], None]) -> int:
        asked_for: list[str] = []

        def count(*values: Any) -> None:
            if "case_search" in values[2] or values[2].startswith("SELECT"):
                asked_for.append(values[2])

        event.listen(database.engine, "before_cursor_execute", count)
        act()
        event.remove(database.engine, "before_cursor_execute", count)
        return len(asked_for)

    def open_cases(number: int) -> None:
        with database.transaction() as session:
            session.add_all([case(clock()) for _ in range(number)])

    few, many = statements(lambda: open_cases(2)), statements(lambda: open_cases(40))

    assert few == many


def test_a_case_with_more_words_than_an_index_holds_is_stored_all_the_same(database: Database, clock: Clock) -> None:
    store(database, case(clock(), subject="Fan"))

    note(database, 1, " ".join(f"word{number:09d}" for number in range(60_000)), clock)

    assert found(database, "fan") == [1]
    assert found(database, "word000000001") == [1]


def test_what_is_rebuilt_is_what_was_written_bit_by_bit(told: Database, clock: Clock) -> None:
    note(told, 1, "a loose cable", clock)
    with told.reading() as session:
        written = session.execute(text("SELECT case_id, terms FROM case_search ORDER BY case_id")).all()

    with told.transaction() as session:
        case_search.fill(session)

    with told.reading() as session:
        assert session.execute(text("SELECT case_id, terms FROM case_search ORDER BY case_id")).all() == written


def test_words_are_not_part_of_a_quoted_language() -> None:
    for typed in (*HOSTILE, "a\"b'c|d&e!f(g)h:i*j<k>l\\m"):
        for group in asked(typed).groups:
            assert all(word.isalnum() for alternative in group for word in alternative)
    assert all(word.isalnum() for word in words("a\"b'c|d&e!f(g)h:i*j<k>l\\m \u0300 ⅷ ½ ①"))
