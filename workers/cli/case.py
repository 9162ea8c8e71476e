"""`firstline case`: what staff do to cases, for those without a console. Works beside a running Firstline, which sends
within a second what is queued here."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from models.errors import Misconfigured, NotPossible
from models.values import CaseState
from routing import profile as profiles
from workers.cli import case_join, case_text
from workers.cli.case_hand import find, in_hand, read_text, zone_of
from workers.cli.command import Data, load, opened
from workers.cli.shown import console

app = typer.Typer(no_args_is_help=True)
_LISTED = 200


class Which(StrEnum):
    """The cases that can be listed. OPEN: any but closed."""

    OPEN = "open"
    ALL = "all"
    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    WAITING = "waiting"
    RECOVERED = "recovered"
    SOLVED = "solved"
    CLOSED = "closed"


class Letter(StrEnum):
    """The letters that staff write by themselves."""

    STATUS = "status"
    ASK = "ask"
    INTERIM = "interim"
    VISIT = "visit"
    PART = "part"


class Answer(StrEnum):
    """What became of the customer's consent to remote access."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


_NONE = {Which.OPEN: "no case is open", Which.ALL: "there is no case yet"}
_NONE_LIKE_THAT = "no case is like that"
Number = Annotated[str, typer.Argument(help="The case's number.", metavar="FL-000042")]
By = Annotated[str, typer.Option(help="The address of who does it; your login name if left out.")]
Reason = Annotated[str, typer.Option(help="Why; kept on the timeline.")]


@app.command("list")
def list_cases(
    state: Annotated[Which, typer.Option(help="Which cases.")] = Which.OPEN,
    team: Annotated[str | None, typer.Option(help="Only those of this team.")] = None,
    level: Annotated[int | None, typer.Option(min=1, max=4, help="Only those of this level.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only those with a promise to keep, the soonest first.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = _LISTED,
    data: Data = None,
) -> None:
    """List cases with their next deadline; the newest first."""
    settings = load(data)
    wanted = case_text.Wanted(
        None if state in (Which.OPEN, Which.ALL) else state.value, state == Which.OPEN, team, level, due
    )
    zone = profiles.load(settings.profile).hours.zone
    with opened(settings) as database, database.reading() as session:
        listed = case_text.listed(session, wanted, limit, datetime.now(UTC), zone)
    if listed is None:
        typer.echo(_NONE.get(state, _NONE_LIKE_THAT) if not (team or level or due) else _NONE_LIKE_THAT)
    else:
        console().print(listed)


@app.command()
def show(number: Number, data: Data = None) -> None:
    """Show everything of a case: reports, timeline, clocks, ladder, letters."""
    settings = load(data)
    with opened(settings) as database, database.reading() as session:
        case = find(session, number)
        case_text.print_case(console(), session, case, zone_of(settings, session, case))


@app.command()
def why(number: Number, data: Data = None) -> None:
    """Say why a case's promises are due when they are: each change of each clock, then the ladder."""
    settings = load(data)
    with opened(settings) as database, database.reading() as session:
        case = find(session, number)
        case_text.print_clocks(console(), case, zone_of(settings, session, case))
        case_text.print_ladder(console(), case, zone_of(settings, session, case))


@app.command()
def accept(number: Number, by: By = "", reason: Reason = "", data: Data = None) -> None:
    """Take a case: who accepts it is told of its ladder by mail, so say --by ADDRESS."""
    if "@" not in by:
        raise Misconfigured("who takes the case has to be reached: say --by ADDRESS")
    with in_hand(load(data), number, by) as at:
        at.move(CaseState.ACCEPTED, reason)


@app.command("take-over")
def take_over(number: Number, by: By = "", reason: Reason = "", data: Data = None) -> None:
    """Go on with a case that a colleague has; its state and promises stay as they are."""
    if "@" not in by:
        raise Misconfigured("who takes the case has to be reached: say --by ADDRESS")
    with in_hand(load(data), number, by) as at:
        at.acts.take_over(at.session, at.case.id, reason, by=at.by)


def _mover(to: CaseState, said: str) -> Callable[..., None]:
    def move(number: Number, by: By = "", reason: Reason = "", data: Data = None) -> None:
        with in_hand(load(data), number, by) as at:
            at.move(to, reason)

    move.__doc__ = said
    return move


def _ender(to: CaseState, said: str) -> Callable[..., None]:
    def end(
        number: Number,
        by: By = "",
        reason: Reason = "",
        cause: Annotated[str | None, typer.Option(help="What was the cause; a fault needs one.")] = None,
        solution: Annotated[str | None, typer.Option(help="How it was solved; a fault needs it.")] = None,
        data: Data = None,
    ) -> None:
        with in_hand(load(data), number, by) as at:
            at.move(to, reason, cause, solution)

    end.__doc__ = said
    return end


app.command("begin")(_mover(CaseState.IN_PROGRESS, "Work on the case begins, or goes on after it waited."))
app.command("wait")(_mover(CaseState.WAITING, "The customer is waited for: the clocks stand still."))
app.command("recover")(_mover(CaseState.RECOVERED, "The service is back, and is watched."))
app.command("solve")(_ender(CaseState.SOLVED, "The case is held solved: the customer is asked to confirm."))
app.command("close")(_ender(CaseState.CLOSED, "Close the case: the customer is told, and asked how he was served."))


@app.command()
def reopen(number: Number, by: By = "", reason: Reason = "", data: Data = None) -> None:
    """The case is not over after all: a closed one waits to be accepted, a recovered or solved one is in progress."""
    with in_hand(load(data), number, by) as at:
        state = CaseState(at.case.state)
        if state not in (CaseState.RECOVERED, CaseState.SOLVED, CaseState.CLOSED):
            raise NotPossible(f"{at.case.number} is {state}; there is nothing to open again")
        at.move(CaseState.ACKNOWLEDGED if state == CaseState.CLOSED else CaseState.IN_PROGRESS, reason)


@app.command()
def reply(
    number: Number,
    kind: Annotated[Letter, typer.Option(help="The template.")],
    text: Annotated[str, typer.Option(help="What to write: a text, a file, or - for standard input.")] = "",
    by: By = "",
    data: Data = None,
) -> None:
    """Write to the customer, in his language, by the template of that kind."""
    body = read_text(text)
    with in_hand(load(data), number, by, writes=True) as at:
        at.acts.reply(at.session, at.case.id, kind.value, body, at.by)


@app.command()
def note(
    number: Number,
    text: Annotated[str, typer.Option(help="What to keep: a text, a file, or - for standard input.")],
    by: By = "",
    data: Data = None,
) -> None:
    """Keep a note for the staff; the customer is told nothing, and no promise changes."""
    said = read_text(text)
    with in_hand(load(data), number, by) as at:
        at.acts.note(at.session, at.case.id, said, at.by)


@app.command()
def consent(
    number: Number,
    answer: Annotated[Answer, typer.Argument(help="What became of it.")],
    by: By = "",
    reason: Reason = "",
    data: Data = None,
) -> None:
    """Record the customer's consent to remote access; the clocks stand still while it is waited for."""
    with in_hand(load(data), number, by) as at:
        at.acts.consent(at.session, at.case.id, answer.value, at.by, reason)


@app.command()
def met(
    number: Number,
    clock: Annotated[str, typer.Argument(help="The clock, such as on_site or spare_part.")],
    by: By = "",
    reason: Reason = "",
    data: Data = None,
) -> None:
    """Record that a promise was kept: the engineer is there, the part has come."""
    with in_hand(load(data), number, by) as at:
        at.acts.meet(at.session, at.case.id, clock, at.by, reason)


case_join.add_to(app)
