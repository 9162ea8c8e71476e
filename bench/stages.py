"""Where the processor time of a mail goes, stage by stage, in one process that does nothing else.

No SMTP and no relay: mails of mixed sizes are stored, go through the runner, and the ladders of their cases climb.
"""

import gc
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.mails import ADDRESS, mail
from intake.accept import GROUP, Acceptor
from intake.mail.identity import mail_report
from models.db import Database
from models.settings import Settings
from workers import compose, modelstore
from workers.basics import utc_now
from workers.desk import Desk
from workers.runner import Runner
from workers.timers import Timers
from workers.tracing.traces import Attribute, Traces

MAILS, ROUNDS, _WARM = 400, 3, 60
_WHOLE_RUN, _COMMIT, _COMPOSE = "claimed, and what else the runner does", "committed", "made into rows"
_NAMES = {"commit": _COMMIT, "compose": _COMPOSE, "prepare": "prepared for it, before it is its turn to write"}


class Stopwatch(Traces):
    """Adds up the processor time of what a runner tells of."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def timed(self, name: str, report_ids: Sequence[str] = (), **attributes: Attribute) -> Iterator[None]:
        before = time.process_time()
        yield
        self.seconds[_NAMES.get(name, name)] += time.process_time() - before


def run() -> list[str]:
    """Rows of a Markdown table: milliseconds a mail, medians of the rounds."""
    rounds = [_measured() for _ in range(ROUNDS)]
    found = {name: median(each[name] for each in rounds) / MAILS * 1000 for name in rounds[0]}
    rows = ["| step | ms of processor a mail |", "|---|---|"]
    rows += [f"| {name} | {took:.2f} |" for name, took in found.items()]
    return [*rows, f"| in all | {sum(found.values()):.2f} |"]


def _measured() -> dict[str, float]:
    """Seconds of each step, for all mails."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        settings = Settings(data=Path(name), addresses=(ADDRESS,))
        database = Database(f"sqlite:///{Path(name) / 'firstline.db'}")
        database.migrate()
        classifier = modelstore.load_classifier(Settings())
        desk = compose.make_desk(settings, database, b"k" * 32, classifier=classifier)
        _through(desk, range(_WARM), Stopwatch())
        watch = Stopwatch()
        gc.collect()
        gc.freeze()  # as a process does that has started
        _through(desk, range(_WARM, _WARM + MAILS), watch)
        gc.unfreeze()
        database.close()
    found = dict(watch.seconds)
    found[_COMMIT] -= found[_COMPOSE]  # which is within
    found[_WHOLE_RUN] -= sum(took for step, took in found.items() if step not in (_WHOLE_RUN, "stored", "ladders"))
    return found


def _through(desk: Desk, numbers: range, watch: Stopwatch) -> None:
    acceptor = Acceptor(desk.database, lambda: None)
    with watch.timed("stored"):
        reports = [mail_report(mail(number, 0, "stages"), "smtp", utc_now()) for number in numbers]
        for start in range(0, len(reports), GROUP):
            acceptor.accept_all(reports[start : start + GROUP])
    acceptor.close()
    with watch.timed(_WHOLE_RUN):
        Runner(desk, "bench", traces=watch).run()
    with watch.timed("ladders"):
        Timers(desk.database, desk.office).run()
