"""What the parts of one process have in common. What only some of them need is made, and imported, when the first of
those asks for it: a process that takes mail is a third as large as one that works on it."""

from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from models.settings import Settings
from workers.basics import secret, utc_now
from workers.broker import REPORTS
from workers.storage import open_database
from workers.tracing.accepting import TracedAcceptor
from workers.tracing.traces import make_traces
from workers.wakeups import Wakeups

if TYPE_CHECKING:
    from routing.profile import Profile
    from workers.cases.office import Office
    from workers.metrics import Metrics
    from workers.swapping import SwappingClassifier


class Shared:
    """`name` is what this process is called in traces, `owner` what it claims by; `stack` is unwound when it stops."""

    def __init__(self, settings: Settings, name: str, owner: str, stack: ExitStack) -> None:
        self.settings = settings
        self.owner = owner
        self.stack = stack
        self.database = open_database(settings)
        stack.callback(self.database.close)
        self.traces = make_traces(settings.traces_url, name, owner)
        stack.callback(self.traces.close)
        self.wakeups = Wakeups(settings.broker_url.get_secret_value())

    def wake(self, job: str = REPORTS) -> None:
        self.wakeups.wake(job)

    @cached_property
    def acceptor(self) -> TracedAcceptor:
        acceptor = TracedAcceptor(self.database, self.wake, self.metrics.report_accepted, self.traces)
        self.stack.callback(acceptor.close)
        return acceptor

    @cached_property
    def token_key(self) -> bytes:
        return secret(self.settings, "token_key").encode()

    @cached_property
    def profile(self) -> "Profile":
        from routing import profile as profiles  # noqa: PLC0415 - brings schemes and calendars

        return profiles.load(self.settings.profile)

    @cached_property
    def office(self) -> "Office":
        from workers.office import make_office  # noqa: PLC0415 - brings the schemes

        return make_office(self.settings, self.token_key)

    @cached_property
    def metrics(self) -> "Metrics":
        from workers.metrics import Metrics  # noqa: PLC0415 - brings the life of a case

        metrics = Metrics(self.database, utc_now)
        metrics.watch_disk(self.settings.data)
        if self.wakeups.has_broker:
            metrics.watch_broker(self.wakeups.problem)
        return metrics

    @cached_property
    def classifier(self) -> "SwappingClassifier":
        """Loaded by whoever needs it first: a web of its own may never do."""
        from workers.swapping import SwappingClassifier  # noqa: PLC0415 - brings the classifier

        found = SwappingClassifier(self.settings)
        self.metrics.watch_classifier(lambda: found.stands_in)
        return found
