"""What staff want each other to know of a case, and no customer hears."""

from sqlalchemy import func, select

from models.db import Database
from models.tables import AuditRow, ClockEventRow, EventRow, OutgoingRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn

SAID = "She called: 备用控制器 runs.\nAsk for <Max> at the gate."


def test_a_note_stands_on_the_case_as_it_was_written_and_moves_nothing(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    store(database, case(clock(), customer="ann@customer.example"))
    agent = log_in(name="eve")

    answer = agent.post("/cases/FL-000001/note", note=SAID)

    assert answer.status_code == 303
    assert text(agent.page("/cases/FL-000001"), ".note pre") == " ".join(SAID.split())
    with database.reading() as session:
        assert session.scalars(select(EventRow.text).where(EventRow.kind == "note")).all() == [SAID]
        assert session.scalars(select(OutgoingRow.id)).all() == []
        assert session.scalar(select(func.count(ClockEventRow.id)).where(ClockEventRow.kind != "started")) == 0
        assert session.scalars(select(AuditRow.what)).all() == ["noted"]


def test_a_note_is_found_by_its_words(log_in: LogIn, database: Database, clock: Clock) -> None:
    store(database, case(clock()))
    agent = log_in()
    agent.post("/cases/FL-000001/note", note=SAID)

    for asked in ("控制器", "gate"):
        assert "FL-000001" in text(agent.page(f"/cases?q={asked}"), "main")


def test_an_empty_note_is_refused(log_in: LogIn, database: Database, clock: Clock) -> None:
    store(database, case(clock()))

    answer = log_in().post("/cases/FL-000001/note", note=" \n")

    assert answer.status_code == 409
    assert "a note says something" in answer.text


def test_a_closed_case_takes_a_note_and_stays_closed(log_in: LogIn, database: Database, clock: Clock) -> None:
    store(database, case(clock(), state="closed", closed_at=clock()))
    agent = log_in()

    assert agent.post("/cases/FL-000001/note", note="The invoice was sent.").status_code == 303

    assert text(agent.page("/cases/FL-000001"), ".heading .pill") == "closed"
