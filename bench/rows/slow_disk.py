"""The same intake on a disk whose syncs take 5 ms longer."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contestants import environment
from bench.figures import Extent, Figure, Found, NotHere, measures, times
from bench.rows.intake import EACH, FAST, GROUPED, OURS, SERVERS, compare

SLOWER_MICROSECONDS = 5000
_SOURCE = Path(__file__).parents[1] / "anchors" / "slow_sync.c"
_CONNECTIONS, _MAILS = 50, 600


@contextmanager
def slower_disk(microseconds: int = SLOWER_MICROSECONDS) -> Iterator[None]:
    """Processes started in the block wait so much longer for each sync.

    Raises:
        NotHere: there is no C compiler.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        raise NotHere("no C compiler (cc), which the slower sync is built with")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        library = Path(folder) / "slow_sync.so"
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, _SOURCE, "-ldl"], check=True)
        with environment(LD_PRELOAD=str(library), SLOW_SYNC_US=str(microseconds)):
            yield


def run(extent: Extent) -> Found:
    extent.say("slow-disk: 50 connections, each sync 5 ms slower")
    servers = {name: SERVERS[name] for name in (OURS, EACH, GROUPED, FAST)}
    with slower_disk():
        found, missing = compare(servers, extent.mails(_MAILS, 50), _CONNECTIONS, extent.rounds)
    rates = measures(found, lambda each: each.rate)
    mine = rates.pop(OURS)
    figure = Figure(
        "50 connections, rate",
        "mails/s",
        mine,
        tuple(rates.values()),
        (times(mine, 5, rates[EACH], "one by one"),),
        (times(mine, 0.8, rates[FAST], "the fast subclass"),),
    )
    how = "As above; a library that is loaded before the C library has every fsync and fdatasync wait 5 ms."
    return Found("slow-disk", "Durable SMTP intake, each sync 5 ms slower", how, (figure,), missing=missing)
