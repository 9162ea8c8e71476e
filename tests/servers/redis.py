"""A private Redis: in a temporary folder, on a free loopback port, with a password."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import redis

from tests.servers import free_port, require_binary
from tests.waiting import wait_until

PASSWORD = "not-to-be-shown"


class Redis:
    """Listens on a free port: `start`, `kill`, and `start` again with nothing of what it held."""

    def __init__(self) -> None:
        self._binary = require_binary("redis-server", "redis-server")
        self._root = Path(tempfile.mkdtemp(prefix="redis-"))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Redis":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._root)

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start, and return when it answers."""
        settings = {"bind": "127.0.0.1", "port": self.port, "dir": self._root, "requirepass": PASSWORD, "save": ""}
        with (self._root / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binary, *(part for name, value in settings.items() for part in (f"--{name}", str(value)))],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(self._answers, timeout=30)

    def kill(self) -> None:
        """End as a power cut has it end: what it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def flush(self) -> None:
        """Throw away everything in it."""
        self._ask("FLUSHALL")

    def fill(self) -> None:
        """From now on it has no room for anything; `empty` undoes it."""
        self._ask("CONFIG", "SET", "maxmemory", "1")

    def empty(self) -> None:
        self._ask("CONFIG", "SET", "maxmemory", "0")

    def pile_up(self, number: int) -> None:
        """Have so many wake-ups wait."""
        self._ask("RPUSH", "firstline:firstline", *range(number))

    def waiting(self) -> int:
        """How many wake-ups nobody has fetched."""
        return int(self._ask("LLEN", "firstline:firstline"))

    def _ask(self, *command: str) -> Any:
        with redis.Redis.from_url(self.url) as client:
            return client.execute_command(*command)

    def _answers(self) -> bool:
        try:
            self._ask("PING")
        except redis.RedisError:
            return False
        return True
