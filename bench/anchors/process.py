"""An anchor of ours as a process that prints its port once it listens, and servers that may not be installed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from bench.figures import NotHere


@dataclass(frozen=True, slots=True)
class Running:
    pid: int
    port: int


@contextmanager
def running(module: str, *arguments: str) -> Iterator[Running]:
    """Start `python -m MODULE ARGUMENTS`, and end it after the block."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line.strip().isdigit():
            raise RuntimeError(f"{module} did not start")
        yield Running(process.pid, int(line))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def installed() -> Iterator[None]:
    """What the tests' servers say where a program is missing, in our words: they skip a test, or fail it under CI."""
    try:
        yield
    except (pytest.skip.Exception, pytest.fail.Exception) as error:
        raise NotHere(str(error)) from error
