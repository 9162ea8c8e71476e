"""Messages that are due, and what sends them."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from intake.accept import Acceptor
from intake.mail.identity import mail_report
from models.db import Database
from tests.conftest import Clock, make_office
from tests.factories import mail
from workers.cases.sent import note_sent
from workers.deliver.email import MailSender
from workers.deliver.outgoing import Deliverer
from workers.desk import Desk
from workers.runner import Runner


@pytest.fixture
def make_deliverer(database: Database, clock: Clock) -> Iterator[Callable[..., Deliverer]]:
    made: list[Deliverer] = []

    def make(sender: MailSender, owner: str = "test") -> Deliverer:
        made.append(Deliverer(database, {"email": sender}, clock, owner, partial(note_sent, office=make_office(clock))))
        return made[-1]

    yield make
    for deliverer in made:
        deliverer.close()


@pytest.fixture
def queued(desk: Desk, acceptor: Acceptor, clock: Clock) -> Callable[[int], None]:
    def queue(number: int) -> None:
        for one in range(number):
            acceptor.accept(mail_report(mail(f"Report {one}: a disk failed."), "test", clock(), "ann@customer.example"))
        Runner(desk, "test").run()

    return queue
