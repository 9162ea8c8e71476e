"""A private PostgreSQL: a cluster in a temporary folder, on a free port of loopback or of a test's machine."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

from tests.servers import free_port, require_binary
from tests.servers.machines import HERE, Here
from tests.waiting import wait_until

USER = "firstline"
PASSWORD = "not-to-be-shown"
_NOBODY = "nobody"
_INITDB = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
_COPY = ("-U", USER, "--checkpoint=fast", "--no-sync", "--write-recovery-conf")
_DEBIAN = Path("/usr/lib/postgresql")
# The system does not crash in these tests, the server does: what it has written is safe without fsync, but not what
# it has not written, so synchronous_commit stays on.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "80",
    "max_parallel_workers": "0",
    "jit": "off",
    "log_min_messages": "fatal",
}


class Postgres:
    """Listens on a free port: `start`, `stop`, `kill`, and `start` again with the same data.

    PostgreSQL refuses to run as root; there it runs as nobody. `settings` go beyond those of the tests.
    """

    def __init__(self, where: Here = HERE, first: "Postgres | None" = None, **settings: str) -> None:
        """A server of its own, or a standby of the `first`."""
        self._where = where
        self._settings = _SETTINGS | settings
        self._bin = Path(_find("initdb")).parent
        self._root = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:
            self._as = {"user": _NOBODY, "group": "nogroup", "extra_groups": []}
            shutil.chown(self._root, _NOBODY, "nogroup")
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._number = count(1)
        if first is None:
            self._initialise()
        else:
            self._copy(first)

    def __enter__(self) -> "Postgres":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._root)

    def start(self) -> None:
        """Start, and return when it takes connections."""
        settings = {
            **self._settings,
            "listen_addresses": self._where.address,
            "port": str(self.port),
            "unix_socket_directories": str(self._root),
        }
        with (self._root / "log").open("ab") as log:
            self._process = self._where.popen(
                [self._bin / "postgres", "-D", self._root / "data", *(f"--{k}={v}" for k, v in settings.items())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._root,
                **self._as,
            )
        wait_until(self._answers, timeout=60)

    def stop(self) -> None:
        """End as a service manager has it end: connections are closed, nothing is lost ("fast" shutdown)."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End without a checkpoint: the next start has to recover ("immediate" shutdown)."""
        self._end(signal.SIGQUIT)

    def freeze(self) -> None:
        """Answer nobody from now on, though whoever is connected stays so."""
        self._send_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send_all(signal.SIGCONT)

    def fail_over(self) -> None:
        """The server is lost, and a standby that has all that was committed takes its place: under the same address,
        and without taking changes at first."""
        standby = Postgres(self._where, first=self)
        standby.start()
        self._administer("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self._administer("SELECT pg_reload_conf()")
        wait_until(self._has_a_standby, timeout=60)
        self.kill()
        standby.stop()
        shutil.rmtree(self._root)
        self._root = standby._root
        self.start()
        self._administer("SELECT pg_promote()")

    def url(self, name: str) -> str:
        return f"postgresql://{USER}:{PASSWORD}@{self._where.address}:{self.port}/{name}"

    def local_url(self, name: str) -> str:
        """By the Unix socket, which this process reaches wherever the server is."""
        return f"postgresql://{USER}:{PASSWORD}@/{name}?host={self._root}&port={self.port}"

    @property
    def pid(self) -> int:
        """The process that all others of this server descend from."""
        assert self._process is not None
        return self._process.pid

    @property
    def version(self) -> str:
        """As the server says it, without what its packagers add: 15.18."""
        with psycopg.connect(self.local_url("postgres")) as connection:
            number = connection.info.server_version
        return f"{number // 10_000}.{number % 10_000}"

    def create(self, template: str = "template0", encoding: str = "UTF8") -> str:
        """Make a database like `template`, which nobody may be connected to; returns its name."""
        name = f"test{next(self._number)}"
        locale = "C.UTF-8" if encoding == "UTF8" else "C"
        statement = "CREATE DATABASE {} TEMPLATE {} ENCODING {} LOCALE {}"
        self._administer(statement, sql.Identifier(name), sql.Identifier(template), encoding, locale)
        return name

    def drop(self, name: str) -> None:
        """Remove a database; whoever is still connected is thrown out."""
        self._administer("DROP DATABASE {} WITH (FORCE)", sql.Identifier(name))

    def disconnect(self, name: str) -> None:
        """Throw out everybody who is connected to a database, as an administrator can."""
        self._administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}", name)

    def _administer(self, statement: str, *values: sql.Composable | str) -> None:
        with psycopg.connect(self.local_url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*values))

    def _has_a_standby(self) -> bool:
        """True where one has all that was committed by now, and is waited for from now on."""
        with psycopg.connect(self.local_url("postgres")) as connection:
            found = connection.execute(
                "SELECT sync_state = 'sync' AND flush_lsn >= pg_current_wal_flush_lsn() FROM pg_stat_replication"
            ).fetchone()
        return found is not None and found[0] is True

    def _copy(self, first: "Postgres") -> None:
        self._run("pg_basebackup", "-h", first._root, "-p", str(first.port), "-D", self._root / "data", *_COPY)

    def _initialise(self) -> None:
        password = self._root / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run("initdb", "-D", self._root / "data", "-U", USER, "--pwfile", password, *_INITDB)
        with (self._root / "data" / "pg_hba.conf").open("a", encoding="utf-8") as access:
            access.write("host all all samenet scram-sha-256\n")

    def _run(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(
            [self._bin / program, *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=self._root,
            env=os.environ | {"PGPASSWORD": PASSWORD},
            timeout=120,
            **self._as,  # type: ignore[call-overload]
        )

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"PostgreSQL ended by itself:\n{(self._root / 'log').read_text(errors='replace')}")
        try:
            psycopg.connect(self.local_url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _send_all(self, number: signal.Signals) -> None:
        """First to the process that makes others, so that no new one is missed."""
        os.kill(self.pid, number)
        for child in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split():
            with suppress(ProcessLookupError):  # it has ended since
                os.kill(int(child), number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(timeout=60)


def _find(program: str) -> str:
    """Debian keeps the server's programs out of the PATH, a folder a version; the newest is taken."""
    versions = [path for path in _DEBIAN.glob("*/bin") if (path / program).exists()]
    if versions:
        return str(max(versions, key=lambda path: float(path.parent.name)) / program)
    return require_binary(program, "postgresql")
