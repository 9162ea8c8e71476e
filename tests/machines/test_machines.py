"""A desk on several machines, each with the wheel and one settings file between them: they share the work, and when a
link fails in the middle of it nothing is lost or doubled, and all goes on by itself once the link is back."""

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from models.tables import ReportRow
from tests.machines.conftest import Desk, Senders
from tests.machines.installed import Installed
from tests.surviving import assert_each_has_one_end, wait_until_done
from tests.waiting import wait_until

# At most so long a claim outlives the machine that made it, and then some.
_TAKEN_OVER_SECONDS = 120

_KEEP_BOOKS = """\
import sys
from models.db import Database
from models.locks import keep_books
from models.settings import load

with Database(load().resolved_database_url).transaction() as session:
    keep_books(session)
    print("kept", flush=True)
    if sys.argv[1] == "hold":
        sys.stdin.read()
"""


def is_at_work(desk: Desk, worker: Installed) -> bool:
    """Whether this machine has claimed reports at the moment."""
    with desk.database.reading() as session:
        owners = session.scalars(select(ReportRow.lease).where(ReportRow.lease.is_not(None)).distinct())
        return any(lease.startswith(f"{worker.machine.name}-") for lease in owners if lease)


def each_has_a_fair_share(desk: Desk) -> bool:
    """Whether enough is done to say so, and each of the workers has done more than 15 % of it."""
    shares = [len(worker.done()) for worker in desk.workers]
    return sum(shares) >= 60 and min(shares) > 0.15 * sum(shares)


def waiting(desk: Desk) -> set[str]:
    """The reports that have no end yet."""
    with desk.database.reading() as session:
        return set(session.scalars(select(ReportRow.id).where(ReportRow.state == "waiting")))


def assert_all_came_through(desk: Desk, senders: Senders) -> None:
    wait_until_done(desk.database, len(senders.accepted), timeout=180)
    assert_each_has_one_end(desk.database, senders.accepted, desk.went_out())
    done = [report for worker in desk.workers for report in worker.done()]
    assert len(set(done)) == len(done)


@pytest.mark.parametrize("duty", ["duty@firstline.example"])
def test_a_new_machine_runs_what_the_wheel_brought_and_finds_all_it_needs(desk: Desk) -> None:
    desk.database.migrate()

    where = [worker.says("python", "-c", "import workers; print(workers.__file__)") for worker in desk.workers]
    checks = [check for worker in desk.workers for check in worker.says("firstline", "doctor").splitlines()]

    for worker, path in zip(desk.workers, where, strict=True):
        assert Path(path.strip()).is_relative_to(worker.environment)
    assert {check.split()[0] for check in checks} == {"ok"}


def test_three_machines_share_the_work_and_one_that_is_cut_off_loses_nothing(desk: Desk, senders: Senders) -> None:
    second = desk.workers[1]
    wait_until(lambda: each_has_a_fair_share(desk), timeout=120)

    wait_until(lambda: is_at_work(desk, second), timeout=60)
    second.machine.cut()
    senders.wait_for(20)
    at_the_cut = waiting(desk)
    wait_until(lambda: not at_the_cut & waiting(desk), timeout=_TAKEN_OVER_SECONDS)
    alone = len(second.done())
    second.machine.mend()
    wait_until(lambda: len(second.done()) > alone, timeout=_TAKEN_OVER_SECONDS)
    senders.stop()

    assert set(senders.codes) == {250}
    assert_all_came_through(desk, senders)
    assert desk.stop() == [0] * 6


def test_what_a_machine_that_is_cut_off_has_locked_is_free_before_others_give_up(desk: Desk) -> None:
    first, second, _ = desk.workers
    desk.database.migrate()
    held = second.popen("python", "-c", _KEEP_BOOKS, "hold", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert held.stdout is not None
    assert held.stdout.readline() == b"kept\n"

    second.machine.cut()
    said = first.says("python", "-c", _KEEP_BOOKS, "let go")

    held.kill()
    held.communicate()
    second.machine.mend()
    assert said == "kept\n"


def test_workers_without_the_broker_go_on_and_come_back_to_it_by_themselves(desk: Desk, senders: Senders) -> None:
    senders.wait_for(10)

    # All of them, for one that hears of the mails at once leaves nothing to those that only look.
    for worker in desk.workers:
        worker.machine.lose(desk.house.broker_address)
    wait_until(lambda: all(worker.logged("broker_lost") for worker in desk.workers), timeout=60)
    before = [len(worker.done()) for worker in desk.workers]
    wait_until(
        lambda: all(len(worker.done()) > at for worker, at in zip(desk.workers, before, strict=True)), timeout=60
    )
    for worker in desk.workers:
        worker.machine.find(desk.house.broker_address)
    wait_until(lambda: all(worker.logged("broker_back") for worker in desk.workers), timeout=60)
    senders.stop()

    assert set(senders.codes) == {250}
    assert [len(worker.logged("broker_lost")) for worker in desk.workers] == [1, 1, 1]
    assert_all_came_through(desk, senders)


def test_senders_are_told_to_come_again_while_the_database_is_out_of_reach(desk: Desk, senders: Senders) -> None:
    front, database = desk.front.machine, desk.house.database_address
    senders.wait_for(10)

    front.lose(database)
    wait_until(lambda: senders.codes[451] >= 8, timeout=120)
    front.find(database)
    senders.wait_for(10)
    senders.stop()

    assert set(senders.codes) == {250, 451}
    assert_all_came_through(desk, senders)
