"""`python -m tests.chaos`: a desk of many processes is broken at random, with a verdict; exit status 1 where something
is wrong."""

import random
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Literal

import typer

from tests.chaos.run import Plan, run
from tests.chaos.world import ALL_IN_ONE, EVERYTHING


def main(
    minutes: Annotated[float, typer.Option(help="How long faults are drawn; then the desk is left to recover.")] = 30,
    seed: Annotated[int | None, typer.Option(help="Of all that is drawn; else a new one, which is printed.")] = None,
    database: Annotated[Literal["sqlite", "postgresql"], typer.Option()] = "postgresql",
    broker: Annotated[Literal["none", "redis", "rabbitmq", "postgresql"], typer.Option()] = "redis",
    all_in_one: Annotated[
        bool, typer.Option("--all-in-one", help="One `firstline up` and its workers in place of a process a part.")
    ] = False,
    safeguards_off: Annotated[
        bool, typer.Option("--safeguards-off", help="Instead, turn one safeguard off at a time: each has to be missed.")
    ] = False,
    only: Annotated[str, typer.Option(help="With --safeguards-off: this one alone.")] = "",
    keep: Annotated[Path | None, typer.Option(help="Where logs and data stay; else below the system's /tmp.")] = None,
) -> None:
    """Kill, freeze, cut, fill and flush everything while mails and calls arrive, and check what became of each."""
    folder = keep or Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    if safeguards_off:
        from tests.chaos.proofs import prove_all  # noqa: PLC0415 - a run needs none of it

        sys.exit(0 if prove_all(folder, _say, only) else 1)
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    parts = (ALL_IN_ONE,) if all_in_one else EVERYTHING
    _say(f"seed {seed}; logs in {folder}")
    result = run(folder / "desk", Plan(minutes * 60, seed, database, broker, parts), _say)
    _say("\n".join(result.lines()))
    if result.violations:
        _say(f"look at {folder}/desk: the log of each process, and its database where that is a file")
        sys.exit(1)


def _say(line: str) -> None:
    typer.echo(line, err=True)


if __name__ == "__main__":
    typer.run(main)
