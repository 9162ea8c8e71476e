"""A private RabbitMQ (Debian's rabbitmq-server 3.10): a node of its own in a temporary folder, on free ports."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pika

from tests.servers import free_port, require_binary
from tests.servers.machines import HERE, Here
from tests.waiting import wait_until

_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # the one on the PATH insists on the user rabbitmq
_CONFIG = """\
listeners.tcp.1 = {address}:{port}
loopback_users = none
default_user = firstline
default_pass = not-to-be-shown
disk_free_limit.absolute = 1MB
log.console = false
"""


class Rabbitmq:
    """Listens on a free port: `start` (ten seconds), `kill`, and `start` again with what it had written."""

    def __init__(self, where: Here = HERE, address: str = "") -> None:
        """On the machine `where`, at an `address` other than its first where one is named."""
        self._where, self._address = where, address or where.address
        require_binary("rabbitmq-server", "rabbitmq-server")
        self._root = Path(tempfile.mkdtemp(prefix="rabbitmq-"))
        self.port, self._epmd_port, node_port = free_port(), free_port(), free_port()
        (self._root / "rabbitmq.conf").write_text(_CONFIG.format(address=self._address, port=self.port), "ascii")
        (self._root / "plugins").write_text("[].\n", "ascii")
        self._environment = os.environ | {
            "HOME": str(self._root),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"firstline-{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": self._address,
            "RABBITMQ_DIST_PORT": str(node_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONFIG_FILE": str(self._root / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self._root / "none"),
            "RABBITMQ_MNESIA_BASE": str(self._root / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self._root / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._root / "plugins"),
            "RABBITMQ_PID_FILE": str(self._root / "pid"),
        }
        self._epmd: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Rabbitmq":
        # Else the node starts one that stays behind.
        self._epmd = self._where.popen([require_binary("epmd", "erlang-base")], env=self._environment)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
        shutil.rmtree(self._root)

    @property
    def url(self) -> str:
        return f"amqp://firstline:not-to-be-shown@{self._address}:{self.port}/"

    def start(self) -> None:
        """Start, and return when it takes connections."""
        with (self._root / "output").open("ab") as output:
            self._process = self._where.popen(
                [_SERVER],
                env=self._environment,
                cwd=self._root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_until(self._answers, timeout=90)

    def kill(self) -> None:
        """End as a power cut has it end."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def flush(self) -> None:
        """Remove the queue, with everything in it and under whoever listens to it."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            connection.channel().queue_delete("firstline")

    def fill(self) -> None:
        """From now on it has no memory for anything, and whoever sends is kept waiting; `empty` undoes it."""
        self._set_memory("absolute", "1")

    def empty(self) -> None:
        self._set_memory("0.4")

    def waiting(self) -> int:
        """How many wake-ups nobody has fetched."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            return int(connection.channel().queue_declare("firstline", passive=True).method.message_count)

    def _set_memory(self, *most: str) -> None:
        command = [str(_SERVER.with_name("rabbitmqctl")), "set_vm_memory_high_watermark", *most]
        subprocess.run(command, env=self._environment, check=True, stdout=subprocess.DEVNULL, timeout=120)

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            said = (self._root / "output").read_text(encoding="utf-8", errors="replace")
            raise AssertionError(f"RabbitMQ ended by itself:\n{said}")
        if self._where is not HERE:
            return self._where.answers(self.port, self._address)
        try:
            pika.BlockingConnection(pika.URLParameters(self.url)).close()
        except (OSError, pika.exceptions.AMQPError):
            return False
        return True
