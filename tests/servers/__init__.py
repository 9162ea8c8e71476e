"""Real servers, started by the tests: on free loopback ports, in folders of their own."""

import os
import random
import shutil
import socket

import pytest

_SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/sbin")  # often not on the PATH of a plain user


def require_binary(name: str, package: str) -> str:
    """The path of a program. Where it is missing the test is skipped, but fails under CI=true."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_SYSTEM_FOLDERS])
    if found := shutil.which(name, path=path):
        return found
    reason = f"{name} is not installed; on Debian: apt-get install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """A loopback port that nothing listens on at the moment.

    Below the range that the system gives to clients: a client that keeps trying a closed port of that
    range sooner or later is given it as its own, and is connected to itself.
    """
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
