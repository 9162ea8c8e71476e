"""A day of the queue between intake and workers, as a discrete-event simulation.

Reports arrive as a Poisson process whose rate follows the hour. A worker that is free takes what waits, at most a
batch; reads it by itself; then writes it under the one lock that all workers share (docs/decisions/0013), first come,
first served. Events are the ends of these two steps, not the arrivals, so ten million reports are a matter of seconds.
"""

import heapq
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bench.sizing.costs import Costs
from workers.runner import BATCH

HOUR = 3600.0
# Share of a day's reports by hour, of a desk whose customers work from nine to six: the mornings are the peak.
OFFICE_DAY = (1, 1, 1, 1, 1, 1, 2, 4, 8, 11, 11, 9, 6, 8, 10, 9, 8, 6, 3, 2, 2, 2, 1, 1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`arrived` and `done` are seconds of the day, one for each report in the order of arrival."""

    arrived: NDArray[np.float64]
    done: NDArray[np.float64]
    workers_busy: float
    lock_busy: float

    @property
    def waits(self) -> NDArray[np.float64]:
        """Seconds from arrival to the end state."""
        return self.done - self.arrived

    def waited(self, share: float) -> float:
        """The wait that `share` of the reports of the busiest hour do not exceed."""
        hours = (self.arrived // HOUR).astype(int)
        busiest = np.bincount(hours).argmax() if hours.size else 0
        return float(np.quantile(self.waits[hours == busiest], share)) if hours.size else 0.0

    def backlog(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """How many reports had arrived and were not done at each of `times`."""
        done = np.sort(self.done)
        return np.searchsorted(self.arrived, times, "right") - np.searchsorted(done, times, "right")


def arrivals(a_day: int, shape: tuple[float, ...], rng: np.random.Generator) -> NDArray[np.float64]:
    """When the reports of a day arrive, in order."""
    weights = np.asarray(shape, dtype=np.float64)
    length = 24 * HOUR / weights.size
    counts = rng.poisson(a_day * weights / weights.sum())
    spread = [np.sort(rng.uniform(place * length, (place + 1) * length, count)) for place, count in enumerate(counts)]
    return np.concatenate(spread)


@dataclass(slots=True)
class _Desk:
    """Where the simulation stands: whom the next event is about, who waits for the lock, who is idle."""

    arrived: NDArray[np.float64]
    costs: Costs
    batch: int
    taken: int = 0
    events: list[tuple[float, int, str, int, int]] = field(default_factory=list)
    for_lock: deque[tuple[int, int]] = field(default_factory=deque)
    idle: int = 0
    is_locked: bool = False
    reading: float = 0.0
    writing: float = 0.0
    order: int = 0

    def later(self, at: float, what: str, first: int, last: int) -> None:
        self.order += 1
        heapq.heappush(self.events, (at, self.order, what, first, last))

    def take(self, now: float) -> None:
        """A free worker takes what waits, or is idle."""
        if self.taken >= self.arrived.size or self.arrived[self.taken] > now:
            self.idle += 1
            return
        waiting = int(np.searchsorted(self.arrived, now, "right"))
        first, last = self.taken, min(waiting, self.taken + self.batch)
        self.taken = last
        spent = (last - first) * self.costs.read_seconds
        self.reading += spent
        self.later(now + spent, "read", first, last)

    def arrive(self, now: float) -> None:
        """Idle workers take what is there; somebody looks again when the next report comes, if any is left idle."""
        while self.idle and self.taken < self.arrived.size and self.arrived[self.taken] <= now:
            self.idle -= 1
            self.take(now)
        if self.idle and self.taken < self.arrived.size:
            self.later(float(self.arrived[self.taken]), "arrived", 0, 0)

    def write(self, now: float) -> None:
        """Whoever is next writes, if nobody does."""
        if self.is_locked or not self.for_lock:
            return
        first, last = self.for_lock.popleft()
        spent = (last - first) * self.costs.write_seconds
        self.is_locked = True
        self.writing += spent
        self.later(now + spent, "written", first, last)


def run(arrived: NDArray[np.float64], workers: int, costs: Costs, batch: int = BATCH) -> Outcome:
    """Let `workers`, each on a core of its own, do what arrives, until all is done."""
    done = np.zeros_like(arrived)
    desk = _Desk(arrived, costs, batch, idle=workers)
    desk.arrive(0.0)
    while desk.events:
        now, _, what, first, last = heapq.heappop(desk.events)
        if what == "arrived":
            desk.arrive(now)
        elif what == "read":
            desk.for_lock.append((first, last))
            desk.write(now)
        else:
            desk.is_locked = False
            done[first:last] = now
            desk.write(now)
            desk.idle += 1
            if desk.idle == 1:  # else somebody looks already
                desk.arrive(now)
    length = max(24 * HOUR, float(done.max(initial=0.0)))
    return Outcome(arrived, done, (desk.reading + desk.writing) / (workers * length), desk.writing / length)
