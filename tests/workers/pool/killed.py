"""A worker process that is killed while it loads, the first so many times; the folder MARKS counts them."""

import os
import signal
from pathlib import Path

from workers.pool import child

MARKS, TIMES = "TESTS_KILLED_MARKS", "TESTS_KILLED_TIMES"


def main(*descriptors: int) -> None:
    marks = Path(os.environ[MARKS])
    if len(list(marks.iterdir())) < int(os.environ[TIMES]):
        (marks / str(os.getpid())).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    child.main(*descriptors)
