"""Postfix's smtp-sink: a real SMTP server that takes everything and writes each mail into a file."""

import os
import shutil
import subprocess
import tempfile
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.servers import free_port, require_binary
from tests.servers.machines import HERE, Here
from tests.waiting import wait_until


class Sink:
    """Listens on a free port; `mails` are what it has taken."""

    def __init__(self, where: Here = HERE) -> None:
        self._where = where
        self._binary = require_binary("smtp-sink", "postfix")
        self._folder = Path(tempfile.mkdtemp(prefix="sink-"))
        self._folder.chmod(0o777)  # as root, smtp-sink writes as another user
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Listen; also again after `kill`, with what was taken before."""
        user = ("-u", "nobody") if os.geteuid() == 0 else ()
        command = [self._binary, *user, "-d", f"{self._folder}/mail.", f"{self._where.address}:{self.port}", "100"]
        self._process = self._where.popen(command, stderr=subprocess.DEVNULL)
        wait_until(lambda: self._where.answers(self.port), timeout=30)

    def kill(self) -> None:
        """End in the middle of whatever it does."""
        self._process.kill()
        self._process.wait()

    @property
    def mails(self) -> list[EmailMessage]:
        """Each mail once it is whole; smtp-sink's own lines stand before the header."""
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in self._folder.glob("mail.*")]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder)
