"""One chaos run from the first mail to the verdict."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos import oracle
from tests.chaos.alterations import HANGS
from tests.chaos.faults import Fault, also, faults_of
from tests.chaos.traffic import Promised, Traffic
from tests.chaos.world import ALL_IN_ONE, EVERYTHING, Shape, World, chance_of, world

RECOVERED_SECONDS = 120.0
_LOOK_SECONDS = 0.1
_IMPORTS_SECONDS = 20.0  # for which a process may import on a busy machine
_HANGS_AGAIN_SECONDS = 180.0
_HANGING = "hang=3600;limit=15"  # the mail for that is sent by the run
_TOGETHER = 0.2  # how likely a second fault happens at the same time


@dataclass(frozen=True)
class Plan:
    """What is to be broken, how long, and by which seed; mails come so many `a_second`."""

    seconds: float
    seed: int
    database: str = "sqlite"
    broker: str = "none"
    parts: tuple[str, ...] = EVERYTHING
    a_second: float = 1.0


@dataclass
class Result:
    """What was done, and what came of it."""

    plan: Plan
    promised: Promised
    faults: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    sent: int = 0
    sent_again: int = 0
    recoveries: list[tuple[float, str]] = field(default_factory=list)
    seconds: float = 0
    violations: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """A summary in a few lines."""
        promised, plan = self.promised, self.plan
        slowest = ", ".join(f"{seconds:.1f} s after {name}" for seconds, name in sorted(self.recoveries)[:-4:-1])
        broken = ", ".join(f"{kind} {times}" for kind, times in sorted(self.faults.items()))
        return [
            f"seed {plan.seed}, {plan.database}, broker {plan.broker}: {self.seconds:.0f} s, "
            f"{self.faults.total()} faults ({broken})",
            f"{len(promised.by_smtp)} mails taken by SMTP ({promised.refused} tries without a 250, {promised.doubled} "
            f"sent twice), {len(promised.in_mailbox)} in the mailbox, {len(promised.calls)} calls "
            f"({len(promised.completed)} to their end)",
            f"{self.sent} messages at the relay, {self.sent_again} of them more than once; "
            f"{self.restarts} processes ended by themselves and were started again",
            f"longest recoveries: {slowest or 'none'}",
            f"{len(self.violations)} violations",
            *self.violations[:40],
        ]


class Run:
    """`say` is given a line of progress now and then."""

    def __init__(self, world: World, plan: Plan, say: Callable[[str], None]) -> None:
        self._world, self._plan, self._say = world, plan, say
        self._traffic = Traffic(world, plan.seed, plan.a_second)
        self.result = Result(plan, self._traffic.promised)
        self._chance = chance_of(plan.seed, "faults")
        self._hung: set[str] = set()
        self._hung_at = float("-inf")
        self._probes = 0
        faults = faults_of(world)
        # Else nobody is there who could do anything meanwhile.
        if len(world.of("worker")) > 1 or ALL_IN_ONE in world.processes:
            faults.append(Fault("stage hangs", "", lambda chance: self._hang()))
        self._faults = faults

    def go(self) -> Result:
        started = time.monotonic()
        self._traffic.start()
        while time.monotonic() - started < self._plan.seconds:
            time.sleep(self._chance.uniform(0.2, 2.0))
            faults = [self._drawn()]
            if self._chance.random() < _TOGETHER:
                others = [fault for fault in also(self._world) if fault.name != faults[0].name]
                faults.append(self._chance.choice(others))
            names = self._break(faults)
            self._tell(started, names, self._recover(" and ".join(names)))
        self._traffic.stop()
        self._say("left alone")
        self.result.violations += oracle.settle(self._world, self.result.promised)
        self.result.violations += oracle.judge(self._world, self.result.promised, self._hung)
        taken = self._world.relay.taken
        self.result.sent, self.result.sent_again = len(taken), sum(times > 1 for times in taken.values())
        self.result.seconds = time.monotonic() - started
        self._stop()
        return self.result

    def _hang(self) -> None:
        """A mail comes that hangs whoever reads it: four times, then it is set aside."""
        if time.monotonic() - self._hung_at > _HANGS_AGAIN_SECONDS:
            self._hung_at = time.monotonic()
            self._hung.add(self._traffic.send(f"{HANGS}. The disk failed."))

    def _drawn(self) -> Fault:
        """Each kind is as likely as another, however many things it can befall."""
        kinds = sorted({fault.kind for fault in self._faults})
        kind = self._chance.choice(kinds)
        return self._chance.choice([fault for fault in self._faults if fault.kind == kind])

    def _break(self, faults: list[Fault]) -> list[str]:
        """Let these happen at once."""
        with ThreadPoolExecutor(len(faults)) as pool:
            happening = [pool.submit(fault.happen, random.Random(self._chance.random())) for fault in faults]
        for fault, happened in zip(faults, happening, strict=True):
            self.result.faults[fault.kind] += 1
            happened.result()
        return [f"{fault.kind} {fault.name}".strip() for fault in faults]

    def _recover(self, after: str) -> float | None:
        """Write a mail, and wait until it is answered: the desk works from end to end. The seconds that took; None
        where it took too many."""
        began = time.monotonic()
        self.result.restarts += len(self._world.start_those_that_ended())
        try:
            # Each in words of its own: answers to the same text wait longer and longer, for it may be a loop's.
            self._probes += 1
            own = "".join("abcdefghij"[int(digit)] for digit in str(self._probes))
            message_id = self._traffic.send(f"Probe {own} after {after}: a disk failed, no impact.")
        except AssertionError as error:
            self.result.violations.append(f"did not recover from {after}: {error}")
            return None
        recipient = self._traffic.promised.answered[message_id]
        while recipient not in self._world.relay.to.values():
            if time.monotonic() - began > RECOVERED_SECONDS:
                self.result.violations.append(f"did not recover from {after} within {RECOVERED_SECONDS:g} s")
                return None
            self.result.restarts += len(self._world.start_those_that_ended())
            time.sleep(_LOOK_SECONDS)
        took = time.monotonic() - began
        self.result.recoveries.append((took, after))
        return took

    def _tell(self, started: float, names: list[str], took: float | None) -> None:
        promised = self.result.promised
        recovered = f"recovered in {took:.1f} s" if took is not None else "NOT recovered"
        self._say(
            f"{time.monotonic() - started:5.0f} s  {' and '.join(names)}; {recovered}; "
            f"{len(promised.mails)} mails, {len(promised.calls)} calls, {len(self._world.relay.taken)} answered"
        )

    def _stop(self) -> None:
        for name, process in self._world.processes.items():
            # One that still imports has nothing to finish, and no handler yet.
            ends_well = (0, -signal.SIGTERM) if process.seconds_up < _IMPORTS_SECONDS else (0,)
            if not process.has_ended and (status := process.stop()) not in ends_well:
                self.result.violations.append(f"{name} ended with {status} when it was told to stop")


def run(folder: Path, plan: Plan, say: Callable[[str], None] = lambda line: None) -> Result:
    """Break a world in `folder`, whose logs stay there."""
    shape = Shape(plan.database, plan.broker, plan.parts, inside=_HANGING)
    with world(folder, shape) as made:
        return Run(made, plan, say).go()
