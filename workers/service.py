"""Puts the parts together for one process; starts and stops them in the right order.

A part is imported when it is started: mail is taken by a process that has loaded neither classifier nor pages.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING

from models.settings import Settings
from workers import datafolder, storage
from workers.basics import utc_now
from workers.owner import own_name
from workers.readiness import Readiness
from workers.shared import Shared

if TYPE_CHECKING:
    from workers.pool.pool import Pool
    from workers.pool.spawn import Spawned


class Part(StrEnum):
    """What a process can do; `firstline up` does all of it."""

    SMTP = "smtp"
    POLL = "poll"
    WEB = "web"
    WORKER = "worker"
    TIMERS = "timers"


class Service:
    """One process of the product. Parts in the same process wake each other; over process borders a broker
    carries the wake-ups where one is set, and the sweeper of the worker finds what is due in any case. The processes
    `spawned` work on reports; where there are none, it does so itself."""

    def __init__(
        self, settings: Settings, parts: frozenset[Part] = frozenset(Part), spawned: "Spawned | None" = None
    ) -> None:
        self._parts = parts
        self._spawned = spawned
        self._stack = ExitStack()
        whole = parts == frozenset(Part)
        datafolder.prepare(settings.data)
        if whole:
            self._stack.callback(datafolder.FolderLock(settings.data).release)
        name = "up" if whole else "+".join(sorted(parts))
        self._shared = Shared(settings, name, own_name(settings, whole), self._stack)
        self._readiness = Readiness(
            self._shared.database,
            self._shared.wakeups,
            settings.data,
            works=Part.WORKER in parts,
            has_timers=Part.TIMERS in parts,
        )

    def start(self) -> Mapping[str, int]:
        """Start the parts, intake first: mail is taken while the model still loads.

        Returns:
            the ports listened on, by part.

        Raises:
            Misconfigured: something cannot be started with these settings; nothing is left running.
        """
        try:
            self._make_tables()
            pool = self._start_pool()
            self._prepare()
            return self._start_parts(pool)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop in the reverse order; what was accepted is in the database."""
        self._stack.close()

    def _make_tables(self) -> None:
        """At the first start, before the key is made: with the key but without tables a desk was lost."""
        if not (self._shared.settings.data / storage.OF_A_DESK).exists():
            storage.start(self._shared.settings, self._shared.database)

    def _prepare(self) -> None:
        shared = self._shared
        if self._parts - {Part.SMTP, Part.POLL}:
            _ = shared.profile  # refused before anything runs where there is none of that name
        storage.start(shared.settings, shared.database)
        if self._parts - {Part.SMTP, Part.POLL}:
            from workers.cases.office import keep_versions  # noqa: PLC0415 - brings the schemes

            keep_versions(shared.database, utc_now())
            from workers import token_key  # noqa: PLC0415 - likewise

            token_key.warn(shared.settings, shared.database)
        self._stack.callback(shared.wakeups.stop)
        if self._parts & {Part.WORKER, Part.POLL}:
            from workers.claims import release_dead  # noqa: PLC0415 - brings what sends messages

            release_dead(shared.database, shared.owner, utc_now())
        if Part.WORKER not in self._parts:
            shared.wakeups.start_calling()

    def _start_parts(self, pool: "Pool | None") -> dict[str, int]:
        ports: dict[str, int] = {}
        if Part.SMTP in self._parts:
            from workers.starting import smtp  # noqa: PLC0415 - each part by itself, as said above

            ports["smtp"] = smtp.start(self._shared)
        if Part.POLL in self._parts:
            from workers.starting import poll  # noqa: PLC0415 - likewise

            poll.start(self._shared)
        if Part.WEB in self._parts:
            from workers.starting import web  # noqa: PLC0415 - likewise

            ports["web"] = web.start(self._shared, self._readiness)
        elif self._shared.settings.monitor_port is not None:
            from workers.starting import monitor  # noqa: PLC0415 - likewise

            ports["monitor"] = monitor.start(self._shared, self._readiness)
        if Part.WORKER in self._parts:
            from workers.starting import worker  # noqa: PLC0415 - likewise

            worker.start(self._shared, self._readiness, pool)
        if Part.TIMERS in self._parts:
            from workers.starting import timers  # noqa: PLC0415 - likewise

            timers.start(self._shared)
        return ports

    def _start_pool(self) -> "Pool | None":
        """First of all, since it loads the classifier meanwhile: the database is not asked before it is prepared."""
        if self._spawned is None:
            return None
        from workers.starting import pool  # noqa: PLC0415 - likewise

        return pool.start(self._shared, self._readiness, self._spawned)
