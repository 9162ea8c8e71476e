"""`firstline demo`: try the product without a mail server or a telephone."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from models.errors import FirstlineError

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _demo() -> None:
    """Makes `call` a command of its own, also while it is the only one."""


@app.command()
def call(
    folder: Annotated[Path, typer.Option(help="Where its data go; emptied first.")] = Path("var/demo-call"),
) -> None:
    """Call the hotline from the keyboard: type keys to press them, words to say them, Enter for silence."""
    from workers.demo.call import HANG_UP, Line, desk_for_a_call  # noqa: PLC0415 - the other commands start faster
    from workers.process import NotReady  # noqa: PLC0415

    def ask(prompt: str) -> str:
        try:
            return input(prompt)
        except EOFError:
            return HANG_UP

    desk = desk_for_a_call(folder)
    typer.echo("starting firstline up ... then the hotline is called. Type keys (0-9 * #) to press them, words to say")
    typer.echo(f"them, Enter to stay silent, '{HANG_UP}' (挂断) to end the call.\n")
    try:
        desk.start()
        desk.wait_until_ready()
        line = Line(desk.web_port, typer.echo, ask, time.sleep)
        line.call()
        report = _processed(lambda: desk.get(f"/api/v1/reports?call_sid={line.sid}"))
    except NotReady as error:
        raise FirstlineError(str(error)) from error
    finally:
        desk.stop()
    case = report["case"]
    if not isinstance(case, dict):
        typer.echo("recorded without a case")
        return
    typer.echo(f"case {case['number']}: level {case['level']}, {case['category']}, team {case['assigned_team']}")
    typer.echo(f"subject: {case['subject']}")
    typer.echo(f"what was stored of it is in {folder}")


def _processed(look: Callable[[], dict[str, object]]) -> dict[str, object]:
    """The report once it has reached its end, or as it is after ten seconds."""
    deadline = time.monotonic() + 10
    while (found := look())["outcome"] is None and time.monotonic() < deadline:
        time.sleep(0.2)
    return found
