"""Firstline as a child process: started, killed, asked over HTTP. For demonstration, benchmarks and tests."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, cast

from models.errors import Misconfigured

ADDRESS = "support@firstline.example"
READY_SECONDS = 60.0
_LOOK_SECONDS = 0.05


def emptied(folder: Path) -> None:
    """Take away what an earlier run in this folder has left.

    Raises:
        Misconfigured: something else lies in it.
    """
    if not folder.exists():
        return
    strange = sorted(path.name for path in folder.iterdir() if path.name != "data" and path.suffix != ".log")
    if strange:
        raise Misconfigured(f"{folder} holds {strange[0]}, which is no run's of this kind: name a folder of its own")
    shutil.rmtree(folder)


class NotReady(Exception):
    """The process ended by itself, or took too long; the message says which and shows its log."""


class Firstline:
    """`firstline PART` in a folder of its own, below which its data lie; it can be killed and started again.

    `settings` are those of `models.settings` by name.
    """

    def __init__(self, folder: Path, smtp_port: int, web_port: int, part: str = "up", **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "data"
        self.log = folder / f"{part}.log"
        self.smtp_port, self.web_port = smtp_port, web_port
        self._folder = folder
        self._part = part
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTLINE_")}
        own = {"data": str(self.data), "addresses": ADDRESS, "smtp_port": str(smtp_port), "web_port": str(web_port)}
        for name, value in (own | settings).items():
            self._environment[f"FIRSTLINE_{name.upper()}"] = value
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def start(self) -> None:
        """Start it; what it prints and logs is added to `log`."""
        command = [sys.executable, "-m", "workers.program", self._part]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, cwd=self._folder, stdout=log, stderr=log)
        self._started = time.monotonic()

    def run(self, *arguments: str) -> None:
        """Run another command over the same data to its end. Raises NotReady where it fails."""
        command = [sys.executable, "-m", "workers.program", *arguments]
        with self.log.open("ab") as log:
            done = subprocess.run(
                command, env=self._environment, cwd=self._folder, stdout=log, stderr=log, timeout=120, check=False
            )
        if done.returncode:
            raise NotReady(f"firstline {' '.join(arguments)} failed; see {self.log}")

    def wait_until_ready(self) -> None:
        """Return once `/readyz` says so. Raises NotReady."""
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if time.monotonic() > deadline:
                raise NotReady(f"not ready within {READY_SECONDS:.0f} s; see {self.log}")
            time.sleep(_LOOK_SECONDS)

    def _is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise NotReady(f"firstline {self._part} ended by itself:\n{self.log.read_text(encoding='utf-8')}")
        try:
            return bool(self.get("/readyz")["status"] == "ready")
        except OSError:
            return False

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object at a path of the web. Raises OSError where the answer is no 200."""
        return cast(dict[str, Any], json.loads(self.read(path)))

    def read(self, path: str) -> bytes:
        """What stands at a path of the web. Raises OSError where the answer is no 200."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.web_port}{path}")
        token = self.data / "api_token"
        if token.exists():
            request.add_header("Authorization", f"Bearer {token.read_text(encoding='ascii').strip()}")
        with urllib.request.urlopen(request, timeout=10) as response:
            return bytes(response.read())

    def report(self, message_id: str) -> dict[str, Any] | None:
        """The report of that Message-ID, or None where none has arrived."""
        try:
            return self.get(f"/api/v1/reports?message_id={message_id}")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    @property
    def pid(self) -> int:
        """The id of the process that was started last."""
        assert self._process is not None
        return self._process.pid

    @property
    def seconds_up(self) -> float:
        """Since it was started last."""
        return time.monotonic() - self._started

    def freeze(self) -> None:
        """Stop it where it is, as a machine that swaps or moves does, until `thaw`."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        """End it as a service manager does; returns its exit status."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def wait(self) -> None:
        """Wait until it ends by itself."""
        if self._process is not None:
            self._process.wait()
