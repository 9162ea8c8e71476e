"""Firstline as a new machine gets it: the wheel in an environment of its own, and the one settings file."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.servers.machines import Machine
from tests.waiting import wait_until
from workers import modelstore

_SOURCE = Path(__file__).parents[2]
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-cache-dir")


def build_wheel(folder: Path) -> Path:
    """The wheel of this source, made without a network; `folder` is an empty one."""
    how = ("--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder)
    subprocess.run([*_PIP, "wheel", *how, _SOURCE], check=True, stdin=subprocess.DEVNULL, timeout=200)
    (wheel,) = folder.glob("firstline-*.whl")
    return wheel


def write_settings(path: Path, values: Mapping[str, str | int | list[str]]) -> None:
    """A firstline.toml; what JSON says of such values is TOML, too."""
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()), "utf-8")


class Installed:
    """Firstline on one machine: `start` its parts. `folder` is the machine's own, for program and data."""

    def __init__(self, machine: Machine, folder: Path, wheel: Path) -> None:
        self.machine = machine
        self._folder = folder
        self.environment = folder / "opt"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.environment], check=True, timeout=200)
        python = self.environment / "bin" / "python"
        how = ("--no-deps", "--no-index", "--no-compile", wheel)
        subprocess.run([*_PIP, "--python", python, "install", *how], check=True, timeout=200)
        # The pinned dependencies, which a real machine gets from a package index; .pth files there are not followed.
        (packages,) = self.environment.glob("lib/python*/site-packages")
        (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
        shutil.copytree(modelstore.base_folder(), folder / "var" / "models")
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._environ: dict[str, str] = {}

    def configure(self, settings: Path) -> None:
        """Take the settings from that file, and nothing from anywhere else."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTLINE_", "PYTHON"))}
        self._environ = own | {"FIRSTLINE_CONFIG": str(settings), "PYTHONDONTWRITEBYTECODE": "1"}
        for log in self._folder.glob("*.log"):
            log.unlink()

    def start(self, part: str) -> None:
        with self._log(part).open("ab") as log:
            self._running[part] = self.popen("firstline", part, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_until_it_works(self, part: str) -> None:
        """Return once it has said that it is ready."""
        wait_until(lambda: "; ready" in self._read(part), timeout=120)

    def popen(self, program: str, *arguments: str, **how: Any) -> subprocess.Popen[bytes]:
        """Start a program of this environment; `how` as for subprocess.Popen."""
        command = [self.environment / "bin" / program, *arguments]
        return self.machine.popen(command, env=self._environ, cwd=self._folder, **how)

    def says(self, program: str, *arguments: str) -> str:
        """What a program of this environment says, to its end and with status 0 or not."""
        process = self.popen(program, *arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        return process.communicate(timeout=120)[0].decode()

    def stop(self) -> dict[str, int]:
        """End all parts as a service manager does; returns their exit statuses."""
        for process in self._running.values():
            process.terminate()
        ended = {part: process.wait(timeout=60) for part, process in self._running.items()}
        self._running.clear()
        return ended

    def kill(self) -> None:
        """End all parts as a power cut does."""
        for process in self._running.values():
            process.kill()
            process.wait()
        self._running.clear()

    def logged(self, event: str) -> list[dict[str, str]]:
        """What all parts have logged of such events."""
        lines = [line for part in self._running for line in self._read(part).splitlines() if f'"{event}"' in line]
        return [json.loads(line) for line in lines if line.endswith("}")]

    def done(self) -> list[str]:
        """The reports that this machine has processed."""
        return [entry["report"] for entry in self.logged("report_done")]

    def _read(self, part: str) -> str:
        return self._log(part).read_text("utf-8")

    def _log(self, part: str) -> Path:
        return self._folder / f"{part}.log"
