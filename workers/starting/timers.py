"""The part that climbs the ladders."""

from functools import partial

from workers.broker import OUTGOING
from workers.shared import Shared
from workers.timers import Timers


def start(shared: Shared) -> None:
    """Note broken promises and do the steps that are due, from now on."""
    seen = shared.metrics
    wake = partial(shared.wake, OUTGOING)
    timers = Timers(shared.database, shared.office, wake, seen.step_done, seen.steps_repaired, seen.deadline_missed)
    timers.start()
    shared.stack.callback(timers.stop)
