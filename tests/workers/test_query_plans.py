"""What runs all the time stays quick however much is stored: it walks along an index and sorts nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text

from console.webhooks import new_webhook
from models import answers, deliveries, knowledge, queue, webhooks
from models.db import Database
from models.merged import merged_ids, survivors
from models.search import DOCUMENT, search
from models.tables import KnowledgeRow
from routing import profile
from routing.breaker import Scope
from tests import directory
from tests.conftest import Clock, make_office
from tests.console.builders import case, store
from tests.knowledge import put
from tests.workers.reports.serving import customer, served
from workers import audit
from workers.deliver import outgoing
from workers.metrics import Metrics
from workers.record.alarms import only_case, open_cases
from workers.record.breakers import Keys, _openings, _traffic
from workers.record.dead_addresses import dead
from workers.reports.monthly import customers_with_cases, month_of, monthly_report
from workers.stages import known, look_up
from workers.stages.recognise import clues_from
from workers.timers import Timers

pytestmark = pytest.mark.on_sqlite


def plans(database: Database, act: Callable[[], object]) -> list[str]:
    """The steps of SQLite's plans for everything that is asked in `act`."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    act()
    event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        return [
            row[3]
            for statement, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


def _claims(database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        queue.due(session, clock())
        queue.claim(session, "up", clock(), 50)
        queue.release(session, "up", clock())
        outgoing.due(session, clock())
        outgoing.release(session, "up", clock())


def _tell(database: Database, clock: Clock) -> None:
    hook = new_webhook("https://hooks.example/desk", list(webhooks.Event), "", clock())
    with database.transaction() as session:
        session.add(hook)
        session.flush()
        webhooks.announce(session, webhooks.Event.CASE_CREATED, clock(), "FL-000001")
        session.flush()
        deliveries.due(session, clock())
        deliveries.claim(session, "up", clock(), {"another"})
        deliveries.release(session, "up", clock())
        deliveries.forget(session, clock())
        answers.forget(session, clock())


def _look_up(database: Database, clock: Clock) -> None:
    with database.reading() as session:
        look_up._ours(session, ["1@x", "2@x"])
        look_up._theirs(session, ["1@x", "2@x"])
        look_up._states(session, [1, 2])
        look_up._participants(session, [1, 2])
        survivors(session, [1, 2])
        merged_ids(session, 1)
        open_cases(session, ["one alarm", "another"])
        only_case(session, "zabbix@customer.example", "Problem: Link down")
        keys: list[Keys] = [dict.fromkeys(Scope, "1")]
        _traffic(session, keys, clock(), clock())
        _openings(session, keys)
        dead(session, ["ann@customer.example"], clock())


def _recognise(database: Database, clock: Clock) -> None:
    found = directory.customer(database, "C-1", domain="customer.example")
    directory.contact(database, found, "ann@customer.example", phone="+8621000001")
    directory.contract(database, found, "YL-1", "yilong")
    directory.device(database, found, "SN-1", directory.site(database, found, "S-1"))
    named = [("serial_number", "SN-1"), ("site", "S-1"), ("contract", "YL-1"), ("phone", "+8621000001")]
    with database.reading() as session:
        known.read(session, [clues_from("ann@customer.example", named)], profile.load("yilong"))


def _scrape(database: Database, clock: Clock) -> None:
    Metrics(database, clock).text()


@pytest.mark.parametrize("act", [_claims, _tell, _look_up, _scrape])
def test_what_runs_all_the_time_reads_no_whole_table_and_sorts_nothing(
    database: Database, clock: Clock, act: Callable[[Database, Clock], None]
) -> None:
    found = plans(database, lambda: act(database, clock))

    assert len(found) >= 3
    large = ("SCAN reports", "SCAN outgoing", "SCAN webhook_deliveries", "SCAN api_answers")
    assert [step for step in found if step in large or "TEMP B-TREE" in step] == []


def test_a_report_to_a_customer_reads_his_cases_alone(database: Database, clock: Clock) -> None:
    bank = customer(database)
    served(database, bank, clock())
    scheme, month = profile.load("yilong"), month_of("2026-11")

    def act() -> None:
        with database.reading() as session:
            assert len(customers_with_cases(session, month, scheme)) == 1
            assert len(monthly_report(session, bank, month, None, scheme, clock()).records) == 1

    scanned = [step for step in plans(database, act) if step.startswith("SCAN")]

    assert [step for step in scanned if not step.startswith("SCAN customers")] == []


def test_knowledge_is_looked_up_in_its_index_however_much_there_is(database: Database) -> None:
    with database.transaction() as session:
        for number in range(300):
            put(session, f"Printer {number}", "The paper of the printer 打印机 is changed.")
        session.execute(text("ANALYZE"))

    def ask() -> None:
        with database.reading() as session:
            assert search(session, "printer paper 打印 E4711", 5, DOCUMENT)
            assert knowledge.like(session, "printer paper", "打印机", "usage", "en")
            session.scalar(select(KnowledgeRow).where(KnowledgeRow.source == "manuals/printer.md"))
            session.scalar(select(KnowledgeRow).where(KnowledgeRow.case_id == 7))

    found = plans(database, ask)

    assert len(found) >= 6
    by_index = ("SCAN knowledge_fts VIRTUAL TABLE INDEX", "SEARCH knowledge USING")
    assert [step for step in found if not step.startswith(by_index) or "TEMP B-TREE" in step] == []
    assert all(":M" in step for step in found if "VIRTUAL TABLE" in step)  # M: by MATCH, which is the index


def test_a_reporter_is_recognised_along_indexes_alone(database: Database, clock: Clock) -> None:
    found = plans(database, lambda: _recognise(database, clock))

    reads = [step for step in found if "customers" in step or "contacts" in step or "sites" in step]
    assert len(reads) >= 6
    assert [step for step in found if step.startswith("SCAN") or "TEMP B-TREE" in step] == []


def _find_late(database: Database, clock: Clock) -> None:
    with database.reading() as session:
        Timers(database, make_office(clock))._due(session, clock())


def _audit(database: Database, clock: Clock) -> None:
    with database.reading() as session:
        audit.problem(session, clock())
        audit.gauges(session, clock())


@pytest.mark.parametrize("act", [_find_late, _audit])
def test_timers_and_audit_walk_the_index_of_what_runs(
    database: Database, clock: Clock, act: Callable[[Database, Clock], None]
) -> None:
    store(database, *(case(clock()) for _ in range(20)))
    clock.forward(hours=2)

    found = plans(database, lambda: act(database, clock))

    assert [step for step in found if not step.startswith("SEARCH")] == []
    assert {step.split(" USING ")[1].split(" (")[0] for step in found} <= {
        "INDEX ix_clocks_running",
        "INDEX ix_steps_due",
        "COVERING INDEX ix_clocks_running",
        "COVERING INDEX ix_steps_due",
    }


def test_what_a_case_is_handled_by_is_read_of_that_case_alone(database: Database, clock: Clock) -> None:
    store(database, *(case(clock()) for _ in range(20)))
    clock.forward(hours=2)

    found = plans(database, Timers(database, make_office(clock)).run)

    assert len(found) > 6
    large = ("cases", "clocks", "steps", "clock_events", "events", "outgoing", "reports")
    assert [step for step in found if step.startswith(tuple(f"SCAN {table}" for table in large))] == []
