"""`firstline policy`: check the service schemes, and ask why something is due when it is."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from models.errors import FirstlineError, Misconfigured
from models.values import CATEGORIES
from routing import ladder, quiet, scheme_files
from routing import profile as profiles
from routing.decide import Decision, decide
from routing.gaps import gaps
from routing.ladder import Running, Step
from routing.profile import Profile
from routing.rules import LadderRule
from workers.cli.command import load, print_json
from workers.cli.policy_simulate import moment, simulate
from workers.cli.policy_table import table as markdown

app = typer.Typer(no_args_is_help=True)
app.command()(simulate)


@app.command()
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Profile files (TOML), each called as its scheme; all that the desk has if left out."),
    ] = None,
) -> None:
    """Check profiles: keys, durations, levels, teams, roles, clocks and steps that can never count. Names what is wrong
    and where; what is only unusual is a warning."""
    texts = {path.stem: scheme_files.read_file(path) for path in files or []}
    if not texts:
        load()
    wrong = 0
    for name in texts or profiles.names():
        try:
            found = profiles.parse(texts[name], name) if texts else profiles.load(name)
        except FirstlineError as error:
            wrong += 1
            typer.echo(f"FAIL  {error}")
            continue
        stated = sum(clock.stated for clock in found.clocks)
        clocks = f"{len(found.clocks)} clocks, {stated} of them stated by the source"
        typer.echo(f"ok    {found.name}: {clocks}; {len(found.ladder)} steps of the ladder")
        for gap in gaps(found):
            typer.echo(f"warn  {found.name}: {gap}")
    if wrong:
        raise typer.Exit(1)


@app.command()
def explain(
    profile: Annotated[str, typer.Option(help="The scheme, such as yilong.")],
    level: Annotated[int, typer.Option(min=1, max=4, help="The canonical level.")],
    category: Annotated[str, typer.Option(help="The category, such as hardware.")],
    at: Annotated[str, typer.Option(help="When the report came: ISO 8601; without an offset, in the scheme's zone.")],
    contract: Annotated[str | None, typer.Option(help="The contract's tier; the scheme's first if left out.")] = None,
    site_class: Annotated[str | None, typer.Option(help="The site's class; the scheme's first if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say what a scheme promises for a report: process, team, and each clock with the reason for its deadline."""
    if category not in CATEGORIES:
        raise Misconfigured(f"{category!r} is no category; there are {', '.join(CATEGORIES)}")
    load()
    scheme = profiles.load(profile)
    decision = decide(scheme, level, category, moment(at, scheme), contract, site_class)
    running = {clock.name: Running(clock.due_at, clock.hours) for clock in decision.clocks}
    steps = ladder.steps(scheme, level, running)
    if as_json:
        found = _as_json(scheme, level, category, decision) | {
            "ladder": [_step(scheme, step, level, category) for step in steps]
        }
        print_json(found, indent=2)
        return
    typer.echo(f"{scheme.title}: {scheme.level_name(level, 'en', category)}, {decision.process} process")
    typer.echo(decision.because)
    for clock in decision.clocks:
        typer.echo(f"  {clock.name:20} {_local(clock.due_at, scheme)}  {clock.because}")
    if steps:
        typer.echo("unless kept before:")
    for step in steps:
        deed = _deed(_rule(scheme, step), _by(scheme, step, level, category))
        typer.echo(f"  {step.name:20} {_local(step.due_at, scheme)}  {deed}: {step.because}")
    typer.echo(f"quiet hours: {scheme.quiet.words} ({scheme.hours.timezone})")


@app.command()
def table(profile: Annotated[str, typer.Argument(help="The scheme, such as yilong.")]) -> None:
    """Write a scheme's clocks and ladder as tables in Markdown, each figure with its row in the source."""
    load()
    typer.echo(markdown(profiles.load(profile)))


def _rule(scheme: Profile, step: Step) -> LadderRule:
    return next(rule for rule in scheme.ladder if rule.name == step.name)


def _by(scheme: Profile, step: Step, level: int, category: str) -> tuple[str, ...]:
    """How people are told of the step when its time comes."""
    return quiet.ways(_rule(scheme, step).by, scheme.quiet, level, category, step.due_at, scheme.hours.zone)


def _deed(rule: LadderRule, by: Sequence[str]) -> str:
    told = f"tells {', '.join(rule.tell)} by {', '.join(by)}" if rule.tell else ""
    return "; ".join(part for part in (told, ", ".join(rule.does)) if part)


def _step(scheme: Profile, step: Step, level: int, category: str) -> dict[str, object]:
    rule = _rule(scheme, step)
    return {
        "name": step.name,
        "due_at": _local(step.due_at, scheme),
        "tell": rule.tell,
        "by": _by(scheme, step, level, category),
        "does": rule.does,
        "because": step.because,
    }


def _as_json(scheme: Profile, level: int, category: str, decision: Decision) -> dict[str, object]:
    return {
        "profile": scheme.name,
        "level": level,
        "level_name": scheme.level_name(level, "zh-Hans", category),
        "process": decision.process,
        "team": decision.team,
        "clocks": [
            {
                "name": clock.name,
                "starts_at": _local(clock.starts_at, scheme),
                "due_at": _local(clock.due_at, scheme),
                "because": clock.because,
            }
            for clock in decision.clocks
        ],
    }


def _local(moment: datetime, scheme: Profile) -> str:
    return moment.astimezone(scheme.hours.zone).isoformat(timespec="seconds")
