"""`firstline train`, `evaluate` and `promote`: how the classifier learns from the people who correct it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from models.errors import Misconfigured
from models.settings import Settings
from workers import modelstore, promotion
from workers.cli.command import Data, load

if TYPE_CHECKING:
    from classify.training.compare import Difference
    from classify.training.corpus import Row


def train(
    data: Data = None,
    base: Annotated[
        bool, typer.Option("--base", help="Build the model that serves every data folder without one.")
    ] = False,
) -> None:
    """Train a classifier on the corpus and on the corrections of this desk. It is put in force by `promote`."""
    settings = load(data)
    if base:
        typer.echo(f"classifier {build_base()} is in force")
        return
    corrections = _corrections(settings)
    in_force = modelstore.find(settings)
    if in_force is not None and in_force.name == modelstore.version(corrections):
        typer.echo(f"nothing new to learn: {in_force.name} is in force and knows all {len(corrections)} corrections")
        return
    with _progress() as show:
        model = modelstore.build(modelstore.own_folder(settings), show, corrections)
    typer.echo(
        f"classifier {model.name} is trained, with {len(corrections)} corrections; compare it with what is in force by "
        "`firstline evaluate`, put it in force by `firstline promote`"
    )


def evaluate(
    data: Data = None,
    html: Annotated[Path | None, typer.Option(help="Where the report goes; below the data folder if left out.")] = None,
) -> None:
    """Compare the classifier in force with the one trained last: on the frozen test, and on the last corrections."""
    from classify.training import compare  # noqa: PLC0415 - scikit-learn and spaCy take seconds to import
    from classify.training.scores import score  # noqa: PLC0415

    settings = load(data)
    sides = promotion.sides(settings)
    champion, challenger = sides.versions
    contests = promotion.contests(sides, _corrections(settings))
    for contest in contests:
        typer.echo(f"\n{contest.name}: {champion}, in force\n{score(contest.rows, contest.champion).table()}")
        if contest.challenger is not None:
            typer.echo(f"\n{contest.name}: {challenger}, trained last")
            typer.echo(score(contest.rows, contest.challenger).table())
            typer.echo(_told(compare.differences(contest)))
    if challenger is not None:
        typer.echo(f"\n{_verdict(compare.refusal(contests))}")
    target = html or promotion.report_path(settings, sides)
    promotion.write_report(contests, sides, target)
    typer.echo(f"the same with plots: {target}")


def promote(
    version: Annotated[str | None, typer.Argument(help="The model; the one trained last if left out.")] = None,
    anyway: Annotated[str, typer.Option(help="Promote it although it is worse; say why.")] = "",
    back: Annotated[bool, typer.Option("--back", help="Go back to the model that was in force before.")] = False,
    data: Data = None,
) -> None:
    """Put a trained classifier in force; running workers take it up with their next batch."""
    settings, now = load(data), datetime.now(UTC)
    if back:
        promotion.check_free(settings)
        before = modelstore.step_back(modelstore.own_folder(settings), now)
        typer.echo(f"classifier {before} is in force again")
        return
    chosen, is_new = promotion.promote(settings, version, anyway, None, _corrections(settings), now)
    if is_new:
        typer.echo(f"classifier {chosen} is in force; `firstline promote --back` undoes it")
    else:
        typer.echo(f"classifier {chosen} is in force already")


def build_base() -> str:
    """Build the model of this installation, where the corpus or the code has changed, and put it in force; its version.

    Raises:
        Misconfigured: the installation may not be written to.
    """
    folder = modelstore.base_folder()
    try:
        with modelstore.alone(folder):
            with _progress() as show:
                model = modelstore.build(folder, show)
            modelstore.choose(folder, model)
            modelstore.prune(folder)
    except OSError as error:
        raise Misconfigured(
            f"the classifier cannot be written to {folder}: {error.strerror}; run firstline train --base as the user "
            "who installed Firstline, or name another folder of a model with FIRSTLINE_MODEL"
        ) from error
    return model.name


def _corrections(settings: Settings) -> "list[Row]":
    from workers import datafolder, storage  # noqa: PLC0415
    from workers.learning import corrections  # noqa: PLC0415

    datafolder.prepare(settings.data)
    database = storage.open_database(settings)
    try:
        if database.revision() is None:
            return []
        database.migrate()
        with database.reading() as session:
            return corrections(session)
    finally:
        database.close()


def _told(found: "list[Difference]") -> str:
    lines = ["what changes, right answers in per cent (95 % interval of the gain):"]
    for item in found:
        if item.slice == "all" or item.verdict != "even":
            lines.append(
                f"  {item.slice:12} {item.question:9} {item.count:5} reports  {item.champion:6.1%} -> "
                f"{item.challenger:6.1%}  ({item.low:+.1%} to {item.high:+.1%})  {item.verdict}"
            )
    return "\n".join(lines)


def _verdict(refused: str | None) -> str:
    return f"promote would refuse: {refused}" if refused else "nothing speaks against `firstline promote`"


@contextmanager
def _progress() -> Iterator[Callable[[float, str], None]]:
    """A progress bar on stderr; yields what moves it."""
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("classifier", total=1.0)
        yield lambda share, what: bar.update(task, completed=share, description=what)
