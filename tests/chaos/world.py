"""A desk of several processes with everything around it, each of which can be broken: servers, links, the clock."""

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from models.db import Database
from models.errors import Temporary
from models.tables import StaffRow
from tests.brokers.servers import KINDS, Server
from tests.chaos.links import Link, Links
from tests.chaos.relay import Relay
from tests.fakes.twilio.exchange import NUMBER, TOKEN
from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.servers.firstline import Firstline
from tests.servers.postgres import Postgres
from tests.simulation.moved_clock import MovedClock

ALL_IN_ONE = "up"  # one process, and the two that work on reports for it
EVERYTHING = ("smtp", "web", "poll-1", "poll-2", "worker-1", "worker-2", "timers-1", "timers-2")
PUBLIC = "https://desk.example"
_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 240.0  # of all of them at once, on a machine that has other things to do
_INSIDE = Path(__file__).parent / "inside"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_LIMITS = dict.fromkeys(
    ("ack_limit_per_hour", "case_limit_per_hour", "content_limit", "domain_limit_per_hour", "notice_limit_per_hour"),
    "1000000",
)


@dataclass(frozen=True)
class Shape:
    """What the desk is made of. `parts` are processes, each `PART` or `PART-NUMBER`, a worker of so many `threads`;
    `is_staffed` where there is somebody to be told; `inside` is what is different inside them (see
    `tests.chaos.alterations`)."""

    database: str = "sqlite"
    broker: str = "none"
    parts: tuple[str, ...] = ("smtp", "worker", "timers")
    threads: int = 2
    is_staffed: bool = True
    inside: str = ""


class Part(Firstline):
    """One process of the desk, with what is different inside it."""

    def __init__(self, folder: Path, part: str, inside: str, **settings: str) -> None:
        super().__init__(folder, part, **settings)
        self._environment |= {"PYTHONPATH": f"{_INSIDE}:{_ROOT}", "CHAOS": inside}


class World:
    """The desk and its surroundings, in `folder`."""

    def __init__(self, folder: Path, shape: Shape, stack: ExitStack) -> None:
        self.folder, self.shape = folder, shape
        folder.mkdir(parents=True, exist_ok=True)
        self.links = Links()
        stack.callback(self.links.close)
        self.relay = Relay()
        self.relay.start()
        stack.callback(self.relay.stop)
        self.postgres = stack.enter_context(Postgres()) if shape.database == "postgresql" else None
        self.database_name = self.postgres.create() if self.postgres else ""
        self.broker: Server | None = None
        if shape.broker != "none":
            self.broker = stack.enter_context(KINDS[shape.broker]())
        self.dovecot = stack.enter_context(Dovecot()) if self._has("poll") else None
        self._offset = MovedClock(folder / "clock")
        self.database = Database(self._database_url())
        stack.callback(self.database.close)
        self.database.migrate()
        with self.database.transaction() as session:
            session.add_all(_staff() if shape.is_staffed else ())
        self.database_links: dict[str, Link] = {}
        self.mailbox_links: dict[str, Link] = {}
        self.spoiled: set[str] = set()  # who wrote what nobody can read
        self.processes = {name: self._make(name) for name in shape.parts}
        for process in self.processes.values():
            process.start()
            stack.callback(process.kill)
        self._wait_until_all_work()

    def __getitem__(self, name: str) -> Part:
        return self.processes[name]

    @property
    def now(self) -> datetime:
        """What time it is to the desk."""
        return datetime.now(UTC) + self.leapt

    @property
    def leapt(self) -> timedelta:
        """How far the clock has been put forward."""
        return self._offset() - _EPOCH

    def put_clock(self, by: timedelta) -> None:
        """Put the clock of every process forward, or back, as far as it had been put forward."""
        self._offset.move(max(_EPOCH, self._offset() + by))

    def of(self, part: str) -> list[Part]:
        """The processes that do this."""
        return [process for name, process in self.processes.items() if name.partition("-")[0] in (part, ALL_IN_ONE)]

    def count(self, statement: str) -> int:
        """What a statement that counts says; 0 while the database does not answer."""
        try:
            with self.database.reading() as session:
                return int(session.scalar(text(statement)) or 0)
        except Temporary:
            return 0

    def _has(self, part: str) -> bool:
        return any(name.partition("-")[0] in (part, ALL_IN_ONE) for name in self.shape.parts)

    def _database_url(self, port: int | None = None) -> str:
        if self.postgres is None:
            return f"sqlite:///{self.folder / 'firstline.db'}"
        return self.postgres.url(self.database_name).replace(
            f":{self.postgres.port}/", f":{port or self.postgres.port}/"
        )

    def _make(self, name: str) -> Part:
        part = name.partition("-")[0]
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        if self.postgres is not None:
            self.database_links[name] = self.links.to(self.postgres.port)
        settings = {
            "database_url": self._database_url(self.database_links[name].port if self.postgres else None),
            "broker_url": self.broker.url if self.broker else "",
            "token_key": "of all of them",
            "relay_host": "127.0.0.1",
            "relay_port": str(self.relay.port),
            "mail_limit_per_hour": "1000000",
            "workers": str(self.shape.threads),
            "processes": "2",
            **_NO_LIMITS,
        }
        if part in ("web", ALL_IN_ONE):
            settings |= {"public_url": PUBLIC, "twilio_auth_token": TOKEN, "twilio_number": NUMBER}
        if part in ("poll", ALL_IN_ONE) and self.dovecot is not None:
            self.mailbox_links[name] = self.links.to(self.dovecot.port)
            (folder / "firstline.toml").write_text(_mailbox(self.mailbox_links[name].port), "utf-8")
        clock = f"clock={self.folder / 'clock'}"
        return Part(folder, part, ";".join(filter(None, (clock, self.shape.inside))), **settings)

    def _wait_until_all_work(self) -> None:
        for process in self.processes.values():
            process.wait_until_it_works(_START_SECONDS)

    def start_those_that_ended(self) -> list[str]:
        """What a service manager does; returns whom it found ended by himself."""
        found = [name for name, process in self.processes.items() if process.has_ended]
        for name in found:
            self.processes[name].start()
        return found


@contextmanager
def world(folder: Path, shape: Shape) -> Iterator[World]:
    """A world, ended and removed at the end but for its logs."""
    with ExitStack() as stack:
        yield World(folder, shape, stack)


def _staff() -> list[StaffRow]:
    people = (("eve", "engineer"), ("mia", "service-manager"), ("dan", "director"))
    return [
        StaffRow(
            name=name.title(),
            address=f"{name}@firstline.example",
            address_key=f"{name}@firstline.example",
            role=role,
            teams=["incident", "service-desk"] if role == "engineer" else [],
        )
        for name, role in people
    ]


def _mailbox(port: int) -> str:
    return f"""
    [[imap]]
    name = "support"
    host = "127.0.0.1"
    port = {port}
    tls = "none"
    username = "{USER}"
    password = "{PASSWORD}"
    poll_seconds = 0.3
    after = "move:Processed"
    """


def chance_of(seed: int, purpose: str) -> random.Random:
    """A source of chance for one purpose: what one thread draws changes nothing for another."""
    return random.Random(f"{seed}:{purpose}")
