"""Each check is shown to be able to fail: one fault, with the safeguard against it on and off.

A scenario breaks one thing in a small world and returns what is wrong afterwards: nothing where the safeguard is on.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from tests.chaos import oracle
from tests.chaos.alterations import HANGS
from tests.chaos.traffic import Traffic
from tests.chaos.world import Shape, World, world
from tests.waiting import wait_until

SETTLED_SECONDS = 25.0


@dataclass(frozen=True)
class Scenario:
    """`play` lets one fault happen to a world of that shape, with that traffic, and returns what is wrong already."""

    safeguard: str
    shape: Shape
    play: Callable[[World, Traffic], list[str] | None]


def play(folder: Path, scenario: Scenario, is_on: bool = True) -> list[str]:
    """What is wrong after the scenario, with its safeguard on or off."""
    shape = scenario.shape
    if not is_on:
        shape = replace(shape, inside=";".join(filter(None, (shape.inside, f"without={scenario.safeguard}"))))
    with world(folder, shape) as made:
        traffic = Traffic(made, seed=1)
        found = scenario.play(made, traffic) or []
        hung = [name for name, sender in traffic.promised.answered.items() if sender in made.spoiled]
        found += oracle.settle(made, traffic.promised, SETTLED_SECONDS)
        return found + oracle.judge(made, traffic.promised, hung)


def prove_all(folder: Path, say: Callable[[str], None], only: str = "") -> bool:
    """Play every scenario with its safeguard on and off. True where each was right when on, and wrong when off."""
    is_proven = True
    for scenario in SCENARIOS:
        if only not in ("", scenario.safeguard):
            continue
        for is_on in (True, False):
            started = time.monotonic()
            found = play(folder / scenario.safeguard / ("on" if is_on else "off"), scenario, is_on)
            is_right = bool(found) != is_on
            is_proven &= is_right
            say(
                f"{'ok  ' if is_right else 'FAIL'} {scenario.safeguard} {'on' if is_on else 'off'}, "
                f"{time.monotonic() - started:.0f} s: {found[0] if found else 'nothing is wrong'}"
            )
    return is_proven


def _endpoint_dies(world: World, traffic: Traffic) -> None:
    traffic.send()
    world["smtp"].kill()
    world["smtp"].start()


def _mail_comes_twice(world: World, traffic: Traffic) -> None:
    traffic.send(repeat=True)


def _many_at_once(world: World, traffic: Traffic) -> None:
    with ThreadPoolExecutor(4) as senders:
        for sent in [senders.submit(traffic.send) for _ in range(12)]:
            sent.result()


def _worker_wakes_up_late(world: World, traffic: Traffic) -> None:
    """It is frozen in the middle of a report, whose lease ends; another one takes it."""
    for name in ("worker-1", "worker-2"):
        world[name].freeze()
    traffic.send()
    world["worker-1"].thaw()
    wait_until(lambda: world.count("SELECT count(*) FROM reports WHERE lease IS NOT NULL"), timeout=60)
    world["worker-1"].freeze()
    world.put_clock(timedelta(minutes=1))
    world["worker-2"].thaw()
    wait_until(lambda: world.count("SELECT count(*) FROM reports WHERE state = 'done'"), timeout=60)
    world["worker-1"].thaw()
    _let_pass(4)


def answers_are_lost(world: World, traffic: Traffic) -> None:
    """The relay takes a mail, and nobody hears of it."""
    world.relay.loses_answers = True
    traffic.send()
    wait_until(lambda: world.relay.lost_answers, timeout=60)
    world.relay.loses_answers = False


def _relay_is_down(world: World, traffic: Traffic) -> None:
    world.relay.stop()
    traffic.send()
    wait_until(lambda: "message_not_sent" in world["worker"].log.read_text("utf-8"), timeout=60)
    world.relay.start()


def _no_wake_up_arrives(world: World, traffic: Traffic) -> None:
    traffic.send()


def _poller_dies(world: World, traffic: Traffic) -> None:
    dovecot = world.dovecot
    assert dovecot is not None
    traffic.deliver("The disk beside the fan failed, no impact.")
    wait_until(lambda: not dovecot.mails(), timeout=60)
    world["poll"].kill()
    world["poll"].start()


def _two_pollers(world: World, traffic: Traffic) -> list[str]:
    """Looked at from outside, at the links between: who reads is connected."""
    traffic.deliver("The disk beside the fan failed, no impact.")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if all(link.connections for link in world.mailbox_links.values()):
            return ["doubled: two processes read one mailbox at once"]
        time.sleep(0.05)
    return []


def _two_timers(world: World, traffic: Traffic) -> None:
    """Both wake up when the steps of several cases are due."""
    for _ in range(3):
        traffic.send("The main server is down, nobody can work, the whole plant stands still.")
    wait_until(lambda: world.count("SELECT count(*) FROM cases") == 3, timeout=60)
    _let_pass(3)
    for name in ("timers-1", "timers-2"):
        world[name].freeze()
    world.put_clock(timedelta(hours=5))
    for name in ("timers-1", "timers-2"):
        world[name].thaw()


def _a_stage_hangs(world: World, traffic: Traffic) -> None:
    world.spoiled.add(traffic.promised.answered[traffic.send(f"{HANGS}. The disk failed.")])
    for _ in range(3):
        traffic.send()


def _let_pass(seconds: float) -> None:
    """Where the safeguard holds nothing happens that could be waited for."""
    time.sleep(seconds)


_SMALL = Shape(parts=("smtp", "worker"))
SCENARIOS = (
    Scenario("durable-before-answered", _SMALL, _endpoint_dies),
    Scenario("one-identity", _SMALL, _mail_comes_twice),
    Scenario("claims-with-leases", replace(_SMALL, inside="slow=3"), _many_at_once),
    Scenario(
        "results-only-by-lease",
        Shape(parts=("smtp", "worker-1", "worker-2"), inside="slow=2"),
        _worker_wakes_up_late,
    ),
    Scenario("one-message-id", _SMALL, answers_are_lost),
    Scenario("sent-only-when-taken", _SMALL, _relay_is_down),
    Scenario("sweeper", _SMALL, _no_wake_up_arrives),
    Scenario("stored-before-moved", Shape(parts=("poll", "worker")), _poller_dies),
    Scenario("mailbox-lease", Shape(parts=("poll-1", "poll-2", "worker")), _two_pollers),
    Scenario(
        "case-lock",
        Shape("postgresql", parts=("smtp", "worker", "timers-1", "timers-2")),
        _two_timers,
    ),
    Scenario("time-limit", Shape(parts=("smtp", "worker"), inside="hang=3600;limit=2"), _a_stage_hangs),
)
BY_NAME = {scenario.safeguard: scenario for scenario in SCENARIOS}
