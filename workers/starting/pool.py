"""The processes that work on reports for this one."""

from datetime import datetime

from workers.broker import OUTGOING
from workers.pool.pool import Pool
from workers.pool.spawn import Spawned
from workers.readiness import Readiness
from workers.shared import Shared


def start(shared: Shared, readiness: Readiness, spawned: Spawned) -> Pool:
    """Have them load the classifier; they work from the first wake-up on."""
    _ = shared.token_key  # made where there is none, before several look for it at once

    def observe(outcome: str, received_at: datetime) -> None:
        shared.metrics.report_done(outcome, received_at)  # which take their time to load, too

    pool = Pool(shared.settings, shared.owner, spawned, shared.database, observe, lambda: shared.wake(OUTGOING))
    shared.metrics.watch_classifier(pool.stands_in)
    pool.start()
    shared.stack.callback(pool.stop)
    readiness.workers = pool.problem
    return pool
