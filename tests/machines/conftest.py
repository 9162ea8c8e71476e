"""A desk of several machines: a database machine, one in front, three workers, and the customers' mail server."""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.db import Database
from tests.machines.installed import Installed, build_wheel, write_settings
from tests.servers import free_port
from tests.servers.machines import Machine, Network
from tests.servers.postgres import Postgres
from tests.servers.rabbitmq import Rabbitmq
from tests.servers.sink import Sink
from tests.waiting import wait_until
from workers.process import ADDRESS

WORKERS = ("worker-1", "worker-2", "worker-3")


@dataclass(frozen=True)
class House:
    """What stands in the machine room before Firstline is started: the servers, and machines with it installed."""

    customers: Machine
    front: Installed
    workers: tuple[Installed, ...]
    postgres: Postgres
    rabbitmq: Rabbitmq
    database_address: str
    broker_address: str


class Senders:
    """The customers' mail server; it sends until `stop`."""

    def __init__(self, machine: Machine, host: str, port: int) -> None:
        self.codes: Counter[int] = Counter()
        self.accepted: list[str] = []
        self._process = machine.popen(
            [sys.executable, "-m", "tests.machines.sending", host, str(port)],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def wait_for(self, mails: int) -> None:
        """Return once so many more mails have been taken."""
        wanted = len(self.accepted) + mails
        wait_until(lambda: len(self.accepted) >= wanted, timeout=180)

    def stop(self) -> None:
        """Send no new mail, and return when each that was sent has been taken."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(timeout=180) == 0
        self._thread.join(timeout=10)  # it has the last of what was said

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._thread.join(timeout=10)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            code, message_id = line.decode("ascii").split()
            self.codes[int(code)] += 1
            if code == "250":
                self.accepted.append(message_id)


class Desk:
    """Firstline on the machines of a house, over a new database."""

    def __init__(self, house: House, database: Database, relay: Sink, smtp_port: int) -> None:
        self.house = house
        self.front, self.workers = house.front, house.workers
        self.database, self.relay, self.smtp_port = database, relay, smtp_port

    def start(self) -> None:
        for part in ("smtp", "web", "timers"):
            self.front.start(part)
        for worker in self.workers:
            worker.start("worker")
        for part in ("smtp", "web", "timers"):
            self.front.wait_until_it_works(part)
        for worker in self.workers:
            worker.wait_until_it_works("worker")

    def stop(self) -> list[int]:
        return [status for machine in (self.front, *self.workers) for status in machine.stop().values()]

    def kill(self) -> None:
        for machine in (self.front, *self.workers):
            machine.kill()

    def went_out(self) -> list[str]:
        return [str(message["Message-ID"]).strip("<>") for message in self.relay.mails]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with ExitStack() as stack:
        network = stack.enter_context(Network())
        database_machine = network.machine("database")
        broker_address = network.address()
        database_machine.add_address(broker_address)
        (folder / "wheel").mkdir()
        wheel = build_wheel(folder / "wheel")
        front, *workers = (Installed(network.machine(name), folder / name, wheel) for name in ("front", *WORKERS))
        yield House(
            network.machine("customers"),
            front,
            tuple(workers),
            stack.enter_context(Postgres(database_machine)),
            stack.enter_context(Rabbitmq(database_machine, broker_address)),
            database_machine.address,
            broker_address,
        )


@pytest.fixture
def duty() -> str:
    """Who is told what nobody is on call for: nobody, or ladders would climb, and what goes out come to no rest."""
    return ""


@pytest.fixture
def desk(house: House, tmp_path: Path, duty: str) -> Iterator[Desk]:
    with ExitStack() as stack:
        name = house.postgres.create()
        stack.callback(house.postgres.drop, name)
        relay = Sink(house.front.machine)
        stack.callback(relay.stop)
        settings = tmp_path / "firstline.toml"
        write_settings(
            settings,
            {
                "addresses": [ADDRESS],
                "duty": duty,
                "database_url": house.postgres.url(name),
                "broker_url": house.rabbitmq.url,
                "token_key": "the same on all machines",
                "api_token": "the same on all machines, too",
                "smtp_host": "0.0.0.0",
                "smtp_port": (smtp_port := free_port()),
                "web_host": "0.0.0.0",
                "web_port": free_port(),
                "relay_host": house.front.machine.address,
                "relay_port": relay.port,
                "log_format": "json",
            },
        )
        for machine in (house.front, *house.workers):
            machine.configure(settings)
        database = Database(house.postgres.local_url(name))
        stack.callback(database.close)
        desk = Desk(house, database, relay, smtp_port)
        stack.callback(desk.kill)
        yield desk


@pytest.fixture
def senders(desk: Desk) -> Iterator[Senders]:
    """They send from the moment the desk works."""
    desk.start()
    senders = Senders(desk.house.customers, desk.front.machine.address, desk.smtp_port)
    yield senders
    senders.kill()
