"""The runner: batches, poison, leases."""

import threading
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Connection, event, select

from intake.accept import Acceptor
from intake.mail.identity import mail_report
from models import set_aside
from models.db import Database
from models.errors import Temporary
from models.queue import POSTPONED
from models.tables import CaseRow, OutgoingRow, ReportRow
from tests.conftest import Clock
from tests.factories import mail
from tests.outage import Outage
from workers.desk import Desk
from workers.runner import Runner
from workers.stages.draft import Draft, Stage

pytestmark = pytest.mark.every_backend


def accept(acceptor: Acceptor, clock: Clock, *mails: bytes) -> list[str]:
    return [acceptor.accept(mail_report(raw, "test", clock(), "ann@customer.example")).report_id for raw in mails]


def raising_on(word: bytes, error: type[Exception] = ValueError) -> Stage:
    """A stage with a defect: it breaks on every mail that holds `word`."""

    def stage(drafts: Sequence[Draft]) -> list[Draft]:
        for draft in drafts:
            if word in draft.claimed.content:
                raise error("this mail breaks the stage")
        return list(drafts)

    return stage


def outcomes(database: Database) -> dict[str, str | None]:
    with database.reading() as session:
        return {row.id: row.outcome for row in session.scalars(select(ReportRow))}


def test_a_mail_becomes_one_case_with_one_queued_acknowledgement(desk: Desk, acceptor: Acceptor, clock: Clock) -> None:
    accept(acceptor, clock, mail())

    Runner(desk, "test").run()

    with desk.database.reading() as session:
        case = session.scalars(select(CaseRow)).one()
        assert case.number == "FL-000001"
        assert case.assigned_team
        assert {clock.name for clock in case.clocks} >= {"first_reply", "respond", "solve_online", "on_site"}
        assert [event.kind for event in case.events] == ["received", "classified", "routed"]
        assert session.scalars(select(OutgoingRow)).one().recipient == "ann@customer.example"


def test_a_batch_takes_one_claim_commit_and_one_finish_commit(desk: Desk, acceptor: Acceptor, clock: Clock) -> None:
    accept(acceptor, clock, *(mail(f"report {number}") for number in range(20)))
    commits: list[Connection] = []
    event.listen(desk.database.engine, "commit", commits.append)

    Runner(desk, "test").run()

    # The third claims nothing: it finds that the queue is empty.
    assert len(commits) == 3


def test_a_poisonous_mail_is_shunted_after_four_attempts_and_its_neighbours_go_through_at_once(
    desk: Desk, acceptor: Acceptor, clock: Clock
) -> None:
    good = accept(acceptor, clock, *(mail(f"report {number}") for number in range(5)))
    [bad] = accept(acceptor, clock, mail("poison"))
    runner = Runner(desk, "test", stages=(raising_on(b"poison"), *desk.stages))

    runner.run()

    assert [outcomes(desk.database)[report] for report in good] == ["case"] * 5
    assert outcomes(desk.database)[bad] is None
    for _ in range(3):
        clock.forward(seconds=10)
        runner.run()
    with desk.database.reading() as session:
        row = session.get_one(ReportRow, bad)
        assert (row.state, row.attempts, row.outcome) == ("shunted", 4, "shunted")
        assert row.error == "ValueError: this mail breaks the stage"


def test_a_mail_that_hangs_whoever_reads_it_has_failed_after_a_while_and_its_neighbours_go_through(
    desk: Desk, acceptor: Acceptor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.runner.LIMIT_SECONDS", 2.0)
    forever = threading.Event()

    def hanging(drafts: Sequence[Draft]) -> list[Draft]:
        if any(b"endless" in draft.claimed.content for draft in drafts):
            forever.wait()
            raise RuntimeError("the test is over")  # what was left behind does not go on to the database
        return list(drafts)

    good = accept(acceptor, clock, *(mail(f"report {number}") for number in range(5)))
    [bad] = accept(acceptor, clock, mail("endless"))
    runner = Runner(desk, "test", stages=(hanging, *desk.stages))

    runner.run()

    assert [outcomes(desk.database)[report] for report in good] == ["case"] * 5
    with desk.database.reading() as session:
        row = session.get_one(ReportRow, bad)
        assert (row.state, row.failures, row.error) == ("waiting", 1, "TookTooLong: not done within 2 seconds")
    forever.set()


def test_a_shunted_report_can_be_retried_once_the_defect_is_mended(
    desk: Desk, acceptor: Acceptor, clock: Clock
) -> None:
    [report] = accept(acceptor, clock, mail("poison"))
    broken = Runner(desk, "test", stages=(raising_on(b"poison"),))
    for _ in range(4):
        broken.run()
        clock.forward(seconds=10)

    with desk.database.transaction() as session:
        set_aside.retry(session.get_one(ReportRow, report), clock())
    Runner(desk, "test").run()

    assert outcomes(desk.database) == {report: "case"}


def test_trouble_of_ours_postpones_a_report_without_counting_against_it(
    desk: Desk, acceptor: Acceptor, clock: Clock
) -> None:
    [report] = accept(acceptor, clock, mail("poison"))
    runner = Runner(desk, "test", stages=(raising_on(b"poison", Temporary),))

    for _ in range(20):
        runner.run()
        clock.forward(seconds=10)

    with desk.database.reading() as session:
        row = session.get_one(ReportRow, report)
        assert (row.state, row.failures, row.attempts) == ("waiting", 0, 0)


def test_a_batch_is_given_back_as_soon_as_the_database_is_there_again(
    desk: Desk, acceptor: Acceptor, clock: Clock
) -> None:
    reports = accept(acceptor, clock, mail("one"), mail("two"))
    outage = Outage(desk.database)

    def goes_away(drafts: Sequence[Draft]) -> list[Draft]:
        outage.left = 5
        return list(drafts)

    Runner(desk, "first", stages=(*desk.stages, goes_away)).run()
    clock.forward(seconds=POSTPONED.total_seconds())
    Runner(desk, "second").run()

    assert outcomes(desk.database) == dict.fromkeys(reports, "case")


def test_a_result_whose_lease_was_lost_is_dropped(desk: Desk, acceptor: Acceptor, clock: Clock) -> None:
    accept(acceptor, clock, mail())

    def too_slow(drafts: Sequence[Draft]) -> list[Draft]:
        """Another worker takes the report over while this one still works on it."""
        clock.forward(minutes=2)
        other.run()
        return list(drafts)

    other = Runner(desk, "other")
    Runner(desk, "slow", stages=(*desk.stages, too_slow)).run()

    with desk.database.reading() as session:
        assert len(session.scalars(select(CaseRow)).all()) == 1
        assert len(session.scalars(select(OutgoingRow)).all()) == 1


def test_an_answer_in_the_same_batch_joins_the_case_of_its_mail(
    make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock
) -> None:
    first = mail(message_id="<first@customer.example>")
    second = mail("One more thing: it is array B.", headers={"In-Reply-To": "<first@customer.example>"})
    third = mail("And now it is fine.", headers={"References": "<first@customer.example> <gone@customer.example>"})
    accept(acceptor, clock, first, second, third)

    Runner(make_desk(), "test").run()

    with acceptor._database.reading() as session:
        case = session.scalars(select(CaseRow)).one()
        assert [report.outcome for report in case.reports] == ["case", "follow-up", "follow-up"]
        assert len(session.scalars(select(OutgoingRow)).all()) == 1


def test_a_mail_that_refers_to_more_mails_than_a_query_takes_holds_up_nobody(
    desk: Desk, acceptor: Acceptor, clock: Clock
) -> None:
    flood = "\r\n ".join(f"<{number}@x>" for number in range(300_000))
    first = mail(message_id="<first@customer.example>")
    hostile = mail().replace(b"Subject:", f"References: {flood} <first@customer.example>\r\nSubject:".encode(), 1)
    bounce = mail(
        "\n".join(f"Message-ID: <{number}@x>" for number in range(300_000)),
        sender="MAILER-DAEMON@customer.example",
        subject="Undelivered Mail Returned to Sender",
    )
    accept(acceptor, clock, first, hostile, bounce)

    Runner(desk, "test").run()

    assert list(outcomes(desk.database).values()) == ["case", "follow-up", "bounce"]


def test_a_runner_that_is_stopped_leaves_the_backlog_for_the_next_start(
    desk: Desk, acceptor: Acceptor, clock: Clock
) -> None:
    accept(acceptor, clock, *(mail(f"report {number}") for number in range(3)))
    runner = Runner(desk, "test")
    runner.stop()

    assert runner.run() == 0

    assert list(outcomes(desk.database).values()) == [None] * 3


def test_what_arrives_while_a_batch_is_worked_on_is_the_next_batch_whichever_thread_takes_it(
    desk: Desk, acceptor: Acceptor, clock: Clock
) -> None:
    sizes: list[int] = []
    is_at_it, may_go_on = threading.Event(), threading.Event()

    def stage(drafts: Sequence[Draft]) -> list[Draft]:
        sizes.append(len(drafts))
        is_at_it.set()
        may_go_on.wait()
        return list(drafts)

    runner = Runner(desk, "test", stages=[stage, *desk.stages])
    threads = [threading.Thread(target=runner.run) for _ in range(2)]
    accept(acceptor, clock, mail("report 1"))
    threads[0].start()
    is_at_it.wait()

    threads[1].start()
    accept(acceptor, clock, mail("report 2"))
    accept(acceptor, clock, mail("report 3"))
    may_go_on.set()
    for thread in threads:
        thread.join()

    assert sizes == [1, 2]
    assert list(outcomes(desk.database).values()) == ["case"] * 3


def test_what_a_mail_says_is_in_no_log_where_it_cannot_be_encoded(
    desk: Desk, acceptor: Acceptor, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    accept(acceptor, clock, mail("The vault stands open"), mail("A disk failed"))

    def encodes(drafts: Sequence[Draft]) -> list[Draft]:
        for draft in drafts:
            f"{draft.claimed.content.decode()}\ud800".encode()
        return list(drafts)

    Runner(desk, "test", stages=[encodes]).run()

    [said] = [vars(each)["error"] for each in caplog.records if each.message == "batch_failed_trying_one_by_one"]
    assert said.startswith("UnicodeEncodeError: 'utf-8' codec can't encode character")
    assert "vault" not in said
