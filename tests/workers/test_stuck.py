"""What is stuck is said with what to do, by `/readyz` and the doctor alike; what is well is not mentioned."""

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from models import queue
from models.db import Database
from models.queue import NewReport
from models.tables import BreakerRow, ClassificationRow, MailboxRow, OutgoingRow
from models.values import Channel
from tests.conftest import Clock
from tests.console.builders import acknowledgement, case, report, shunted, store
from workers import drift, stuck
from workers.basics import utc_now
from workers.metrics import Metrics

pytestmark = pytest.mark.every_backend


def asked(database: Database, clock: Callable[[], datetime], name: str) -> str:
    with database.reading() as session:
        return {**stuck.QUESTIONS, **stuck.SLOW}[name](session, clock())


def test_of_a_desk_where_all_is_well_nothing_is_said(database: Database) -> None:
    now = utc_now()
    store(database, case(now), report(now, due_at=now))

    with database.reading() as session:
        found = stuck.remarks(session, now)

    assert set(found.values()) == {""}


def test_a_database_that_takes_no_changes_is_said(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.engine.dialect.name == "sqlite":  # rights would not keep root from anything
        monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    else:
        name = database.engine.url.database
        with database.engine.connect() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            connection.commit()
        database.engine.dispose()

    assert "takes no changes" in asked(database, clock, "changes")
    assert "451" in asked(database, clock, "changes")
    metrics = Metrics(database, clock).text().decode()
    assert "firstline_database_up 1.0" in metrics
    assert "firstline_database_writable 0.0" in metrics


def test_old_mail_has_waited_only_since_it_came_to_us(database: Database, clock: Clock) -> None:
    years_ago, now = clock() - timedelta(days=2000), utc_now()
    with database.transaction() as session:
        queue.add(session, [NewReport(Channel.EMAIL, "old", b"x", "imap", years_ago, answer=False)])

    assert asked(database, lambda: now + timedelta(minutes=4), "queue") == ""
    [age] = re.findall(
        r"^firstline_oldest_waiting_seconds (\S+)$", Metrics(database, utc_now).text().decode(), re.MULTILINE
    )
    assert float(age) < stuck.WAITS_TOO_LONG.total_seconds()
    late = asked(database, lambda: now + timedelta(minutes=6), "queue")
    assert late.startswith(f"1 reports wait to be processed, the oldest since {now:%Y-%m-%d}")


def test_reports_that_nobody_processes_ask_for_a_worker(database: Database, clock: Clock) -> None:
    late = clock() - timedelta(minutes=6)
    store(database, report(late, due_at=late), report(clock(), due_at=clock()))

    assert asked(database, clock, "queue").startswith(
        "1 reports wait to be processed, the oldest since 2026-11-09 01:54"
    )
    assert "firstline worker" in asked(database, clock, "queue")


def test_a_call_that_is_still_spoken_is_not_stuck(database: Database, clock: Clock) -> None:
    store(database, report(clock() - timedelta(minutes=6), due_at=clock() + timedelta(minutes=3)))

    assert asked(database, clock, "queue") == ""


def test_reports_that_were_set_aside_are_said(database: Database, clock: Clock) -> None:
    store(database, shunted(clock()))

    assert "firstline shunted list" in asked(database, clock, "shunted")


def test_an_accepted_report_that_is_in_no_queue_is_said(database: Database, clock: Clock) -> None:
    store(database, report(clock()), report(clock(), due_at=clock()))

    assert asked(database, clock, "reconciliation").startswith("1 accepted reports are in no queue")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"seen_at": timedelta(minutes=31)}, "support/INBOX was last read at"),
        ({"present": 3, "stored": 1, "refused": 1}, "1 mails in support/INBOX are not stored"),
        ({"error": "the log-in was refused"}, "support/INBOX needs a look"),
    ],
)
def test_a_mailbox_that_is_silent_short_or_failing_is_said(
    database: Database, clock: Clock, state: dict[str, object], words: str
) -> None:
    row = MailboxRow(account="support", folder="INBOX", uidvalidity=1, seen_at=clock(), present=0, stored=0, refused=0)
    for name, value in state.items():
        setattr(row, name, clock() - value if isinstance(value, timedelta) else value)
    with database.transaction() as session:
        session.add(row)

    assert words in asked(database, clock, "mailboxes")
    assert "refused" not in asked(database, clock, "mailboxes")  # /readyz asks for no token: no server's words in it


def test_an_open_breaker_is_said_and_one_that_has_closed_is_not(database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        for scope, minutes in (("case", 5), ("all", -5)):
            closes_at = clock() + timedelta(minutes=minutes)
            session.add(
                BreakerRow(scope=scope, key="k", opened_at=clock(), closes_at=closes_at, because="eleven in an hour")
            )

    assert asked(database, clock, "breakers").startswith(
        "loop breakers are open (case), the last until 2026-11-09 02:05"
    )


def test_messages_that_are_not_sent_are_said_and_those_delayed_on_purpose_are_not(
    database: Database, clock: Clock
) -> None:
    opened, delayed = case(clock() - timedelta(hours=1)), case(clock() - timedelta(hours=1))
    store(database, opened, delayed)
    store(database, acknowledgement(opened, clock() - timedelta(minutes=20)))
    later = {"due_at": clock() + timedelta(minutes=5), "attempts": 0}
    store(database, acknowledgement(delayed, clock() - timedelta(minutes=20), **later))

    said = asked(database, clock, "outgoing")

    assert said.startswith("1 messages of ours are not sent")
    assert "firstline doctor tries the relay" in said


def test_a_message_that_was_sent_is_not_said(database: Database, clock: Clock) -> None:
    opened = case(clock())
    store(database, opened)
    store(database, acknowledgement(opened, clock() - timedelta(minutes=20)))
    with database.transaction() as session:
        session.execute(update(OutgoingRow).values(due_at=None, state="sent"))

    assert asked(database, clock, "outgoing") == ""


@pytest.mark.parametrize(("seconds", "words"), [(-60, "s behind the database's"), (60, "s before the database's")])
def test_a_clock_that_is_off_is_said_with_its_side(database: Database, seconds: int, words: str) -> None:
    def ours() -> datetime:
        return utc_now() + timedelta(seconds=seconds, milliseconds=50)

    assert words in asked(database, ours, "clock")


def test_ladders_that_stand_ask_for_the_timers(database: Database, clock: Clock) -> None:
    store(database, case(clock() - timedelta(days=1)))

    assert "firstline timers" in asked(database, clock, "timers")


def test_a_classifier_that_says_other_things_than_before_is_said(database: Database, clock: Clock) -> None:
    opened = case(clock())
    store(database, opened)
    _classified(database, opened.id, clock() - timedelta(days=20), level=4)
    _classified(database, opened.id, clock() - timedelta(days=1), level=1)

    said = asked(database, clock, "drift")

    assert said.startswith("what is reported has changed against the four weeks before (level by 100%)")
    assert "firstline train" in said


def _classified(database: Database, case_id: int, at: datetime, level: int) -> None:
    with database.transaction() as session:
        for _ in range(drift.ENOUGH):
            session.add(ClassificationRow(case_id=case_id, at=at, by="m", model="m", level=level, category="data"))


def test_a_disk_that_is_nearly_full_is_said(tmp_path: Path) -> None:
    said = stuck.disk(tmp_path, left=1.1)  # of which no disk has as much

    assert "MB left: make room or grow it" in said
    assert stuck.disk(tmp_path, left=0) == ""


def test_a_data_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    said = stuck.disk(tmp_path / "gone")

    assert "gone has cannot be seen: No such file or directory; see that the folder is there" in said


def test_a_data_folder_that_is_gone_takes_no_other_metric_with_it(database: Database, tmp_path: Path) -> None:
    metrics = Metrics(database, utc_now)
    metrics.watch_disk(tmp_path / "gone")

    said = metrics.text().decode()

    assert "firstline_disk_free_bytes NaN" in said
    assert "firstline_database_up 1.0" in said
