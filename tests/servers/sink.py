"""Postfix's smtp-sink: a real SMTP server that takes everything and writes each mail into a file."""

import os
import shutil
import socket
import subprocess
import tempfile
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.servers import free_port, require_binary
from tests.waiting import wait_until


class Sink:
    """Listens on a free port; `mails` are what it has taken."""

    def __init__(self) -> None:
        self._binary = require_binary("smtp-sink", "postfix")
        self._folder = Path(tempfile.mkdtemp(prefix="sink-"))
        self._folder.chmod(0o777)  # as root, smtp-sink writes as another user
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Listen; also again after `kill`, with what was taken before."""
        user = ("-u", "nobody") if os.geteuid() == 0 else ()
        command = [self._binary, *user, "-d", f"{self._folder}/mail.", f"127.0.0.1:{self.port}", "100"]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_until(self._answers)

    def kill(self) -> None:
        """End in the middle of whatever it does."""
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:

        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    @property
    def mails(self) -> list[EmailMessage]:
        """Each mail once it is whole; smtp-sink's own lines stand before the header."""
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in self._folder.glob("mail.*")]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder)
