"""`python -m bench.sizing`: what a desk needs by its reports a day, by what was measured and a simulation from it."""

import argparse
import math
import sys
from pathlib import Path

import numpy as np

from bench.sizing import measure, plot, simulate
from bench.sizing.costs import KEPT, Costs, load, save

LEVELS = (100, 10_000, 100_000, 1_000_000, 3_000_000, 10_000_000)
_BUSY = 0.7  # no process is planned to be busier than that in the busiest hour
_PEAK = max(simulate.OFFICE_DAY) / sum(simulate.OFFICE_DAY) / simulate.HOUR  # of a day's reports, in a second


def needed(a_day: int, seconds: float) -> int:
    """Processes, for that much work of each report in the busiest hour."""
    return max(1, math.ceil(a_day * _PEAK * seconds / _BUSY))


def rows(costs: Costs, seed: int) -> list[str]:
    """A table in Markdown: what is needed at each level, and what the simulation says of it."""
    lines = [
        "| reports a day | a second, busiest hour | smtp | workers | cores of PostgreSQL | GB a year | writes, MB/s "
        "| p50 | p99 | most waiting | lock held |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for a_day in LEVELS:
        peak, workers = a_day * _PEAK, needed(a_day, costs.read_seconds + costs.write_seconds)
        head = (
            f"| {a_day:,} | {peak:,.3g} | {needed(a_day, costs.take_seconds)} | {workers} "
            f"| {needed(a_day, costs.database_seconds)} | {a_day * 365 * costs.postgresql_bytes / 1e9:,.0f} "
            f"| {peak * costs.log_bytes / 1e6:,.2g} "
        )
        if peak * costs.write_seconds >= 1:
            share = peak * costs.write_seconds
            lines.append(head + f"| | | grows without end | {share:.0%} is asked of it |")
            continue
        arrived = simulate.arrivals(a_day, simulate.OFFICE_DAY, np.random.default_rng(seed))
        outcome = simulate.run(arrived, workers, costs)
        most = int(outcome.backlog(np.arange(0.0, 24 * simulate.HOUR, 10.0)).max())
        lines.append(
            head + f"| {outcome.waited(0.5):.2g} s | {outcome.waited(0.99):.2g} s | {most:,} "
            f"| {peak * costs.write_seconds:.0%} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.sizing", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("table", "day", "measure"), default="table")
    parser.add_argument(
        "--costs", type=Path, default=KEPT, help="the file of measured costs (default: the one kept here)"
    )
    parser.add_argument("--reports", type=int, default=1_000_000, help="a day; of measure: how many are played")
    parser.add_argument("--workers", type=int, help="worker processes, a core each (default: as many as are needed)")
    parser.add_argument("--svg", type=Path, help="where the plot of the day goes")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.what == "measure":
        save(measure.measure(options.reports), options.costs)
        sys.stdout.write(options.costs.read_text(encoding="utf-8"))
        return
    costs = load(options.costs)
    if options.what == "table":
        sys.stdout.write("\n".join([f"Costs of a report: {costs.measured}", "", *rows(costs, options.seed)]) + "\n")
        return
    workers = options.workers or needed(options.reports, costs.read_seconds + costs.write_seconds)
    arrived = simulate.arrivals(options.reports, simulate.OFFICE_DAY, np.random.default_rng(options.seed))
    outcome = simulate.run(arrived, workers, costs)
    said = f"{options.reports:,} reports a day, {workers} workers: busiest hour p50 {outcome.waited(0.5):.2g} s, "
    said += f"p99 {outcome.waited(0.99):.2g} s; workers busy {outcome.workers_busy:.0%}, lock {outcome.lock_busy:.0%}"
    sys.stdout.write(said + "\n")
    if options.svg:
        options.svg.write_text(plot.svg(outcome, said), encoding="utf-8")


if __name__ == "__main__":
    main()
