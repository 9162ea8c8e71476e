"""`firstline user`: who may log in to the staff's pages. There is no password but the one that is set here."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.auth import audit, passwords, sessions
from console.auth.roles import Role
from models.accounts import read_secret
from models.db import Database
from models.errors import Misconfigured
from models.tables import UserRow
from models.values import directory_key
from workers import datafolder
from workers.cli.command import Data, load, opened

app = typer.Typer(help="Who may log in to the staff's pages.", no_args_is_help=True)
_ADDRESS = re.compile(r"[^\s<>@;,:\"()\[\]\\]+@[^\s<>@;,:\"()\[\]\\]+")
_BY = "command line"
_LONGEST = 100  # it signs corrections and entries of the timeline
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
    data: Data = None,
) -> None:
    """Let somebody log in."""
    if not _ADDRESS.fullmatch(address):
        raise Misconfigured(f"{address!r} is no mail address; write name@domain")
    if len(address) > _LONGEST:
        raise Misconfigured(f"an address by which somebody logs in has at most {_LONGEST} characters")
    settings = load(data)
    if not settings.database_url:
        datafolder.prepare(settings.data)
    hashed = passwords.hashed(_password(password_file))
    now = datetime.now(UTC)
    with opened(settings) as database, database.transaction() as session:
        if _find(session, address) is not None:
            raise Misconfigured(f"{address} is a user already; change the password with: firstline user password")
        session.add(
            UserRow(
                name=name.strip() or address.partition("@")[0],
                address=address,
                address_key=directory_key(address),
                role=role,
                password=hashed,
                created_at=now,
            )
        )
        audit.entry(session, _BY, "user-added", f"{address} as {role}", "", now)
    typer.echo(f"{address} may log in, as {role}")


@app.command("list")
def list_users(data: Data = None) -> None:
    """Say who may log in, and as what."""
    table = Table(box=None, header_style="bold")
    for title in ("address", "name", "role", "may log in", "since"):
        table.add_column(title)
    with opened(load(data)) as database, database.reading() as session:
        for row in session.scalars(select(UserRow).order_by(UserRow.address_key)):
            may = "no" if row.is_disabled else "yes"
            table.add_row(row.address, row.name, row.role, may, f"{row.created_at:%Y-%m-%d}")
    Console(width=160).print(table)


@app.command()
def disable(
    address: Address,
    enable: Annotated[bool, typer.Option("--enable", help="Let him log in again.")] = False,
    data: Data = None,
) -> None:
    """Let somebody log in no more; who is logged in is logged out."""
    with opened(load(data)) as database:
        _change(database, address, "user-enabled" if enable else "user-disabled", is_disabled=not enable)
    typer.echo(f"{address} may log in again" if enable else f"{address} may not log in any more")


@app.command()
def password(address: Address, password_file: PasswordFile = None, data: Data = None) -> None:
    """Set a new password; the user is logged out everywhere."""
    hashed = passwords.hashed(_password(password_file))
    with opened(load(data)) as database:
        _change(database, address, "password-set", password=hashed)
    typer.echo(f"{address} has a new password")


@app.command("role")
def change_role(address: Address, role: Role, data: Data = None) -> None:
    """Give a user another role; he is logged out everywhere."""
    with opened(load(data)) as database:
        _change(database, address, f"role-{role}", role=role)
    typer.echo(f"{address} is {role} now")


def _change(database: Database, address: str, what: str, **values: object) -> None:
    now = datetime.now(UTC)
    with database.transaction() as session:
        row = _find(session, address)
        if row is None:
            raise Misconfigured(f"there is no user {address}; firstline user list names them")
        for name, value in values.items():
            setattr(row, name, value)
        sessions.end_all(session, row.id)
        audit.entry(session, _BY, what, row.address, "", now)


def _find(session: Session, address: str) -> UserRow | None:
    return session.scalar(select(UserRow).where(UserRow.address_key == directory_key(address)))


def _password(file: Path | None) -> str:
    """From the file, else typed twice: never an argument, which other users of the machine can read."""
    if file is not None:
        return read_secret(file, "--password-file")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
