"""Accepted to acknowledged, everything on, in one `firstline up` process that writes to its outbox."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workers.demo.desk import free_port
from workers.process import Firstline

MAILS, SIZE, CONNECTIONS = 1000, 4096, 10
_LOOK_SECONDS = 0.05


def _value(desk: Firstline, name: str) -> float:
    lines = desk.read("/metrics").decode().splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(name)), 0.0)


def run() -> list[str]:
    """Rows of a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Firstline(Path(folder), free_port(), free_port())
        desk.start()
        desk.wait_until_ready()
        started = time.perf_counter()
        command = [sys.executable, "-m", "bench.load", str(desk.smtp_port), str(CONNECTIONS), str(MAILS), str(SIZE)]
        accepting = float(subprocess.run(command, check=True, capture_output=True, timeout=300).stdout)
        while _value(desk, 'firstline_messages_total{result="sent"}') < MAILS:
            time.sleep(_LOOK_SECONDS)
        whole = time.perf_counter() - started
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        desk.stop()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [
        "| mails | accepted | acknowledged | CPU a mail, start included | memory |",
        "|---|---|---|---|---|",
        f"| {MAILS} | {MAILS / accepting:.0f}/s | {MAILS / whole:.0f}/s | {cpu / MAILS * 1000:.1f} ms |"
        f" {after.ru_maxrss / 1024:.0f} MiB |",
    ]
