"""The classifier in use: loading, single reports, batches, memory; measured in a process of its own."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from models.settings import Settings
from workers import modelstore

SINGLES = 200
_UNIT = "The storage cluster lost its quorum this morning and 部分用户 cannot log in, see ticket {}. "


def run() -> list[str]:
    """Rows of a Markdown table."""
    command = [sys.executable, "-m", "bench.classifier", str(SINGLES)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=600).stdout)
    return [
        "| load | 2 KB, median and p99 | 20 KB, median and p99 | mixed batch, one thread | memory |",
        "|---|---|---|---|---|",
        f"| {found['load']:.2f} s | {found['2000'][0]:.1f} and {found['2000'][1]:.1f} ms |"
        f" {found['20000'][0]:.1f} and {found['20000'][1]:.1f} ms | {found['batch']:.0f} reports/s |"
        f" {found['memory']:.0f} MiB |",
    ]


def measure(singles: int) -> dict[str, object]:
    """Times in seconds and milliseconds, memory in MiB at its highest, without what trains."""
    from classify.model import ReportText  # noqa: PLC0415 - what is imported when is part of the measurement
    from models.values import Channel  # noqa: PLC0415

    started = time.perf_counter()
    classifier = modelstore.load_classifier(Settings())
    found: dict[str, object] = {"load": time.perf_counter() - started}
    for size in (2000, 20000):
        times = []
        for number in range(singles):
            body = (_UNIT.format(number) * (size // 50))[:size]
            started = time.perf_counter()
            classifier.classify([ReportText(Channel.EMAIL, f"report {number}", body)])
            times.append((time.perf_counter() - started) * 1000)
        times.sort()
        found[str(size)] = times[singles // 2], times[singles * 99 // 100]
    reports = _mixed()
    started = time.perf_counter()
    classifier.classify(reports)
    found["batch"] = len(reports) / (time.perf_counter() - started)
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def _mixed() -> list:  # type: ignore[type-arg]
    """The frozen test: every channel, both languages, three words to six hundred."""
    from classify.model import ReportText  # noqa: PLC0415 - as above
    from models.values import Channel  # noqa: PLC0415

    lines = [
        json.loads(line)
        for path in sorted(Path(modelstore.FROZEN_TEST).glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return [ReportText(Channel(line["channel"]), line["subject"], line["body"]) for line in lines]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
