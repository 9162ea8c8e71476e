"""Fixtures that every test may use, and the rule that tests reach nothing but this machine."""

import gc
import ipaddress
import os
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fastapi.dependencies.models
import pytest
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from classify.model import Classifier
from intake.accept import Acceptor
from models.db import Database
from models.settings import Settings
from routing import profile as profiles
from routing.breaker import Scope
from tests.servers.postgres import Postgres
from workers.cases.office import Office
from workers.desk import Desk
from workers.modelstore import load_classifier

BACKENDS = ("sqlite", "postgresql")

gc.disable()  # until all is collected


def pytest_addoption(parser: pytest.Parser) -> None:
    said = "run only the tests that do not say over which kind of database, and run them over this one"
    parser.addoption("--database", choices=BACKENDS, default=BACKENDS[0], help=said)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    twice = [name for name, times in Counter(item.nodeid for item in items).items() if times > 1]
    if twice:  # of which pytest-xdist would run one
        raise pytest.UsageError(f"several tests are named {twice[0]}")
    if config.getoption("--database") != BACKENDS[0]:
        others = [item for item in items if not _goes_by_the_option(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if _goes_by_the_option(item)]
    _longest_first(items)


def _longest_first(items: list[pytest.Item]) -> None:
    """Begin with the modules that may take longest by their own limits, then with those of most tests: else one core
    waits for minutes, at the end, until the other is done with a single one. pytest-xdist gives them out in order."""
    limits: dict[str, float] = defaultdict(float)
    for item in items:
        if marker := item.get_closest_marker("timeout"):
            limits[_module(item)] = max(limits[_module(item)], *marker.args)
    sizes = Counter(map(_module, items))
    items.sort(key=lambda item: (limits[_module(item)], sizes[_module(item)]), reverse=True)


def _module(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _goes_by_the_option(item: pytest.Item) -> bool:
    is_said = any(item.get_closest_marker(name) for name in ("every_backend", "on_sqlite"))
    return not is_said and "backend" in getattr(item, "fixturenames", ())


def pytest_collection_finish() -> None:
    """What is collected stays: to look through nine thousand tests took the garbage collector seconds each time."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="module", autouse=True)
def _tidied() -> Iterator[None]:
    """What a module's tests leave is not looked through again, either. FastAPI remembers the last thousands of
    functions that it was given, and with each of ours a whole desk: a fifth of the suite's time went into both."""
    yield
    for remembers in vars(fastapi.dependencies.models).values():
        if hasattr(remembers, "cache_clear"):
            remembers.cache_clear()
    gc.collect()
    gc.freeze()


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):  # a Unix socket's path
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return address[0] in ("localhost", "")


def _refuse_the_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and not _is_here(arguments[1]):
        raise PermissionError(f"tests reach nothing but this machine, not {arguments[1]}")


sys.addaudithook(_refuse_the_network)


@event.listens_for(Session, "do_orm_execute")
def _refuse_locks_of_readers(asked: ORMExecuteState) -> None:
    """PostgreSQL refuses to lock a row where a transaction only reads; SQLite has no such locks, and says nothing."""
    reads_only = asked.session.get_bind().get_execution_options().get("reads_only")
    assert not (reads_only and getattr(asked.statement, "_for_update_arg", None)), "FOR UPDATE by who only reads"


_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 * 1024**3


def _write_to_memory() -> None:
    """Have temporary folders in memory where the system has room for them there: each commit waits for the disk,
    which is most of what the tests wait for. `TMPDIR` names another place."""
    if "TMPDIR" in os.environ or not _MEMORY.is_dir():
        return
    found = os.statvfs(_MEMORY)
    if found.f_flag & (os.ST_NOEXEC | os.ST_RDONLY) or found.f_bavail * found.f_frsize < _ROOM_BYTES:
        return
    os.environ["TMPDIR"] = str(_MEMORY)  # for the processes of the tests, too
    tempfile.tempdir = None  # pytest has asked already


_write_to_memory()

# No test says how long something may take; pytest's own limit ends what hangs.
settings.register_profile("firstline", deadline=None)
settings.load_profile("firstline")


LIMITS = {Scope.ADDRESS: 30, Scope.CASE: 10, Scope.CONTENT: 20, Scope.DOMAIN: 3000, Scope.ALL: 50_000}


class Clock:
    """A clock that a test moves: Monday 2026-11-09, 10:00 in Shanghai, a working day."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked `every_backend` over each database that can be meant by a setting."""
    if "backend" in metafunc.fixturenames and metafunc.definition.get_closest_marker("every_backend"):
        metafunc.parametrize("backend", BACKENDS)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database that `database` is."""
    if request.node.get_closest_marker("on_sqlite"):
        return "sqlite"
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A private server, for all tests of this process."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> str:
    """A migrated database to copy, which is far quicker than to migrate."""
    name = postgres.create()
    database = Database(postgres.url(name))
    database.migrate()
    database.close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as an SQLite file."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()  # upon which SQLite writes all of it into the one file
    return path


@pytest.fixture
def make_empty_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Gives where a database can be that has no tables yet; by its name on SQLite, one more each time on a server."""
    with ExitStack() as stack:

        def make(name: str) -> str:
            if backend == "sqlite":
                return f"sqlite:///{tmp_path / name}.db"
            postgres: Postgres = request.getfixturevalue("postgres")
            created = postgres.create()
            stack.callback(postgres.drop, created)
            return postgres.url(created)

        yield make


@pytest.fixture
def empty_url(make_empty_url: Callable[[str], str]) -> str:
    """Where a database can be that has no tables yet."""
    return make_empty_url("new")


@pytest.fixture
def database_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where `database` is; its tables are those of this version."""
    if backend == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create(request.getfixturevalue("template"))
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def acceptor(database: Database) -> Iterator[Acceptor]:
    acceptor = Acceptor(database, lambda: None)
    yield acceptor
    acceptor.close()


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """The real one, which `make setup` has built."""
    return load_classifier(Settings())


def make_office(clock: Callable[[], datetime], **changes: Any) -> Office:
    values: dict[str, Any] = {
        "clock": clock,
        "addresses": ("support@firstline.example",),
        "token_key": b"test key",
    }
    return Office(**(values | changes))


@pytest.fixture
def office(clock: Clock) -> Office:
    return make_office(clock)


@pytest.fixture
def make_desk(database: Database, classifier: Classifier, clock: Clock) -> Callable[..., Desk]:
    def make(**changes: Any) -> Desk:
        values: dict[str, Any] = {
            "database": database,
            "office": make_office(clock),
            "profile": profiles.load("yilong"),
            "classifier": classifier,
            "addresses": ("support@firstline.example",),
            "token_key": b"test key",
            "limits": LIMITS,
            "clock": clock,
        }
        return Desk(**(values | changes))

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture
def impatient(database: Database, tmp_path: Path) -> Iterator[Database]:
    """The same SQLite database, which waits 50 ms for a lock instead of fifteen seconds."""
    other = Database(f"sqlite:///{tmp_path / 'test.db'}")
    event.listen(other.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    yield other
    other.close()


@pytest.fixture
def writer(database: Database, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else who has begun to write to the SQLite database and does not come to an end."""
    connection = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()
