"""How long backup, verification, restore and a copy to PostgreSQL take, how much memory they take, and how large the
file is. To try it: `python -m bench.backup [--cases N]`."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from bench.stored_desk import store
from models.contents import described
from models.db import Database
from tests.servers.postgres import Postgres

CASES = 100_000


@dataclass(frozen=True, slots=True)
class Took:
    """What a command took, from its start to its end."""

    seconds: float
    cpu_seconds: float
    peak_mb: int


def command(*arguments: str) -> Took:
    """Run `firstline` with these arguments, in a process of its own."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "workers.main", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"firstline {' '.join(arguments)} failed")
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return Took(time.perf_counter() - began, cpu_seconds, usage.ru_maxrss // 1024)


def run(cases: int = CASES) -> list[str]:
    """A table in Markdown."""
    with tempfile.TemporaryDirectory() as root, Postgres() as server:
        folder = Path(root) / "data"
        folder.mkdir()
        rows, size = _fill(folder / "firstline.db", cases)
        archive, copied = Path(root) / "desk.zip", server.url(server.create())
        took = {
            "backup, verified": command("backup", str(archive), "--data", str(folder)),
            "backup --verify": command("backup", "--verify", str(archive)),
            "restore into SQLite": command("restore", str(archive), "--data", str(Path(root) / "new")),
            "db-copy to PostgreSQL": command("migrate", "db-copy", "--to", copied, "--data", str(folder)),
            "db-copy back to SQLite": command("migrate", "db-copy", "--from", copied, "--to", str(Path(root) / "back")),
        }
        stored = archive.stat().st_size
    return [
        f"{cases:,} cases, {rows:,} rows, {size / 1e6:,.0f} MB in SQLite, {stored / 1e6:,.0f} MB as a backup.",
        "",
        "| | seconds | of which one core worked | peak memory, MB |",
        "|---|---|---|---|",
        *(f"| {name} | {each.seconds:.0f} | {each.cpu_seconds:.0f} | {each.peak_mb} |" for name, each in took.items()),
    ]


def _fill(path: Path, cases: int) -> tuple[int, int]:
    """Rows and bytes of a desk with that many cases."""
    database = Database(f"sqlite:///{path}")
    database.migrate()
    store(database, cases)
    with database.snapshot() as connection:
        tables = described(connection).values()
        rows = sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    database.close()
    return rows, path.stat().st_size


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=CASES)
    sys.stdout.write("\n".join(run(options.parse_args().cases)) + "\n")
