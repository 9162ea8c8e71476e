"""`python -m tests.simulation`: weeks of a desk, with a verdict; exit status 1 where something is wrong."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tests.simulation.run import Plan, simulate


def main(
    cases: Annotated[int, typer.Option(help="How many cases arrive.")] = 10_000,
    weeks: Annotated[float, typer.Option(help="Over how long.")] = 2,
    timers: Annotated[int, typer.Option(help="How many processes run the timers.")] = 3,
    kills: Annotated[int, typer.Option(help="How often one of them is killed.")] = 200,
    seed: Annotated[int, typer.Option(help="Of all that is random.")] = 1,
    database: Annotated[str | None, typer.Option(help="URL of an empty database; else a SQLite file is used.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Where to leave the SQLite file.")] = None,
) -> None:
    """Simulate weeks of a desk, and check each step, clock and notice against what had to happen."""
    result = simulate(Plan(cases, weeks, timers, kills, seed), database, keep)
    typer.echo("\n".join(result.lines()))
    sys.exit(1 if result.verdict.violations else 0)


if __name__ == "__main__":
    typer.run(main)
