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
from workers import modelstore
from workers.cli.command import Data, load

if TYPE_CHECKING:
    from classify.training.compare import Contest, Difference
    from classify.training.corpus import Row

# How many of the corrections `evaluate` looks at.
_LAST_CORRECTIONS = 500


def train(
    data: Data = None,
    base: Annotated[
        bool, typer.Option("--base", help="Build the model that serves every data folder without one.")
    ] = False,
) -> None:
    """Train a classifier on the corpus and on the corrections of this desk. It is put in force by `promote`."""
    settings = load(data)
    if base:
        build_base()
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
    from classify.training import compare, report  # noqa: PLC0415 - scikit-learn and spaCy take seconds to import
    from classify.training.scores import score  # noqa: PLC0415

    settings = load(data)
    champion, challenger = _sides(settings)
    contests = _contests(settings, champion, challenger)
    for contest in contests:
        typer.echo(f"\n{contest.name}: {champion.name}, in force\n{score(contest.rows, contest.champion).table()}")
        if contest.challenger is not None and challenger is not None:
            typer.echo(f"\n{contest.name}: {challenger.name}, trained last")
            typer.echo(score(contest.rows, contest.challenger).table())
            typer.echo(_told(compare.differences(contest)))
    if challenger is not None:
        typer.echo(f"\n{_verdict(compare.refusal(contests))}")
    folder = modelstore.own_folder(settings)
    target = html or folder / f"evaluation-{champion.name}{f'-{challenger.name}' if challenger else ''}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(report.render(contests, champion.name, challenger.name if challenger else None), "utf-8")
    typer.echo(f"the same with plots: {target}")


def promote(
    version: Annotated[str | None, typer.Argument(help="The model; the one trained last if left out.")] = None,
    anyway: Annotated[str, typer.Option(help="Promote it although it finds fewer level 1; say why.")] = "",
    back: Annotated[bool, typer.Option("--back", help="Go back to the model that was in force before.")] = False,
    data: Data = None,
) -> None:
    """Put a trained classifier in force; running workers take it up with their next batch."""
    settings = load(data)
    folder, now = modelstore.own_folder(settings), datetime.now(UTC)
    if settings.model is not None:
        raise Misconfigured(f"the setting model names {settings.model}; take it away, and models can be promoted")
    if back:
        typer.echo(f"classifier {modelstore.step_back(folder, now)} is in force again")
        return
    model = _named(folder, version)
    in_force = modelstore.find(settings)
    if in_force is not None and in_force.name == model.name:
        typer.echo(f"classifier {model.name} is in force already")
        return
    if in_force is not None:
        from classify.training import compare  # noqa: PLC0415

        refused = compare.refusal(_contests(settings, in_force, model))
        if refused and not anyway:
            raise Misconfigured(f"{model.name} is not promoted: {refused}. If you know better: --anyway WHY")
    modelstore.promote(folder, model, in_force, anyway or "nothing spoke against it", now)
    typer.echo(f"classifier {model.name} is in force; `firstline promote --back` undoes it")


def build_base() -> None:
    """Build the model of this installation, where the corpus or the code has changed, and put it in force."""
    folder = modelstore.base_folder()
    with modelstore.alone(folder):
        with _progress() as show:
            model = modelstore.build(folder, show)
        modelstore.choose(folder, model)
        modelstore.prune(folder)
    typer.echo(f"classifier {model.name} is in force")


def _named(folder: Path, version: str | None) -> Path:
    model = folder / version if version else modelstore.newest(folder)
    if model is None or not (model / "meta.json").is_file():
        known = ", ".join(sorted(path.parent.name for path in folder.glob("*/meta.json"))) or "none"
        wanted = f"no trained model {version}" if version else "no trained model"
        raise Misconfigured(f"there is {wanted} below {folder} (there: {known}); train one with firstline train")
    return model


def _sides(settings: Settings) -> tuple[Path, Path | None]:
    champion = modelstore.find(settings)
    if champion is None:
        raise Misconfigured("no classifier is built yet; run make setup, or firstline train")
    challenger = modelstore.newest(modelstore.own_folder(settings))
    return champion, challenger if challenger is not None and challenger.name != champion.name else None


def _contests(settings: Settings, champion: Path, challenger: Path | None) -> "list[Contest]":
    from classify.training import corpus, evaluate  # noqa: PLC0415
    from classify.training.compare import Contest  # noqa: PLC0415

    sets = {"the frozen test": corpus.read(modelstore.FROZEN_TEST)}
    corrections = tuple(_corrections(settings)[-_LAST_CORRECTIONS:])
    if corrections:
        sets[f"the last {len(corrections)} corrections"] = corrections
    return [
        Contest(
            name,
            rows,
            tuple(evaluate.answers(champion, rows)),
            tuple(evaluate.answers(challenger, rows)) if challenger else None,
        )
        for name, rows in sets.items()
    ]


def _corrections(settings: Settings) -> "list[Row]":
    from models.db import Database  # noqa: PLC0415
    from workers import datafolder  # noqa: PLC0415
    from workers.learning import corrections  # noqa: PLC0415

    datafolder.prepare(settings.data)
    database = Database(settings.resolved_database_url)
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
