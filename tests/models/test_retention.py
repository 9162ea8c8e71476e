"""What is forgotten by its age, and what is not though it is old."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import bodies, case_search, forgetting, retention, set_aside
from models.bodies import Body, Forgotten
from models.case_words import asked
from models.db import Database
from models.set_aside import NotSetAside
from models.tables import (
    ATTACHED,
    AttachmentRow,
    CaseRow,
    CorrectionRow,
    OutgoingRow,
    ReportPart,
    ReportRow,
    RetainedRow,
    TranscriptRow,
)
from models.values import new_id
from tests.conftest import Clock
from tests.console.builders import acknowledgement, case
from tests.console.builders import report as arrived
from workers.retention import Keeper

pytestmark = pytest.mark.every_backend
DAYS = 365
WALKS = {walk.name: walk for walk in forgetting.WALKS}


def stored(database: Database, clock: Clock, state: str = "closed", report_state: str = "done") -> tuple[int, str]:
    """A case with a mail, a file and a recording; returns its id and that of its report."""
    with database.transaction() as session:
        said = {"subject": "Zwiebelturm", "text": "a zebrawood canary"}
        report = arrived(clock(), id=new_id(), state=report_state, outcome="case", **said)
        row = case(clock(), state=state, reports=[report])
        session.add(row)
        session.flush()
        session.add(acknowledgement(row, clock(), id=new_id(), state="sent", due_at=None, content=b"Thank you."))
        session.add(
            AttachmentRow(
                report_id=report.id, position=0, sha256="0" * 64, filename="zeppelin.log", content_type="text/plain",
                size=1, inline=False,
            )
        )  # fmt: skip
        parts = [(0, "message/rfc822", b"mail"), (1, "audio/mpeg", b"sound"), (2, ATTACHED, b"picture")]
        bodies.add(session, [Body(report.id, seq, kind, content) for seq, kind, content in parts])
        session.add(
            TranscriptRow(report_id=report.id, sha256="1" * 64, language="en", state="done", text="heard canary")
        )
        return row.id, report.id


def forget(database: Database, clock: Clock, *names: str, days: int = DAYS) -> None:
    keeper = Keeper(database, [(WALKS[name], days) for name in names])
    while keeper.forget_page(clock()):
        pass


def kept(database: Database, report_id: str) -> Sequence[str]:
    """The kinds of what is still there of a report."""
    with database.reading() as session:
        parts = session.scalars(select(ReportPart).where(ReportPart.report_id == report_id).order_by(ReportPart.seq))
        return [part.kind for part in parts if part.forgotten_at is None]


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("raw", ["audio/mpeg", ATTACHED]),
        ("recordings", ["message/rfc822", ATTACHED]),
        ("attachments", ["audio/mpeg"]),  # the mail's own files are within it
        ("texts", []),
    ],
)
def test_each_rule_takes_its_own_kind_and_nothing_else(
    database: Database, clock: Clock, rule: str, left: list[str]
) -> None:
    _, report = stored(database, clock)
    clock.forward(days=DAYS + 1)

    forget(database, clock, rule)

    assert kept(database, report) == left


def test_nothing_goes_before_its_time(database: Database, clock: Clock) -> None:
    _, report = stored(database, clock)
    clock.forward(days=DAYS - 1)

    forget(database, clock, *WALKS)

    assert len(kept(database, report)) == 3


def test_what_is_gone_says_when_and_by_which_rule_and_cannot_come_again(database: Database, clock: Clock) -> None:
    _, report = stored(database, clock, report_state="discarded")
    clock.forward(days=DAYS + 1)

    forget(database, clock, "raw")

    with database.transaction() as session:
        row = session.get_one(ReportRow, report)
        with pytest.raises(Forgotten, match=r"deleted on 2027-11-10, by the rule of 365 days"):
            set_aside.source(session, row)
        with pytest.raises(NotSetAside, match="cannot come again"):
            set_aside.retry(row, clock())


@pytest.mark.parametrize(
    ("state", "report_state"), [("in_progress", "done"), ("closed", "shunted"), ("closed", "quarantined")]
)
def test_open_cases_and_what_nobody_has_processed_are_left_alone_until_that_changes(
    database: Database, clock: Clock, state: str, report_state: str
) -> None:
    case_id, report = stored(database, clock, state=state, report_state=report_state)
    clock.forward(days=DAYS + 1)
    forget(database, clock, "raw", "texts")
    assert len(kept(database, report)) == 3

    with database.transaction() as session:
        session.get_one(CaseRow, case_id).state = "closed"
        session.get_one(ReportRow, report).state = "done"
    clock.forward(days=1)
    forget(database, clock, "raw", "texts")

    assert kept(database, report) == []
    with database.reading() as session:
        assert session.scalars(select(RetainedRow)).all() == []


def test_texts_go_from_the_search_too_and_the_case_stays_with_its_figures(database: Database, clock: Clock) -> None:
    case_id, report = stored(database, clock)
    clock.forward(days=DAYS + 1)

    forget(database, clock, "texts", "letters")

    with database.reading() as session:
        assert case_search.find(session, asked("zebrawood"), (), None, 10) == []
        assert case_search.find(session, asked("zeppelin"), (), None, 10) == []
        row = session.get_one(CaseRow, case_id)
        assert (row.level, row.state, len(row.clocks) > 0, len(row.events) > 0) == (2, "closed", True, True)
        assert session.get_one(TranscriptRow, report).text is None
        assert all(letter.content == b"" for letter in session.scalars(select(OutgoingRow)))


def test_what_was_learnt_from_loses_its_text_and_still_counts(database: Database, clock: Clock) -> None:
    case_id, _ = stored(database, clock)
    with database.transaction() as session:
        session.add(
            CorrectionRow(
                case_id=case_id, at=clock(), by="Eve", text_hash="2" * 64, channel="email", language="en",
                subject="s", body="b", predicted_level=3, predicted_category="storage", level=2, category="storage",
            )
        )  # fmt: skip
    clock.forward(days=DAYS + 1)

    forget(database, clock, "training")

    with database.reading() as session:
        row = session.scalars(select(CorrectionRow)).one()
        assert (row.subject, row.body, row.level) == ("", "", 2)


def test_a_dry_run_counts_what_would_go_and_takes_nothing(database: Database, clock: Clock) -> None:
    _, report = stored(database, clock)
    _, opened = stored(database, clock, state="in_progress")
    clock.forward(days=DAYS + 1)

    counts = Keeper(database, [(WALKS["raw"], DAYS)]).would_forget(clock())

    assert counts == {"raw": 1}
    every = Keeper(database, [(walk, DAYS) for walk in WALKS.values()]).would_forget(clock())
    assert every == {
        "raw": 1, "recordings": 1, "attachments": 1, "transcripts": 0, "texts": 1, "letters": 1, "training": 0
    }  # fmt: skip
    assert len(kept(database, report)) == len(kept(database, opened)) == 3


def test_it_goes_on_where_it_was_broken_off_and_a_wrong_clock_holds_up_nobody(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PAGE", 2)
    reports = [stored(database, clock)[1] for _ in range(5)]
    with database.transaction() as session:
        session.get_one(ReportRow, reports[1]).received_at = clock() + timedelta(days=9999)
    clock.forward(days=DAYS + 1)
    keeper = Keeper(database, [(WALKS["raw"], DAYS)])

    assert keeper.forget_page(clock())
    forget(database, clock, "raw")

    assert [len(kept(database, report)) for report in reports] == [2, 3, 2, 2, 2]


def test_by_a_clock_that_was_just_set_nothing_goes(database: Database, clock: Clock) -> None:
    passed = timedelta()
    keeper = Keeper(database, [(WALKS["raw"], DAYS)], lambda: passed.total_seconds())
    _, report = stored(database, clock)

    def goes_on(hours: float) -> int:
        nonlocal passed
        passed += timedelta(hours=hours)
        clock.forward(hours=hours)
        keeper.look(clock())
        return len(kept(database, report))

    at_the_start = [goes_on(0), goes_on(5.9), goes_on(0.2)]
    clock.forward(days=DAYS + 1)
    after_a_jump = [goes_on(0), goes_on(5.9)]

    assert at_the_start + after_a_jump == [3] * 5
    assert goes_on(0.2) == 2


def test_a_process_that_starts_with_a_wrong_clock_takes_nothing_for_hours(database: Database, clock: Clock) -> None:
    _, report = stored(database, clock)
    clock.forward(days=DAYS + 1)

    Keeper(database, [(WALKS["raw"], DAYS)], lambda: 0).look(clock())

    assert len(kept(database, report)) == 3


def test_no_more_goes_at_once_than_a_sender_can_wait_for(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = [stored(database, clock)[1] for _ in range(5)]
    clock.forward(days=DAYS + 1)
    with database.reading() as session:
        size = bodies.sizes(session, reports)[reports[0]]
    monkeypatch.setattr(bodies, "MOST_BYTES", 2 * size)
    counts: list[int] = []
    keeper = Keeper(database, [(WALKS["texts"], DAYS)])

    while keeper.forget_page(clock(), lambda _rule, count: counts.append(count)):
        pass

    assert [*counts[:2], sum(counts)] == [2, 2, 5]
    assert all(kept(database, report) == [] for report in reports)
