"""One simulation from its first case to the verdict."""

import heapq
import random
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from models.db import Database
from models.errors import NotPossible
from models.tables import ClockRow, StaffRow, StepRow
from tests.simulation.moved_clock import MovedClock
from tests.simulation.oracle import Verdict, judge
from tests.simulation.processes import TimerProcesses, office_at
from tests.simulation.world import GRID, World, staff
from workers.cases.due import is_late

START = datetime(2026, 9, 21, 0, 0, tzinfo=UTC)  # the week before a week of holidays in China
NEVER = datetime.max.replace(tzinfo=UTC)
_SETTLED_SECONDS = 60.0
_AT_ONCE = 10  # acts in one transaction: some follow the timers, some are in their way


@dataclass(frozen=True)
class Plan:
    """What is to be simulated. `kills` is how often one of the timers is killed, spread over the time."""

    cases: int
    weeks: float
    timers: int
    kills: int
    seed: int


@dataclass
class Result:
    plan: Plan
    verdict: Verdict
    acts: int
    kills: int
    moments: int
    seconds: float

    def lines(self) -> list[str]:
        """A summary in a few lines."""
        plan, verdict = self.plan, self.verdict
        return [
            f"seed {plan.seed}: {verdict.cases} cases in {plan.weeks:g} weeks, {self.acts} acts, {plan.timers} timers "
            f"killed {self.kills} times, {self.moments} moments, {self.seconds:.0f} s",
            f"{verdict.clocks} clocks, {verdict.breached} missed; {verdict.laps} laps; {verdict.steps} steps; "
            f"{verdict.notices} notices, at most {verdict.most_notices} of one case",
            f"{len(verdict.violations)} violations",
            *verdict.violations[:20],
        ]


@dataclass
class Simulation:
    """A desk on `database`, whose time runs from moment to moment: each is over when all that was due has been done."""

    database: Database
    clock: MovedClock
    plan: Plan
    random: random.Random
    world: World
    timers: TimerProcesses
    acts: int = 0
    moments: int = 0
    _agenda: list[tuple[datetime, int, int]] = field(default_factory=list)  # when, a lasting order, which case (0: new)

    def run(self) -> datetime:
        """Let all of it happen; returns the end."""
        end = START + timedelta(weeks=self.plan.weeks)
        span = (end - START) // GRID
        for number in range(self.plan.cases):
            self._plan(START + self.random.randrange(span * 9 // 10) * GRID, 0, number)
        kills = sorted(self.random.randrange(span) * GRID + START for _ in range(self.plan.kills))
        while (now := min(self._next_due(), self._agenda[0][0] if self._agenda else NEVER)) <= end:
            self.clock.move(now)
            self.clock.ring()
            self.moments += 1
            while kills and kills[0] <= now:
                kills.pop(0)
                self._kill()
            self._act(now)
            self.clock.ring()
            self._settle(now)
        self.clock.move(end)
        self.clock.ring()
        self._settle(end)
        return end

    def _kill(self) -> None:
        time.sleep(self.random.uniform(0.0, 0.05))  # somewhere in their work
        self.timers.kill_one(self.random)

    def _plan(self, when: datetime, case_id: int, number: int = 0) -> None:
        heapq.heappush(self._agenda, (when, number or self.random.randrange(1 << 30), case_id))

    def _act(self, now: datetime) -> None:
        while self._agenda and self._agenda[0][0] <= now:
            batch: list[int] = []
            while self._agenda and self._agenda[0][0] <= now and len(batch) < _AT_ONCE:
                batch.append(heapq.heappop(self._agenda)[2])
            with self.database.transaction() as session:
                for case_id in batch:
                    opened = case_id or self.world.arrive(session)
                    if case_id:
                        try:
                            self.world.act(session, case_id)
                        except NotPossible:
                            continue
                        self.acts += 1
                    if self.random.random() < (0.8 if case_id else 0.95):  # some are left alone for good
                        self._plan(now + self._pause(), opened)

    def _pause(self) -> timedelta:
        """Until the next act: minutes, hours or days."""
        steps = self.random.choices((2, 16, 144), (4, 4, 2))[0]
        return self.random.randint(1, steps) * GRID

    def _next_due(self) -> datetime:
        with self.database.reading() as session:
            step = session.scalar(select(func.min(StepRow.due_at)).where(StepRow.due_at.is_not(None)))
            clock = session.scalar(select(func.min(ClockRow.due_at)).where(is_late(NEVER)))
        return min(moment for moment in (step, clock, NEVER) if moment is not None)

    def _settle(self, now: datetime) -> None:
        """Wait until the timers have done all that is due."""
        deadline = time.monotonic() + _SETTLED_SECONDS
        while self._next_due() <= now:
            if time.monotonic() > deadline:
                raise AssertionError(f"at {now} the timers have not done what was due at {self._next_due()}")
            time.sleep(0.005)


def _folder() -> str | None:
    """In memory where that is possible: a killed process does not need a disk to find its data again."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def simulate(plan: Plan, url: str | None = None, keep: Path | None = None) -> Result:
    """Simulate, and judge. `url` is a database without cases, else a file is used; that is copied to `keep`."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        url = url or f"sqlite:///{keep or Path(folder) / 'simulated.db'}"
        database = Database(url)
        database.migrate()
        random_ = random.Random(plan.seed)
        clock_file = Path(folder) / "clock"
        clock = MovedClock(clock_file)
        clock.move(START)
        people, shifts = staff(random_, START, round(plan.weeks * 7))
        with database.transaction() as session:
            session.add_all(people)
            session.flush()
            session.add_all(shifts)
        with database.reading() as session:
            addresses = list(session.scalars(select(StaffRow.address).order_by(StaffRow.id)))
        timers = TimerProcesses(url, clock_file, plan.timers)
        try:
            world = World(random_, office_at(clock), addresses)
            simulation = Simulation(database, clock, plan, random_, world, timers)
            end = simulation.run()
        finally:
            timers.stop()
        verdict = judge(database, end)
        database.close()
    return Result(plan, verdict, simulation.acts, timers.kills, simulation.moments, time.monotonic() - started)
