"""Two workers that come to the same point at the same moment: the second sees what the first has written."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, text

from intake.accept import Acceptor
from intake.mail.identity import mail_report
from models.db import Database
from models.tables import BreakerRow, CaseRow, DeadAddressRow, EventRow, OutgoingRow, ParticipantRow, ReportRow
from models.turns import Turns
from routing.breaker import Scope
from routing.letters import Kind
from tests.conftest import LIMITS, Clock
from tests.factories import mail
from tests.flows.story import Story
from tests.flows.test_alarms import alert
from tests.models.test_turns import waiting
from tests.waiting import wait_until
from workers.cases.sent import ACKNOWLEDGEMENT, note_sent
from workers.cases.work import lock
from workers.deliver.email import RecipientUnknown
from workers.deliver.outgoing import Deliverer
from workers.desk import Desk
from workers.runner import Runner
from workers.stages.draft import Draft

pytestmark = pytest.mark.every_backend

Table = type[CaseRow] | type[OutgoingRow] | type[BreakerRow] | type[DeadAddressRow]


class TwoWorkers:
    """Each is given some mails; both write what they think of theirs at the same moment."""

    def __init__(self, desk: Desk, acceptor: Acceptor, clock: Clock) -> None:
        self.desk = desk
        self._acceptor, self._clock = acceptor, clock

    def work(self, *shares: Sequence[bytes]) -> None:
        both_have_read = threading.Barrier(len(shares))
        with ThreadPoolExecutor(len(shares)) as threads:
            runs = [threads.submit(self._worker(share, both_have_read).run) for share in shares]
        assert [run.result() for run in runs] == [len(share) for share in shares]

    def _worker(self, share: Sequence[bytes], both_have_read: threading.Barrier) -> Runner:
        """A worker that has claimed its share, so that the next one is given others."""
        for raw in share:
            self._acceptor.accept(mail_report(raw, "test", self._clock(), "ann@customer.example"))
        claimed = threading.Event()

        def wait(drafts: Sequence[Draft]) -> list[Draft]:
            both_have_read.wait(timeout=60)
            return list(drafts)

        runner = Runner(self.desk, f"worker {id(claimed)}", stages=(*self.desk.stages, wait))
        runner._batch = len(share)
        batch = runner._claim()
        once = iter([batch])
        runner._claim = lambda: next(once, [])  # type: ignore[method-assign]
        return runner

    def take_in(self, *archive: bytes) -> None:
        """Have old mails wait that nobody is answered for."""
        for raw in archive:
            self._acceptor.accept(mail_report(raw, "import", self._clock(), answer=False))

    def claim(self, raw: bytes) -> None:
        """Another one has claimed it, and is at it for a long time."""
        self._worker([raw], threading.Barrier(1))

    def go_on(self, clock: Clock) -> None:
        """Somebody works on what was put off for a second or less."""
        clock.forward(seconds=1)
        Runner(self.desk, "test").run()

    def outcomes(self) -> list[str]:
        """Those of the reports that are done."""
        with self.desk.database.reading() as session:
            return [each for each in session.scalars(select(ReportRow.outcome)) if each is not None]

    def count(self, table: Table) -> int:
        with self.desk.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


def somebody_waits(database: Database) -> bool:
    """For a lock, or for his turn."""
    if isinstance(database.turns, Turns):
        return waiting(database.turns) > 0
    found = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with database.reading() as session:
        return bool(session.scalar(text(found)))


@pytest.fixture
def two(make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> TwoWorkers:
    return TwoWorkers(make_desk(limits=LIMITS | {Scope.ADDRESS: 3}), acceptor, clock)


def test_one_alarm_that_comes_twice_at_once_has_one_case(two: TwoWorkers) -> None:
    two.work([alert("CRITICAL")], [alert("CRITICAL")])

    with two.desk.database.reading() as session:
        outcomes = session.scalars(select(ReportRow.outcome)).all()
    assert set(outcomes) == {"case", "repeat"}
    assert two.count(CaseRow) == 1


def test_both_together_send_no_more_to_a_mailbox_than_the_loop_breaker_lets_through(two: TwoWorkers) -> None:
    shares = [[mail(f"Disk {share}{number} failed.") for number in range(3)] for share in range(2)]

    two.work(*shares)

    assert two.count(CaseRow) == 6
    assert two.count(OutgoingRow) == 3
    assert two.count(BreakerRow) == 1


def test_two_answers_on_one_case_at_once_are_both_put_on_it(two: TwoWorkers, acceptor: Acceptor, clock: Clock) -> None:
    story = Story(two.desk, acceptor, clock)
    first = story.arrives(mail(message_id="<first@customer.example>"))
    answer = {"In-Reply-To": "<first@customer.example>", "Cc": "bob@customer.example"}

    two.work([mail("It is back.", headers=answer)], [mail("Is anybody there?", headers=answer)])

    assert story.events(first.case_id).count("follow-up") == 2
    with two.desk.database.reading() as session:
        people = session.scalars(select(ParticipantRow.address_key).where(ParticipantRow.case_id == first.case_id))
        assert sorted(people) == ["ann@customer.example", "bob@customer.example"]
        assert session.scalar(select(func.count()).where(EventRow.kind == "received")) == 1


class Refusing:
    """A way out that refuses the first message for good, and takes the others."""

    def __init__(self) -> None:
        self._refuses = True

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        if self._refuses:
            self._refuses = False
            raise RecipientUnknown("550 5.1.1 no such user")

    def close(self) -> None: ...


@pytest.mark.parametrize("kind", [Kind.STATUS, ACKNOWLEDGEMENT])
def test_what_is_noted_of_letters_and_who_is_at_two_of_their_cases_do_not_wait_for_each_other(
    two: TwoWorkers, acceptor: Acceptor, clock: Clock, kind: str
) -> None:
    story, database = Story(two.desk, acceptor, clock), two.desk.database
    one, other = (story.arrives(mail(f"Disk {number} failed.")).case_id or 0 for number in range(2))
    with database.transaction() as session:
        for row in session.scalars(select(OutgoingRow)):
            row.kind, row.due_at = str(kind), clock() - timedelta(seconds=row.case_id)  # the other one's is first
    sent = partial(note_sent, office=two.desk.office)
    deliverer = Deliverer(database, {"email": Refusing()}, clock, "test", sent)

    with ThreadPoolExecutor(1) as thread:
        with database.transaction() as session:
            lock(session, one)
            noting = thread.submit(deliverer.run)
            wait_until(lambda: somebody_waits(database))
            session.get_one(CaseRow, other, with_for_update={"nowait": True})
        assert noting.result(timeout=30) == 2

    assert story.case(one).acknowledged_at is not None
    assert "undeliverable" in story.events(other)


@pytest.mark.parametrize("is_turned", [False, True])
def test_an_answer_that_is_worked_on_beside_the_mail_that_it_answers_is_put_on_its_case(
    two: TwoWorkers, clock: Clock, is_turned: bool
) -> None:
    first = mail(message_id="<first@customer.example>")
    answer = mail("And the fan is loud.", headers={"In-Reply-To": "<first@customer.example>"})

    two.work(*([answer], [first]) if is_turned else ([first], [answer]))
    two.go_on(clock)

    assert two.count(CaseRow) == 1
    assert sorted(two.outcomes()) == ["case", "follow-up"]


def test_an_answer_to_an_old_mail_that_all_others_go_before_is_put_on_its_case(two: TwoWorkers, clock: Clock) -> None:
    two.take_in(mail("The fan of the file server is loud.", message_id="<old@customer.example>"), mail("Another one."))

    two.work([mail("And now it stands still.", headers={"In-Reply-To": "<old@customer.example>"})])
    two.go_on(clock)

    assert two.count(CaseRow) == 2
    assert sorted(two.outcomes()) == ["case", "case", "follow-up"]


def test_the_end_of_an_alarm_that_is_worked_on_beside_it_is_put_on_its_case(two: TwoWorkers, clock: Clock) -> None:
    two.work([alert("CRITICAL")], [alert("OK")])
    two.go_on(clock)

    assert two.count(CaseRow) == 1
    assert sorted(two.outcomes()) == ["case", "recovery"]


def test_the_end_of_an_alarm_waits_while_another_is_at_the_alarm(two: TwoWorkers, clock: Clock) -> None:
    two.claim(alert("CRITICAL"))

    two.work([alert("OK")])

    assert two.outcomes() == []
    two.go_on(clock)
    two.go_on(clock)
    assert two.outcomes() == ["case"]


def test_who_is_not_done_with_a_mail_is_not_waited_for_for_ever(two: TwoWorkers, clock: Clock) -> None:
    two.claim(mail(message_id="<first@customer.example>"))

    two.work([mail("And the fan is loud.", headers={"In-Reply-To": "<first@customer.example>"})])
    two.go_on(clock)
    two.go_on(clock)

    assert two.outcomes() == ["case"]
