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
        binary = require_binary("smtp-sink", "postfix")
        folder = self._folder = Path(tempfile.mkdtemp(prefix="sink-"))
        folder.chmod(0o777)  # as root, smtp-sink writes as another user
        self.port = free_port()
        self._process = subprocess.Popen(
            [
                binary,
                *(("-u", "nobody") if os.geteuid() == 0 else ()),
                "-d",
                f"{folder}/mail.",
                f"127.0.0.1:{self.port}",
                "100",
            ],
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers)

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
