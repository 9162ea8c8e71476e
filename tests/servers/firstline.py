"""The product itself as a process, started as a user would start it, on free ports."""

import json
import re
from pathlib import Path

from models.settings import Settings
from tests.servers import free_port
from tests.waiting import wait_until
from workers.pool.spawn import count_of
from workers.process import ADDRESS
from workers.process import Firstline as Process

__all__ = ["ADDRESS", "Firstline"]


class Firstline(Process):
    """`firstline PART` below `folder`."""

    def __init__(self, folder: Path, part: str = "up", **settings: str) -> None:
        super().__init__(folder, free_port(), free_port(), part, log_format="json", **settings)

    def wait_until_it_works(self, timeout: float = 60) -> None:
        """Return once it has said that it is ready: a part without a web has nothing that could be asked."""
        wait_until(lambda: self.log.exists() and "; ready" in self.log.read_text("utf-8"), timeout=timeout)

    def wait_for_all_workers(self, timeout: float = 60) -> None:
        """Return once all processes that work on reports for it do; it is ready when the first of them does."""
        processes = self._environment.get("FIRSTLINE_PROCESSES")
        count = count_of(Settings(processes=int(processes) if processes else None))
        wait_until(lambda: self.log.read_text("utf-8").count('"worker_ready"') >= count, timeout=timeout)

    @property
    def has_ended(self) -> bool:
        """True where it runs no more, by itself or because it was killed."""
        return self._process is not None and self._process.poll() is not None

    def worker_pids(self) -> list[int]:
        """The ids of the processes that work on reports for it, as its log names them."""
        events = map(
            json.loads, re.findall(r'^{"event": "worker_ready".*}$', self.log.read_text("utf-8"), re.MULTILINE)
        )
        latest = {event["worker"]: int(event["pid"]) for event in events}
        return [pid for pid in latest.values() if "workers.pool.child" in _command(pid)]


def _command(pid: int) -> str:
    """Empty for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
