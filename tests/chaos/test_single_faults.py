"""One fault each, of those that no other test is about: the desk works on by itself, and nothing is lost or doubled."""

import random
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.chaos import oracle
from tests.chaos.faults import faults_of, read_only
from tests.chaos.scenarios import answers_are_lost
from tests.chaos.traffic import Traffic
from tests.chaos.world import Shape, World, world
from tests.waiting import wait_until


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


def link_is_silent(world: World, traffic: Traffic) -> None:
    link = world.database_links["worker"]
    link.silence()
    traffic.send()
    link.mend()
    link.cut()
    link.mend()


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
    "the connections to the database are cut": breaks("connections cut"),
    "the link to the database is silent": link_is_silent,
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
