"""Corrections become rows to learn from."""

from datetime import datetime

import pytest
from sqlalchemy import select

from models import forgetting
from models.db import Database
from models.tables import CaseRow, CorrectionRow
from models.values import Channel, Language
from routing import profile
from tests.conftest import Clock, make_office
from tests.console.builders import case, store
from workers.cases.correct import correct
from workers.learning import Correction, corrections

pytestmark = pytest.mark.every_backend

YILONG = profile.load("yilong")
READ = {"channel": "machine", "subject": "RAID", "body": "array 3 of 3 gone"}


def judged(database: Database, clock: Clock, read: dict[str, str] | None = None) -> None:
    """A case that the machine has called level 3, hardware."""
    opened = case(clock(), level=3)
    opened.classifications[0].read = read
    store(database, opened)


def say(database: Database, at: datetime, level: int, category: str, reason: str = "") -> None:
    with database.transaction() as session:
        opened = session.get_one(CaseRow, 1)
        correct(session, opened, Correction(level, category, "ann", reason), make_office(lambda: at), YILONG, at)


def rows(database: Database) -> list[CorrectionRow]:
    with database.reading() as session:
        return list(session.scalars(select(CorrectionRow).order_by(CorrectionRow.id)))


def test_a_correction_keeps_the_text_the_model_and_both_answers(database: Database, clock: Clock) -> None:
    judged(database, clock, READ)

    say(database, clock(), 1, "data", "the pool is lost")

    (row,) = rows(database)
    assert (row.predicted_level, row.predicted_category, row.model) == (3, "hardware", "1")
    assert (row.level, row.category, row.by, row.reason, row.at) == (1, "data", "ann", "the pool is lost", clock())
    assert (row.channel, row.subject, row.body) == ("machine", "RAID", "array 3 of 3 gone")
    assert len(row.text_hash) == 64


def test_the_prediction_stays_the_machines_when_a_person_changes_his_mind(database: Database, clock: Clock) -> None:
    judged(database, clock, READ)

    say(database, clock(), 1, "data")
    say(database, clock(), 2, "data")

    first, second = rows(database)
    assert first.text_hash == second.text_hash
    assert (second.predicted_level, second.level) == (3, 2)


def test_only_the_last_word_on_a_text_is_learnt(database: Database, clock: Clock) -> None:
    judged(database, clock, READ)
    say(database, clock(), 1, "data")
    say(database, clock(), 2, "software")

    with database.reading() as session:
        (row,) = corrections(session)

    assert (row.level, row.category, row.language) == (2, "software", Language.ENGLISH)
    assert (row.text.channel, row.text.subject, row.text.body) == (Channel.MACHINE, "RAID", "array 3 of 3 gone")


def test_cases_from_before_the_text_was_kept_are_learnt_by_their_report(database: Database, clock: Clock) -> None:
    judged(database, clock)
    with database.transaction() as session:
        session.get_one(CaseRow, 1).reports[0].text = "the backup has failed again"

    say(database, clock(), 2, "data")

    (row,) = rows(database)
    assert (row.channel, row.subject, row.body) == ("email", "Backup failed", "the backup has failed again")


@pytest.mark.parametrize("read", [READ, None])
def test_of_a_case_whose_text_is_gone_nothing_is_learnt(
    database: Database, clock: Clock, read: dict[str, str] | None
) -> None:
    judged(database, clock, read)
    with database.transaction() as session:
        opened = session.get_one(CaseRow, 1)
        opened.classifications[0].report_id = opened.reports[0].id
        session.flush()
        forgetting.texts(session, opened.reports, "a rule", clock())
        opened.subject = "[erased]"

    say(database, clock(), 4, "usage")

    (row,) = rows(database)
    assert (row.level, row.subject, row.body) == (4, "", "")
    with database.reading() as session:
        assert corrections(session) == []
