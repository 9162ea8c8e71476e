"""The classifier in use: mixed reports on two cores, and how long one of 2 KB takes."""

import json
import subprocess
import sys
from typing import Any

from bench.classifier import SINGLES
from bench.figures import Extent, Figure, Found, Measure, least, most

_PROCESSES = 2


def run(extent: Extent) -> Found:
    extent.say("classification: two processes, one thread each")
    rates, waits = [], []
    for _ in range(extent.rounds):
        found = _round(extent.mails(SINGLES, 5))
        rates.append(sum(each["batch"] for each in found))
        waits.append(max(each["2000"][1] for each in found))
    rate, wait = Measure("firstline", tuple(rates)), Measure("firstline", tuple(waits))
    figures = (
        Figure(
            "mixed reports, 2 cores", "docs/s", rate, (), (least(rate, 300, "docs/s"),), (least(rate, 800, "docs/s"),)
        ),
        Figure("one report of 2 KB, p99", "ms", wait, (), (most(wait, 50, "ms"),), (most(wait, 15, "ms"),)),
    )
    how = "The model in use, evidence and all, over the frozen test set (three words to six hundred, both languages)."
    return Found("classification", "Classification", how, figures)


def _round(singles: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bench.classifier", str(singles)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(_PROCESSES)]
    return [json.loads(process.communicate()[0]) for process in processes]
