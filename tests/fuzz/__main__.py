"""The fuzz run: mutates the mails of fixtures/ until the time is over; what fails is kept in fixtures/fuzz/."""

import argparse
import hashlib
import multiprocessing
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from random import Random

from tests.fuzz.check import check
from tests.fuzz.mutate import mutate

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
# Far above what a mail of 200 kB takes, also on a busy machine.
LIMIT_SECONDS = 5.0
LIMIT_MEMORY = 2 * 1024**3


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=time.time_ns() % 2**32, help="the same seed makes the same mails")
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    print(f"seed {chosen.seed}, {chosen.minutes:g} minutes in {chosen.processes} processes", flush=True)  # noqa: T201
    jobs = [(chosen.seed + number, chosen.minutes * 60) for number in range(chosen.processes)]
    with multiprocessing.Pool(chosen.processes) as pool:
        results = pool.starmap(run, jobs)
    tried, failed = (sum(column) for column in zip(*results, strict=True))
    print(f"{tried} mails, {failed} failed")  # noqa: T201
    return 1 if failed else 0


def run(seed: int, seconds: float) -> tuple[int, int]:
    """Fuzz for so long; how many mails were tried, and how many failed."""
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_MEMORY, LIMIT_MEMORY))
    signal.signal(signal.SIGVTALRM, _too_long)
    random = Random(seed)
    seeds = [path.read_bytes() for path in sorted(FIXTURES.glob("*/*.eml"))]
    grown: list[bytes] = []
    end = time.monotonic() + seconds
    tried = failed = 0
    while time.monotonic() < end:
        mail = mutate(random.choice(grown if grown and random.random() < 0.3 else seeds), seeds, random)
        if random.random() < 0.05:
            grown = [*grown[-500:], mail]  # some are mutated further
        tried += 1
        failed += not _holds(mail)
    return tried, failed


def _holds(mail: bytes) -> bool:
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT_SECONDS)
    try:
        check(mail)
    except Exception:  # noqa: BLE001 - any is a finding
        name = f"{hashlib.sha256(mail).hexdigest()[:12]}.eml"
        (FIXTURES / "fuzz" / name).write_bytes(mail)
        print(f"{name}:\n{traceback.format_exc(limit=-4)}", file=sys.stderr, flush=True)  # noqa: T201
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return True


def _too_long(*_: object) -> None:
    raise AssertionError(f"takes more than {LIMIT_SECONDS:g} s of the processor")


if __name__ == "__main__":
    sys.exit(main())
