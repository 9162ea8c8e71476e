"""`firstline forget`, `firstline rekey`: what is kept, and under which key."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from workers.cli.command import Data, load, opened

if TYPE_CHECKING:
    from workers.retention import Keeper


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
    data: Data = None,
) -> None:
    """Seal every body by the first key of FIRSTLINE_STORAGE_KEY_FILE, beside running processes. Begins anew after a
    break, and passes over what is done."""
    from models import bodies  # noqa: PLC0415 - as above

    settings = load(data)
    with opened(settings) as database:
        if plain:
            database.keys.write_plain()
        elif database.keys.current is None:
            raise typer.BadParameter("no storage key is set: set FIRSTLINE_STORAGE_KEY_FILE, or say --plain")
        after: tuple[str, int] | None = ("", -1)
        total = 0
        with Console(stderr=True).status("sealing") as status:
            while after is not None:
                with database.transaction() as session:
                    after, changed = bodies.rekey(session, after)
                total += changed
                status.update(f"sealing: {total} bodies so far")
        with database.transaction() as session:
            retired = bodies.retire(session)
    typer.echo(f"{total} bodies were written anew")
    for key in retired:
        typer.echo(f"nothing is sealed by the key {key} any more: it may go from the file")
