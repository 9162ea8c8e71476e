"""Machines on a network of their own, made of namespaces of the kernel: each has a host name, an address, processes
that see no others, and a link that can be cut.

Nothing has a name outside, so nothing can be left behind: a machine is gone with its first process, and that dies with
the process that made it, however it ends.
"""

import grp
import os
import pwd
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from tests.servers import require_binary

_NET = "10.83.0"
# Frames to it are taken by nobody, and nobody says so.
_NOBODYS_CARD = "02:00:00:00:00:01"
_APART = ("--net", "--uts", "--pid", "--fork", "--kill-child")
_FIRST_PROCESS = "import signal, socket, sys; socket.sethostname(sys.argv[1]); print('up', flush=True); signal.pause()"
_ANSWERS = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5)"


class Here:
    """This machine by its loopback, as the place where a server of a test runs."""

    address = "127.0.0.1"

    def popen(self, command: Any, **how: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, **how)

    def answers(self, port: int, address: str = "") -> bool:
        """Whether something listens there."""
        try:
            socket.create_connection((address or self.address, port), timeout=5).close()
        except OSError:
            return False
        return True


HERE = Here()


class _Inside(subprocess.Popen[bytes]):
    """A process of a machine. What was started is nsenter, which waits for it and ends as it does: signals are for the
    process itself."""

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            for child in _children(self.pid):
                os.kill(child, sig)


class Machine(Here):
    """One machine of a network, and a place for servers."""

    def __init__(self, network: "Network", name: str, address: str) -> None:
        self.name, self.address = name, address
        self._network = network
        self._unshare = subprocess.Popen(
            # The first process of a machine dies with unshare, which dies with this process.
            [*_with("setpriv", "--pdeathsig", "KILL"), *_with("unshare", *_APART), *_first_process(name)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._unshare.stdout is not None
        assert self._unshare.stderr is not None
        if not self._unshare.stdout.readline():
            said = self._unshare.stderr.read().decode(errors="replace").strip()
            pytest.fail(
                f"this system makes no namespaces for machines ({said}); run the tests as root with CAP_SYS_ADMIN and "
                "CAP_NET_ADMIN, in a container for example by docker run --privileged"
            )
        (self.pid,) = _children(self._unshare.pid)
        self.ip("link", "set", "lo", "up")

    def popen(self, command: Any, **how: Any) -> subprocess.Popen[bytes]:
        """Start a process on this machine; `how` as for subprocess.Popen."""
        become = []
        if user := how.pop("user", ""):
            become += ["--setuid", str(pwd.getpwnam(user).pw_uid)]
        if group := how.pop("group", ""):
            become += ["--setgid", str(grp.getgrnam(group).gr_gid)]
        how.pop("extra_groups", None)  # nsenter leaves none
        return _Inside([*self._enter(), *become, "--", *command], **how)

    def run(self, *command: str) -> str:
        """What a command on this machine says. Raises CalledProcessError where it fails."""
        done = subprocess.run(
            [*self._enter(), "--", *command], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60
        )
        return done.stdout.decode()

    def ip(self, *arguments: str) -> None:
        self.run(require_binary("ip", "iproute2"), *arguments)

    def answers(self, port: int, address: str = "") -> bool:
        try:
            self.run(sys.executable, "-S", "-c", _ANSWERS, address or self.address, str(port))
        except subprocess.CalledProcessError:
            return False
        return True

    def cut(self) -> None:
        """From now on nothing comes in or goes out. Nobody is told: the card has its carrier, connections stay open."""
        self._network.switch.ip("link", "set", self.name, "nomaster")

    def mend(self) -> None:
        self._network.switch.ip("link", "set", self.name, "master", "switch")

    def lose(self, address: str) -> None:
        """From now on nothing that this machine sends to that address arrives, the answers to what comes from there
        included; everything else does."""
        self.ip("neigh", "replace", address, "dev", "eth0", "lladdr", _NOBODYS_CARD, "nud", "permanent")

    def find(self, address: str) -> None:
        """Undo `lose`."""
        self.ip("neigh", "del", address, "dev", "eth0")

    def add_address(self, address: str) -> None:
        self.ip("address", "add", f"{address}/24", "dev", "eth0")

    def power_off(self) -> None:
        """End every process of it at once, and with them the machine."""
        os.kill(self.pid, signal.SIGKILL)  # with the first process the system ends all others
        self._unshare.communicate()

    def _enter(self) -> list[str]:
        return _with("nsenter", "--target", str(self.pid), "--net", "--uts", "--pid")


class Network:
    """A switch with machines on it; it leads nowhere else."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._last = 1

    def __enter__(self) -> "Network":
        self.switch = Machine(self, "switch", "")
        self._stack.callback(self.switch.power_off)
        self.switch.ip("link", "add", "switch", "type", "bridge")
        self.switch.ip("link", "set", "switch", "up")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def machine(self, name: str) -> Machine:
        """Add a machine of that name, of 15 characters at most."""
        machine = Machine(self, name, self.address())
        self._stack.callback(machine.power_off)
        card = ("link", "add", "eth0", "netns", str(machine.pid), "type", "veth", "peer", "name", name)
        subprocess.run(
            [require_binary("ip", "iproute2"), *card, "netns", str(self.switch.pid)], check=True, capture_output=True
        )
        self.switch.ip("link", "set", name, "master", "switch", "up")
        machine.add_address(machine.address)
        machine.ip("link", "set", "eth0", "up")
        return machine

    def address(self) -> str:
        """The next one that is free."""
        self._last += 1
        return f"{_NET}.{self._last}"


def _first_process(name: str) -> list[str]:
    return [sys.executable, "-S", "-c", _FIRST_PROCESS, name]


def _with(program: str, *arguments: str) -> list[str]:
    return [require_binary(program, "util-linux"), *arguments]


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]
