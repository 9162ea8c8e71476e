"""What processes use, read from /proc, and what kind of machine this is. Linux only, as the anchors are."""

import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for each, fields in _stats():
        children.setdefault(int(fields[1]), []).append(each)
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += children.get(each, [])
    return found


def cpu_seconds(*pids: int) -> float:
    """The processor time of these processes and of those that descend from them, the ended ones included."""
    wanted = {each for pid in pids for each in tree(pid)}
    return sum(sum(map(int, fields[11:15])) for each, fields in _stats() if each in wanted) / _TICKS


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB of a process: its share of what is resident (PSS), and all of that (RSS)."""

    pss: float
    rss: float


def memory(pid: int) -> Memory:
    """Of one process, at this moment."""
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if ":" in line
    )
    return Memory(int(fields["Pss"].split()[0]) / 1024, int(fields["Rss"].split()[0]) / 1024)


def facts() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "processors": f"{len(os.sched_getaffinity(0))}, {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}, {platform.freedesktop_os_release()['PRETTY_NAME']}",
        "Python": sys.version.split()[0],
        "SQLite": sqlite3.sqlite_version,
        "load before": f"{os.getloadavg()[0]:.2f}",
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _stats() -> Iterator[tuple[int, list[str]]]:
    """The fields of each process' `stat`, from the state on (proc(5) counts it as the third)."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
