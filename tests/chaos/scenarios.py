"""One fault each, in a small desk, and the one safeguard that is there for it.

Each waits for what can be seen from outside, on either side of its safeguard; none counts on being quick enough.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from models import mailbox_leases
from models.tables import MailboxLeaseRow
from tests.chaos import oracle
from tests.chaos.alterations import HANGS, HELD
from tests.chaos.traffic import Traffic
from tests.chaos.world import Shape, World
from tests.waiting import wait_until

SETTLED_SECONDS = 60.0
_SECONDS = 60.0
# What is not done by then is not done at all: each second somebody looks.
_NEVER_SECONDS = 5.0


@dataclass(frozen=True)
class Scenario:
    """`play` lets one fault happen to a world of that shape, with that traffic, and returns what is wrong already.
    `missed` is how the oracle begins where the safeguard is off; the desk has so many `seconds` then to come to rest.
    """

    safeguard: str
    missed: str
    shape: Shape
    play: Callable[[World, Traffic], list[str] | None]
    seconds: float = SETTLED_SECONDS


def _endpoint_dies(world: World, traffic: Traffic) -> None:
    traffic.send()
    world["smtp"].kill()
    world["smtp"].start()


def _mail_comes_twice(world: World, traffic: Traffic) -> None:
    traffic.send(repeat=True)


def _others_work_on(world: World, traffic: Traffic) -> None:
    """A worker is held up in the middle of a report, and another one looks for work."""
    first = _held_up(world, traffic)
    _works_on_without(first, world, traffic)
    _goes_on(first, world, traffic)


def _worker_wakes_up_late(world: World, traffic: Traffic) -> None:
    """A worker is held up in the middle of a report until its lease is over, and another one takes it."""
    first = _held_up(world, traffic)
    world.put_clock(timedelta(minutes=1))
    _works_on_without(first, world, traffic)
    _goes_on(first, world, traffic)


def _held_up(world: World, traffic: Traffic) -> str:
    """The name of the worker that is."""
    traffic.send(f"{HELD}. The disk failed.")
    held = world.folder / "held"
    wait_until(lambda: held.exists() and held.read_text("utf-8"), _SECONDS)
    return held.read_text("utf-8")


def _works_on_without(first: str, world: World, traffic: Traffic) -> None:
    """The other worker does what is due, oldest first, and is told to end."""
    _until_done(world, traffic.send())
    [other] = [process for process in world.of("worker") if process is not world[first]]
    other.stop()


def _goes_on(first: str, world: World, traffic: Traffic) -> None:
    """The first one, alone by now; when it has come to a new report, it is over the one it was at."""
    (world.folder / "held.go").touch()
    _until_done(world, traffic.send())


def _until_done(world: World, message_id: str) -> None:
    done = f"SELECT count(*) FROM reports WHERE state = 'done' AND message_id = '{message_id}'"
    wait_until(lambda: world.count(done), _SECONDS)


def answers_are_lost(world: World, traffic: Traffic) -> None:
    """The relay takes a mail, and nobody hears of it."""
    world.relay.loses_answers = True
    traffic.send()
    wait_until(lambda: world.relay.lost_answers, _SECONDS)
    world.relay.loses_answers = False


def _relay_is_down(world: World, traffic: Traffic) -> None:
    world.relay.stop()
    traffic.send()
    wait_until(lambda: "message_not_sent" in world["worker"].log.read_text("utf-8"), _SECONDS)
    world.relay.start()


def _no_wake_up_arrives(world: World, traffic: Traffic) -> None:
    traffic.send()


def _poller_dies(world: World, traffic: Traffic) -> None:
    """It is killed when it has moved a mail."""
    dovecot = world.dovecot
    assert dovecot is not None
    traffic.deliver("The disk beside the fan failed, no impact.")
    wait_until(lambda: not dovecot.mails(), _SECONDS)
    world["poll"].kill()
    world["poll"].start()


def _turn_is_taken(world: World, traffic: Traffic) -> list[str]:
    """A third process takes the mailbox over: whoever reads hangs up, and nobody begins. Looked at from outside, at the
    links between: who reads is connected."""
    traffic.deliver("The disk beside the fan failed, no impact.")
    wait_until(lambda: _readers(world), _SECONDS)
    with world.database.transaction() as session:
        session.execute(delete(MailboxLeaseRow))
        assert mailbox_leases.take(session, "support", "third") is not None
    readers = 1

    def is_decided() -> bool:
        nonlocal readers
        readers = _readers(world)
        return readers != 1

    wait_until(is_decided, _SECONDS)
    return ["doubled: two processes read one mailbox at once"] if readers == 2 else []


def _readers(world: World) -> int:
    return sum(link.connections > 0 for link in world.mailbox_links.values())


def _two_timers(world: World, traffic: Traffic) -> None:
    """Both wake up when the steps of several cases are due. Nobody is there to be told: else the second timer fails,
    since nobody is told of one step twice."""
    for _ in range(3):
        traffic.send("The main server is down, nobody can work, the whole plant stands still.")
    wait_until(lambda: not oracle.still_open(world, traffic.promised), _SECONDS)
    for name in ("timers-1", "timers-2"):
        world[name].freeze()
    world.put_clock(timedelta(hours=5))
    for name in ("timers-1", "timers-2"):
        world[name].thaw()


def _a_stage_hangs(world: World, traffic: Traffic) -> None:
    world.spoiled.add(traffic.promised.answered[traffic.send(f"{HANGS}. The disk failed.")])
    for _ in range(3):
        traffic.send()


_SMALL = Shape(parts=("smtp", "worker"))
_TWO_WORKERS = Shape(parts=("smtp", "worker-1", "worker-2"), threads=1, inside="hold=../held")
SCENARIOS = (
    Scenario("durable-before-answered", "lost: the mail", _SMALL, _endpoint_dies),
    Scenario("one-identity", "doubled: ", _SMALL, _mail_comes_twice),
    Scenario("claims-with-leases", "shunted: ", _TWO_WORKERS, _others_work_on),
    Scenario("results-only-by-lease", "shunted: ", _TWO_WORKERS, _worker_wakes_up_late),
    Scenario("one-message-id", "under another Message-ID: ", _SMALL, answers_are_lost),
    Scenario("sent-only-when-taken", "never sent: ", _SMALL, _relay_is_down),
    Scenario("sweeper", "did not come to rest", _SMALL, _no_wake_up_arrives, _NEVER_SECONDS),
    Scenario("stored-before-moved", "lost: the mail", Shape(parts=("poll", "worker")), _poller_dies, _NEVER_SECONDS),
    Scenario(
        "mailbox-lease",
        "doubled: two processes read one mailbox",
        Shape(parts=("poll-1", "poll-2", "worker")),
        _turn_is_taken,
    ),
    Scenario(
        "case-lock",
        "ladder: ",
        Shape("postgresql", parts=("smtp", "worker", "timers-1", "timers-2"), is_staffed=False),
        _two_timers,
    ),
    Scenario(
        "time-limit",
        "did not come to rest",
        Shape(parts=("smtp", "worker"), inside="hang=3600;limit=2"),
        _a_stage_hangs,
        _NEVER_SECONDS,
    ),
)
BY_NAME = {scenario.safeguard: scenario for scenario in SCENARIOS}
