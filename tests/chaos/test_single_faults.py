"""One fault each, of those that no other test is about: the desk works on by itself, and nothing is lost or doubled."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.chaos import oracle
from tests.chaos.faults import faults_of, read_only
from tests.chaos.scenarios import answers_are_lost
from tests.chaos.traffic import Traffic
from tests.chaos.world import Shape, World, world
from tests.waiting import wait_until

pytestmark = pytest.mark.long


def breaks(kind: str) -> Callable[[World, Traffic], None]:
    """The fault of that kind, in the middle of the mails."""

    def play(world: World, traffic: Traffic) -> None:
        [fault] = [fault for fault in faults_of(world) if fault.kind == kind]
        fault.happen(random.Random(1))

    return play


def greylists(world: World, traffic: Traffic) -> None:
    world.relay.greylists = True
    traffic.send()
    wait_until(lambda: world.relay.put_off, timeout=60)
    world.relay.greylists = False


def refuses_some(world: World, traffic: Traffic) -> None:
    traffic.send(gone=True)
    wait_until(lambda: world.relay.refused, timeout=60)


def takes_no_changes(world: World, traffic: Traffic) -> None:
    """As a standby that everybody is connected to, before it is made the first."""
    read_only(world, True)
    refused = traffic.promised.refused
    sending = threading.Thread(target=traffic.send)
    sending.start()
    wait_until(lambda: traffic.promised.refused > refused, timeout=60)
    read_only(world, False)
    sending.join()


def fails_over(world: World, traffic: Traffic) -> None:
    """The server is lost while mails are stored, and its standby takes its place."""
    assert world.postgres is not None
    is_over = threading.Event()

    def write() -> None:
        while not is_over.is_set():
            traffic.send()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        world.postgres.fail_over()
        is_over.set()
        writing.result()


def link_is_silent(world: World, traffic: Traffic) -> None:
    link = world.database_links["worker"]
    link.silence()
    traffic.send()
    link.mend()
    link.cut()
    link.mend()


def relay_is_down_for_a_day(world: World, traffic: Traffic) -> None:
    """Every three hours the message is tried again, in vain."""
    world.relay.stop()
    message_id = traffic.send()
    tries = (
        "SELECT coalesce(sum(outgoing.attempts), 0) FROM outgoing JOIN reports ON outgoing.report_id = reports.id"
        f" WHERE reports.message_id = '{message_id}' AND outgoing.state = 'pending'"
    )
    for tried in range(8):
        wait_until(lambda tried=tried: world.count(tries) > tried, timeout=60)  # type: ignore[misc]
        world.put_clock(timedelta(hours=3))
    world.relay.start()


ON_SQLITE = {
    "the relay greylists": greylists,
    "the relay refuses some for good": refuses_some,
    "the relay takes a mail and loses its answer": answers_are_lost,
    "the mailbox flaps": breaks("mailbox flaps"),
}
ON_POSTGRESQL = {
    "the broker is emptied": breaks("broker flushed"),
    "the broker is full": breaks("broker full"),
    "the database takes no changes": takes_no_changes,
    "the database is lost and its standby takes over": fails_over,
    "the connections to the database are cut": breaks("connections cut"),
    "the link to the database is silent": link_is_silent,
    "the relay is down for a day": relay_is_down_for_a_day,
}


# One desk for all faults of its kind: what one of them leaves behind, the next meets.
@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Traffic]]:
    shape = Shape(parts=("smtp", "poll", "worker-1", "worker-2", "timers-1", "timers-2"))
    with world(tmp_path_factory.mktemp("sqlite"), shape) as made:
        yield made, Traffic(made, seed=1)


@pytest.fixture(scope="module")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Traffic]]:
    with world(tmp_path_factory.mktemp("postgresql"), Shape("postgresql", "redis", ("smtp", "worker"))) as made:
        yield made, Traffic(made, seed=1)


@pytest.mark.parametrize("fault", ON_SQLITE)
def test_nothing_is_lost_or_doubled_though(on_sqlite: tuple[World, Traffic], fault: str) -> None:
    assert wrong_after(ON_SQLITE[fault], *on_sqlite) == []


@pytest.mark.parametrize("fault", ON_POSTGRESQL)
def test_the_same_on_postgresql_though(on_postgresql: tuple[World, Traffic], fault: str) -> None:
    assert wrong_after(ON_POSTGRESQL[fault], *on_postgresql) == []


def wrong_after(fault: Callable[[World, Traffic], None], world: World, traffic: Traffic) -> list[str]:
    traffic.send()
    fault(world, traffic)
    traffic.send()
    if world.dovecot is not None:
        traffic.deliver("The disk beside the fan failed, no impact.")
    return oracle.settle(world, traffic.promised) + oracle.judge(world, traffic.promised)
