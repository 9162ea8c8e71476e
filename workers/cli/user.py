"""`firstline user`: who may log in to the staff's pages. There is no password but the one that is set here, or by the
user himself with a link."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.auth import links, passwords, people
from console.auth.people import By
from console.auth.roles import Role
from models.accounts import read_secret
from models.settings import Settings
from models.tables import TotpRow, UserRow
from workers import datafolder
from workers.cli.command import Data, load, opened
from workers.listening import shown

app = typer.Typer(no_args_is_help=True)
Address = Annotated[str, typer.Argument(help="The user's mail address, by which he logs in.")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="Read the password from this file instead of asking for it.")
]


@app.command()
def add(
    address: Address,
    name: Annotated[str, typer.Option(help="How colleagues see him; the part before the @ where it is left out.")] = "",
    role: Annotated[Role, typer.Option(help="What he may do; each role may do what those before it may.")] = Role.AGENT,
    password_file: PasswordFile = None,
    link: Annotated[
        bool, typer.Option("--link", help="Ask for no password: print a link by which he sets it.")
    ] = False,
    data: Data = None,
) -> None:
    """Let somebody log in."""
    settings = load(data)
    if not settings.database_url:
        datafolder.prepare(settings.data)
    hashed = "" if link else passwords.hashed(_password(password_file))
    token = ""
    with _changing(settings, is_made=True) as (session, by):
        row = people.add(session, by, address, name, role, hashed)
        if link:
            token = people.reset_password(session, by, row)
    typer.echo(f"{address} may log in, as {role}")
    if link:
        _tell(settings, token)


@app.command("list")
def list_users(data: Data = None) -> None:
    """Say who may log in, as what, and when he last did."""
    table = Table(box=None, header_style="bold")
    for title in ("address", "name", "role", "teams", "may log in", "code", "since", "last log-in"):
        table.add_column(title)
    with opened(load(data)) as database, database.reading() as session:
        with_code = set(session.scalars(select(TotpRow.user_id).where(TotpRow.confirmed_at.is_not(None))))
        for row in session.scalars(select(UserRow).order_by(UserRow.address_key)):
            table.add_row(
                row.address,
                row.name,
                row.role,
                ", ".join(row.teams) + (" only" if row.own_teams_only else ""),
                "no" if row.is_disabled else "yes",
                "yes" if row.id in with_code else "no",
                f"{row.created_at:%Y-%m-%d}",
                f"{row.last_login_at:%Y-%m-%d %H:%M} UTC" if row.last_login_at else "never",
            )
    Console(width=200).print(table)


@app.command()
def disable(
    address: Address,
    enable: Annotated[bool, typer.Option("--enable", help="Let him log in again.")] = False,
    data: Data = None,
) -> None:
    """Let somebody log in no more; who is logged in is logged out."""
    with _changing(load(data)) as (session, by):
        people.set_disabled(session, by, people.named(session, address), not enable)
    typer.echo(f"{address} may log in again" if enable else f"{address} may not log in any more")


@app.command()
def password(address: Address, password_file: PasswordFile = None, data: Data = None) -> None:
    """Set a new password; the user is logged out everywhere."""
    hashed = passwords.hashed(_password(password_file))
    with _changing(load(data)) as (session, by):
        people.set_password(session, by, people.named(session, address), hashed)
    typer.echo(f"{address} has a new password")


@app.command()
def link(address: Address, data: Data = None) -> None:
    """Print a link by which the user sets a new password; the old one is taken no more."""
    settings = load(data)
    with _changing(settings) as (session, by):
        token = people.reset_password(session, by, people.named(session, address))
    _tell(settings, token)


@app.command("role")
def change_role(
    address: Address, role: Annotated[Role, typer.Argument(help="The new one.")], data: Data = None
) -> None:
    """Give a user another role; he is logged out everywhere."""
    with _changing(load(data)) as (session, by):
        people.set_role(session, by, people.named(session, address), role)
    typer.echo(f"{address} is {role} now")


@app.command()
def teams(
    address: Address,
    team: Annotated[list[str] | None, typer.Argument(help="His teams; with none he is in no team.")] = None,
    only: Annotated[
        bool | None,
        typer.Option("--only/--all", help="He sees the cases of these alone, or all; as before where left out."),
    ] = None,
    data: Data = None,
) -> None:
    """Say in which teams a user works, and whether he sees the cases of these alone."""
    with _changing(load(data)) as (session, by):
        row = people.named(session, address)
        people.set_teams(session, by, row, team or [], row.own_teams_only if only is None else only)
    sees = "sees the cases of his own teams alone" if row.own_teams_only else "sees all cases"
    typer.echo(f"{address} is in {', '.join(team or []) or 'no team'}, and {sees}")


@app.command()
def logout(address: Address, data: Data = None) -> None:
    """Log a user out everywhere."""
    with _changing(load(data)) as (session, by):
        people.log_out(session, by, people.named(session, address))
    typer.echo(f"{address} is logged out everywhere")


@app.command("totp-reset")
def reset_totp(address: Address, data: Data = None) -> None:
    """Forget a user's authenticator, which he has lost: his password lets him in until he sets up another one."""
    with _changing(load(data)) as (session, by):
        people.reset_totp(session, by, people.named(session, address))
    typer.echo(f"{address} is asked for no code any more")


@contextmanager
def _changing(settings: Settings, is_made: bool = False) -> Iterator[tuple[Session, By]]:
    with opened(settings, is_made) as database, database.transaction() as session:
        yield session, By("command line", "", datetime.now(UTC))


def _tell(settings: Settings, token: str) -> None:
    here = settings.public_url or f"http://{shown(settings.web_host, settings.web_port)}"
    typer.echo(
        f"pass this on; it is good once, for {links.LIFE.total_seconds() / 3600:.0f} hours, and not shown again:"
    )
    typer.echo(links.address(here, token))


def _password(file: Path | None) -> str:
    """From the file, else typed twice: never an argument, which other users of the machine can read."""
    if file is not None:
        return read_secret(file, "--password-file")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
