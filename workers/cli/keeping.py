"""`firstline forget`, `firstline rekey`: what is kept, and under which key."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from models.errors import NotPossible
from workers.cli.command import Data, load, opened

if TYPE_CHECKING:
    from models.db import Database
    from workers.retention import Keeper

_NAMED = 5


def forget(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much would go; nothing is changed.")] = False,
    data: Data = None,
) -> None:
    """Forget now what is older than the FIRSTLINE_KEEP_…_DAYS say; the workers do it by themselves bit by bit."""
    from workers.retention import Keeper, rules  # noqa: PLC0415 - the other commands start faster without it

    settings = load(data)
    wanted = rules(settings)
    if not wanted:
        typer.echo("everything is kept for ever: no FIRSTLINE_KEEP_…_DAYS is set")
        return
    with opened(settings) as database:
        keeper, now = Keeper(database, wanted), datetime.now(UTC)
        counts = keeper.would_forget(now) if dry_run else _forgotten(keeper)
    for walk, days in wanted:
        typer.echo(f"{walk.name}, {days} days: {counts[walk.name]} {'would go' if dry_run else 'forgotten'}")


def _forgotten(keeper: "Keeper") -> dict[str, int]:
    counts: dict[str, int] = {}

    def seen(rule: str, count: int) -> None:
        counts[rule] = counts.get(rule, 0) + count

    with Console(stderr=True).status("forgetting what is old enough") as status:
        while keeper.forget_page(datetime.now(UTC), seen):
            status.update(f"forgetting what is old enough: {sum(counts.values())} so far")
    return counts


def rekey(
    plain: Annotated[
        bool, typer.Option("--plain", help="Take the seals off; the running processes must have no key any more.")
    ] = False,
    lost: Annotated[
        bool,
        typer.Option(
            "--lost", help="Give up for good what is sealed by keys that are lost, so that Firstline starts again."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, with --lost.")] = False,
    data: Data = None,
) -> None:
    """Seal every body by the first key of FIRSTLINE_STORAGE_KEY_FILE, beside running processes. Begins anew after a
    break, and passes over what is done."""
    if plain and lost:
        raise typer.BadParameter("say --plain or --lost, one after the other")
    with opened(load(data), keys_may_lack=lost) as database:
        if lost:
            _give_up(database, yes)
            return
        if plain:
            database.keys.write_plain()
        elif database.keys.current is None:
            raise typer.BadParameter("no storage key is set: set FIRSTLINE_STORAGE_KEY_FILE, or say --plain")
        changed, damaged = _sealed(database)
        typer.echo(f"{changed} bodies were written anew")
        for key in _retired(database):
            typer.echo(f"nothing is sealed by the key {key} any more: it may go from the file")
        if damaged:
            named = ", ".join(damaged[:_NAMED]) + (" and others" if len(damaged) > _NAMED else "")
            raise NotPossible(
                f"{len(damaged)} bodies are damaged and stay as they are, of the reports {named}: a backup may "
                "have them; the key that seals them has to stay in the file"
            )


def _sealed(database: "Database") -> tuple[int, list[str]]:
    """How many bodies were written anew, and the reports of those that could not be."""
    from models import bodies  # noqa: PLC0415 - as above

    after: tuple[str, int] | None = ("", -1)
    total, damaged = 0, list[str]()
    with Console(stderr=True).status("sealing") as status:
        while after is not None:
            with database.transaction() as session:
                done = bodies.rekey(session, after)
            after = done.after
            total += done.changed
            damaged += done.damaged
            status.update(f"sealing: {total} bodies so far")
    return total, damaged


def _give_up(database: "Database", yes: bool) -> None:
    from models import bodies  # noqa: PLC0415 - as above

    with database.reading() as session:
        keys, count = bodies.lost(session)
    if not keys:
        raise NotPossible("no key is missing, so nothing is given up")
    typer.echo(f"the keys {', '.join(keys)} are not among those of storage_key; originals that they seal: {count}")
    if not yes:
        typer.confirm("Give these originals up for good?", abort=True)
    given_up = 1
    while given_up:
        with database.transaction() as session:
            given_up = bodies.give_up(session, datetime.now(UTC))
    typer.echo(f"given up: {', '.join(_retired(database))}; Firstline starts without them")


def _retired(database: "Database") -> list[str]:
    from models import bodies  # noqa: PLC0415 - as above

    with database.reading() as session:
        keys = bodies.unused(session)
    with database.transaction() as session:
        bodies.retire(session, keys)
    return keys
