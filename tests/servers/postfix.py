"""A private Postfix that relays one domain, set up as the README says. Needs root, as Postfix does."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

import pytest

from tests.servers import free_port, require_binary
from tests.waiting import wait_until

_MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
maillog_file = {root}/log/mail.log
maillog_file_prefixes = {root}/log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.firstline.example
mydestination =
mynetworks = 127.0.0.0/8
relay_domains = firstline.example
smtpd_relay_restrictions = permit_mynetworks, reject
alias_maps =
local_recipient_maps =
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
{readme}
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Listens on a free port; `readme` are the lines of main.cf that the README gives."""

    def __init__(self, readme: str) -> None:
        self._postfix = require_binary("postfix", "postfix")
        if os.geteuid() != 0:
            pytest.skip("Postfix starts as root only")
        self._root = Path(tempfile.mkdtemp(prefix="postfix-"))
        self._root.chmod(0o755)
        self.port = free_port()
        for name in ("conf", "spool", "data", "log"):
            (self._root / name).mkdir()
        shutil.chown(self._root / "data", "postfix")
        (self._root / "conf" / "main.cf").write_text(_MAIN.format(root=self._root, readme=readme))
        (self._root / "conf" / "master.cf").write_text(_MASTER.format(port=self.port))

    def __enter__(self) -> "Postfix":
        self.start()
        return self

    def start(self) -> None:
        """Start, and return when the server greets; what was in the queue is delivered."""
        self._run("start")
        wait_until(self._greets, timeout=30)

    def kill(self) -> None:
        """End as a power cut does: the master and all its daemons at once."""
        os.killpg(self.master, signal.SIGKILL)
        wait_until(lambda: not self._greets())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._run("status", check=False) == 0:  # one that is too busy to greet has to end, too
            self._run("stop")
        shutil.rmtree(self._root)

    @property
    def master(self) -> int:
        """The process that all daemons of this Postfix descend from."""
        return int((self._root / "spool" / "pid" / "master.pid").read_text())

    @property
    def log(self) -> str:
        return (self._root / "log" / "mail.log").read_text(encoding="utf-8", errors="replace")

    def _run(self, command: str, check: bool = True) -> int:
        # Its daemons inherit what they are given and live on: a pipe would keep us waiting for them.
        done = subprocess.run(
            [self._postfix, "-c", str(self._root / "conf"), command],
            check=check,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )
        return done.returncode

    def _greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                return connection.recv(3) == b"220"
        except OSError:
            return False
