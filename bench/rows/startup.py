"""How long it takes until everything is ready, and how long commands take that need no classifier."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.contestants import LIMITS
from bench.figures import Extent, Figure, Found, Measure, most
from tests.servers.firstline import Firstline

_COMMANDS = (("--help",), ("case", "list"), ("shunted", "list"), ("user", "list"))


def run(extent: Extent) -> Found:
    extent.say("startup")
    whole = Measure("firstline up", tuple(_up() for _ in range(extent.rounds)))
    figures = [Figure("firstline up, until /readyz says so", "s", whole, (), (most(whole, 4, "s"),))]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        _command(folder, "migrate", "up")  # makes the tables
        for command in _COMMANDS[:1] if extent.quick else _COMMANDS:
            took = Measure("firstline", tuple(_command(folder, *command) for _ in range(extent.rounds)))
            figures.append(Figure(f"firstline {' '.join(command)}", "s", took, (), (most(took, 1, "s"),)))
    how = (
        "Whole processes, the files warm in the page cache; the tables are made at the first start, that time included."
    )
    return Found("startup", "Start-up", how, tuple(figures))


def _up() -> float:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        desk = Firstline(Path(folder), **LIMITS)
        began = time.monotonic()
        desk.start()
        try:
            desk.wait_until_ready()
            return time.monotonic() - began
        finally:
            desk.stop()


def _command(folder: str, *arguments: str) -> float:
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "workers.program", *arguments],
        env=os.environ | {"FIRSTLINE_DATA": folder},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - began
